"""`Results` -> what surrounds the hits: chips, facets, and why nothing was found.

Values that a template draws without computing; every address comes from `urls`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indexer.fields import FILTER_ROWS, LABELS
from indexer.search.fallbacks import NoHitsExplanation, explain_no_hits
from web import urls
from web.pages.pager import Link, Pager, pager
from web.pages.template_filters import day, span
from web.pages.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.models import FacetValue, Query, Results, Sort, Stats

FIRST_VALUES: Final = 8
MORE_VALUES: Final = 12
"""Values shown on demand. All 200 that are counted made 127 kB of a page over 869 sources; this
keeps it under 60."""
WIDENED_SHOWN: Final = 14


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one field, chosen ones first; `more` are shown on demand.

    `others` tells whether there are values that are not shown; a narrower search shows them.
    """

    name: str
    title: str
    first: tuple[Link, ...]
    more: tuple[Link, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything around the hits.

    Attributes:
        widened: cut to a line or two; more_widened: how many were left out.
        unwidened, wide, bare: the same search only as typed; widened; without filters.
        nothing: why nothing was found; ways: changes to the search that may find something.
    """

    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    chips: tuple[Link, ...]
    facets: tuple[Facet, ...]
    timeline: Timeline | None
    pager: Pager
    widened: tuple[str, ...]
    more_widened: int
    unwidened: str
    wide: str
    bare: str
    suggestion: Link | None
    nothing: NoHitsExplanation | None
    ways: tuple[Link, ...]


def desk(results: Results, stats: Stats, unfiltered: int) -> Desk:
    """What surrounds the hits of a search.

    Args:
        stats: of the index; the timeline spans all of it, so that it stays put.
        unfiltered: where there are no hits, the articles that match without filters and dates.
    """
    query, meant = results.query, results.suggestion
    nothing = explain_no_hits(results, unfiltered)
    return Desk(
        sorts=tuple(_sorts(query)),
        sizes=tuple(_sizes(query)),
        chips=tuple(_chips(query)),
        facets=tuple(_facets(results)),
        timeline=timeline(results, stats),
        pager=pager(results),
        widened=results.widened[:WIDENED_SHOWN],
        more_widened=max(0, len(results.widened) - WIDENED_SHOWN),
        unwidened=_url(query, exact=True),
        wide=_url(query, exact=False),
        bare=urls.search_url(query.without_filters()),
        suggestion=Link(meant, _url(query, text=meant)) if meant else None,
        nothing=nothing,
        ways=tuple(_ways_on(query, nothing)) if nothing else (),
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
        Link(str(size), _url(query, size=size), current=query.size == size) for size in urls.SIZES
    ]


def _chips(query: Query) -> list[Link]:
    """What narrows or changes a search, each with the address of the search without it."""
    found = []
    if query.match == "any":
        found.append(Link("any of the words", _url(query, match="all")))
    if not query.fresh:
        found.append(Link("old and new alike", _url(query, fresh=True)))
    if query.first and query.last:
        days = span(query.first, query.last)
        found.append(Link(days, _url(query, first=None, last=None), label="Published"))
    elif query.first:
        found.append(Link(day(query.first), _url(query, first=None), label="From"))
    elif query.last:
        found.append(Link(day(query.last), _url(query, last=None), label="To"))
    for row in FILTER_ROWS:
        values = query.filters.get(row.name, ())
        found += [_toggle(query, row.name, value, row.label) for value in values]
    return found


def _facets(results: Results) -> list[Facet]:
    """Every facet that has a value, the years by time and the others by count."""
    made = (_facet(results.query, name, values) for name, values in results.facets.items())
    return [facet for facet in made if facet.first]


def _ways_on(query: Query, nothing: NoHitsExplanation) -> list[Link]:
    """The changes to a search that finds nothing, after which it may find something."""
    ways = []
    if nothing.without_filters:
        url = urls.search_url(query.without_filters())
        ways.append(Link("Without the filters", url, count=nothing.without_filters))
    if nothing.any_word_finds:
        ways.append(Link("Any of the words", _url(query, match="any")))
    if nothing.unquoted:
        ways.append(Link("Without the quotes", _url(query, text=nothing.unquoted)))
    if nothing.may_widen:
        ways.append(Link("Not only as typed", _url(query, exact=False)))
    return ways


def _url(query: Query, **changes: object) -> str:
    return urls.search_url(urls.changed(query, **changes))


def _toggle(query: Query, name: str, value: str, label: str = "") -> Link:
    return Link(value, urls.search_url(urls.toggled(query, name, value)), label=label)


def _facet(query: Query, name: str, values: Sequence[FacetValue]) -> Facet:
    shown = [one for one in values if one.count or one.selected]
    if name == "year":
        shown.sort(key=lambda one: (one.selected, one.value), reverse=True)
    first = max(FIRST_VALUES, sum(one.selected for one in shown))
    end = first + MORE_VALUES
    adding_url = urls.adding_url(query, name)
    links = [
        replace(_toggle(query, name, one.value), current=True, count=one.count)
        if one.selected
        else Link(one.value, adding_url(one.value), count=one.count)
        for one in shown[:end]
    ]
    return Facet(name, LABELS[name], tuple(links[:first]), tuple(links[first:]), len(shown) > end)
