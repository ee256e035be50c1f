"""One search over a snapshot: filter, count, rank, fold, list.

In: a `SearchRequest` with a compiled query. Out: an `Answer` in document numbers; ids, titles and
texts are the caller's to fetch.
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
from indexer.engines.whoosh.search.facets import Counts, count_facets
from indexer.engines.whoosh.search.match_set import Found, Scored
from indexer.engines.whoosh.search.proximity import closeness, largest_bonus
from indexer.engines.whoosh.search.queries import PUBLISHED
from indexer.engines.whoosh.search.top_k import Ranked, best, by_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from numpy.typing import NDArray
    from whoosh.query.qcore import Query

    from indexer.engines.bm25 import Freshness
    from indexer.engines.search_request import SearchRequest
    from indexer.engines.whoosh.search.doc_set import Documents
    from indexer.engines.whoosh.search.executor import Evaluator
    from indexer.engines.whoosh.search.index_arrays import Snapshot
    from indexer.engines.whoosh.search.queries import Group
    from indexer.engines.whoosh.search.top_k import Copies

    Request: TypeAlias = SearchRequest[Query, Group]


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the list: its number, its score, and the copies folded under it."""

    document: int
    score: float
    copies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found.

    Attributes:
        matching: all documents that match, copies too.
        listed: how many rows the whole list has; fewer where copies are folded.
        rows: those asked for.
        facets: counts by column.
    """

    matching: Documents
    listed: int
    rows: tuple[Row, ...]
    facets: Mapping[str, Counts]


def answer(evaluator: Evaluator, request: Request, copies: Copies | None = None) -> Answer:
    """Search.

    Args:
        evaluator: of the snapshot.
        request: what to search and list.
        copies: groups of copies, from which a request that folds lists one each.

    Raises:
        SearchTimeout: the deadline has passed.
    """
    found = evaluator.find(request.query, request.deadline)
    filters = {
        name: evaluator.find(query, request.deadline).documents
        for name, query in request.filters.items()
    }
    facets = {}
    if request.facets:
        facets = count_facets(
            evaluator.snapshot, found.documents, filters, request.facets, request.facet_size
        )
    if filters:
        found = found.within(intersect([found.documents, *filters.values()]))
    return _list(evaluator, found, request, copies if request.fold else None, facets)


def _list(
    evaluator: Evaluator,
    found: Found,
    request: Request,
    copies: Copies | None,
    facets: Mapping[str, Counts],
) -> Answer:
    matching = found.documents
    if copies is None:
        ranked = _rank(evaluator, found, request, request.end)
        return Answer(matching, matching.count, _rows(found, request, ranked), facets)
    ranked = collapse_copies(
        partial(_rank, evaluator, found, request),
        lambda ranked: ranked.at(copies.firsts(ranked.documents)),
        request.end,
        matching.count,
        choose_depth(request.end),
    ).first(request.end)
    rows = tuple(
        replace(row, copies=tuple(copies.others(row.document, matching).tolist()))
        for row in _rows(found, request, ranked)
    )
    return Answer(matching, copies.count_listed(matching), rows, facets)


def _rank(evaluator: Evaluator, found: Found, request: Request, depth: int) -> Ranked:
    snapshot = evaluator.snapshot
    count = min(depth, found.documents.count)
    if request.sort != "relevance":
        return best(snapshot, by_day(snapshot, found.documents, request.sort), count)
    scored = found.scores()
    if request.fresh is not None:
        factors = _factors(snapshot, request.fresh)
        gains = factors if scored.numbers is None else factors.take(scored.numbers)
        scored = Scored(scored.numbers, scored.values * gains)
    if len(request.close) < 2:
        return best(snapshot, scored, count)
    looked_at = min(max(depth, PROXIMITY_DEPTH), found.documents.count)
    ranked = best(snapshot, scored, looked_at)
    return _draw_close(evaluator, _within_reach(evaluator, ranked, request, count), request).first(
        count
    )


def _within_reach(evaluator: Evaluator, ranked: Ranked, request: Request, count: int) -> Ranked:
    """The ranking without its end that not even the largest bonus lifts among the first `count`.

    A document below the last of them by more than that stays below all of them, whose bonus is
    never negative: the first `count` are the same, and fewer documents are looked into.
    """
    if not 0 < count < len(ranked.values):
        return ranked
    most = largest_bonus(evaluator.leaves, request.close)
    if request.fresh is not None:
        most *= 1 + request.fresh.strength
    reaching = ranked.values + np.float32(most) >= ranked.values[count - 1]
    return ranked.first(int(np.count_nonzero(reaching)))


def _draw_close(evaluator: Evaluator, ranked: Ranked, request: Request) -> Ranked:
    """The ranking with the bonus for closeness added to its top, which stays above the rest."""
    top = np.sort(ranked.documents[:PROXIMITY_DEPTH])
    bonus = closeness(evaluator.leaves, request.close, top)
    if request.fresh is not None:
        bonus *= _factors(evaluator.snapshot, request.fresh)[top]
    order, values = add_proximity(
        ranked.values, bonus[top.searchsorted(ranked.documents[:PROXIMITY_DEPTH])]
    )
    return Ranked(ranked.documents[order], values)


def _rows(found: Found, request: Request, ranked: Ranked) -> tuple[Row, ...]:
    documents, values = ranked.documents[request.offset :], ranked.values[request.offset :]
    if request.sort != "relevance":
        order = np.argsort(documents)
        values = np.zeros(len(documents), np.float32)
        values[order] = found.scores_at(documents[order])
    return tuple(map(Row, documents.tolist(), values.tolist()))


def _factors(snapshot: Snapshot, fresh: Freshness) -> NDArray[np.float32]:
    def make() -> NDArray[np.float32]:
        days = snapshot.ints(PUBLISHED)
        return fresh.compute_factors(
            days if snapshot.live is None else np.where(snapshot.live, days, 0)
        )

    return snapshot.once(("fresh", fresh), make)
