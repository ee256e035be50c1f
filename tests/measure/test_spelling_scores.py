"""Scores of spellings, counted by hand on three documents."""

import json

import pytest

from indexer.errors import SourceError
from indexer.measure.quality.language import ALL, as_json, as_table, evaluate

DOCUMENTS = [
    {"id": "a", "title": "F-16s for Kyiv", "body": "The jets left."},
    {"id": "b", "title": "Talks", "body": "The F 16 met a drone near Kiev."},
    {"id": "c", "title": "Harvest", "body": "Wheat and barley.", "defense": True},
    {"id": "d", "title": "F-16 poster", "body": "Sold.", "defense": False},
]
QUERIES = [
    {"id": "q1", "cat": "designation", "forms": ["F-16", "F16"], "must": "F.16", "allow": "",
     "flags": "i"},
    {"id": "q2", "cat": "place", "forms": ["Kyiv"], "must": "Kyiv|Kiev", "allow": "",
     "flags": ""},
    {"id": "q3", "cat": "place", "forms": ["wheat", "barley drone"], "must": "Wheat|drone",
     "allow": "", "flags": ""},
]  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)), encoding="utf-8")
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)), encoding="utf-8")
    return evaluate(folder, peers=True)


def test_documents_that_are_no_defense_are_left_out(report):
    assert report.documents == 3


def test_spellings_that_find_all_right_documents_score_one(report):
    assert report.lists["designation"].f1 == 1
    assert report.lists["designation"].spellings == 2
    assert report.lists["designation"].right == 2


def test_lists_find_what_rules_alone_miss(report):
    # Kyiv: precision 1, recall 1/2, F1 2/3. wheat: 1, 1/2, 2/3. barley drone: nothing, 0.
    assert report.rules["place"].f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert report.lists["place"].f1 == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert report.lists[ALL].f1 == pytest.approx((1 + 1 + 1 + 2 / 3 + 0) / 5)


def test_one_set_counts_queries_whose_spellings_agree(report):
    assert report.one_set == pytest.approx(2 / 3)


def test_designations_of_the_texts_are_counted_against_the_lists(report):
    found = report.designations  # F-16s; a letter apart from its number is left to queries
    assert (found.distinct, found.listed) == (1, 1)
    assert (found.mentions, found.listed_mentions) == (1, 1)


def test_peers_get_the_same_spellings(report):
    peer = report.peers["SQLite FTS5"]  # Kyiv and wheat find one of two, barley drone nothing
    assert peer.scores["place"].f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert "SQLite FTS5" in as_table(report)


def test_table_names_what_fell_short(report):
    assert "q3  barley drone" in as_table(report)


def test_json_lists_what_fell_short_worst_first(report):
    assert as_json(report)["worst"] == [("q3", "barley drone", 0.0), ("q3", "wheat", 0.667)]


def test_missing_queries_are_named(tmp_path):
    with pytest.raises(SourceError, match=r"queries\.jsonl"):
        evaluate(tmp_path)
