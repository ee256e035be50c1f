"""What both engines are asked to list, and how a list is made of a ranking.

In: `SearchOptions` and an engine's queries. Out: a `SearchRequest`; and the steps that do not
depend on how an engine keeps its documents: folding copies, and drawing close words together.
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
"""Name of the filter of days, which is that of the months."""

FACET_VALUES: Final = 200
"""Most values counted for one facet: more years than an archive has."""

PROXIMITY_DEPTH: Final = 200
"""Documents at the top of a ranking that are looked at for closeness."""

PROXIMITY_STRENGTH: Final = 0.5
"""Factor on the bonus for closeness. Mean nDCG@10 over cranfield, cisi and lisa by strength 0, .3,
.5, .8: .4236, .4266, .4293, .4265."""

DEPTH_GROWTH: Final = 4
"""Factor on the depth of a ranking where too few of it are left once copies are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest(Generic[Q, W]):
    """What to search and how to list it.

    Attributes:
        query: what has to match, and scores.
        filters: what has to match as well and does not score; a facet's own has the facet's name.
        sort: `newest` and `oldest` put undated documents last; ties go by id.
        offset: documents passed over. size: documents listed.
        facets: names of the facets to count. facet_size: most values of each.
        fresh: preference for the recent; None for none.
        close: words of the query in the order typed, which gain by standing close to each other;
            fewer than two gain nothing.
        fold: whether one of each group of copies is listed.
        deadline: `time.monotonic` at which to give up, None never.
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
        """Place in the list after the last document asked for."""
        return self.offset + self.size


def make_request(
    options: SearchOptions,
    query: Q,
    *,
    filters: Mapping[str, Q],
    close: tuple[W, ...],
    deadline: float,
) -> SearchRequest[Q, W]:
    """Make the request of a search.

    Args:
        options: of the search.
        query: the tree, compiled.
        filters: of the options; see `build_filters`.
        close: words in the order typed; they gain nothing if the search is exact.
        deadline: `time.monotonic` at which to give up.
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
    """Make the queries of the filters and days of a search, by the name of the filter.

    Args:
        options: of the search.
        has_value: makes the query of any of several values of a field.
        in_days: makes the query of two ISO days, both included, None open.
    """
    filters = {name: has_value(name, values) for name, values in options.filters.items() if values}
    if options.first or options.last:
        filters[DATE] = in_days(options.first, options.last)
    return filters


def name_own_filter(facet: str) -> str:
    """Name the filter that a facet is counted apart from: the days for the months."""
    return DATE if facet == MONTH else facet


class Ranking(Protocol):
    """Documents in order, best first."""

    def __len__(self) -> int:
        """How many they are."""
        ...


R = TypeVar("R", bound=Ranking)


def choose_depth(wanted: int) -> int:
    """How far down a ranking is looked first for so many documents without copies."""
    return wanted + wanted // 2


def collapse_copies(
    rank: Callable[[int], R], fold: Callable[[R], R], wanted: int, total: int, depth: int
) -> R:
    """Give the best documents without copies: `wanted` of them or more, or all there are.

    Looks further down the ranking until there are enough.

    Args:
        rank: gives the best so many documents, or more.
        fold: leaves out those that have a copy before them.
        wanted: documents asked for.
        total: documents that match.
        depth: how far down is looked first.
    """
    while True:
        ranked = rank(depth)
        folded = fold(ranked)
        if len(folded) >= wanted or len(ranked) >= total:
            return folded
        depth *= DEPTH_GROWTH


def weigh_proximity(first_idf: float, second_idf: float) -> float:
    """Weigh the closeness of two neighbouring words: as the more common of them."""
    return PROXIMITY_STRENGTH * min(first_idf, second_idf)


def add_proximity(
    scores: NDArray[Any], bonuses: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Add the bonus for closeness to the top of a ranking, which stays above the rest.

    Args:
        scores: of the ranking, falling.
        bonuses: of its first documents.

    Returns:
        The places of the old ranking in the new order, ties as they were; and the new scores.
    """
    drawn = scores.copy()
    top = len(bonuses)
    drawn[:top] += bonuses
    order = np.arange(len(drawn))
    order[:top] = np.argsort(-drawn[:top], kind="stable")
    return order, drawn[order]
