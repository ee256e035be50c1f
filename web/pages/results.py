"""Build the values of the results page besides the hits.

In: `Results` and the statistics of the index. Out: sort orders, chips of chosen filters, facets,
the timeline, the pager, and the reason why nothing was found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indexer.fields import FILTER_ROWS, LABELS
from indexer.search.fallbacks import NoHitsExplanation, explain_no_hits
from web import urls
from web.pages.pager import Link, Pager, build_pager
from web.pages.template_filters import format_day, format_period
from web.pages.timeline import Timeline, build_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.models import FacetValue, Query, Results, Sort, Stats

FIRST_VALUES: Final = 8
MORE_VALUES: Final = 12
"""Values behind "more". With all 200 counted values, a page over 869 sources has 127 kB; with these
it has less than 60."""
WIDENED_SHOWN: Final = 14


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field as links, the chosen ones first.

    Attributes:
        first: links that are always visible.
        more: links that are shown on demand.
        has_others: whether the field has further values; a narrower search shows them.
    """

    name: str
    title: str
    first: tuple[Link, ...]
    more: tuple[Link, ...]
    has_others: bool


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The values of the results page besides the hits.

    Attributes:
        widened: other spellings and names searched, at most WIDENED_SHOWN.
        hidden_widened_count: number of further ones.
        exact_url: the same search only as typed.
        widened_url: the same search with other spellings and names.
        unfiltered_url: the same search without filters and dates.
        nothing: reason why nothing was found, or None.
        alternatives: changed searches that may find something.
    """

    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    chips: tuple[Link, ...]
    facets: tuple[Facet, ...]
    timeline: Timeline | None
    pager: Pager
    widened: tuple[str, ...]
    hidden_widened_count: int
    exact_url: str
    widened_url: str
    unfiltered_url: str
    suggestion: Link | None
    nothing: NoHitsExplanation | None
    alternatives: tuple[Link, ...]


def build_results_page(results: Results, stats: Stats, unfiltered: int) -> ResultsPage:
    """Return the values of the results page of a search.

    Args:
        stats: statistics of the index. The timeline spans the whole index in every search.
        unfiltered: number of articles that match without filters and dates, if there are no hits.
    """
    query, meant = results.query, results.suggestion
    nothing = explain_no_hits(results, unfiltered)
    return ResultsPage(
        sorts=tuple(_list_sort_links(query)),
        sizes=tuple(_list_size_links(query)),
        chips=tuple(_list_chips(query)),
        facets=tuple(_build_facets(results)),
        timeline=build_timeline(results, stats),
        pager=build_pager(results),
        widened=results.widened[:WIDENED_SHOWN],
        hidden_widened_count=max(0, len(results.widened) - WIDENED_SHOWN),
        exact_url=_build_changed_url(query, exact=True),
        widened_url=_build_changed_url(query, exact=False),
        unfiltered_url=urls.build_search_url(query.without_filters()),
        suggestion=Link(meant, _build_changed_url(query, text=meant)) if meant else None,
        nothing=nothing,
        alternatives=tuple(_list_alternatives(query, nothing)) if nothing else (),
    )


def _list_sort_links(query: Query) -> list[Link]:
    """Return links to the sort orders; without words there is none by relevance."""
    names: tuple[Sort, ...] = ("relevance", "newest", "oldest")
    if not query.text.strip():
        names = ("newest", "oldest")
    return [
        Link(name.capitalize(), _build_changed_url(query, sort=name), current=query.sort == name)
        for name in names
    ]


def _list_size_links(query: Query) -> list[Link]:
    """Return links to the page sizes."""
    return [
        Link(str(size), _build_changed_url(query, size=size), current=query.size == size)
        for size in urls.SIZES
    ]


def _list_chips(query: Query) -> list[Link]:
    """Return a link for each filter and option of a search; it leads to the search without it."""
    found = []
    if query.match == "any":
        found.append(Link("any of the words", _build_changed_url(query, match="all")))
    if not query.fresh:
        found.append(Link("old and new alike", _build_changed_url(query, fresh=True)))
    if query.first and query.last:
        days = format_period(query.first, query.last)
        found.append(
            Link(days, _build_changed_url(query, first=None, last=None), label="Published")
        )
    elif query.first:
        found.append(
            Link(format_day(query.first), _build_changed_url(query, first=None), label="From")
        )
    elif query.last:
        found.append(Link(format_day(query.last), _build_changed_url(query, last=None), label="To"))
    for row in FILTER_ROWS:
        values = query.filters.get(row.name, ())
        found += [_link_toggle(query, row.name, value, row.label) for value in values]
    return found


def _build_facets(results: Results) -> list[Facet]:
    """Return every facet that has values: years latest first, all others by count."""
    made = (_build_facet(results.query, name, values) for name, values in results.facets.items())
    return [facet for facet in made if facet.first]


def _list_alternatives(query: Query, nothing: NoHitsExplanation) -> list[Link]:
    """Return links to changed searches that may find something, for a search without hits."""
    ways = []
    if nothing.without_filters:
        url = urls.build_search_url(query.without_filters())
        ways.append(Link("Without the filters", url, count=nothing.without_filters))
    if nothing.any_word_finds:
        ways.append(Link("Any of the words", _build_changed_url(query, match="any")))
    if nothing.unquoted:
        ways.append(Link("Without the quotes", _build_changed_url(query, text=nothing.unquoted)))
    if nothing.may_widen:
        ways.append(Link("Not only as typed", _build_changed_url(query, exact=False)))
    return ways


def _build_changed_url(query: Query, **changes: object) -> str:
    return urls.build_search_url(urls.change_query(query, **changes))


def _link_toggle(query: Query, name: str, value: str, label: str = "") -> Link:
    return Link(value, urls.build_search_url(urls.toggle_filter(query, name, value)), label=label)


def _build_facet(query: Query, name: str, values: Sequence[FacetValue]) -> Facet:
    shown = [one for one in values if one.count or one.selected]
    if name == "year":
        shown.sort(key=lambda one: (one.selected, one.value), reverse=True)
    first = max(FIRST_VALUES, sum(one.selected for one in shown))
    end = first + MORE_VALUES
    adding_url = urls.make_filter_url_builder(query, name)
    links = [
        replace(_link_toggle(query, name, one.value), current=True, count=one.count)
        if one.selected
        else Link(one.value, adding_url(one.value), count=one.count)
        for one in shown[:end]
    ]
    return Facet(name, LABELS[name], tuple(links[:first]), tuple(links[first:]), len(shown) > end)
