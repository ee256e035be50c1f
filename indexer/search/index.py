"""A query to its results: parse, widen, ask the engine, mark what matched.

`open_index` gives an `Index`; every face (HTML, JSON, TREC lines, exports) is drawn from the
`Results` it answers with. All answers of one call come from one generation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.engines.interface import Document, Engine, SearchOptions, Snapshot
from indexer.engines.versions import find_earlier_version
from indexer.errors import NoArticle
from indexer.fields import FACETS, MONTH
from indexer.models import Article, Copy, Match, Query, Results, Sort, Span
from indexer.query.synonym_expansion import list_widened_names
from indexer.search import highlight
from indexer.search.explanation import Why, why
from indexer.search.fallbacks import did_you_mean, most_of
from indexer.search.more_like_this import similar
from indexer.search.request import options_of, parse_query, read_arguments, tree_to_search
from indexer.search.results import copy_of, mark_article, mark_hits, note_cut, order_facets
from indexer.search.suggestions import Names, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.engines.interface import EngineHit
    from indexer.models import Stats, Suggestion
    from indexer.query.ast import Node
    from indexer.settings import Settings

SELDOM = 3
"""Hits up to which "did you mean" is tried."""

EVERY_HIT = 1_000_000_000
"""A size that no list reaches."""


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article with what a query matched in it, spans into its title and its body.

    `article` is the newest of the document, or the earlier version asked for.
    """

    article: Article
    document: Document
    title_marks: tuple[Span, ...]
    body_marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The neighbours of an article in a list of hits, None where there is none.

    `place` counts from 0; None where the article is not on the page looked at.
    """

    place: int | None
    previous: Article | None
    next: Article | None


class Index:
    """An index open for searching; follows new generations by itself. Safe for threads."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self._names: tuple[str, Names] | None = None

    def warm(self) -> None:
        """Search once, for nobody: so that the word lists are read.

        The first search of a process takes .4 s, the second some .02, at 100,000 articles.
        """
        self.search("search engine", limit=1)

    def search(  # noqa: PLR0913  the names that interface.md gives
        self,
        text: str,
        *,
        sort: Sort = "relevance",
        match: Match = "all",
        exact: bool = False,
        fresh: bool = True,
        limit: int = 10,
        offset: int = 0,
        **filters: Sequence[str] | str | None,
    ) -> Results:
        """Search as the command line does.

        Args:
            filters: `from` and `to`, a day, month or year, both included; and those of FILTERS,
                a value or several.

        Raises:
            QueryRefused: over a limit. SearchTimeout: over the time budget.
            SettingError: an argument that makes no sense.
        """
        query = Query(
            text, sort=sort, match=match, exact=exact, fresh=fresh, size=limit, offset=offset
        )
        return self.answer(read_arguments(query, filters))

    def answer(self, query: Query, facets: tuple[str, ...] = FACETS) -> Results:
        """The results of a query, `facets` counted.

        Raises: as `search`.
        """
        started = time.perf_counter()
        parsed = parse_query(query)
        snapshot = self.engine.open_snapshot()
        tree = tree_to_search(query, parsed.tree, snapshot)
        options = self._options(query)
        answer = snapshot.search(tree, replace(options, facets=facets, locate=True))
        plan = answer.plan
        results = Results(
            query=query,
            total=answer.total,
            listed=answer.listed,
            took_ms=0.0,
            hits=mark_hits(snapshot, answer),
            facets=order_facets(answer, query),
            months=answer.facets.get(MONTH, ()),
            searched=plan.list_searched(),
            widened=() if query.exact else list_widened_names(plan),
            notices=(*parsed.notices, *note_cut(plan)),
            newest=snapshot.read_stats().newest,
        )
        if answer.total <= SELDOM and not query.exact:
            meant = did_you_mean(query, parsed.tree, snapshot, options)
            results = replace(results, suggestion=meant)
        if not answer.total:
            counts = plan.count_typed(answer.counts)
            results = replace(
                results,
                word_counts=counts,
                missing=tuple(word for word, count in counts.items() if not count),
                instead=most_of(tree, snapshot, options),
            )
        return replace(results, took_ms=round((time.perf_counter() - started) * 1000, 2))

    def unnarrowed(self, results: Results) -> int:
        """Where the filters and days may have left nothing: what matches without them, else 0."""
        query = results.query
        if results.total or not query.text.strip() or not query.narrows:
            return 0
        return self.answer(replace(query.unnarrowed(), size=0), facets=()).total

    def refs(self, query: Query) -> Iterator[tuple[str, float]]:
        """`ref` and score of every hit, best first, copies apart, without marking anything."""
        snapshot = self.engine.open_snapshot()
        rows = self._rows(snapshot, query)
        for document, row in zip(
            snapshot.read_documents(row.id for row in rows), rows, strict=True
        ):
            yield document.article.ref, row.score

    def stream(self, query: Query) -> Iterator[Article]:
        """Every article that matches, in the order asked for, copies too, whatever the page.

        The search is done when this is called; the articles are fetched one by one.

        Raises: as `search`.
        """
        snapshot = self.engine.open_snapshot()
        every = replace(query, size=EVERY_HIT, offset=0, fold_copies=False)
        rows = self._rows(snapshot, every)
        return (document.article for document in snapshot.read_documents(row.id for row in rows))

    def beside(self, article_id: str, query: Query) -> Beside:
        """The hits before and after an article, looked for on the page of the list asked for.

        Raises: as `search`.
        """
        snapshot = self.engine.open_snapshot()
        begin = max(query.offset - 1, 0)
        around = replace(query, offset=begin, size=query.offset - begin + query.size + 1)
        rows = self._rows(snapshot, around)
        for place, row in enumerate(rows):
            if article_id in (row.id, *row.copies):
                near = [rows[at].id if 0 <= at < len(rows) else "" for at in (place - 1, place + 1)]
                articles = [snapshot.read_document(one).article if one else None for one in near]
                return Beside(begin + place, *articles)
        return Beside(None, None, None)

    def document(self, article_id: str) -> Document:
        """The newest saved version of an article, and the earlier ones.

        Raises:
            NoArticle: there is none with this id.
        """
        return self.engine.open_snapshot().read_document(article_id)

    def copies(self, article_id: str) -> tuple[Copy, ...]:
        """The other articles with the same text, the first published first.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.open_snapshot()
        others = snapshot.read_documents(snapshot.find_copies(article_id))
        return tuple(copy_of(document.article) for document in others)

    def marked(self, article_id: str, query: Query, version: str = "") -> MarkedArticle:
        """An article, or the earlier saved version of it with that key, what matches marked.

        Raises:
            NoArticle: there is none with this id or key. QueryRefused: over a limit.
        """
        snapshot = self.engine.open_snapshot()
        document = snapshot.read_document(article_id)
        tree = _tree(query, snapshot)
        answer = snapshot.search(tree, SearchOptions(exact=query.exact, size=0))
        article = find_earlier_version(document, version) if version else document.article
        if article is None:
            raise NoArticle(
                f"No earlier version {version} of this article; a rebuild keeps those whose pages "
                "are still there. The newest is at /article/" + article_id
            )
        title, body = mark_article(article, highlight.Marker(answer.plan))
        return MarkedArticle(article, document, highlight.spans(title), highlight.spans(body))

    def why(self, article_id: str, query: Query) -> Why:
        """Why a query finds an article: where its words stand there, and what each adds.

        Raises:
            NoArticle: there is none with this id. QueryRefused, SearchTimeout: as `search`.
        """
        snapshot = self.engine.open_snapshot()
        tree = _tree(query, snapshot)
        explanation = snapshot.explain(tree, self._options(query), article_id)
        return why(snapshot.read_document(article_id).article, explanation)

    def original(self, article_id: str) -> bytes | None:
        """The saved bytes of an article's page, None where they were not kept.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.open_snapshot()
        place = snapshot.read_document(article_id).original
        return snapshot.read_original(place) if place else None

    def counts(self, name: str) -> dict[str, int]:
        """How many articles have each value of a filter."""
        return dict(self.engine.open_snapshot().count_values(name))

    def suggest(self, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what was typed; see `suggest`."""
        snapshot = self.engine.open_snapshot()
        if self._names is None or self._names[0] != snapshot.generation:
            self._names = snapshot.generation, Names(snapshot)
        return suggest(snapshot, self._names[1], typed, size)

    def similar(self, article_id: str, size: int = 5) -> tuple[Article, ...]:
        """The articles most like one, best first.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.open_snapshot()
        keys = similar(snapshot, snapshot.read_document(article_id).article, size)
        return tuple(document.article for document in snapshot.read_documents(keys))

    def stats(self) -> Stats:
        """Counts and spans of the live generation."""
        return self.engine.open_snapshot().read_stats()

    @property
    def generation(self) -> str:
        """Name of the live generation."""
        return self.engine.open_snapshot().generation

    def _rows(self, snapshot: Snapshot, query: Query) -> tuple[EngineHit, ...]:
        """The part of the list a query asks for, without marking anything."""
        return snapshot.search(_tree(query, snapshot), self._options(query)).rows

    def _options(self, query: Query) -> SearchOptions:
        return options_of(query, self.settings.search_s)


def _tree(query: Query, snapshot: Snapshot) -> Node:
    return tree_to_search(query, parse_query(query).tree, snapshot)
