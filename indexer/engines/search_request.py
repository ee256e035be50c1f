"""The request of a search for both engines, and the steps that make a list of hits of a ranking.

In: `SearchOptions` and the queries of an engine. Out: a `SearchRequest`. The steps here do not
depend on how an engine stores documents: filters, collapsing near-duplicates, and the bonus for
query words close to each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

import numpy as np

from indexer.engines.bm25 import Freshness
from indexer.fields import MONTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from indexer.engines.interface import SearchOptions
    from indexer.models import Sort

Q = TypeVar("Q")
W = TypeVar("W")

DATE: Final = "date"
"""Name of the filter of days; the facet of months belongs to it."""

FACET_VALUES: Final = 200
"""Most values counted for one facet: more years than an archive has."""

PROXIMITY_DEPTH: Final = 200
"""Documents at the top of a ranking that can gain the bonus for closeness."""

PROXIMITY_STRENGTH: Final = 0.5
"""Factor on the bonus for closeness. Mean nDCG@10 over cranfield, cisi and lisa by strength 0, .3,
.5, .8: .4236, .4266, .4293, .4265."""

DEPTH_GROWTH: Final = 4
"""Factor on the depth of a ranking if too few hits are left after collapsing near-duplicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest(Generic[Q, W]):
    """The queries of a search, and how to list its hits.

    Attributes:
        query: must match, and scores.
        filters: must match and do not score; the filter of a facet has the name of the facet.
        sort: `newest` and `oldest` put undated documents last; ties are ordered by id.
        offset: documents skipped.
        size: documents listed.
        facets: names of the facets to count.
        facet_size: most values of each facet.
        fresh: preference for recent articles; None for none.
        close: words of the query in the order typed, whose closeness in a document scores; no
            effect with fewer than two.
        fold: whether to list one of each group of near-duplicates.
        deadline: `time.monotonic` at which an engine on a server gives up; None for never.
    """

    query: Q
    filters: Mapping[str, Q] = field(default_factory=dict)
    sort: Sort = "relevance"
    offset: int = 0
    size: int = 10
    facets: tuple[str, ...] = ()
    facet_size: int = FACET_VALUES
    fresh: Freshness | None = None
    close: tuple[W, ...] = ()
    fold: bool = False
    deadline: float | None = None

    @property
    def end(self) -> int:
        """Index in the list, end exclusive, of the last document wanted."""
        return self.offset + self.size


def make_request(
    options: SearchOptions,
    query: Q,
    *,
    filters: Mapping[str, Q],
    close: tuple[W, ...],
    deadline: float | None = None,
) -> SearchRequest[Q, W]:
    """Make the request of a search.

    Args:
        options: of the search.
        query: the tree, compiled.
        filters: of the options; see `build_filters`.
        close: words in the order typed; ignored if the search is exact.
        deadline: `time.monotonic` at which an engine on a server gives up; None for never.
    """
    return SearchRequest(
        query=query,
        filters=filters,
        sort=options.sort,
        offset=options.offset,
        size=options.size,
        facets=options.facets,
        fresh=Freshness() if options.fresh else None,
        close=() if options.exact else close,
        fold=options.fold_copies,
        deadline=deadline,
    )


def build_filters(
    options: SearchOptions,
    has_value: Callable[[str, tuple[str, ...]], Q],
    in_days: Callable[[str | None, str | None], Q],
) -> dict[str, Q]:
    """Build the queries of the filters and days of a search, by the name of the filter.

    Args:
        options: of the search.
        has_value: makes the query of any of several values of a field.
        in_days: makes the query of two ISO days, both included, None for no limit.
    """
    filters = {name: has_value(name, values) for name, values in options.filters.items() if values}
    if options.first or options.last:
        filters[DATE] = in_days(options.first, options.last)
    return filters


def name_own_filter(facet: str) -> str:
    """Name the filter that the counts of a facet ignore: `date` for the months, else its own."""
    return DATE if facet == MONTH else facet


class Ranking(Protocol):
    """Documents in order, best first."""

    def __len__(self) -> int:
        """Count the documents."""
        ...


R = TypeVar("R", bound=Ranking)


def choose_depth(wanted: int) -> int:
    """Choose how many documents to rank first if `wanted` shall remain after collapsing."""
    return wanted + wanted // 2


def collapse_copies(
    rank: Callable[[int], R], fold: Callable[[R], R], wanted: int, total: int, depth: int
) -> R:
    """Rank documents and keep the best of each group of near-duplicates.

    The ranking is made deeper until enough documents are left.

    Args:
        rank: ranks at least that many of the best documents.
        fold: removes the documents that have a near-duplicate before them.
        wanted: documents needed.
        total: documents that match.
        depth: documents ranked first.

    Returns:
        `wanted` documents or more; fewer only if no more match.
    """
    while True:
        ranked = rank(depth)
        folded = fold(ranked)
        if len(folded) >= wanted or len(ranked) >= total:
            return folded
        depth *= DEPTH_GROWTH


def weigh_proximity(first_idf: float, second_idf: float) -> float:
    """Weigh the closeness of two neighbouring words of a query, by the more common of them."""
    return PROXIMITY_STRENGTH * min(first_idf, second_idf)


def add_proximity(
    scores: NDArray[Any], bonuses: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Add the bonus for closeness to the top of a ranking, which stays above the rest.

    Args:
        scores: of the ranking, descending.
        bonuses: of its first documents.

    Returns:
        Indices into the old ranking in their new order, ties as they were; and the new scores.
    """
    drawn = scores.copy()
    top = len(bonuses)
    drawn[:top] += bonuses
    order = np.arange(len(drawn))
    order[:top] = np.argsort(-drawn[:top], kind="stable")
    return order, drawn[order]
