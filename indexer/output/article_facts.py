"""Dates and addresses of an article, in the forms that several output formats share."""

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
    """Format a date or time as RFC 3339: a day as its midnight, no zone as UTC; None if invalid."""
    try:
        value = datetime.fromisoformat(printed or "")
    except ValueError:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def write_day(day: date) -> str:
    """Format a day for a list: `17 Feb 2025`."""
    return f"{day.day} {write_month(day.year, day.month)}"


def write_month(year: int, month: int) -> str:
    """Format a month for a list: `Feb 2025`."""
    return f"{MONTHS[month - 1][:3]} {year}"


def write_full_day(day: date) -> str:
    """Format a day for a citation: `17 February 2025`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_iso_day(printed: str | None) -> str:
    """Format the day of a date or time for a terminal: `2025-02-17`; empty for None."""
    return (printed or "")[:10]


def build_link(article: Article) -> str:
    """Build the address of an article for a file, escaped as %xx; empty if it is not of the web."""
    parts = split_web_address(article.url)
    if parts is None:
        return ""
    path, query, fragment = map(_quote, (parts.path, parts.query, parts.fragment))
    host = quote(parts.netloc, safe="%:@[]!$&'()*+,;=")
    return urlunsplit((parts.scheme, host, path, query, fragment))


def join_lines(text: str) -> str:
    """Put a text in one line, with single spaces between its words."""
    return " ".join(text.split())


def _quote(text: str) -> str:
    """Escape a part of an address by RFC 3986; brackets and a lone % become %xx too."""
    return quote(_LONE_PERCENT.sub("%25", text), safe="%/:?@!$&'()*+,;=~-._")
