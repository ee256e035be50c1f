"""The steps of a list that both engines take alike, on rankings written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.engines.bm25 import Freshness
from indexer.engines.interface import SearchOptions
from indexer.engines.search_request import (
    add_proximity,
    build_filters,
    collapse_copies,
    make_request,
    name_own_filter,
)


def leave_repeated(letters):
    """Each letter once."""
    return "".join(dict.fromkeys(letters))


@pytest.mark.parametrize(
    ("ranking", "wanted", "left", "depths"),
    [
        ("abc", 2, "abc", [3]),
        ("aaab", 2, "ab", [3, 12]),
        ("aaaaaaaaaaaabcd", 2, "abcd", [3, 12, 48]),
        ("aaaa", 2, "a", [3, 12]),
        ("", 2, "", [3]),
    ],
)
def test_copies_are_left_out_until_enough_are_alone_or_all_are_seen(ranking, wanted, left, depths):
    asked = []

    def rank(depth):
        asked.append(depth)
        return ranking[:depth]

    assert collapse_copies(rank, leave_repeated, wanted, len(ranking), 3) == left
    assert asked == depths


def test_the_bonus_orders_the_top_anew_and_leaves_it_above_the_rest():
    scores = np.array([5, 4, 4, 1, 9], np.float32)
    order, drawn = add_proximity(scores, np.array([0, 0, 2, 0]))
    assert order.tolist() == [2, 0, 1, 3, 4]
    assert drawn.tolist() == [6, 5, 4, 1, 9]
    assert scores.tolist() == [5, 4, 4, 1, 9]


def test_ties_after_the_bonus_stay_in_order():
    order, _ = add_proximity(np.array([3.0, 2.0, 1.0]), np.array([0.0, 1.0, 2.0]))
    assert order.tolist() == [0, 1, 2]


def test_filters_have_their_names_and_days_that_of_the_months():
    options = SearchOptions(filters={"source": ("AP", "TASS"), "tag": ()}, first="2024-01-01")
    queries = build_filters(
        options, lambda name, values: f"{name}={values}", lambda *days: f"{days}"
    )
    assert queries == {"source": "source=('AP', 'TASS')", "date": "('2024-01-01', None)"}
    assert (name_own_filter("month"), name_own_filter("source")) == ("date", "source")
    assert build_filters(SearchOptions(), lambda *_: "", lambda *_: "") == {}


def test_close_words_gain_nothing_in_an_exact_search():
    def request(**options):
        return make_request(
            SearchOptions(**options), "query", filters={}, close=("air", "war"), deadline=1.0
        )

    assert request().close == ("air", "war")
    assert request(exact=True).close == ()
    assert (request().fresh, request(fresh=False).fresh) == (Freshness(), None)
    assert (request(offset=20).end, request(fold_copies=False).fold) == (30, False)
