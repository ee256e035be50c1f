"""One generation on a server, open for reading."""

from __future__ import annotations

import math
import time
from datetime import date
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.engines.base import (
    Answer,
    Document,
    Explanation,
    Leaf,
    Original,
    SearchOptions,
)
from indexer.engines.bm25 import Freshness
from indexer.engines.lru_cache import LruCache
from indexer.engines.opensearch.compile import Compiler, holds, narrowing
from indexer.engines.opensearch.dictionary import Dictionary
from indexer.engines.opensearch.documents import read_documents
from indexer.engines.opensearch.explain import Matter, explained
from indexer.engines.opensearch.groups import Group, Reading, read_tree
from indexer.engines.opensearch.listing import PAGE, Request, answer
from indexer.engines.opensearch.weighing import Weighing, freshened
from indexer.models import Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.engines.opensearch.local import Local
    from indexer.engines.opensearch.store import Store
    from indexer.query.nodes import Node
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")

COUNTED: Final = 10_000
"""Groups whose articles are remembered once they were counted."""

SECONDS: Final = 30.0
"""Longest wait for what has no time budget of its own."""

FRESH: Final = Freshness()


class OpenSearchSnapshot:
    """One generation; it never changes, so that several requests agree. Safe for threads.

    Raises:
        VersionError, DamageError: it cannot be used; the message says the way out.
    """

    def __init__(self, store: Store, local: Local, generation: str) -> None:
        self._store, self._local = store, local
        self.manifest = store.manifest(generation)
        self._index = store.index(generation)
        self._dictionary = Dictionary(store.server, store.dictionary(generation))
        self._counts: LruCache[Group, int] = LruCache(COUNTED)
        self._values: dict[str, tuple[tuple[str, int], ...]] = {}
        self._lock = Lock()

    @property
    def generation(self) -> str:
        """Name of the generation."""
        return self.manifest.generation

    def ask(self, question: Callable[[Vocabulary], T]) -> T:
        """What a question about the terms of title and body comes to; see `base.Snapshot`."""
        return self._dictionary.settle(lambda vocabulary: question(vocabulary("")))

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """The articles that match; see `base.Snapshot`."""
        deadline = time.monotonic() + options.seconds
        reading, weighing = self._weighing(tree, options)
        ranked = options.sort == "relevance"
        query = Compiler(reading, weighing).compile(tree)
        if options.fresh and ranked:
            query = freshened(query, self.manifest.newest, FRESH)
        asked = reading.asked(tree) if ranked and not options.exact and options.size else ()
        request = Request(
            index=self._index,
            query=query,
            filters=narrowing(options),
            sort=options.sort,
            offset=options.offset,
            size=min(options.size, max(self.manifest.articles - options.offset, 0)),
            facets=options.facets,
            close=tuple(weighing.closeness(asked)),
            factor=self._factor if options.fresh else _no_factor,
            fold=options.fold_copies,
            deadline=deadline,
        )
        listed = answer(self._store.server, request)
        return Answer(
            listed.total, listed.listed, listed.rows, _leaves(reading, weighing), listed.facets
        )

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Why an article matches; see `base.Snapshot`."""
        self.document(article_id)
        reading, weighing = self._weighing(tree, options)
        recent = options.fresh and options.sort == "relevance"
        matter = Matter(
            tree=tree,
            reading=reading,
            weighing=weighing,
            query=Compiler(reading, weighing).compile(tree),
            close=() if options.exact else reading.asked(tree),
            factor=self._factor if recent else _no_factor,
        )
        ask = partial(self._store.server.search_each, self._index, seconds=options.seconds)
        return explained(matter, article_id, ask)

    def _weighing(self, tree: Node, options: SearchOptions) -> tuple[Reading, Weighing]:
        """What the leaves of a tree stand for, and how they score."""
        reading = self._dictionary.settle(
            lambda vocabulary: read_tree(tree, vocabulary, exact=options.exact)
        )
        counts = self._count(reading.every_group(), options.seconds)
        return reading, Weighing(self.manifest.articles, counts, self.manifest.lengths)

    def _factor(self, day: int) -> float:
        """What the preference for the recent multiplies the score of a day by."""
        if not day:
            return 1.0
        age = self.manifest.newest - day
        return 1.0 + FRESH.strength * math.exp2(-age / FRESH.half_life)

    def _count(self, groups: set[Group], seconds: float) -> dict[Group, int]:
        """How many articles hold each group, in any of its forms."""
        known = self._counts.get_all(groups)
        missing = [group for group in groups if group not in known]
        bodies = [
            {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [holds(group)]}}}
            for group in missing
        ]
        found = self._store.server.search_each(self._index, bodies, seconds)
        totals = (one["hits"]["total"]["value"] for one in found)
        new = dict(zip(missing, totals, strict=True))
        self._counts.update(new)
        return {**known, **new}

    def document(self, article_id: str) -> Document:
        """What is stored for an id; see `base.Snapshot`."""
        return next(self.documents([article_id]))

    def documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """What is stored for each id, in their order; see `base.Snapshot`."""
        return read_documents(self._store, self.generation, article_ids)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """The other articles with the same text; see `base.Snapshot`."""
        self.document(article_id)
        own = self._search({"term": {"id": article_id}}, ["fold"], 1)[0]
        fold = own.get("fields", {}).get("fold")
        if not fold:
            return ()
        hits = self._search({"term": {"fold": fold[0]}}, [], PAGE)
        return tuple(hit["_id"] for hit in hits if hit["_id"] != article_id)

    def _search(self, query: dict[str, Any], fields: list[str], size: int) -> list[dict[str, Any]]:
        """Hits by day, the undated last, ties by id."""
        body = {
            "query": {"bool": {"filter": [query]}},
            "size": size,
            "sort": [{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
            "_source": False,
            "docvalue_fields": fields,
        }
        hits = self._store.server.search(self._index, body, SECONDS)["hits"]["hits"]
        return list(hits)

    def values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Every value of a filter with its number of articles; see `base.Snapshot`."""
        with self._lock:
            known = self._values.get(name)
        if known is None:
            known = tuple(sorted(self._all_values(name), key=lambda pair: (-pair[1], pair[0])))
            with self._lock:
                self._values[name] = known
        return known

    def _all_values(self, name: str) -> Iterator[tuple[str, int]]:
        paged: dict[str, Any] = {
            "size": PAGE,
            "sources": [{"value": {"terms": {"field": f"named.{name}"}}}],
        }
        while True:
            body = {"size": 0, "aggs": {"values": {"composite": paged}}}
            found = self._store.server.search(self._index, body, SECONDS)["aggregations"]["values"]
            for bucket in found["buckets"]:
                yield bucket["key"]["value"], bucket["doc_count"]
            if len(found["buckets"]) < PAGE:
                return
            paged["after"] = found["after_key"]

    def original(self, place: Original) -> bytes:
        """The saved bytes of a page, where this machine built the index; see `base.Snapshot`."""
        return self._local.page(place, self.manifest.machine)

    def stats(self) -> Stats:
        """Counts and spans, from the manifest."""
        manifest = self.manifest
        return Stats(
            articles=manifest.articles,
            generation=manifest.generation,
            built=manifest.built,
            bytes=manifest.bytes,
            oldest=_iso(manifest.oldest),
            newest=_iso(manifest.newest),
            sources=dict(self.values("source")),
        )


def _leaves(reading: Reading, weighing: Weighing) -> dict[Node, Leaf]:
    """What each leaf stood for, with the articles that hold it in the field it stands in."""
    held = {node: weighing.held(group) for (node, _), group in reading.groups.items()}
    return {
        node: Leaf(expansion, held.get(node, 0)) for node, expansion in reading.expansions.items()
    }


def _no_factor(_: int) -> float:
    return 1.0


def _iso(day: int) -> str | None:
    return date.fromordinal(day).isoformat() if day else None
