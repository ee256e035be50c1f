"""Our query classes are values, and Whoosh queries."""

from __future__ import annotations

import pytest
from whoosh.query import And, Term

from indexer.engines.whoosh.search import positions, postings_reader
from indexer.engines.whoosh.search.queries import (
    AtLeastMentions,
    DayRange,
    HasValue,
    Nearness,
    WordGroupQuery,
)
from indexer.errors import SearchTimeout
from tests.support.small_index import Doc, build, build_stock, find_our_scores, find_stock_scores

BODY = (("body", 1.0),)
BOTH = (("title", 3.0), ("body", 1.0))


def word(*words):
    return WordGroupQuery(BODY, words)


def phrase(*words):
    return WordGroupQuery(BODY, (), (tuple((one,) for one in words),))


DOCS = [
    Doc("a", "poland buys himars from the united states", published="2024-01-31"),
    Doc("b", "himars for poland", title="himars", published="2024-02-01"),
    Doc("c", "poland and a great many other states want himars"),
    Doc("d", "poland poland", published="2025-06-30"),
]


def find_by_both(tmp_path, query):
    """Ids found by the executor, which must be those of a stock searcher."""
    ours = find_our_scores(build(tmp_path, DOCS[:2], DOCS[2:]), query)
    assert ours.keys() == find_stock_scores(build_stock(DOCS[:2], DOCS[2:]), query).keys()
    return "".join(sorted(ours))


def test_queries_are_values():
    assert word("war") == word("war")
    assert hash(And([word("war"), Term("body", "air")])) is not None
    assert word("war") != word("wars")


def test_boost_is_a_copy():
    assert word("war").with_boost(2.0) == WordGroupQuery(BODY, ("war",), boost=2.0)


def test_normalize_keeps_our_queries():
    query = And([And([word("war"), word("air")]), DayRange(1, 2)])
    assert query.normalize() == And([word("war"), word("air"), DayRange(1, 2)])


@pytest.mark.parametrize(
    ("distance", "ordered", "ids"),
    [(0, False, ""), (1, True, "a"), (1, False, "ab"), (6, False, "ab"), (7, True, "ac")],
)
def test_nearness_counts_the_other_words_between(tmp_path, distance, ordered, ids):
    query = Nearness((word("poland"), word("himars")), distance, ordered)
    assert find_by_both(tmp_path, query) == ids


def test_nearness_of_a_word_with_itself_wants_it_twice(tmp_path):
    query = Nearness((word("poland"), word("poland")), 10, ordered=False)
    assert find_by_both(tmp_path, query) == "d"


def test_nearness_stays_within_one_field(tmp_path):
    query = Nearness(
        (WordGroupQuery(BOTH, ("himars",)), WordGroupQuery(BOTH, ("from",))), 0, ordered=True
    )
    assert find_by_both(tmp_path, query) == "a"


def test_nearness_of_words_that_stand_everywhere_is_refused_beforehand(tmp_path, monkeypatch):
    monkeypatch.setattr(positions, "MOST_LOOKUPS", 3)
    with pytest.raises(SearchTimeout, match="rarer"):
        find_by_both(tmp_path, Nearness((word("poland"), word("himars")), 1, ordered=False))


def test_nearness_of_many_given_several_times(tmp_path):
    """More operands than are tried in every order: each counts as a token, though they share one.

    `a` has them within 7 words, `c` within 9, all of them "tokens"; `b` has no states.
    """
    every = tuple(map(word, ("states", "himars", "poland") * 3))
    found = find_our_scores(build(tmp_path, DOCS[:2], DOCS[2:]), Nearness(every, 0, ordered=False))
    assert "".join(sorted(found)) == "ac"


@pytest.mark.parametrize("many", [0, 16], ids=["at once", "one by one"])
def test_phrase_and_nearness_of_many_forms(tmp_path, monkeypatch, many: int):
    monkeypatch.setattr(postings_reader, "MAX_TERMS_MERGED", many)
    countries, verbs = ("poland", "united", "absent"), ("and", "buys", "himars", "states")
    forms = WordGroupQuery(BODY, (), ((countries, verbs),))
    assert find_by_both(tmp_path, forms) == "ac"
    absent = WordGroupQuery(BODY, (), ((countries, ("absent", "missing")),))
    assert find_by_both(tmp_path, absent) == ""
    near = Nearness((word("himars", "war"), word(*verbs[:2])), 1, ordered=False)
    assert find_by_both(tmp_path, near) == "a"


def test_phrase_is_an_operand_of_nearness(tmp_path):
    query = Nearness((word("himars"), phrase("united", "states")), 2, ordered=True)
    assert find_by_both(tmp_path, query) == "a"


def test_nearness_of_many_operands(tmp_path):
    every = tuple(map(word, ("states", "united", "the", "from", "himars", "buys", "poland")))
    assert find_by_both(tmp_path, Nearness(every, 0, ordered=False)) == "a"


@pytest.mark.parametrize(
    ("words", "count", "ids"),
    [
        (("poland",), 1, "abcd"),
        (("poland",), 2, "d"),
        (("himars",), 2, "b"),
        (("poland", "himars"), 2, "abcd"),
        (("poland", "himars"), 3, "b"),
    ],
)
def test_mentions_are_counted_over_words_and_fields(tmp_path, words, count, ids):
    assert find_by_both(tmp_path, AtLeastMentions(WordGroupQuery(BOTH, words), count)) == ids


@pytest.mark.parametrize(
    ("first", "last", "ids"),
    [
        (None, None, "abd"),
        ("2024-02-01", None, "bd"),
        (None, "2024-01-31", "a"),
        ("2024-01-31", "2024-02-01", "ab"),
    ],
)
def test_day_range_includes_both_ends_and_no_undated(tmp_path, first, last, ids):
    first, last = (Doc("", published=day).day if day else None for day in (first, last))
    assert find_by_both(tmp_path, DayRange(first, last)) == ids


def test_values_are_alternatives(tmp_path):
    docs = [Doc("a", source="x", tag="p q"), Doc("b", source="y"), Doc("c", source="z", tag="q")]
    snapshot = build(tmp_path, docs[:2], docs[2:], deleted=["b"])
    assert find_our_scores(snapshot, HasValue("source", ("x", "y"))).keys() == {"a"}
    assert find_our_scores(snapshot, HasValue("tag", ("q",))).keys() == {"a", "c"}
    assert find_our_scores(snapshot, HasValue("tag", ("none",))) == {}
