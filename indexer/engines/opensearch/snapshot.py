"""Implements `interface.Snapshot` for one generation on a server.

In: queries, ids and names of filters. Out: answers, explanations and stored documents, which are
fetched a hundred to a request.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indexer.engines.bm25 import Freshness
from indexer.engines.interface import Answer, Document, SearchOptions
from indexer.engines.lru_cache import LruCache
from indexer.engines.opensearch.clauses import match_group
from indexer.engines.opensearch.explain import ScoringContext, explain_article
from indexer.engines.opensearch.query_dsl import MAX_NEAR_TERMS, compile_filters, compile_query
from indexer.engines.opensearch.scoring_scripts import GroupScorer, add_freshness
from indexer.engines.opensearch.searcher import PAGE_SIZE, run_search
from indexer.engines.opensearch.term_index import TermIndex
from indexer.engines.search_request import make_request
from indexer.engines.stored_document import decode_document
from indexer.errors import NoArticle
from indexer.models import Stats
from indexer.query.plan import plan_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.engines.explanation import Explanation
    from indexer.engines.opensearch.generations import ServerGenerations
    from indexer.engines.opensearch.local_files import LocalFiles
    from indexer.engines.storage.files import OriginalLocation
    from indexer.query.ast import Node
    from indexer.query.plan import QueryPlan, WordGroup
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")

CACHED_COUNTS: Final = 10_000
"""Groups whose number of articles is cached."""

WAIT_S: Final = 30.0
"""Longest wait, seconds, for requests without a time budget of their own."""

FRESHNESS: Final = Freshness()

BATCH_SIZE: Final = 100
"""Documents of one request, about a megabyte."""


class OpenSearchSnapshot:
    """One generation, which never changes; safe for threads.

    Args:
        store: the generations on the server.
        local: the files on this machine.
        generation: its name.

    Raises:
        VersionError: made by another version.
        DamageError: it is missing or damaged; the message says the way out.
    """

    def __init__(self, store: ServerGenerations, local: LocalFiles, generation: str) -> None:
        self._store, self._local = store, local
        self.manifest = store.load_manifest(generation)
        self._index = store.name_index(generation)
        self._dictionary = TermIndex(store.server, store.name_dictionary(generation))
        self._counts: LruCache[WordGroup, int] = LruCache(CACHED_COUNTS)
        self._values: dict[str, tuple[tuple[str, int], ...]] = {}
        self._lock = Lock()

    @property
    def generation(self) -> str:
        """Name of the generation."""
        return self.manifest.generation

    def ask_vocabulary(self, question: Callable[[Vocabulary], T]) -> T:
        """Call a function with the vocabulary of title and body; see `interface.Snapshot`."""
        return self._dictionary.resolve(lambda vocabulary: question(vocabulary("")))

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """Find the articles that match; see `interface.Snapshot`."""
        deadline = time.monotonic() + options.seconds
        plan, scorer = self._plan_search(tree, options)
        query = compile_query(plan, scorer)
        if options.fresh and options.sort == "relevance":
            query = add_freshness(query, self.manifest.newest, FRESHNESS)
        size = min(options.size, max(self.manifest.articles - options.offset, 0))
        request = make_request(
            replace(options, size=size),
            query,
            filters=compile_filters(options),
            close=tuple(scorer.score_proximity(plan.list_typed_words())),
            deadline=deadline,
        )
        listed = run_search(self._store.server, self._index, request, self.manifest.newest)
        counts = {clause: scorer.read_frequency(leaf.group) for clause, leaf in plan.leaves.items()}
        return Answer(listed.total, listed.listed, listed.rows, plan, counts, listed.facets)

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Explain the score of an article; see `interface.Snapshot`."""
        self.read_document(article_id)
        plan, scorer = self._plan_search(tree, options)
        context = ScoringContext(
            plan=plan,
            scorer=scorer,
            close=() if options.exact else plan.list_typed_words(),
            fresh=FRESHNESS if options.fresh and options.sort == "relevance" else None,
            newest=self.manifest.newest,
        )
        ask = partial(self._store.server.search_many, self._index, seconds=options.seconds)
        return explain_article(context, article_id, ask)

    def _plan_search(self, tree: Node, options: SearchOptions) -> tuple[QueryPlan, GroupScorer]:
        """Plan a query, and make the scorer of its groups."""
        plan = self._dictionary.resolve(
            lambda vocabulary: plan_query(
                tree, vocabulary, exact=options.exact, most_near=MAX_NEAR_TERMS
            )
        )
        counts = self._count_documents(plan.list_groups(), options.seconds)
        return plan, GroupScorer(self.manifest.articles, counts, self.manifest.lengths)

    def _count_documents(self, groups: set[WordGroup], seconds: float) -> dict[WordGroup, int]:
        """Count the articles that have any term or phrase of each group."""
        known = self._counts.get_all(groups)
        missing = [group for group in groups if group not in known]
        bodies = [
            {
                "size": 0,
                "track_total_hits": True,
                "query": {"bool": {"filter": [match_group(group)]}},
            }
            for group in missing
        ]
        found = self._store.server.search_many(self._index, bodies, seconds)
        totals = (one["hits"]["total"]["value"] for one in found)
        new = dict(zip(missing, totals, strict=True))
        self._counts.update(new)
        return {**known, **new}

    def read_document(self, article_id: str) -> Document:
        """Read the document of an id; see `interface.Snapshot`."""
        return next(self.read_documents([article_id]))

    def read_documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """Read the documents of some ids, in their order; see `interface.Snapshot`."""
        return fetch_documents(self._store, self.generation, article_ids)

    def find_copies(self, article_id: str) -> tuple[str, ...]:
        """Find the near-duplicates of an article; see `interface.Snapshot`."""
        self.read_document(article_id)
        own = self._fetch_hits({"term": {"id": article_id}}, ["fold"], 1)[0]
        fold = own.get("fields", {}).get("fold")
        if not fold:
            return ()
        hits = self._fetch_hits({"term": {"fold": fold[0]}}, [], PAGE_SIZE)
        return tuple(hit["_id"] for hit in hits if hit["_id"] != article_id)

    def _fetch_hits(
        self, query: dict[str, Any], fields: list[str], size: int
    ) -> list[dict[str, Any]]:
        """Fetch hits ordered by day, the undated last, ties by id."""
        body = {
            "query": {"bool": {"filter": [query]}},
            "size": size,
            "sort": [{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
            "_source": False,
            "docvalue_fields": fields,
        }
        hits = self._store.server.search(self._index, body, WAIT_S)["hits"]["hits"]
        return list(hits)

    def count_values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Count the articles of every value of a filter; see `interface.Snapshot`."""
        with self._lock:
            known = self._values.get(name)
        if known is None:
            known = tuple(sorted(self._fetch_values(name), key=lambda pair: (-pair[1], pair[0])))
            with self._lock:
                self._values[name] = known
        return known

    def _fetch_values(self, name: str) -> Iterator[tuple[str, int]]:
        paged: dict[str, Any] = {
            "size": PAGE_SIZE,
            "sources": [{"value": {"terms": {"field": f"named.{name}"}}}],
        }
        while True:
            body = {"size": 0, "aggs": {"values": {"composite": paged}}}
            found = self._store.server.search(self._index, body, WAIT_S)["aggregations"]["values"]
            for bucket in found["buckets"]:
                yield bucket["key"]["value"], bucket["doc_count"]
            if len(found["buckets"]) < PAGE_SIZE:
                return
            paged["after"] = found["after_key"]

    def read_original(self, place: OriginalLocation) -> bytes:
        """Read the saved bytes of a page, if this machine built the index.

        See `interface.Snapshot`.
        """
        return self._local.read_page(place, self.manifest.machine)

    def read_stats(self) -> Stats:
        """Read the numbers of the generation from its manifest."""
        manifest = self.manifest
        return Stats(
            articles=manifest.articles,
            generation=manifest.generation,
            built=manifest.built,
            bytes=manifest.bytes,
            oldest=_format_day(manifest.oldest),
            newest=_format_day(manifest.newest),
            sources=dict(self.count_values("source")),
        )


def _format_day(day: int) -> str | None:
    return date.fromordinal(day).isoformat() if day else None


def fetch_documents(
    store: ServerGenerations, generation: str, ids: Iterable[str]
) -> Iterator[Document]:
    """Fetch the documents of some ids, in their order, a batch when its first is iterated.

    Raises:
        NoArticle: the generation has no such id.
    """
    remaining = iter(ids)
    while some := list(islice(remaining, BATCH_SIZE)):
        path = f"/{store.name_index(generation)}/_mget"
        for found in store.server.call("POST", path, {"ids": some})["docs"]:
            if not found.get("found"):
                raise NoArticle(
                    f"No article {found['_id']} in this index; it may have gone with an update. "
                    "Search for it"
                )
            yield decode_document(json.loads(found["_source"]["document"]))
