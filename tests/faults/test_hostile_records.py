"""Records with any value in any field: an article that every face shows, or a reason.

Real records through a real index, the command line and the application. Strange types, NUL, half
surrogate pairs, control characters, overrides of direction, huge values.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.clean.article import clean
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import PageError
from indexer.fields import ARTICLE_ROWS, RECORD_KEYS
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.models import Article, Page, Query
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.command_runner import run_dateline
from web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters other than tabs and line ends, marks of direction, half surrogate pairs."""

STRANGE = [
    "", " ", "\x00", "\ud800", "\udfff\ud800", "\x9b31m", "\x9d0;title\x07", "\x1b[2J", "\u202eabc",
    "\u2066\u2069", "\u200e", "\x00\x00 \x01", "a\x00b", "\ufffe", "\x85", "a\nb", "a\r\nb", "\t",
    "\u2028", "\u200b", "\ufeff", "=1+1", "<b>", "&#155;&#x202e;", "&#0;", "2024-05-01",
    "9999-12-31", "0000-00-00", "2024-05-01T25:61:61+99:99", "https://a.example/\x9b\u202e",
    "http://[", "https://a.example/\ud800", "javascript:alert(1)", "en-GB", "\x00\x00", "null",
    "می\u200cخواهم", "e\u0301" * 40, "\U0010ffff", "T-72 " * 60, "x" * 70_000, "\x9b" * 5_000,
    "a, " * 3_000,
]  # fmt: skip
text_values = st.sampled_from(STRANGE) | st.text(max_size=12)
single_values = (
    text_values | st.none() | st.booleans() | st.integers() | st.floats()
    | st.sampled_from([10**300, -1, 1e308])
)  # fmt: skip
any_values = st.recursive(
    single_values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["name", "@id", "\x00"]), inner, max_size=2
    ),
    max_leaves=6,
)  # fmt: skip
KEYS = sorted(key for keys in RECORD_KEYS.values() for key in keys)
records = st.builds(
    lambda found, body: {**found, **({} if body is None else {"body": f"{body} The tank moved."})},
    st.dictionaries(st.sampled_from(KEYS), any_values, max_size=7),
    st.none() | text_values,
)


def check_article(article: Article) -> None:
    for row in ARTICLE_ROWS:
        value = getattr(article, row.attribute)
        if row.type == "notes":
            continue
        values = value if isinstance(value, tuple) else (value,)
        for one in values:
            assert one or one is None or (one == "" and not row.optional), row.name
            assert not STEERING.search(one or ""), row.name
        if isinstance(value, tuple):
            assert all(value), row.name
    assert article.id
    assert article.ref
    assert article.title
    assert article.lead
    assert article.body.startswith(article.lead)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(records)
def test_record_gives_an_article_without_empty_fields_or_a_reason(record: dict[str, Any]):
    page = Page("rows.jsonl!1", json.dumps(record).encode(), kind="record")
    try:
        article = clean(page)
    except PageError as exc:
        assert str(exc)  # noqa: PT017  a reason is as right as an article
        return
    check_article(article)


@pytest.mark.parametrize("own", ["\x00", "\ud800", "\x85", "\u202e", "\x9d\x9d"])
def test_id_of_control_characters_alone_leaves_an_article_with_ref_and_id(own: str):
    record = json.dumps({"id": own, "title": "Tank", "body": "The tank moved."}).encode()
    article = clean(Page("rows.jsonl!1", record, kind="record"))
    check_article(article)
    assert article.ref in {"rows.jsonl!1", "…"}


def test_ids_that_differ_in_control_characters_alone_are_two_articles():
    ids = {
        clean(Page("a", json.dumps({"id": own, "body": "Tanks."}).encode(), kind="record")).id
        for own in ("a", "a\x00", "a\x01", "a\ud800", "a\ud801")
    }
    assert len(ids) == 5


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(records, min_size=20, max_size=40))
def test_every_face_shows_any_record(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
):
    folder = tmp_path_factory.mktemp("rows")
    lines = [json.dumps({"id": "sound", "title": "Tank", "body": "The tank moved."})]
    lines += map(json.dumps, rows)
    (folder / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    report = rebuild(
        WhooshEngine(folder / "index"),
        [folder / "rows.jsonl"],
        Settings(workers=1),
        SilentProgress(),
    )
    assert report.indexed + report.duplicates + len(report.quarantined) == len(lines)
    assert not any("failed" in bad.reason for bad in report.quarantined)
    check_faces(folder)


def check_faces(folder: Path) -> None:
    """Ask every face for the articles that say `tank`; each shows all, and steers nothing."""
    index = open_index(folder / "index")
    found = list(index.stream(Query("tank", limits=False)))
    assert found
    for article in found:
        check_article(article)
    check_command_line(folder, found)
    check_application(create_app(index, Settings()).test_client(), found)


def check_command_line(folder: Path, found: list[Article]) -> None:
    def run(*words: str) -> str:
        result = run_dateline(*words, index=folder / "index")
        assert result.exit_code == 0, (words, result.output)
        assert not STEERING.search(result.stdout), words
        return result.stdout

    assert "tank" in run("search", "tank", "--limit", "100").lower()
    assert json.loads(run("search", "tank", "--json"))["total"] == len(found)
    rows = list(csv.DictReader(io.StringIO(run("export", "tank"), newline="")))
    assert len(rows) == len(found)
    assert all(row["id"] for row in rows)
    assert len(run("export", "tank", "--format", "jsonl").splitlines()) >= len(found)
    assert run("export", "tank", "--format", "bibtex").count("@") >= len(found)
    assert run("export", "tank", "--format", "ris").count("TY  - NEWS") >= len(found)
    assert ET.fromstring(run("export", "tank", "--format", "atom")) is not None
    assert len(run("digest", "tank", "--since", str(folder / "seen")).splitlines()) == len(found)
    queries = folder / "queries.jsonl"
    queries.write_text('{"id": "1", "text": "tank"}\n', encoding="utf-8")
    ranked = run("run", str(queries)).splitlines()
    assert {len(line.split()) for line in ranked} == {6}
    run("stats")
    run("check")
    run("quarantine", "list")
    for article in found[:5]:
        assert json.loads(run("show", article.id, "--json"))["id"] == article.id
        run("show", article.id)
        run("similar", article.id)


def check_application(client: FlaskClient, found: list[Article]) -> None:
    for address in ("/", "/?q=tank&size=50", "/?q=tank&sort=newest", "/api/suggest?q=ta"):
        assert client.get(address).status_code == 200, address
    assert client.get("/api/search?q=tank").json["total"] == len(found)
    assert ET.fromstring(client.get("/feed.atom?q=tank").data) is not None
    for extension in ("csv", "jsonl", "bib", "ris"):
        assert client.get(f"/export.{extension}?q=tank").status_code == 200
    for article in found[:5]:
        assert client.get(f"/article/{article.id}?q=tank").status_code == 200
        assert client.get(f"/api/article/{article.id}").json["title"] == article.title
        assert client.get(f"/article/{article.id}/cite.bib").status_code == 200
        assert client.get(f"/article/{article.id}/why?q=tank").status_code == 200
