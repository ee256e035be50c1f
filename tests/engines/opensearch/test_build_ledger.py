"""The ledger counts articles by term and field, and finds what has to be written again."""

from __future__ import annotations

import pytest

from indexer.engines.opensearch import build_ledger
from indexer.engines.opensearch.build_ledger import BuildLedger
from indexer.near_duplicates.minhash import sign_texts

WORDS = [f"w{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]


@pytest.fixture
def ledger(tmp_path):
    made = BuildLedger(tmp_path / "ledger.sqlite", ("title", "body"))
    yield made
    made.abandon()


def test_a_term_is_counted_once_an_article_and_field(ledger):
    ledger.count_terms({"title": ["tank"], "body": ["tank", "tank", "gun"]}, 1)
    ledger.count_terms({"body": ["tank"]}, 1)
    assert list(ledger.take_changed_terms()) == [
        ("gun", {"body": 1}),
        ("tank", {"title": 1, "body": 2}),
    ]
    assert ledger.count_distinct_terms() == 2


def test_only_what_changed_is_told_again_and_what_is_gone_has_no_count(ledger):
    ledger.count_terms({"body": ["tank", "gun", "mine"]}, 1)
    list(ledger.take_changed_terms())
    ledger.count_terms({"body": ["gun", "shell"]}, 1)
    ledger.count_terms({"body": ["mine"]}, -1)
    assert list(ledger.take_changed_terms()) == [
        ("gun", {"body": 2}),
        ("mine", {}),
        ("shell", {"body": 1}),
    ]
    assert ledger.count_distinct_terms() == 3
    assert list(ledger.take_changed_terms()) == []


def test_counts_beyond_memory_go_to_the_file(ledger, monkeypatch):
    monkeypatch.setattr(build_ledger, "BUFFERED_COUNTS", 2)
    for _ in range(3):
        ledger.count_terms({"body": WORDS[:5]}, 1)
    assert list(ledger.take_changed_terms()) == [(word, {"body": 3}) for word in WORDS[:5]]


def test_an_update_goes_on_from_the_file(tmp_path):
    path = tmp_path / "ledger.sqlite"
    first = BuildLedger(path, ("title", "body"))
    first.add("a", 738000, "000001", bytes(64))
    first.count_terms({"body": ["tank"]}, 1)
    list(first.take_changed_terms())
    first.close()
    second = BuildLedger(path, ("title", "body"))
    second.count_terms({"body": ["tank"]}, 1)
    assert list(second.take_changed_terms()) == [("tank", {"body": 2})]
    assert second.has_article("a")
    assert second.list_packs() == ["000001"]
    second.abandon()


def test_groups_of_copies_go_by_their_least_id(ledger):
    copied, other = WORDS[:300], WORDS[300:600]
    texts = {"c": [*copied, "kestrel"], "b": [*copied, "ledger"], "a": other}
    for (key, _), signature in zip(texts.items(), sign_texts(list(texts.values())), strict=True):
        ledger.add(key, 739000, "", signature.tobytes())
    assert ledger.regroup_copies() == {"b": "b", "c": "b"}
    assert ledger.regroup_copies() == {}
    ledger.remove("b")
    assert ledger.regroup_copies() == {"c": None}
    assert ledger.count_articles() == 2
