"""One search over a generation: ask the server, draw close words together, fold copies, list.

The server ranks and counts; what it cannot do in one request is done here on ids alone: the bonus
for closeness at the top of a ranking, and the folding of copies, which looks further down until it
has enough.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indexer.engines.base import Found
from indexer.engines.opensearch.compile import any_of
from indexer.engines.opensearch.weighing import DEPTH
from indexer.errors import SearchTimeout
from indexer.fields import MONTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indexer.engines.opensearch.server import Server
    from indexer.models import Sort

PAGE: Final = 10_000
"""Rows of one request, the most a server gives."""

FACET_VALUES: Final = 200
"""Most values counted for one facet, as in the embedded engine."""

MONTHS: Final = 12_000
"""Most months counted: a thousand years of them."""

LOOKED_AT: Final = 5_000
"""Values of a facet that each shard puts up, so that the counts of the most frequent are whole."""

DISTINCT: Final = 40_000
"""Groups of copies up to which they are counted exactly, but for one in thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to search and how to list it.

    Attributes:
        index: name of the index of articles.
        query: what has to match, scored.
        filters: what has to match as well; a facet's own has the facet's name.
        close: queries that give the bonus for closeness; none for no bonus.
        factor: what a bonus is multiplied by, from the day published (0 = undated).
        fold: list one of each group of copies.
        deadline: `time.monotonic` at which to give up.
    """

    index: str
    query: dict[str, Any]
    filters: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    sort: Sort = "relevance"
    offset: int = 0
    size: int = 10
    facets: tuple[str, ...] = ()
    close: tuple[dict[str, Any], ...] = ()
    factor: Callable[[int], float]
    fold: bool = True
    deadline: float


class Row(NamedTuple):
    """One article of a ranking; `fold` names its group of copies, "" where it is alone."""

    id: str
    score: float
    day: int
    fold: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a search found; see `base.Answer`."""

    total: int
    listed: int
    rows: tuple[Found, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]


def answer(server: Server, request: Request) -> Listed:
    """Search.

    Raises:
        SearchTimeout: the deadline has passed.
    """
    return _Search(server, request).answer()


class _Search:
    def __init__(self, server: Server, request: Request) -> None:
        self._server = server
        self._request = request

    def answer(self) -> Listed:
        wanted = self._request.offset + self._request.size
        depth = max(wanted + wanted // 2, DEPTH if self._request.close else 0)
        if not self._request.size:
            depth = 0
        first = self._page(depth, self._counts())
        total = first["hits"]["total"]["value"]
        counted = first.get("aggregations", {})
        rows = self._rows(first, depth, total)
        while self._request.fold and len(_folded(rows)) < wanted and len(rows) < total and depth:
            depth *= 4
            rows = self._rows(first, depth, total)
        kept = (_folded(rows) if self._request.fold else rows)[self._request.offset : wanted]
        listed = total
        if self._request.fold and total:
            under = counted["folded"]
            listed = total - under["members"]["value"] + under["groups"]["value"]
        return Listed(
            total, listed, self._with_copies(kept if self._request.size else []), _facets(counted)
        )

    def _rows(self, first: dict[str, Any], depth: int, total: int) -> list[Row]:
        """The best `depth` rows, in order; further pages are fetched where one is not enough."""
        hits = list(first["hits"]["hits"])
        while len(hits) < min(depth, total):
            page = self._page(depth - len(hits), {}, after=hits[-1]["sort"])["hits"]["hits"]
            if not page:
                break
            hits += page
        return self._draw_close([_row(hit) for hit in hits])

    def _page(self, size: int, extra: dict[str, Any], after: object = None) -> dict[str, Any]:
        request = self._request
        body: dict[str, Any] = {
            "query": self._query(),
            "size": min(size, PAGE),
            "sort": _sort(request.sort),
            "track_scores": True,
            "track_total_hits": after is None,
            "_source": False,
            "docvalue_fields": ["published", "fold"],
            **extra,
        }
        if self._under_facets():
            body["post_filter"] = {"bool": {"filter": self._under_facets()}}
        if after is not None:
            body["search_after"] = after
        return self._server.search(request.index, body, self._seconds())

    def _seconds(self) -> float:
        left = self._request.deadline - time.monotonic()
        if left <= 0:
            raise SearchTimeout("The search took too long; add a word, a date or a filter")
        return left

    def _under_facets(self) -> list[dict[str, Any]]:
        """Filters that do not hold for every facet: those of the facets themselves."""
        return [one for name, one in self._request.filters.items() if name in self._owned()]

    def _owned(self) -> set[str]:
        """Names of the filters that are some facet's own."""
        return set(map(_own_filter, self._request.facets))

    def _query(self) -> dict[str, Any]:
        """What every facet is counted among."""
        request = self._request
        always = [one for name, one in request.filters.items() if name not in self._owned()]
        return {"bool": {"must": [request.query], "filter": always}} if always else request.query

    def _counts(self) -> dict[str, Any]:
        """The counts asked for with the first page."""
        request = self._request
        aggs: dict[str, Any] = {}
        for name in request.facets:
            others = [
                query
                for key, query in request.filters.items()
                if key in self._owned() and key != _own_filter(name)
            ]
            aggs[name] = _under(others, {"values": _facet(name)})
        if request.fold:
            groups = {"cardinality": {"field": "fold", "precision_threshold": DISTINCT}}
            members = {"value_count": {"field": "fold"}}
            aggs["folded"] = _under(self._under_facets(), {"groups": groups, "members": members})
        return {"aggs": aggs} if aggs else {}

    def _draw_close(self, rows: list[Row]) -> list[Row]:
        """The ranking with the bonus for closeness added to its top, which stays above the rest."""
        request = self._request
        top = rows[:DEPTH]
        if not request.close or not top:
            return rows
        among = {"terms": {"id": [row.id for row in top]}}
        body = {
            "query": {"bool": {"filter": [among], "must": [any_of(list(request.close))]}},
            "size": len(top),
            "_source": False,
        }
        hits = self._server.search(request.index, body, self._seconds())["hits"]["hits"]
        bonus = {hit["_id"]: hit["_score"] for hit in hits}
        drawn = [
            row._replace(score=row.score + bonus.get(row.id, 0.0) * request.factor(row.day))
            for row in top
        ]
        return sorted(drawn, key=lambda row: -row.score) + rows[DEPTH:]

    def _with_copies(self, rows: list[Row]) -> tuple[Found, ...]:
        """Rows with the copies that match too, the first published first."""
        folds = [row.fold for row in rows if row.fold] if self._request.fold else []
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
                "size": PAGE,
                "sort": _sort("oldest"),
                "_source": False,
                "docvalue_fields": ["published", "fold"],
            }
            answered = self._server.search(request.index, body, self._seconds())
            for member in map(_row, answered["hits"]["hits"]):
                others.setdefault(member.fold, []).append(member.id)
        return tuple(
            Found(
                row.id,
                row.score,
                tuple(one for one in others.get(row.fold, ()) if one != row.id),
            )
            for row in rows
        )


def _folded(rows: list[Row]) -> list[Row]:
    """Those that have no copy before them, in order."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        if row.fold not in seen or not row.fold:
            seen.add(row.fold)
            kept.append(row)
    return kept


def _row(hit: dict[str, Any]) -> Row:
    fields = hit.get("fields", {})
    day, fold = fields.get("published", [0]), fields.get("fold", [""])
    return Row(hit["_id"], hit["_score"] or 0.0, int(day[0]), fold[0])


def _sort(sort: Sort) -> list[dict[str, Any]]:
    """Orders; ties by id, undated articles last in both directions."""
    if sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    order = "desc" if sort == "newest" else "asc"
    return [{"published": {"order": order, "missing": "_last"}}, {"id": "asc"}]


def _under(filters: list[dict[str, Any]], aggs: dict[str, Any]) -> dict[str, Any]:
    return {"filter": {"bool": {"filter": filters}}, "aggs": aggs}


def _own_filter(facet: str) -> str:
    """The filter that a facet is counted apart from: that of the days, for the months."""
    return "date" if facet == MONTH else facet


def _facet(name: str) -> dict[str, Any]:
    """Values of a facet by falling count; all months, the oldest first."""
    by_month: list[dict[str, str]] = [{"_key": "asc"}]
    by_count = [{"_count": "desc"}, {"_key": "asc"}]
    return {
        "terms": {
            "field": f"named.{name}",
            "size": MONTHS if name == MONTH else FACET_VALUES,
            "shard_size": max(MONTHS, LOOKED_AT),
            "order": by_month if name == MONTH else by_count,
        }
    }


def _facets(counted: Mapping[str, Any]) -> dict[str, tuple[tuple[str, int], ...]]:
    return {
        name: tuple((one["key"], one["doc_count"]) for one in found["values"]["buckets"])
        for name, found in counted.items()
        if "values" in found
    }
