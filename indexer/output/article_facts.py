"""Facts of an article in the form that several formats share: its day, instant and address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlunsplit

from indexer.web_address import split_web_address

if TYPE_CHECKING:
    from datetime import date

    from indexer.models import Article

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_LONE_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def format_instant(printed: str | None) -> str | None:
    """RFC 3339: a day is its midnight, a time without a zone is UTC; None where it is no date."""
    try:
        value = datetime.fromisoformat(printed or "")
    except ValueError:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def write_day(day: date) -> str:
    """A day as a list shows it: `17 Feb 2025`."""
    return f"{day.day} {write_month(day.year, day.month)}"


def write_month(year: int, month: int) -> str:
    """A month as a list shows it: `Feb 2025`."""
    return f"{MONTHS[month - 1][:3]} {year}"


def write_day_in_full(day: date) -> str:
    """A day as a citation has it: `17 February 2025`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def iso_day(printed: str | None) -> str:
    """The day of a time as printed, as a terminal shows it: `2025-02-17`; empty for None."""
    return (printed or "")[:10]


def link_to(article: Article) -> str:
    """The address of an article for a file: spaces and the like as %xx, empty if not of the web."""
    parts = split_web_address(article.url)
    if parts is None:
        return ""
    path, query, fragment = map(_quoted, (parts.path, parts.query, parts.fragment))
    host = quote(parts.netloc, safe="%:@[]!$&'()*+,;=")
    return urlunsplit((parts.scheme, host, path, query, fragment))


def join_lines(text: str) -> str:
    """A text in one line, single spaces between its words."""
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """A part of an address as RFC 3986 allows it: brackets and a lone % are written as %xx too."""
    return quote(_LONE_PERCENT.sub("%25", text), safe="%/:?@!$&'()*+,;=~-._")
