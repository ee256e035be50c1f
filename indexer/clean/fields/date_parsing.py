"""Reads dates: a printed or declared text comes in, dates in ISO 8601 go out.

A date keeps the time and offset that the text gives. Nothing is converted between time zones: the
day that a reader saw is the day that counts. `read_dated_line` also reads the labels beside dates
("Published", "Updated").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from indexer.clean.fields.month_names import MONTHS

EARLIEST_YEAR: Final = 1990
"""Machine-readable dates before this year (0001, 1970 and the like) are taken for mistakes."""

_YEAR: Final = re.compile(r"\d{4}")
_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(
    r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?:Z|[+-]\d{4})?$"
)
_YEAR_FIRST: Final = re.compile(
    r"(?<!\d)(\d{4})[/.\u5e74\ub144]\s?(\d{1,2})[/.\u6708\uc6d4]\s?(\d{1,2})(?!\d)"
)
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_EPOCH: Final = re.compile(r"^1\d{9}(?:\d{3})?$")
_WORD: Final = r"([^\W\d_]{3,12})"
_ORDINAL: Final = r"(?:st|nd|rd|th|\.|\u00ba|er|-?\u0433\u043e)?"
_DAY_MONTH: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[\s-]*(?:(?:de|of)\s+|d['\u2019])?{_WORD}\.?,?[\s-]*(?:del?\s+)?(\d{{4}})(?!\d)"
)
_MONTH_DAY: Final = re.compile(
    rf"(?<![^\W\d_]){_WORD}\.?[\s-]+(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(?:at\s+)?(\d{{4}})(?!\d)"
)
_YEAR_MONTH: Final = re.compile(
    rf"(?<!\d)(\d{{4}})\.?[\s-]+(?:m\.\s+)?{_WORD}\.?[\s-]+(\d{{1,2}})(?!\d)"
)

UPDATE_LABEL: Final = re.compile(
    r"(?<![^\W\d_])(?:(?:last\s*)?updated?|last\s?edited|modified|revised|reviewed|"
    r"aktualisiert|akt\.|bearbeitet|"
    r"mis(?:e)? \u00e0 jour|actualizado|atualizad[oa]|aggiornat[oa]|oppdatert|uppdaterad|opdateret|"
    r"bijgewerkt|stand|p\u00e4ivitetty|g\u00fcncelleme|aktualizov\w+|aktualizacja|zaktualizowano|"
    r"\u043e\u0431\u043d\u043e\u0432\u043b\w+|\u043e\u043d\u043e\u0432\u043b\w+|\u66f4\u65b0)",
    re.IGNORECASE,
)
_PUBLICATION_LABEL: Final = re.compile(
    r"(?<![^\W\d_])(?:published|posted|post\s(?:date|time)|publi\w+|ver\u00f6ffentlicht|erschienen|"
    r"created|written|date|issued|\u043e\u043f\u0443\u0431\u043b\u0438\u043a\w+|"
    r"\u516c\u958b|\u767a\u8868|\u53d1\u5e03)",
    re.IGNORECASE,
)
_JOINED_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""The place where elements of one line touch: `World newsMarch 3, 2024`."""


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date in a text: characters `start` to `end` (exclusive), and its ISO form."""

    start: int
    end: int
    iso: str


def parse_date(text: str, *, day_first: bool | None = None) -> str | None:
    """Return the first date in `text` in ISO form, None if there is none or it is ambiguous.

    Args:
        text: a declared value or a printed line; its first 300 characters are read.
        day_first: whether `03/04/2024` is 3 April; None if unknown, then it is ambiguous.

    >>> parse_date("2025-02-19T14:05:00-0500")
    '2025-02-19T14:05:00-05:00'
    >>> parse_date("Published March 3, 2024")
    '2024-03-03'
    >>> parse_date("03/04/2024", day_first=True)
    '2024-04-03'
    """
    text = text.strip()[:300]
    whole = _ISO.fullmatch(text)
    if whole and is_valid_day(int(whole[1]), int(whole[2]), int(whole[3])):
        return _format_iso(int(whole[1]), int(whole[2]), int(whole[3]), whole)
    compact = _read_compact(text)
    if compact:
        return compact
    found = scan_dates(text, day_first=day_first)
    return found[0].iso if found else None


def has_year_digits(text: str) -> bool:
    """Tell whether `text` has four digits in a row, as every date that `scan_dates` reads."""
    return _YEAR.search(text) is not None


def scan_dates(text: str, *, day_first: bool | None = None) -> list[DateMatch]:
    """Return every date in `text` in order, without overlaps; `day_first` as for `parse_date`."""
    if not has_year_digits(text):
        return []
    found = [*_scan_iso(text), *_scan_year_first(text), *_scan_named(text)]
    found += _scan_numeric(text, day_first=day_first)
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[DateMatch] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def is_valid_day(year: int, month: int, day: int) -> bool:
    """Tell whether the three make a day between the years EARLIEST_YEAR and 2100."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return EARLIEST_YEAR <= year <= 2100


def _scan_iso(text: str) -> Iterator[DateMatch]:
    for found in _ISO.finditer(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if is_valid_day(year, month, day):
            yield DateMatch(found.start(), found.end(), _format_iso(year, month, day, found))


def _format_iso(year: int, month: int, day: int, found: re.Match[str]) -> str:
    """Return the day in ISO form, with the time and offset of `found` if they are valid."""
    printed = f"{year:04}-{month:02}-{day:02}"
    if not found[4] or int(found[4]) > 23 or int(found[5]) > 59 or int(found[6] or 0) > 59:
        return printed
    printed += f"T{int(found[4]):02}:{found[5]}:{found[6] or '00'}"
    zone = (found[7] or "").upper()
    if zone == "Z":
        return printed + "Z"
    if zone in {"UTC", "GMT"}:
        return printed + "+00:00"
    if zone:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) < 15 and int(digits[2:]) < 60:
            return f"{printed}{zone[0]}{digits[:2]}:{digits[2:]}"
    return printed


def _read_compact(text: str) -> str | None:
    """Return the date of a text like `20240503T140500` or a Unix time, None if it is neither."""
    found = _COMPACT.match(text)
    if found and is_valid_day(int(found[1]), int(found[2]), int(found[3])):
        return f"{found[1]}-{found[2]}-{found[3]}"
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).isoformat()
    return None


def _scan_year_first(text: str) -> Iterator[DateMatch]:
    for found in _YEAR_FIRST.finditer(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if is_valid_day(year, month, day):
            yield DateMatch(found.start(), found.end(), f"{year:04}-{month:02}-{day:02}")


def _scan_named(text: str) -> Iterator[DateMatch]:
    """Yield dates whose month is a word: `3 May 2024`, `May 3, 2024`, `2024 May 3`."""
    for pattern, year_at, month_at, day_at in (
        (_DAY_MONTH, 3, 2, 1),
        (_MONTH_DAY, 3, 1, 2),
        (_YEAR_MONTH, 1, 2, 3),
    ):
        for found in pattern.finditer(text):
            month = MONTHS.get(found[month_at].casefold())
            day, year = int(found[day_at]), int(found[year_at])
            if month and is_valid_day(year, month, day):
                yield DateMatch(found.start(), found.end(), f"{year:04}-{month:02}-{day:02}")


def _scan_numeric(text: str, *, day_first: bool | None) -> Iterator[DateMatch]:
    """Yield dates like 19.11.2019 and 19/11/2019.

    If day and month could be swapped, a date with dots has the day first; for others `day_first`
    decides.
    """
    for found in _NUMERIC.finditer(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if second > 12:
            month, day = first, second
        elif found[2] == "." or first > 12 or first == second or day_first:
            day, month = first, second
        elif day_first is False:
            month, day = first, second
        else:
            continue
        if is_valid_day(year, month, day):
            yield DateMatch(found.start(), found.end(), f"{year:04}-{month:02}-{day:02}")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One printed date.

    Attributes:
        iso: the day or the moment, ISO 8601 as printed.
        is_update: whether it is labelled as the date of an update.
        is_labelled: whether it is labelled as the date of publication.
    """

    iso: str
    is_update: bool
    is_labelled: bool = False


def read_dated_line(text: str, *, day_first: bool | None = None) -> list[PrintedDate]:
    """Return the dates of one line; the label before a date says which kind it is.

    Of two dates without labels, the later is the date of an update.
    """
    if not has_year_digits(text):
        return []
    text = _JOINED_WORDS.sub(" ", text)
    found = scan_dates(text, day_first=day_first)
    dates, start = [], 0
    for one in found:
        before = text[start : one.start]
        is_update = UPDATE_LABEL.search(before) is not None
        dates.append(
            PrintedDate(
                one.iso, is_update, bool(not is_update and _PUBLICATION_LABEL.search(before))
            )
        )
        start = one.end
    if (
        len(dates) == 1
        and not dates[0].is_labelled
        and UPDATE_LABEL.match(text[start:].strip(" ,|-"))
    ):
        return [PrintedDate(dates[0].iso, is_update=True)]
    if len(dates) == 2 and not any(date.is_update or date.is_labelled for date in dates):
        first, second = sorted(dates, key=lambda date: date.iso)
        return [first, PrintedDate(second.iso, is_update=first.iso != second.iso)]
    return dates
