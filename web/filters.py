"""How a template shows values: marked text, days, counts, links. Nothing else makes HTML."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from indexer.output.export import FORMATS
from web import params
from web.state import state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from indexer.models import Snippet, Span

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
THIN_SPACE: Final = "\u202f"


def register(app: Flask) -> None:
    """Give the templates these filters, what writes addresses, and the formats of exports."""
    filters = (mark, breaks_off, day, clock, count, took, share, link, host)
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.globals.update(
        search_url=params.search_url,
        article_url=params.article_url,
        why_url=params.why_url,
        original_url=params.original_url,
        feed_url=params.feed_url,
        export_url=params.export_url,
        cite_url=params.cite_url,
        form_pairs=params.form_pairs,
        asset=_asset_url,
        formats=FORMATS,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _asset_url(name: str) -> str:
    return state().assets.url(name)


def mark(text: str, spans: Iterable[Span], first: int | None = None) -> Markup:
    """Text with spans of it in `<mark>`; numbered from `first` (ids m1, m2, ...) where given."""
    pieces, end = [], 0
    for number, span in enumerate(spans, start=first or 0):
        name = Markup(' id="m{}"').format(number) if first is not None else Markup("")
        found = Markup("<mark{}>{}</mark>").format(name, text[span.start : span.end])
        pieces += [escape(text[end : span.start]), found]
        end = span.end
    return Markup("").join([*pieces, escape(text[end:])])


def breaks_off(snippet: Snippet) -> bool:
    """Whether a snippet ends within a sentence; after a full stop an ellipsis says nothing."""
    return snippet.closes and not snippet.text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))


def day(printed: str | None) -> str:
    """The day of a publication date as printed: `17 Feb 2025`; what is no date stays as it is."""
    try:
        value = date.fromisoformat((printed or "")[:10])
    except ValueError:
        return printed or "undated"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def span(first: str, last: str) -> str:
    """Two ISO days as a reader says them: `2024`, `Feb 2024 to Mar 2024`, `2 Feb 2024`."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    after = end + timedelta(days=1) if end < date.max else end
    names = [day(first), day(last)]
    if begin.day == after.day == 1:
        names = [f"{MONTHS[one.month - 1]} {one.year}" for one in (begin, end)]
        if begin.month == after.month == 1:
            names = [f"{one.year:04d}" for one in (begin, end)]
    return " to ".join(dict.fromkeys(names))


def clock(printed: str | None) -> str:
    """The time of day as printed: `14:05`; empty where none was."""
    try:
        return f"{datetime.fromisoformat(printed or ''):%H:%M}" if "T" in (printed or "") else ""
    except ValueError:
        return ""


def count(number: int) -> str:
    """A number with thin separators: `10 427`."""
    return f"{number:,}".replace(",", THIN_SPACE)


def took(milliseconds: float) -> str:
    """How long a search took: `4 ms`, `1.2 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{max(1, round(milliseconds))} ms"


def share(part: float, whole: float) -> str:
    """A part of a whole: `37 %`; what is there but small is `under 1 %`."""
    hundredths = round(100 * part / whole) if whole else 0
    return f"{hundredths}{THIN_SPACE}%" if hundredths or not part else f"under 1{THIN_SPACE}%"


def link(url: str | None) -> str:
    """The address where it may be linked to (http and https), else nothing."""
    try:
        parts = urlsplit(url or "")
        return url or "" if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def host(url: str) -> str:
    """The host of an address that `link` let through, without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
