"""What a server says wrong becomes one sentence: what, where, the way out.

A server is played that refuses, is damaged, too old or someone else's.
"""

from __future__ import annotations

import json
import logging

import pytest

from indexer.engines.opensearch.address import parse_address
from indexer.engines.opensearch.client import ServerClient
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.mapping import VERSION
from indexer.errors import (
    DamageError,
    NoIndex,
    QueryRefused,
    SearchTimeout,
    StoreError,
    VersionError,
)
from tests.support.opensearch_double import GREETING, serve_answers

MANIFEST = {
    "generation": "000003", "built": "2026-01-01T00:00:00+00:00", "articles": 2, "terms": 5,
    "bytes": 1, "oldest": 0, "newest": 0, "lengths": {}, "packs": [], "machine": "press",
}  # fmt: skip


def engine(address):
    return OpenSearchEngine(parse_address(address, {"XDG_STATE_HOME": "/nowhere"}))


def served(version=VERSION, **more):
    """Answers of a server that holds generation 000003."""
    meta = {"dateline": version, "manifest": json.dumps(MANIFEST)}
    return {
        "GET /": (200, GREETING),
        "HEAD /_alias/news": (200, {}),
        "GET /_alias/news": (200, {"news-000003": {"aliases": {"news": {}}}}),
        "GET /news-*/_mapping": (200, {"news-000003": {"mappings": {"_meta": meta}}}),
        **more,
    }


def test_a_server_that_does_not_answer_is_named():
    with serve_answers({}) as address:
        pass
    with pytest.raises(StoreError, match=r"No OpenSearch answers at opensearch://127.0.0.1:\d+;"):
        engine(address).open_snapshot()


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ({"number": "8.11.0"}, "something other than OpenSearch 8.11.0"),
        ({"distribution": "opensearch", "number": "1.3.20"}, "opensearch 1.3.20"),
    ],
)
def test_another_program_or_version_is_refused(version, told):
    answers = {"GET /": (200, {"version": version})}
    with serve_answers(answers) as address, pytest.raises(VersionError, match=told):
        engine(address).open_snapshot()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_says_where_to_give_it(status, caplog):
    caplog.set_level(logging.DEBUG)
    answers = {"GET /": (status, {"error": "Unauthorized"})}
    with (
        serve_answers(answers) as address,
        pytest.raises(StoreError, match="DATELINE_OPENSEARCH_PASSWORD") as told,
    ):
        engine(address).open_snapshot()
    assert "hunter2" not in str(told.value) + caplog.text


def test_no_index_says_how_to_make_one():
    answers = {"GET /": (200, GREETING), "GET /news-*/_mapping": (200, {})}
    with serve_answers(answers) as address, pytest.raises(NoIndex, match="rebuild FOLDER") as told:
        engine(address).open_snapshot()
    assert "hunter2" not in str(told.value)


def test_a_missing_alias_beside_generations_is_damage():
    answers = served()
    answers["HEAD /_alias/news"] = (404, {})
    with (
        serve_answers(answers) as address,
        pytest.raises(DamageError, match=r"alias .* is missing"),
    ):
        engine(address).open_snapshot()


def test_an_index_that_is_not_ours_is_left_alone():
    answers = {"GET /": (200, GREETING), "HEAD /news": (200, {})}
    with serve_answers(answers) as address, pytest.raises(StoreError, match="did not make"):
        engine(address).open_snapshot()


def test_an_alias_that_points_elsewhere_is_damage():
    answers = served(**{"GET /_alias/news": (200, {"other-index": {}})})
    with serve_answers(answers) as address, pytest.raises(DamageError, match="other-index"):
        engine(address).open_snapshot()


def test_a_mapping_of_another_version_asks_for_a_rebuild():
    with (
        serve_answers(served(version=f"another than {VERSION}")) as address,
        pytest.raises(VersionError, match="run rebuild"),
    ):
        engine(address).open_snapshot()


def test_a_red_index_is_told_by_check():
    health = "GET /_cluster/health/news-000003,news-000003-terms"
    with serve_answers(served(**{health: (200, {"status": "red"})})) as address:
        (sentence,) = engine(address).check()
    assert "parts that no server holds" in sentence
    assert "rollback" in sentence


def test_lost_documents_are_told_by_check():
    health = "GET /_cluster/health/news-000003,news-000003-terms"
    answers = served(
        **{
            health: (200, {"status": "green"}),
            "GET /news-000003/_count": (200, {"count": 1}),
            "GET /news-000003-terms/_count": (200, {"count": 5}),
            "POST /_msearch": (200, {"responses": [_answer()]}),
        }
    )
    with serve_answers(answers) as address:
        (sentence,) = engine(address).check()
    assert "news-000003 holds 1 of 2 documents" in sentence


def _answer(**more):
    return {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": []}, **more}


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (_answer(timed_out=True), SearchTimeout, "took too long"),
        (
            {
                "status": 503,
                "error": {
                    "type": "search_phase_execution_exception",
                    "reason": "all shards failed",
                    "caused_by": {"type": "no_shard_available_action_exception", "reason": "x"},
                },
            },
            DamageError,
            "parts that no server holds",
        ),
        (
            {
                "status": 400,
                "error": {
                    "type": "search_phase_execution_exception",
                    "reason": "all shards failed",
                    "root_cause": [{"type": "too_many_nested_clauses", "reason": "too many"}],
                },
            },
            QueryRefused,
            "use fewer words",
        ),
        (
            {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such"}},
            DamageError,
            "is gone",
        ),
        (
            {"status": 400, "error": {"type": "parsing_exception", "reason": "unknown [x]"}},
            StoreError,
            r"400: unknown \[x\]",
        ),
    ],
)
def test_a_search_that_fails_says_why(answer, error, told):
    answers = {"GET /": (200, GREETING), "POST /_msearch": (200, {"responses": [answer]})}
    with serve_answers(answers) as address, pytest.raises(error, match=told):
        ServerClient(parse_address(address, {})).search("news-000003", {}, 1.0)


def test_a_document_that_is_refused_stops_the_writing():
    item = {"index": {"_index": "news-000004", "status": 400, "error": {"reason": "no room"}}}
    answers = {"GET /": (200, GREETING), "POST /_bulk": (200, {"errors": True, "items": [item]})}
    with serve_answers(answers) as address, pytest.raises(StoreError, match="no room"):
        ServerClient(parse_address(address, {})).write_bulk(['{"index": {}}', "{}"])
