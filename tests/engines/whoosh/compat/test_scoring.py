"""BM25 numbers by hand, the same in three shapes, and stem groups against a stemmed field."""

from __future__ import annotations

import math

import numpy as np
import pytest
import Stemmer
from whoosh.analysis import Filter, SpaceSeparatedTokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Term

from indexer.engines.bm25 import Bm25, Freshness, compute_idf
from indexer.engines.whoosh.compat.scoring import Bm25Model
from indexer.engines.whoosh.search.queries import WordGroupQuery
from tests.support.small_index import Doc, build, build_stock, find_our_scores, find_stock_scores


def test_idf_is_lucenes():
    assert compute_idf(10, 2) == pytest.approx(math.log(1 + 8.5 / 2.5))


def test_idf_of_a_word_in_every_document_is_above_zero():
    assert compute_idf(10, 10) > 0


def test_score_of_one_document_by_hand():
    # k1 2, b 0.5, length 6, mean 4: norm = 2 * (0.5 + 0.5 * 1.5) = 2.5; 3 * 3 * 3 / (3 + 2.5)
    assert Bm25(k1=2.0, b=0.5).score(3.0, 3.0, 6.0, 4.0) == pytest.approx(27 / 5.5)


def test_arrays_give_what_the_formula_gives():
    ranking = Bm25(k1=2.0, b=0.5)
    norms = ranking.compute_norms(np.array([6.0, 2.0], np.float32), 4.0)
    scores = ranking.saturate(np.array([3.0, 1.0], np.float32), norms)
    assert scores.tolist() == pytest.approx([9 / 5.5, 3 / 2.5])


def test_title_counts_three_times_in_frequency_and_length(tmp_path):
    docs = [Doc("a", title="war", body="air air"), Doc("b", body="air air air air")]
    scores = find_our_scores(
        build(tmp_path, docs), WordGroupQuery((("title", 3.0), ("body", 1.0)), ("war",))
    )
    # Weighted lengths 3 + 2 and 4, mean 4.5; frequency 3; idf log(1 + 1.5 / 1.5).
    norm = 1.6 * (0.4 + 0.6 * 5 / 4.5)
    assert scores == pytest.approx({"a": math.log(2) * 3 * 2.6 / (3 + norm)})


def test_deleted_documents_leave_the_statistics(tmp_path):
    docs = [Doc("a", "war war"), Doc("b", "war air tank tank"), Doc("c", "aid")]
    deleted = build(tmp_path / "deleted", docs, deleted=["b"])
    rebuilt = build(tmp_path / "rebuilt", [docs[0], docs[2]])
    query = WordGroupQuery((("body", 1.0),), ("war",))
    assert find_our_scores(deleted, query) == pytest.approx(find_our_scores(rebuilt, query))


class Stem(Filter):
    """Snowball stems in a stock analyzer."""

    def __call__(self, tokens):
        stemmer = Stemmer.Stemmer("english")
        for token in tokens:
            token.text = stemmer.stemWord(token.text)
            yield token


def test_stem_group_scores_as_a_stemmed_field_of_stock_whoosh(tmp_path):
    bodies = {
        "a": "missile missiles hit",
        "b": "the missile",
        "c": "hits hitting the hit",
        "d": "no match here",
        "e": "missiles",
    }
    schema = Schema(id=ID(stored=True), body=TEXT(analyzer=SpaceSeparatedTokenizer() | Stem()))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for key, body in bodies.items():
        writer.add_document(id=key, body=body)
    writer.commit()
    searcher = index.searcher(weighting=Bm25Model())
    snapshot = build(tmp_path, [Doc(key, body) for key, body in bodies.items()])
    group = WordGroupQuery((("body", 1.0),), ("missile", "missiles"))
    expected = find_stock_scores(searcher, Term("body", "missil"))
    assert expected.keys() == {"a", "b", "e"}
    assert find_our_scores(snapshot, group) == pytest.approx(expected, rel=1e-4)


def test_group_scores_the_same_in_stock_searchers(tmp_path):
    docs = [Doc("a", "air war air force"), Doc("b", "war"), Doc("c", "air force")]
    group = WordGroupQuery((("body", 1.0),), ("war",), ((("air",), ("force", "war")),))
    expected = find_stock_scores(build_stock(docs), group)
    assert expected.keys() == {"a", "b", "c"}
    assert find_our_scores(build(tmp_path, docs), group) == pytest.approx(expected, rel=1e-4)


def test_freshness_halves_with_its_half_life():
    days = np.array([1000, 900, 800, 0], np.int32)
    factors = Freshness(strength=0.2, half_life=100).compute_factors(days)
    assert factors.tolist() == pytest.approx([1.2, 1.1, 1.05, 1.0])
