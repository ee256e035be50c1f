"""Runs one search over a generation: ranks on the server, adds closeness, collapses copies, lists.

In: a `SearchRequest` of server queries. Out: hits by id, totals and facets. The server ranks and
counts. What it cannot do in one request is done here on ids: the bonus for closeness at the top of
the ranking, and collapsing near-duplicates, which ranks deeper until enough hits are left.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from indexer.engines.interface import EngineHit
from indexer.engines.opensearch.clauses import match_any
from indexer.engines.search_request import (
    PROXIMITY_DEPTH,
    add_proximity,
    choose_depth,
    collapse_copies,
    name_own_filter,
)
from indexer.errors import SearchTimeout
from indexer.fields import MONTH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from indexer.engines.opensearch.clauses import QueryJson
    from indexer.engines.opensearch.client import ServerClient
    from indexer.engines.search_request import SearchRequest
    from indexer.models import Sort

    Request: TypeAlias = SearchRequest[QueryJson, QueryJson]
    """`close` are queries whose scores are the bonus for closeness."""

PAGE_SIZE: Final = 10_000
"""Hits of one request, the most a server gives."""

MAX_MONTHS: Final = 12_000
"""Most months counted: a thousand years."""

SHARD_VALUES: Final = 5_000
"""Values of a facet that each shard reports, so that counts of the most frequent are exact."""

EXACT_GROUPS: Final = 40_000
"""Groups of near-duplicates up to which their count is exact, but for one in thousands."""


class RankedArticle(NamedTuple):
    """One article of a ranking.

    Attributes:
        id: of the article.
        score: of the query.
        day: ordinal of the day published, 0 if undated.
        collapse_key: key of its group of near-duplicates, "" for none.
    """

    id: str
    score: float
    day: int
    collapse_key: str


@dataclass(frozen=True, slots=True)
class ServerResults:
    """The result of a search, without its plan; see `interface.Answer`."""

    total: int
    listed: int
    rows: tuple[EngineHit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]


def run_search(server: ServerClient, index: str, request: Request, newest: int) -> ServerResults:
    """Run a search.

    Args:
        server: client of the server.
        index: name of the index of articles.
        request: queries, and how to list the hits.
        newest: day ordinal of the latest article.

    Raises:
        SearchTimeout: the deadline has passed.
    """
    return _Search(server, index, request, newest).run()


class _Search:
    def __init__(self, server: ServerClient, index: str, request: Request, newest: int) -> None:
        self._server = server
        self._index = index
        self._request = request
        self._newest = newest
        self._close = request.close if request.sort == "relevance" and request.size else ()

    def run(self) -> ServerResults:
        request = self._request
        depth = (
            max(choose_depth(request.end), PROXIMITY_DEPTH if self._close else 0)
            if request.size
            else 0
        )
        first = self._fetch_page(depth, self._build_aggregations())
        total = first["hits"]["total"]["value"]
        counted = first.get("aggregations", {})
        rows = self._list_rows(first, depth, total) if request.size else []
        listed = total
        if request.fold and total:
            under = counted["folded"]
            listed = total - under["members"]["value"] + under["groups"]["value"]
        return ServerResults(total, listed, self._add_copies(rows), _read_facets(counted))

    def _list_rows(self, first: dict[str, Any], depth: int, total: int) -> list[RankedArticle]:
        """List the rows from the offset on."""
        request = self._request
        if request.fold:
            rank = partial(self._rank_rows, first, total)
            rows = collapse_copies(rank, _collapse, request.end, total, depth)
        else:
            rows = self._rank_rows(first, total, depth)
        return rows[request.offset : request.end]

    def _rank_rows(self, first: dict[str, Any], total: int, depth: int) -> list[RankedArticle]:
        """Rank the best `depth` rows; fetches further pages if one is not enough."""
        hits = list(first["hits"]["hits"])
        while len(hits) < min(depth, total):
            page = self._fetch_page(depth - len(hits), {}, after=hits[-1]["sort"])["hits"]["hits"]
            if not page:
                break
            hits += page
        return self._add_proximity([_read_row(hit) for hit in hits])

    def _fetch_page(self, size: int, extra: dict[str, Any], after: object = None) -> dict[str, Any]:
        request = self._request
        body: dict[str, Any] = {
            "query": self._build_query(),
            "size": min(size, PAGE_SIZE),
            "sort": _build_sort(request.sort),
            "track_scores": True,
            "track_total_hits": after is None,
            "_source": False,
            "docvalue_fields": ["published", "fold"],
            **extra,
        }
        if self._list_facet_filters():
            body["post_filter"] = {"bool": {"filter": self._list_facet_filters()}}
        if after is not None:
            body["search_after"] = after
        return self._server.search(self._index, body, self._measure_time_left())

    def _measure_time_left(self) -> float:
        left = (self._request.deadline or math.inf) - time.monotonic()
        if left <= 0:
            raise SearchTimeout("The search took too long; add a word, a date or a filter")
        return left

    def _list_facet_filters(self) -> list[dict[str, Any]]:
        """List the filters of the facets counted; each facet ignores its own."""
        return [
            one for name, one in self._request.filters.items() if name in self._name_facet_filters()
        ]

    def _name_facet_filters(self) -> set[str]:
        """Name the filters of the facets counted."""
        return set(map(name_own_filter, self._request.facets))

    def _build_query(self) -> dict[str, Any]:
        """Build the query of the articles among which every facet is counted."""
        request = self._request
        always = [
            one for name, one in request.filters.items() if name not in self._name_facet_filters()
        ]
        return {"bool": {"must": [request.query], "filter": always}} if always else request.query

    def _build_aggregations(self) -> dict[str, Any]:
        """Build the aggregations of the first page: facets, and groups of near-duplicates."""
        request = self._request
        aggs: dict[str, Any] = {}
        for name in request.facets:
            others = [
                query
                for key, query in request.filters.items()
                if key in self._name_facet_filters() and key != name_own_filter(name)
            ]
            aggs[name] = _filter_aggregations(
                others, {"values": _build_facet(name, request.facet_size)}
            )
        if request.fold:
            groups = {"cardinality": {"field": "fold", "precision_threshold": EXACT_GROUPS}}
            members = {"value_count": {"field": "fold"}}
            aggs["folded"] = _filter_aggregations(
                self._list_facet_filters(), {"groups": groups, "members": members}
            )
        return {"aggs": aggs} if aggs else {}

    def _add_proximity(self, rows: list[RankedArticle]) -> list[RankedArticle]:
        """Add the bonus for closeness to the top of the ranking, which stays above the rest."""
        top = rows[:PROXIMITY_DEPTH]
        if not self._close or not top:
            return rows
        among = {"terms": {"id": [row.id for row in top]}}
        body = {
            "query": {"bool": {"filter": [among], "must": [match_any(list(self._close))]}},
            "size": len(top),
            "_source": False,
        }
        hits = self._server.search(self._index, body, self._measure_time_left())["hits"]["hits"]
        bonus = {hit["_id"]: hit["_score"] for hit in hits}
        order, scores = add_proximity(
            np.array([row.score for row in rows]),
            np.array([bonus.get(row.id, 0.0) * self._compute_freshness(row.day) for row in top]),
        )
        drawn = zip(order.tolist(), scores.tolist(), strict=True)
        return [rows[place]._replace(score=score) for place, score in drawn]

    def _compute_freshness(self, day: int) -> float:
        fresh = self._request.fresh
        return fresh.compute_factor(day, self._newest) if fresh else 1.0

    def _add_copies(self, rows: list[RankedArticle]) -> tuple[EngineHit, ...]:
        """Make hits of rows, with the near-duplicates that match, the first published first."""
        folds = [row.collapse_key for row in rows if row.collapse_key] if self._request.fold else []
        others: dict[str, list[str]] = {}
        if folds:
            request = self._request
            body = {
                "query": {
                    "bool": {
                        "filter": [
                            request.query,
                            *request.filters.values(),
                            {"terms": {"fold": folds}},
                        ]
                    }
                },
                "size": PAGE_SIZE,
                "sort": _build_sort("oldest"),
                "_source": False,
                "docvalue_fields": ["published", "fold"],
            }
            answered = self._server.search(self._index, body, self._measure_time_left())
            for member in map(_read_row, answered["hits"]["hits"]):
                others.setdefault(member.collapse_key, []).append(member.id)
        return tuple(
            EngineHit(
                row.id,
                row.score,
                tuple(one for one in others.get(row.collapse_key, ()) if one != row.id),
            )
            for row in rows
        )


def _collapse(rows: list[RankedArticle]) -> list[RankedArticle]:
    """Remove rows that have a near-duplicate before them."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        if row.collapse_key not in seen or not row.collapse_key:
            seen.add(row.collapse_key)
            kept.append(row)
    return kept


def _read_row(hit: dict[str, Any]) -> RankedArticle:
    fields = hit.get("fields", {})
    day, fold = fields.get("published", [0]), fields.get("fold", [""])
    return RankedArticle(hit["_id"], hit["_score"] or 0.0, int(day[0]), fold[0])


def _build_sort(sort: Sort) -> list[dict[str, Any]]:
    """Build the sort of a request: ties by id, undated articles last in both directions."""
    if sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    order = "desc" if sort == "newest" else "asc"
    return [{"published": {"order": order, "missing": "_last"}}, {"id": "asc"}]


def _filter_aggregations(filters: list[dict[str, Any]], aggs: dict[str, Any]) -> dict[str, Any]:
    return {"filter": {"bool": {"filter": filters}}, "aggs": aggs}


def _build_facet(name: str, size: int) -> dict[str, Any]:
    """Build the aggregation of a facet: most frequent values first; all months, oldest first."""
    by_month: list[dict[str, str]] = [{"_key": "asc"}]
    by_count = [{"_count": "desc"}, {"_key": "asc"}]
    return {
        "terms": {
            "field": f"named.{name}",
            "size": MAX_MONTHS if name == MONTH else size,
            "shard_size": max(MAX_MONTHS, SHARD_VALUES),
            "order": by_month if name == MONTH else by_count,
        }
    }


def _read_facets(counted: Mapping[str, Any]) -> dict[str, tuple[tuple[str, int], ...]]:
    return {
        name: tuple((one["key"], one["doc_count"]) for one in found["values"]["buckets"])
        for name, found in counted.items()
        if "values" in found
    }
