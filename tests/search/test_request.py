"""Filters and days as they are asked for: read once for every way of asking."""

from __future__ import annotations

import pytest

from indexer.models import Query
from indexer.search.request import Period, narrow_query, read_period


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"),
    [
        (None, None, None, None),
        ("2024-02-28", None, "2024-02-28", None),
        (None, "2024-02", None, "2024-02-29"),
        ("2023", "2024", "2023-01-01", "2024-12-31"),
        ("2024", "2024-03-31", "2024-01-01", "2024-03-31"),
    ],
)
def test_period_is_from_the_first_day_to_the_last(begin, end, first, last):
    assert read_period(begin, end) == Period(first, last)
    assert not read_period(begin, end).is_reversed


def test_what_is_no_day_is_named_and_left_open():
    assert read_period("soon", "2024") == Period(None, "2024-12-31", ("from",))
    assert read_period("", "2024-02-30").unread == ("from", "to")


def test_period_that_ends_before_it_begins_is_told():
    assert read_period("2025", "2024").is_reversed
    assert not read_period("2024-05", "2024").is_reversed


def test_filter_without_values_is_left_out():
    period = read_period("2024", None)
    query = narrow_query(Query("a"), period, {"source": ("A", "B"), "tag": ()})
    assert (query.first, query.last) == ("2024-01-01", None)
    assert query.filters == {"source": ("A", "B")}
