"""A typed day, month, year or range -> the days it spans, and back.

`2024`, `2024-02`, `2024-02-29`, `2024-01..2024-03`, `2024..`, `..2024`, `>=2024-01-01` (also `>`,
`<`, `<=`), `[2024-01-01 TO 2024-03-31]` (a star is an open end). Both ends are included.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from indexer.query.ast import Dates

_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_BRACKETS: Final = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]", re.IGNORECASE)
_COMPARED: Final = re.compile(r"(>=|<=|>|<)\s*(\S+)")


@dataclass(frozen=True, slots=True)
class _DaySpan:
    """A first and a last day, both included."""

    first: date
    last: date


class _OpenEnd:
    """An open end of a range."""


_RangeEnd: TypeAlias = _DaySpan | _OpenEnd | None


def parse_day_range(text: str) -> Dates | None:
    """Return the days that a text spans; None if it is no date or ends before it begins.

    >>> parse_day_range("2024-02")
    Dates(first='2024-02-01', last='2024-02-29')
    >>> parse_day_range("2024..")
    Dates(first='2024-01-01', last=None)
    """
    text = text.strip()
    if bracketed := _BRACKETS.fullmatch(text):
        return _join_ends(_parse_end(bracketed[1]), _parse_end(bracketed[2]))
    if compared := _COMPARED.fullmatch(text):
        return _apply_comparison(compared[1], _parse_days(compared[2]))
    first, dots, last = text.partition("..")
    return (
        _join_ends(_parse_end(first), _parse_end(last)) if dots else _make_dates(_parse_days(text))
    )


def parse_span(text: str) -> tuple[str, str] | None:
    """Return the first and the last ISO day of a text; None if it has none or an open end."""
    days = parse_day_range(text)
    return (days.first, days.last) if days and days.first and days.last else None


def render_days(dates: Dates) -> str:
    """Return the shortest text that spans these days: `2024-02` for a whole month."""
    if dates.last is None:
        return f">={dates.first}"
    if dates.first is None:
        return f"<={dates.last}"
    shorter = (dates.first[:4], dates.first[:7], dates.first)
    whole = (short for short in shorter if parse_day_range(short) == dates)
    return next(whole, f"{dates.first}..{dates.last}")


def _parse_days(text: str) -> _DaySpan | None:
    """Return the days of a year or a month, or one day; None if the calendar lacks it."""
    parts = _DAY.fullmatch(text.strip())
    if not parts:
        return None
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return _DaySpan(first, first)
    last_month = 12 if month is None else month
    last_day = monthrange(first.year, last_month)[1]
    return _DaySpan(first, date(first.year, last_month, last_day))


def _parse_end(text: str) -> _RangeEnd:
    return _OpenEnd() if text.strip() in {"", "*"} else _parse_days(text)


def _make_dates(days: _DaySpan | None) -> Dates | None:
    return Dates(days.first.isoformat(), days.last.isoformat()) if days else None


def _join_ends(first: _RangeEnd, last: _RangeEnd) -> Dates | None:
    match first, last:
        case _DaySpan(), _DaySpan():
            if first.first > last.last:
                return None
            return Dates(first.first.isoformat(), last.last.isoformat())
        case _DaySpan(), _OpenEnd():
            return Dates(first.first.isoformat(), None)
        case _OpenEnd(), _DaySpan():
            return Dates(None, last.last.isoformat())
        case _:
            return None


def _apply_comparison(sign: str, days: _DaySpan | None) -> Dates | None:
    """Return the days of a comparison: `>2024` begins with 2025. None if outside the calendar."""
    if days is None:
        return None
    try:
        match sign:
            case ">=":
                return Dates(days.first.isoformat(), None)
            case "<=":
                return Dates(None, days.last.isoformat())
            case ">":
                return Dates((days.last + timedelta(days=1)).isoformat(), None)
            case _:
                return Dates(None, (days.first - timedelta(days=1)).isoformat())
    except OverflowError:
        return None
