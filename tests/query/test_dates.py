"""Days of a query: a day, month, year or range -> its first and last day."""

from __future__ import annotations

import pytest

from indexer.query.ast import Dates
from indexer.query.dates import parse_day_range, parse_span

DAYS = [
    ("2024", "2024-01-01", "2024-12-31"),
    ("2023-02", "2023-02-01", "2023-02-28"),
    ("2024-2-9", "2024-02-09", "2024-02-09"),
    ("2024..", "2024-01-01", None),
    ("..2024", None, "2024-12-31"),
    (" 2024-05 .. 2024-06 ", "2024-05-01", "2024-06-30"),
    ("2024-01..*", "2024-01-01", None),
    (">2024", "2025-01-01", None),
    (">= 2024-02", "2024-02-01", None),
    ("<2024", None, "2023-12-31"),
    ("<=2024-02", None, "2024-02-29"),
    (">2024-02-28", "2024-02-29", None),
    ("[* TO 2024]", None, "2024-12-31"),
    ("[ 2024-01-01  to 2024-03-31 ]", "2024-01-01", "2024-03-31"),
    ("9999", "9999-01-01", "9999-12-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), DAYS)
def test_day_range_has_both_ends_included(text, first, last):
    assert parse_day_range(text) == Dates(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-13", "2024-00", "2023-02-29", "0000", "24", "20240101", "2024..2023", "..",
     "[* TO *]", ">9999", "<0001", ">=", ">=..2024", "2024..soon", "٢٠٢٤", "2024-01-01T10:00"],
)  # fmt: skip
def test_what_is_no_day_range_is_none(text):
    assert parse_day_range(text) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023..2024", ("2023-01-01", "2024-12-31")),
        (">=2024", None),
        ("soon", None),
    ],
)
def test_span_has_both_ends_or_is_none(text, span):
    assert parse_span(text) == span
