"""`Results` -> what surrounds the hits: chips, facets, years, pages, and why nothing was found.

Values that a template draws without computing; every address comes from `params`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indexer.models import FILTERS, Query
from web import params
from web.filters import day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.models import FacetValue, Results, Sort, Stats

NAMES: Final = {
    "source": "Source",
    "section": "Section",
    "place": "Place",
    "author": "Author",
    "system": "System",
    "country": "Country",
    "tag": "Tag",
    "year": "Year",
}
FIRST_VALUES: Final = 8
WIDENED_SHOWN: Final = 14
BAR_WIDTH: Final = 20
BAR_HEIGHT: Final = 48
MOST_YEARS: Final = 40
LEAST_SLOTS: Final = 5
"""Years the chart has room for at least, so that two do not become slabs."""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click. `count` is None where nothing is counted."""

    text: str
    url: str
    current: bool = False
    count: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one field, chosen ones first; `more` are shown on demand."""

    name: str
    title: str
    first: tuple[Link, ...]
    more: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A year of the chart. Sizes in units of the drawing; height 0 is a year without articles."""

    link: Link
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class Years:
    """Articles by year, oldest first, no year left out."""

    bars: tuple[Bar, ...]
    width: int
    each_named: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Pages of results. A link without an address is a gap between page numbers."""

    links: tuple[Link, ...]
    previous: str
    next: str
    last: int
    last_url: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing was found, and the ways on.

    Attributes:
        reason: one sentence.
        counts: words with the number of articles that have each.
    """

    reason: str
    counts: tuple[tuple[str, int], ...]
    ways: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything around the hits.

    Attributes:
        widened: cut to a line or two; more_widened: how many were left out.
        unwidened, wide, bare: the same search only as typed; widened; without filters.
    """

    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    chips: tuple[Link, ...]
    facets: tuple[Facet, ...]
    years: Years | None
    pager: Pager
    widened: tuple[str, ...]
    more_widened: int
    unwidened: str
    wide: str
    bare: str
    suggestion: Link | None
    nothing: Nothing | None


def desk(results: Results, stats: Stats, unfiltered: int) -> Desk:
    """What surrounds the hits of a search.

    Args:
        stats: of the index; the chart of years spans all of it, so that it stays put.
        unfiltered: where there are no hits, the articles that match without filters and dates.
    """
    query, meant = results.query, results.suggestion
    return Desk(
        sorts=tuple(_sorts(query)),
        sizes=tuple(_sizes(query)),
        chips=tuple(_chips(query)),
        facets=tuple(_facets(results)),
        years=_years(results, stats),
        pager=_pager(results),
        widened=results.widened[:WIDENED_SHOWN],
        more_widened=max(0, len(results.widened) - WIDENED_SHOWN),
        unwidened=_url(query, exact=True),
        wide=_url(query, exact=False),
        bare=params.search_url(params.unfiltered(query)),
        suggestion=Link(meant, _url(query, text=meant)) if meant else None,
        nothing=None if results.total else _nothing(results, unfiltered),
    )


def _sorts(query: Query) -> list[Link]:
    """The three orders."""
    names: tuple[Sort, ...] = ("relevance", "newest", "oldest")
    if not query.text.strip():
        names = ("newest", "oldest")
    return [
        Link(name.capitalize(), _url(query, sort=name), current=query.sort == name)
        for name in names
    ]


def _sizes(query: Query) -> list[Link]:
    """How many hits a page may have."""
    return [
        Link(str(size), _url(query, size=size), current=query.size == size) for size in params.SIZES
    ]


def _chips(query: Query) -> list[Link]:
    """What narrows or changes a search, each with the address of the search without it."""
    found = []
    if query.match == "any":
        found.append(Link("any of the words", _url(query, match="all")))
    if not query.fresh:
        found.append(Link("old and new alike", _url(query, fresh=True)))
    if query.first:
        found.append(Link(day(query.first), _url(query, first=None), label="From"))
    if query.last:
        found.append(Link(day(query.last), _url(query, last=None), label="To"))
    for name in FILTERS:
        values = query.filters.get(name, ())
        found += [_toggle(query, name, value, NAMES[name]) for value in values]
    return found


def _facets(results: Results) -> list[Facet]:
    """Every facet but the years, those without a value left out."""
    made = (
        _facet(results.query, name, values)
        for name, values in results.facets.items()
        if name != "year"
    )
    return [facet for facet in made if facet.first]


def _years(results: Results, stats: Stats) -> Years | None:
    """Articles by year over the years of the index, None where these are fewer than two."""
    known = {int(one.value): one for one in results.facets.get("year", ()) if one.value.isdigit()}
    ends = [int(day[:4]) for day in (stats.oldest, stats.newest) if day]
    if not known or not ends or min(ends) == max(ends):
        return None
    span = range(max(min(ends), max(ends) - MOST_YEARS + 1), max(ends) + 1)
    tallest = max(1, *(one.count for one in known.values()))
    bars = tuple(
        _bar(results.query, str(year), known.get(year), place, tallest)
        for place, year in enumerate(span)
    )
    slots = max(len(bars), LEAST_SLOTS)
    return Years(bars, slots * BAR_WIDTH, len(bars) <= LEAST_SLOTS)


def _pager(results: Results) -> Pager:
    """Links to the pages near this one, the first and the last."""
    query = results.query
    here = params.page_number(query)
    last = _last_page(results)
    links = tuple(_page_links(query, here, last)) if last > 1 else ()
    return Pager(
        links=links,
        previous=_page_url(query, min(here - 1, last)) if here > 1 and last else "",
        next=_page_url(query, here + 1) if here < last else "",
        last=last,
        last_url=_page_url(query, max(last, 1)),
    )


def _last_page(results: Results) -> int:
    """The number of the last page, 0 where nothing was found."""
    size = results.query.size
    return min(-(-results.listed // size), params.MOST_HITS // size)


def _nothing(results: Results, unfiltered: int) -> Nothing:
    """Why a search without hits has none, and what to try."""
    query = results.query
    counts = tuple(sorted(results.word_counts.items(), key=lambda item: -item[1]))
    ways = []
    if unfiltered:
        ways.append(
            Link(
                "Without the filters", params.search_url(params.unfiltered(query)), count=unfiltered
            )
        )
    if len(counts) > 1 and query.match == "all" and any(number for _, number in counts):
        ways.append(Link("Any of the words", _url(query, match="any")))
    if query.exact and not unfiltered:
        ways.append(Link("Not only as typed", _url(query, exact=False)))
    return Nothing(_reason(results, unfiltered), counts, tuple(ways))


def _reason(results: Results, unfiltered: int) -> str:
    counts = results.word_counts
    if unfiltered:
        return "No article is left by the filters chosen."
    if not counts and params.narrows(results.query):
        return "No article fits the filters chosen."
    if not counts:
        return "There is nothing in this query to search for."
    if len(counts) == 1:
        return f"No article has “{next(iter(counts))}”."
    if results.query.match == "any" or not any(counts.values()):
        return "No article has any of these words."
    return "No article has all of these words."


def _url(query: Query, **changes: object) -> str:
    return params.search_url(params.changed(query, **changes))


def _page_url(query: Query, number: int) -> str:
    return params.search_url(params.on_page(query, number))


def _toggle(query: Query, name: str, value: str, label: str = "") -> Link:
    return Link(value, params.search_url(params.toggled(query, name, value)), label=label)


def _facet(query: Query, name: str, values: Sequence[FacetValue]) -> Facet:
    shown = [one for one in values if one.count or one.selected]
    links = [
        replace(_toggle(query, name, one.value), current=one.selected, count=one.count)
        for one in shown
    ]
    first = max(FIRST_VALUES, sum(link.current for link in links))
    title = NAMES.get(name, name.capitalize())
    return Facet(name, title, tuple(links[:first]), tuple(links[first:]))


def _bar(query: Query, year: str, value: FacetValue | None, place: int, tallest: int) -> Bar:
    number = value.count if value else 0
    link = replace(
        _toggle(query, "year", year), current=bool(value and value.selected), count=number
    )
    height = max(2, round(number / tallest * BAR_HEIGHT)) if number else 0
    return Bar(link, place * BAR_WIDTH, height)


def _page_links(query: Query, here: int, last: int) -> Iterator[Link]:
    """First, last and the two on each side of this page; a gap where numbers are left out."""
    near = {number for number in range(here - 2, here + 3) if 1 <= number <= last}
    before = 0
    for number in sorted({1, last} | near):
        if number - before > 1:
            yield Link("…", "")
        yield Link(str(number), _page_url(query, number), current=number == here)
        before = number
