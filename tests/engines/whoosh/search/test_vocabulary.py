"""What a generation's vocabulary remembers: right answers, its own, within its bound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from indexer.engines.whoosh.search import vocabulary as module
from indexer.engines.whoosh.search.vocabulary import FieldVocabulary
from indexer.query.ast import Fuzzy, Phrase, Prefix, Widened, Word
from indexer.query.synonym_expansion import widen
from indexer.query.term_expansion import expand
from indexer.search.open import open_engine
from tests.support.record_index import index_rows

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.query.vocabulary import Vocabulary

TEXTS = (
    "A cease-fire; F-16s and missiles",
    "The ceasefire. Kyiv, NATO",
    "Kiev and an F 16C missile",
)
LEAVES = (
    Word("ceasefire"), Word("F-16"), Word("missile"), Phrase("missile"), Phrase("kyiv missiles"),
    Prefix("mis"), Fuzzy("misile", 1), Word("Kyiv"), Word("NATO"),
)  # fmt: skip


class Forgetful(FieldVocabulary):
    """Makes everything anew."""

    def get_or_make(self, key, make):
        return make()


def rows(*texts: str):
    return [
        {"id": str(number), "title": "Army", "body": text, "date": "2024-01-01"}
        for number, text in enumerate(texts)
    ]


def open_vocabulary(folder: Path, *texts: str) -> Vocabulary:
    folder.mkdir(exist_ok=True)
    return (
        open_engine(str(index_rows(folder, rows(*texts))))
        .open_snapshot()
        .ask_vocabulary(lambda found: found)
    )


@pytest.fixture
def vocabulary(tmp_path: Path) -> FieldVocabulary:
    return open_vocabulary(tmp_path, *TEXTS)


@pytest.mark.parametrize("exact", [False, True])
def test_what_is_remembered_is_what_is_made_anew(vocabulary: FieldVocabulary, exact: bool):
    forgetful = Forgetful(vocabulary._arrays, ("title", "body"))
    for leaf in (*LEAVES, *LEAVES):
        widened = widen(leaf, vocabulary)
        assert widened == widen(leaf, forgetful)
        for node in (leaf, widened):
            found = expand(node, vocabulary, exact=exact)
            assert found == expand(node, forgetful, exact=exact)
            assert expand(node, vocabulary, exact=exact) is found
    assert isinstance(widen(Word("Kyiv"), vocabulary), Widened)


def test_exact_and_widened_are_remembered_apart(vocabulary: FieldVocabulary):
    assert expand(Word("missile"), vocabulary).terms == ("missile", "missiles")
    assert expand(Word("missile"), vocabulary, exact=True).terms == ("missile",)
    assert expand(Phrase("missile"), vocabulary, exact=True).terms == ("missile",)


def test_a_new_generation_remembers_nothing_of_the_old(tmp_path: Path):
    old = open_vocabulary(tmp_path, "missile")
    assert expand(Word("missile"), old).terms == ("missile",)
    new = open_vocabulary(tmp_path, "missiles, a missile")
    assert expand(Word("missile"), new).terms == ("missile", "missiles")
    assert expand(Word("missile"), old).terms == ("missile",)


def test_a_field_remembers_its_own_terms(vocabulary: FieldVocabulary):
    title = FieldVocabulary(vocabulary._arrays, ("title",))
    assert expand(Prefix("mis"), vocabulary).terms == ("missile", "missiles")
    assert expand(Prefix("mis"), title).terms == ()


def test_memory_is_bounded(vocabulary: FieldVocabulary, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "REMEMBERED_BYTES", 20_000)
    small = FieldVocabulary(vocabulary._arrays, ("title", "body"))
    first = expand(Word("missile"), small)
    for number in range(200):
        expand(Word(f"word{number}"), small)
    assert expand(Word("missile"), small) is not first
    last = expand(Word("word199"), small)
    assert expand(Word("word199"), small) is last


def test_threads_share_what_is_remembered(vocabulary: FieldVocabulary):
    expected = {leaf: expand(leaf, vocabulary) for leaf in LEAVES}
    fresh = FieldVocabulary(vocabulary._arrays, ("title", "body"))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda leaf: (leaf, expand(leaf, fresh)), LEAVES * 50))
    assert all(expansion == expected[leaf] for leaf, expansion in found)
