"""Jinja filters: marked text, days, counts, links. No other module makes HTML."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from indexer.models import parse_day
from indexer.output.article_facts import write_day, write_month
from indexer.output.export import FORMATS
from indexer.web_address import find_site, split_web_address
from web import urls
from web.state import get_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Flask

    from indexer.models import Snippet, Span
    from web.pages.pager import Link
    from web.pages.timeline import TimelineBar

THIN_SPACE: Final = "\u202f"
MARK_START, MARK_END = "\x01", "\x02"
"""Control characters in place of tags while a whole text is escaped: one call instead of one for
each piece. A text that contains one of them is escaped piece by piece."""

_CURRENT_ATTRIBUTE: Final = {False: "", True: ' aria-current="true"'}


def register(app: Flask) -> None:
    """Add the filters, the URL builders and the export formats to the templates."""
    filters = (
        mark,
        render_facet_rows,
        render_bars,
        is_cut_off,
        format_day,
        format_time,
        format_count,
        format_duration,
        format_share,
        get_safe_url,
        format_site,
    )
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.globals.update(
        build_search_url=urls.build_search_url,
        build_article_url=urls.build_article_url,
        build_why_url=urls.build_why_url,
        build_original_url=urls.build_original_url,
        build_feed_url=urls.build_feed_url,
        build_export_url=urls.build_export_url,
        build_cite_url=urls.build_cite_url,
        list_form_parameters=urls.list_form_parameters,
        find_asset_url=_find_asset_url,
        formats=FORMATS,
    )
    # A name that a template misspells is an error, where Jinja would draw nothing.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _find_asset_url(name: str) -> str:
    return get_state().assets.find_url(name)


def mark(text: str, spans: Iterable[Span], first: int | None = None) -> Markup:
    """Return the escaped text with `<mark>` around spans.

    Args:
        spans: offsets in code points, end exclusive, in order, without overlaps.
        first: number of the first mark. The marks get the ids m1, m2, ...; None: no ids.
    """
    if first is None and MARK_START not in text and MARK_END not in text:
        return _mark_unnumbered(text, spans)
    pieces, end = [], 0
    for number, span in enumerate(spans, start=first or 0):
        name = Markup(' id="m{}"').format(number) if first is not None else Markup("")
        found = Markup("<mark{}>{}</mark>").format(name, text[span.start : span.end])
        pieces += [escape(text[end : span.start]), found]
        end = span.end
    return Markup("").join([*pieces, escape(text[end:])])


def _mark_unnumbered(text: str, spans: Iterable[Span]) -> Markup:
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += (text[end : span.start], MARK_START, text[span.start : span.end], MARK_END)
        end = span.end
    escaped = str(escape("".join([*pieces, text[end:]])))
    return Markup(escaped.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>"))  # noqa: S704


def render_facet_rows(links: Sequence[Link]) -> Markup:
    """Return the values of a facet as list items.

    When Jinja made rows, bars and marks piece by piece, they took 1.2 of the 8.5 ms of a page.
    """
    escaped = _escape_all([text for link in links for text in (link.url, link.text)])
    made = [
        f'<li><a href="{url}"{_CURRENT_ATTRIBUTE[link.current]}>{text} '
        f"<span>{format_count(link.count or 0)}</span></a></li>\n"
        for link, url, text in zip(links, escaped[::2], escaped[1::2], strict=True)
    ]
    return Markup("".join(made))  # noqa: S704


def render_bars(drawn: Sequence[TimelineBar]) -> Markup:
    """Return the bars of a chart as SVG. A bar is a link; an empty slot has only a background."""
    escaped = _escape_all([text for bar in drawn for text in (bar.link.url, bar.link.text)])
    made = []
    for bar, url, text in zip(drawn, escaped[::2], escaped[1::2], strict=True):
        link, slot, x = bar.link, bar.slot, bar.x
        days = f"{slot.first}/{slot.last}"
        ground = f'<rect class="back" data-days="{days}" x="{x}" y="0" width="20" height="50"/>'
        if not link.count:
            made.append(f"{ground}\n")
            continue
        title = f"<title>{text}: {format_count(link.count)}</title>"
        bar_rect = f'<rect x="{x + 2}" y="{49 - bar.height}" width="16" height="{bar.height}"/>'
        made.append(
            f'<a href="{url}"{_CURRENT_ATTRIBUTE[link.current]}>{title}{ground}{bar_rect}</a>\n'
        )
    return Markup("".join(made))  # noqa: S704


def _escape_all(texts: Sequence[str]) -> list[str]:
    """Escape texts for HTML, in one call if none of them contains the separator."""
    joined = MARK_START.join(texts)
    if joined.count(MARK_START) == len(texts) - 1:
        return str(escape(joined)).split(MARK_START)
    return [str(escape(text)) for text in texts]


def is_cut_off(snippet: Snippet) -> bool:
    """Whether a snippet ends within a sentence. After a full stop no ellipsis is shown."""
    return snippet.closes and not snippet.text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))


def format_day(printed: str | None) -> str:
    """Return the day of a publication date as printed. A text that is no date is not changed.

    >>> format_day("2025-02-17T14:05:00-05:00")
    '17 Feb 2025'
    """
    value = parse_day(printed)
    return write_day(value) if value else printed or "undated"


def format_period(first: str, last: str) -> str:
    """Return the shortest name of the period between two ISO days, both included.

    >>> format_period("2024-02-01", "2024-03-31")
    'Feb 2024 to Mar 2024'
    """
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    after = end + timedelta(days=1) if end < date.max else end
    names = [format_day(first), format_day(last)]
    if begin.day == after.day == 1:
        names = [write_month(one.year, one.month) for one in (begin, end)]
        if begin.month == after.month == 1:
            names = [f"{one.year:04d}" for one in (begin, end)]
    return " to ".join(dict.fromkeys(names))


def format_time(printed: str | None) -> str:
    """Return the time of day as printed, `14:05`; empty if the date has none."""
    try:
        return f"{datetime.fromisoformat(printed or ''):%H:%M}" if "T" in (printed or "") else ""
    except ValueError:
        return ""


def format_count(number: int) -> str:
    """Return a number with narrow spaces between thousands: `10 427`."""
    return f"{number:,}".replace(",", THIN_SPACE)


def format_duration(milliseconds: float) -> str:
    """Return a duration in milliseconds or seconds: `4 ms`, `1.2 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{max(1, round(milliseconds))} ms"


def format_share(part: float, whole: float) -> str:
    """Return a part of a whole in percent: `37 %`; a part above zero is at least `under 1 %`."""
    hundredths = round(100 * part / whole) if whole else 0
    return f"{hundredths}{THIN_SPACE}%" if hundredths or not part else f"under 1{THIN_SPACE}%"


def get_safe_url(url: str | None) -> str:
    """Return the URL if it may be linked (http and https), else an empty text."""
    return url or "" if split_web_address(url) else ""


def format_site(url: str) -> str:
    """Return the host of a URL that `get_safe_url` allows, without `www.`."""
    return find_site(url)
