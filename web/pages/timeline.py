"""`Results` -> a chart of the articles found by month, or by year where the index spans long.

Drawn on the server: each bar is a link that chooses its days; a script may let several be chosen
by dragging, for which the chart names the days of every place. The chart spans the whole index, so
that it stays put; within a long one it shows the months of the years chosen.
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
"""In 208 px a bar of 40 is 5 px wide, the narrowest that a mouse hits well."""
MOST_MONTHS: Final = 36
LEAST_SLOTS: Final = 5
"""Bars the chart has room for at least, so that two do not become slabs."""
YEAR: Final = 12
DECADE: Final = 120
UNITS: Final = {1: "month", YEAR: "year", DECADE: "decade"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A month, year or decade: what it is called, and its first and last ISO day."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A slot of the chart. Sizes in units of the drawing; height 0 where it has no articles."""

    link: Link
    slot: Slot
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Articles over time, oldest first, no slot left out.

    Attributes:
        unit: `month`, `year` or `decade`.
        each_named: whether there is room for a name under every bar.
        wider: searches over more of the time than is chosen.
        without: address of the search without days, to which a script adds those dragged over.
    """

    bars: tuple[Bar, ...]
    width: int
    unit: str
    each_named: bool
    wider: tuple[Link, ...]
    without: str


def timeline(results: Results, stats: Stats) -> Timeline | None:
    """The chart of a search, None where nothing is dated or all of it is in one slot."""
    if not results.months or not stats.oldest or not stats.newest:
        return None
    query = results.query
    whole = range(_month(stats.oldest), _month(stats.newest) + 1)
    chosen = _chosen(query, whole)
    shown, step = _scale(whole, chosen)
    if len(shown) < 2:
        return None
    slots = [_slot(month, step) for month in shown]
    counts = _summed(results.months, step)
    return Timeline(
        bars=tuple(_bars(query, slots, [counts.get(month, 0) for month in shown])),
        width=max(len(shown), LEAST_SLOTS) * BAR_WIDTH,
        unit=UNITS[step],
        each_named=len(shown) <= LEAST_SLOTS,
        wider=tuple(_wider(query, slots, zoomed=step == 1 and len(whole) > MOST_MONTHS)),
        without=urls.search_url(_over(query, None, None)),
    )


def _month(day: str) -> int:
    """Months since year 0."""
    return int(day[:4]) * YEAR + int(day[5:7]) - 1


def _chosen(query: Query, whole: range) -> range | None:
    """The months chosen by days or by years, None where none are."""
    if query.first or query.last:
        first = _month(query.first) if query.first else whole[0]
        last = _month(query.last) if query.last else whole[-1]
        return range(first, last + 1)
    years = [int(year) for year in query.filters.get("year", ())]
    return range(min(years) * YEAR, (max(years) + 1) * YEAR) if years else None


def _scale(whole: range, chosen: range | None) -> tuple[range, int]:
    """The months at which the slots begin, and how many months a slot has."""
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
def _slot(month: int, step: int) -> Slot:
    year, number = divmod(month, YEAR)
    first, last = f"{year:04d}", f"{(month + step - 1) // YEAR:04d}"
    if step == 1:
        first = last = f"{first}-{number + 1:02d}"
    name = {1: write_month(year, number + 1), YEAR: first}.get(step, f"{first}s")
    begin, end = parse_span(first), parse_span(last)
    return Slot(name, begin[0] if begin else first, end[1] if end else last)


def _summed(months: Iterable[tuple[str, int]], step: int) -> Mapping[int, int]:
    """Articles by the month at which their slot begins."""
    sums: dict[int, int] = {}
    for name, count in months:
        begin = _month(name) // step * step
        sums[begin] = sums.get(begin, 0) + count
    return sums


def _bars(query: Query, slots: Sequence[Slot], counts: Sequence[int]) -> Iterable[Bar]:
    tallest = max(1, *counts)
    undated = _over(query, None, None)
    without, days_url = urls.search_url(undated), urls.days_url(undated)
    dated = query.first or query.last
    for place, (slot, count) in enumerate(zip(slots, counts, strict=True)):
        alone = (query.first, query.last) == (slot.first, slot.last)
        begins, ends = query.first or slot.first, query.last or slot.last
        inside = bool(dated) and begins <= slot.last and ends >= slot.first
        url = without if alone else days_url(slot.first, slot.last)
        height = max(2, round(count / tallest * BAR_HEIGHT)) if count else 0
        yield Bar(Link(slot.name, url, inside, count), slot, place * BAR_WIDTH, height)


def _wider(query: Query, slots: Sequence[Slot], *, zoomed: bool) -> Iterable[Link]:
    """From a month to the years that the chart shows, and to all there is."""
    if not query.first and not query.last and not query.filters.get("year"):
        return
    shown = (slots[0].first, slots[-1].last)
    if zoomed and (query.first, query.last) != shown:
        first, last = shown[0][:4], shown[1][:4]
        name = first if first == last else f"{first} to {last}"
        yield Link(name, urls.search_url(_over(query, *shown)))
    yield Link("All dates", urls.search_url(_over(query, None, None)))


def _over(query: Query, first: str | None, last: str | None) -> Query:
    """The same search over other days, the years chosen given up for them."""
    filters = {name: values for name, values in query.filters.items() if name != "year"}
    return urls.changed(replace(query, filters=filters), first=first, last=last)
