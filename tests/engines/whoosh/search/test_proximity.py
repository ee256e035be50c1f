"""The bonus for neighbouring words that stand close, and the words that feedback adds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import And, Or

from indexer.engines.bm25 import Freshness
from indexer.engines.search_request import PROXIMITY_STRENGTH, SearchRequest
from indexer.engines.whoosh.search import searcher
from indexer.engines.whoosh.search.executor import QueryExecutor
from indexer.engines.whoosh.search.proximity import bound_bonus, score_proximity
from indexer.engines.whoosh.search.queries import WordGroupQuery
from indexer.engines.whoosh.search.relevance_feedback import ADDED_WORD_WEIGHT, add_words
from indexer.engines.whoosh.search.scored_postings import LeafCache
from indexer.engines.whoosh.search.searcher import execute_search
from tests.support.small_index import Doc, build, read_ids

BODY = (("body", 1.0),)


def word(*words):
    return WordGroupQuery(BODY, words)


DOCS = [
    Doc("apart", "air one two three four five six seven eight nine war", published="2024-03-01"),
    Doc("next", "one two three air war four five six seven eight nine", published="2024-03-01"),
    Doc("third", "one two air three war four five six seven eight nine", published="2024-03-01"),
    Doc("none", "one two three four five six seven eight nine ten war", published="2024-03-01"),
]


@pytest.fixture
def snapshot(tmp_path):
    return build(tmp_path, DOCS[:2], DOCS[2:])


def test_bonus_falls_with_the_square_of_the_distance(snapshot):
    words = (word("air"), word("war"))
    bonus = score_proximity(LeafCache(snapshot), words, np.arange(4, dtype=np.int32))
    # `war` stands in all four; all lengths are the mean, so the norm is k1.
    idf = math.log(1 + 0.5 / 4.5)
    expected = [
        PROXIMITY_STRENGTH * idf * count * 2.6 / (count + 1.6) for count in (0, 1, 1 / 4, 0)
    ]
    assert bonus.tolist() == pytest.approx(expected, rel=1e-5)


def test_order_of_the_two_words_is_all_one(snapshot):
    numbers = np.arange(4, dtype=np.int32)
    there = score_proximity(LeafCache(snapshot), (word("air"), word("war")), numbers)
    back = score_proximity(LeafCache(snapshot), (word("war"), word("air")), numbers)
    assert there.tolist() == back.tolist()


def test_bonus_of_two_phrases_counts_in_their_own_document_alone(tmp_path):
    texts = ["air war sea fleet", "air war one sea fleet", "air war one two sea fleet", "one"]
    snapshot = build(tmp_path, [Doc(str(number), text) for number, text in enumerate(texts)])
    phrases = tuple(
        WordGroupQuery(BODY, (), (((first,), (second,)),))
        for first, second in (("air", "war"), ("sea", "fleet"))
    )
    every = score_proximity(LeafCache(snapshot), phrases, np.arange(4, dtype=np.int32)).tolist()
    assert every[0] > every[1] > every[2] > every[3] == 0
    for documents in ([0], [1], [3], [0, 2], [1, 3]):
        bonus = score_proximity(LeafCache(snapshot), phrases, np.array(documents, np.int32))
        assert bonus.tolist() == [every[document] for document in documents]


def test_one_word_gets_no_bonus(snapshot):
    numbers = np.arange(4, dtype=np.int32)
    assert score_proximity(LeafCache(snapshot), (word("air"),), numbers).tolist() == [0, 0, 0, 0]
    assert (
        score_proximity(LeafCache(snapshot), (word("air"), word("air")), numbers).tolist()
        == [0] * 4
    )


@pytest.mark.parametrize("fresh", [None, Freshness()])
def test_close_words_rank_first(snapshot, fresh):
    words = (word("air"), word("war"))
    found = execute_search(
        QueryExecutor(snapshot), SearchRequest(query=And(list(words)), close=words, fresh=fresh)
    )
    assert read_ids(snapshot, [row.document for row in found.hits]) == ["next", "third", "apart"]
    assert found.hits[0].score > found.hits[1].score > found.hits[2].score


def test_pages_of_close_words_continue(snapshot):
    words = (word("air"), word("war"))
    rows = [
        row.document
        for offset in range(3)
        for row in execute_search(
            QueryExecutor(snapshot),
            SearchRequest(query=And(list(words)), close=words, offset=offset, size=1),
        ).hits
    ]
    assert read_ids(snapshot, rows) == ["next", "third", "apart"]


TEXTS = st.lists(
    st.lists(st.sampled_from(["air", "war", "sea", "land", "x", "y"]), min_size=1, max_size=14),
    min_size=1,
    max_size=60,
)
PHRASE = WordGroupQuery(BODY, ("sea",), ((("air",), ("war",)),))


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.sampled_from([None, Freshness(), Freshness(5.0, 30.0)]), st.integers(0, 2**32 - 1))
def test_first_documents_are_those_of_a_ranking_not_cut(tmp_path_factory, texts, fresh, seed):
    random = np.random.default_rng(seed)
    days = [f"2024-{month:02d}-01" for month in random.integers(1, 13, len(texts))]
    docs = [
        Doc(str(n), " ".join(text), published=day if n % 5 else "")
        for n, (text, day) in enumerate(zip(texts, days, strict=True))
    ]
    folder = tmp_path_factory.mktemp("reach")
    executor = QueryExecutor(build(folder, docs[: len(docs) // 2], docs[len(docs) // 2 :]))
    groups = (word("air"), word("war", "land"), PHRASE, word("x"))
    for close in (groups[:2], groups[1:3], groups, (groups[0], groups[3])):
        request = SearchRequest(query=Or(list(close)), close=close, fresh=fresh, size=100)
        whole = execute_search(executor, request).hits
        for size in (1, 2, 5, 10, 30):
            assert execute_search(executor, replace(request, size=size)).hits == whole[:size]
            following = replace(request, size=size, offset=size)
            assert execute_search(executor, following).hits == whole[size : 2 * size]


def test_only_documents_within_reach_are_looked_into(tmp_path, monkeypatch):
    docs = [Doc(f"{n:02d}", "air war " * 3 + "x " * n) for n in range(60)]
    docs += [Doc(f"z{n:02d}", "air " + "x " * 200) for n in range(60)]
    executor = QueryExecutor(build(tmp_path, docs))
    looked_into = []

    def noting(leaves, groups, documents):
        looked_into.append(len(documents))
        return score_proximity(leaves, groups, documents)

    monkeypatch.setattr(searcher, "score_proximity", noting)
    words = (word("air"), word("war"))
    found = execute_search(executor, SearchRequest(query=Or(list(words)), close=words, size=10))
    assert [executor.arrays.get_id(row.document) for row in found.hits] == [
        f"{n:02d}" for n in range(10)
    ]
    assert 10 <= looked_into[0] <= 60


def test_no_bonus_exceeds_the_largest(tmp_path):
    docs = [Doc(str(n), "air war " * (n + 1) * 40) for n in range(3)] + [Doc("z", "sea")]
    snapshot = build(tmp_path, docs)
    words = (word("air"), word("war"))
    leaves = LeafCache(snapshot)
    bonus = score_proximity(leaves, words, np.arange(4, dtype=np.int32))
    assert 0.9 * bound_bonus(leaves, words) < bonus.max() <= bound_bonus(leaves, words)


def test_feedback_adds_what_first_documents_share(tmp_path):
    docs = [Doc("a", "tank tank gun the 155"), Doc("b", "tank gun gun the 155"), Doc("c", "boat")]
    snapshot = build(tmp_path, [*docs, *(Doc(f"z{n}", "boat sail") for n in range(20))])
    samples = [docs[0].body.split(), docs[1].body.split(), ["boat"]]
    words = add_words(snapshot, [word("tank"), word("tank")], samples, word)
    # `the` has no weight, 155 is a number, `boat` stands in one of the three; tank and gun are
    # equally frequent, so tank gains the full weight above the two it was typed.
    assert {group.words: group.boost for group in words} == pytest.approx(
        {("tank",): 2 + ADDED_WORD_WEIGHT, ("gun",): ADDED_WORD_WEIGHT}
    )
    assert (
        execute_search(QueryExecutor(snapshot), SearchRequest(query=Or(words))).matching.count == 2
    )


def test_feedback_of_nothing_is_what_was_asked(snapshot):
    assert add_words(snapshot, [word("air")], [], word) == [word("air")]


def test_close_words_that_match_nothing_list_nothing(snapshot):
    words = (word("air"), word("boat"))
    found = execute_search(
        QueryExecutor(snapshot), SearchRequest(query=And(list(words)), close=words)
    )
    assert found.hits == ()
