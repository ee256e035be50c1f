"""One search over a snapshot: filter, count, rank, fold copies, list.

In: a `SearchRequest` with a compiled query. Out: `SearchHits` in document numbers. The caller
fetches ids, titles and texts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.search_request import (
    PROXIMITY_DEPTH,
    add_proximity,
    choose_depth,
    collapse_copies,
)
from indexer.engines.whoosh.search.doc_set import intersect
from indexer.engines.whoosh.search.executor import refuse_costly_nearness
from indexer.engines.whoosh.search.facets import FacetCounts, count_facets
from indexer.engines.whoosh.search.match_set import MatchSet, ScoredDocuments
from indexer.engines.whoosh.search.proximity import bound_bonus, score_proximity
from indexer.engines.whoosh.search.queries import PUBLISHED
from indexer.engines.whoosh.search.top_k import RankedDocuments, make_day_sort_keys, rank_best

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from numpy.typing import NDArray
    from whoosh.query.qcore import Query

    from indexer.engines.bm25 import Freshness
    from indexer.engines.search_request import SearchRequest
    from indexer.engines.whoosh.collapse import CopyGroups
    from indexer.engines.whoosh.search.doc_set import DocSet
    from indexer.engines.whoosh.search.executor import QueryExecutor
    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.engines.whoosh.search.queries import WordGroupQuery

    Request: TypeAlias = SearchRequest[Query, WordGroupQuery]


@dataclass(frozen=True, slots=True)
class DocHit:
    """One document of the list: its number, its score, and its copies that are not listed."""

    document: int
    score: float
    copies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHits:
    """The hits of a search.

    Attributes:
        matching: all documents that match, copies included.
        listed: length of the whole list, of all pages; less than the matches if copies are folded.
        hits: those of the requested page.
        facets: counts by column.
    """

    matching: DocSet
    listed: int
    hits: tuple[DocHit, ...]
    facets: Mapping[str, FacetCounts]


def execute_search(
    executor: QueryExecutor, request: Request, copies: CopyGroups | None = None
) -> SearchHits:
    """Execute a search.

    Args:
        executor: of the snapshot.
        request: the query, its filters and the part of the list to return.
        copies: the groups of copies; a request that folds lists one document of each.

    Raises:
        SearchTimeout: the processor time is spent.
        QueryRefused: NEAR or PRE would cost more of it than is left.
    """
    refuse_costly_nearness(executor.leaves, request.query)
    found = executor.find(request.query)
    filters = {name: executor.find(query).documents for name, query in request.filters.items()}
    facets = {}
    if request.facets:
        facets = count_facets(
            executor.arrays, found.documents, filters, request.facets, request.facet_size
        )
    if filters:
        found = found.restrict_to(intersect([found.documents, *filters.values()]))
    return _list_hits(executor, found, request, copies if request.fold else None, facets)


def _list_hits(
    executor: QueryExecutor,
    found: MatchSet,
    request: Request,
    copies: CopyGroups | None,
    facets: Mapping[str, FacetCounts],
) -> SearchHits:
    matching = found.documents
    if copies is None:
        ranked = _rank(executor, found, request, request.end)
        return SearchHits(matching, matching.count, _make_hits(found, request, ranked), facets)
    ranked = collapse_copies(
        partial(_rank, executor, found, request),
        lambda ranked: ranked.select(copies.find_firsts(ranked.documents)),
        request.end,
        matching.count,
        choose_depth(request.end),
    ).take(request.end)
    rows = tuple(
        replace(row, copies=tuple(copies.find_others(row.document, matching).tolist()))
        for row in _make_hits(found, request, ranked)
    )
    return SearchHits(matching, copies.count_listed(matching), rows, facets)


def _rank(
    executor: QueryExecutor, found: MatchSet, request: Request, depth: int
) -> RankedDocuments:
    arrays = executor.arrays
    count = min(depth, found.documents.count)
    if request.sort != "relevance":
        return rank_best(arrays, make_day_sort_keys(arrays, found.documents, request.sort), count)
    scored = found.score_matches()
    if request.fresh is not None:
        factors = _get_freshness(arrays, request.fresh)
        gains = factors if scored.numbers is None else factors.take(scored.numbers)
        scored = ScoredDocuments(scored.numbers, scored.values * gains)
    if len(request.close) < 2:
        return rank_best(arrays, scored, count)
    looked_at = min(max(depth, PROXIMITY_DEPTH), found.documents.count)
    ranked = rank_best(arrays, scored, looked_at)
    return _add_proximity_bonus(
        executor, _drop_unreachable(executor, ranked, request, count), request
    ).take(count)


def _drop_unreachable(
    executor: QueryExecutor, ranked: RankedDocuments, request: Request, count: int
) -> RankedDocuments:
    """Drop the end of a ranking that not even the largest bonus lifts among the first `count`.

    A document below the last of them by more than that bonus stays below all of them, since no
    bonus is negative: the first `count` are the same, and fewer documents are read.
    """
    if not 0 < count < len(ranked.values):
        return ranked
    most = bound_bonus(executor.leaves, request.close)
    if request.fresh is not None:
        most *= 1 + request.fresh.strength
    reaching = ranked.values + np.float32(most) >= ranked.values[count - 1]
    return ranked.take(int(np.count_nonzero(reaching)))


def _add_proximity_bonus(
    executor: QueryExecutor, ranked: RankedDocuments, request: Request
) -> RankedDocuments:
    """Add the proximity bonus to the top of a ranking, which stays above the rest."""
    top = np.sort(ranked.documents[:PROXIMITY_DEPTH])
    bonus = score_proximity(executor.leaves, request.close, top)
    if request.fresh is not None:
        bonus *= _get_freshness(executor.arrays, request.fresh)[top]
    order, values = add_proximity(
        ranked.values, bonus[top.searchsorted(ranked.documents[:PROXIMITY_DEPTH])]
    )
    return RankedDocuments(ranked.documents[order], values)


def _make_hits(found: MatchSet, request: Request, ranked: RankedDocuments) -> tuple[DocHit, ...]:
    documents, values = ranked.documents[request.offset :], ranked.values[request.offset :]
    if request.sort != "relevance":
        order = np.argsort(documents)
        values = np.zeros(len(documents), np.float32)
        values[order] = found.score_documents(documents[order])
    return tuple(map(DocHit, documents.tolist(), values.tolist()))


def _get_freshness(arrays: IndexArrays, fresh: Freshness) -> NDArray[np.float32]:
    def make() -> NDArray[np.float32]:
        days = arrays.get_int_column(PUBLISHED)
        return fresh.compute_factors(
            days if arrays.live is None else np.where(arrays.live, days, 0)
        )

    return arrays.get_or_make(("fresh", fresh), make)
