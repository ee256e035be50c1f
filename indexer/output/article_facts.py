"""Facts of an article in the form that several formats share: its day, instant and address."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from indexer.models import Article

_LONE_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def format_instant(printed: str | None) -> str | None:
    """RFC 3339: a day is its midnight, a time without a zone is UTC; None where it is no date."""
    try:
        value = datetime.fromisoformat(printed or "")
    except ValueError:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def parse_day(printed: str | None) -> date | None:
    """The day of a date as printed; None if it is none."""
    try:
        return date.fromisoformat((printed or "")[:10])
    except ValueError:
        return None


def link_to(article: Article) -> str:
    """Its address where that is one of the web, spaces and the like written as %xx."""
    try:
        parts = urlsplit(article.url or "")
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    if not known:
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
