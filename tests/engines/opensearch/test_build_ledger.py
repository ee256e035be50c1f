"""The ledger counts articles by term and field, and finds what has to be written again."""

from __future__ import annotations

import pytest

from indexer.engines.opensearch import build_ledger
from indexer.engines.opensearch.build_ledger import Ledger
from indexer.near_duplicates.minhash import sign_texts

WORDS = [f"w{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger.sqlite", ("title", "body"))
    yield made
    made.abandon()


def test_a_term_is_counted_once_an_article_and_field(ledger):
    ledger.count({"title": ["tank"], "body": ["tank", "tank", "gun"]}, 1)
    ledger.count({"body": ["tank"]}, 1)
    assert list(ledger.changed_terms()) == [("gun", {"body": 1}), ("tank", {"title": 1, "body": 2})]
    assert ledger.term_count() == 2


def test_only_what_changed_is_told_again_and_what_is_gone_has_no_count(ledger):
    ledger.count({"body": ["tank", "gun", "mine"]}, 1)
    list(ledger.changed_terms())
    ledger.count({"body": ["gun", "shell"]}, 1)
    ledger.count({"body": ["mine"]}, -1)
    assert list(ledger.changed_terms()) == [
        ("gun", {"body": 2}),
        ("mine", {}),
        ("shell", {"body": 1}),
    ]
    assert ledger.term_count() == 3
    assert list(ledger.changed_terms()) == []


def test_counts_beyond_memory_go_to_the_file(ledger, monkeypatch):
    monkeypatch.setattr(build_ledger, "KEPT", 2)
    for _ in range(3):
        ledger.count({"body": WORDS[:5]}, 1)
    assert list(ledger.changed_terms()) == [(word, {"body": 3}) for word in WORDS[:5]]


def test_an_update_goes_on_from_the_file(tmp_path):
    path = tmp_path / "ledger.sqlite"
    first = Ledger(path, ("title", "body"))
    first.add("a", 738000, "000001", bytes(64))
    first.count({"body": ["tank"]}, 1)
    list(first.changed_terms())
    first.close()
    second = Ledger(path, ("title", "body"))
    second.count({"body": ["tank"]}, 1)
    assert list(second.changed_terms()) == [("tank", {"body": 2})]
    assert second.has("a")
    assert second.packs() == ["000001"]
    second.abandon()


def test_groups_of_copies_go_by_their_least_id(ledger):
    copied, other = WORDS[:300], WORDS[300:600]
    texts = {"c": [*copied, "kestrel"], "b": [*copied, "ledger"], "a": other}
    for (key, _), signature in zip(texts.items(), sign_texts(list(texts.values())), strict=True):
        ledger.add(key, 739000, "", signature.tobytes())
    assert ledger.regroup() == {"b": "b", "c": "b"}
    assert ledger.regroup() == {}
    ledger.remove("b")
    assert ledger.regroup() == {"c": None}
    assert ledger.article_count() == 2
