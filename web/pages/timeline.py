"""Build the timeline: a bar chart of the articles found by month, year or decade.

In: `Results` and the statistics of the index. Out: a `Timeline` that a template writes as SVG. Each
bar is a link to the search in its days. A script adds dragging over several bars, for which the SVG
holds the days of every bar. The chart spans the whole index, so that it is the same in every
search; if the index spans more than MOST_MONTHS, it shows the months of the chosen years.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from indexer.output.article_facts import write_month
from indexer.query.dates import parse_span
from web import urls
from web.pages.pager import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.models import Query, Results, Stats

BAR_WIDTH: Final = 20
BAR_HEIGHT: Final = 48
MOST_BARS: Final = 40
"""In a chart of 208 px each of 40 bars is 5 px wide, the least that a mouse can hit well."""
MOST_MONTHS: Final = 36
LEAST_SLOTS: Final = 5
"""The chart is at least this many bars wide, so that two bars do not fill it."""
YEAR: Final = 12
DECADE: Final = 120
UNITS: Final = {1: "month", YEAR: "year", DECADE: "decade"}


@dataclass(frozen=True, slots=True)
class TimelineSlot:
    """A month, year or decade: its name, its first and its last day in ISO 8601."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """A bar of the chart. `x` and `height` are in units of the SVG; an empty slot has height 0."""

    link: Link
    slot: TimelineSlot
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The chart: one bar for each slot, oldest first, including empty slots.

    Attributes:
        unit: `month`, `year` or `decade`.
        has_name_per_bar: whether every bar has its name below it; else only the first and last.
        wider_links: searches over a longer period than the chosen one.
        undated_url: the search without days. The script adds the days of the bars dragged over.
    """

    bars: tuple[TimelineBar, ...]
    width: int
    unit: str
    has_name_per_bar: bool
    wider_links: tuple[Link, ...]
    undated_url: str


def build_timeline(results: Results, stats: Stats) -> Timeline | None:
    """Return the chart of a search, or None if no article is dated or all are in one slot."""
    if not results.months or not stats.oldest or not stats.newest:
        return None
    query = results.query
    whole = range(_number_month(stats.oldest), _number_month(stats.newest) + 1)
    chosen = _find_chosen_months(query, whole)
    shown, step = _choose_scale(whole, chosen)
    if len(shown) < 2:
        return None
    slots = [_make_slot(month, step) for month in shown]
    counts = _sum_by_slot(results.months, step)
    return Timeline(
        bars=tuple(_make_bars(query, slots, [counts.get(month, 0) for month in shown])),
        width=max(len(shown), LEAST_SLOTS) * BAR_WIDTH,
        unit=UNITS[step],
        has_name_per_bar=len(shown) <= LEAST_SLOTS,
        wider_links=tuple(
            _list_wider_links(query, slots, zoomed=step == 1 and len(whole) > MOST_MONTHS)
        ),
        undated_url=urls.build_search_url(_choose_days(query, None, None)),
    )


def _number_month(day: str) -> int:
    """Return the number of months between year 0 and an ISO day."""
    return int(day[:4]) * YEAR + int(day[5:7]) - 1


def _find_chosen_months(query: Query, whole: range) -> range | None:
    """Return the months chosen by days or by years, or None if there are none."""
    if query.first or query.last:
        first = _number_month(query.first) if query.first else whole[0]
        last = _number_month(query.last) if query.last else whole[-1]
        return range(first, last + 1)
    years = [int(year) for year in query.filters.get("year", ())]
    return range(min(years) * YEAR, (max(years) + 1) * YEAR) if years else None


def _choose_scale(whole: range, chosen: range | None) -> tuple[range, int]:
    """Return the months at which the slots begin, and the number of months in a slot."""
    if len(whole) <= MOST_MONTHS:
        return whole, 1
    if chosen:
        years = range(chosen[0] // YEAR * YEAR, (chosen[-1] // YEAR + 1) * YEAR)
        if len(years) <= MOST_MONTHS:
            return years, 1
    for step in (YEAR, DECADE):
        shown = range(whole[0] // step * step, whole[-1] + 1, step)
        if len(shown) <= MOST_BARS:
            break
    return shown[-MOST_BARS:], step


@lru_cache(maxsize=4096)
def _make_slot(month: int, step: int) -> TimelineSlot:
    year, number = divmod(month, YEAR)
    first, last = f"{year:04d}", f"{(month + step - 1) // YEAR:04d}"
    if step == 1:
        first = last = f"{first}-{number + 1:02d}"
    name = {1: write_month(year, number + 1), YEAR: first}.get(step, f"{first}s")
    begin, end = parse_span(first), parse_span(last)
    return TimelineSlot(name, begin[0] if begin else first, end[1] if end else last)


def _sum_by_slot(months: Iterable[tuple[str, int]], step: int) -> Mapping[int, int]:
    """Return the number of articles by the month at which their slot begins."""
    sums: dict[int, int] = {}
    for name, count in months:
        begin = _number_month(name) // step * step
        sums[begin] = sums.get(begin, 0) + count
    return sums


def _make_bars(
    query: Query, slots: Sequence[TimelineSlot], counts: Sequence[int]
) -> Iterable[TimelineBar]:
    tallest = max(1, *counts)
    undated = _choose_days(query, None, None)
    without, days_url = urls.build_search_url(undated), urls.make_period_url_builder(undated)
    dated = query.first or query.last
    for place, (slot, count) in enumerate(zip(slots, counts, strict=True)):
        alone = (query.first, query.last) == (slot.first, slot.last)
        begins, ends = query.first or slot.first, query.last or slot.last
        inside = bool(dated) and begins <= slot.last and ends >= slot.first
        url = without if alone else days_url(slot.first, slot.last)
        height = max(2, round(count / tallest * BAR_HEIGHT)) if count else 0
        yield TimelineBar(Link(slot.name, url, inside, count), slot, place * BAR_WIDTH, height)


def _list_wider_links(
    query: Query, slots: Sequence[TimelineSlot], *, zoomed: bool
) -> Iterable[Link]:
    """Yield links from chosen days to the years of the chart, and to all dates."""
    if not query.first and not query.last and not query.filters.get("year"):
        return
    shown = (slots[0].first, slots[-1].last)
    if zoomed and (query.first, query.last) != shown:
        first, last = shown[0][:4], shown[1][:4]
        name = first if first == last else f"{first} to {last}"
        yield Link(name, urls.build_search_url(_choose_days(query, *shown)))
    yield Link("All dates", urls.build_search_url(_choose_days(query, None, None)))


def _choose_days(query: Query, first: str | None, last: str | None) -> Query:
    """Return the query with other days and without the filter by year."""
    filters = {name: values for name, values in query.filters.items() if name != "year"}
    return urls.change_query(replace(query, filters=filters), first=first, last=last)
