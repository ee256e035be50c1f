"""Queries answered over one index: parse, expand, search in the engine, highlight the matches.

In: a `Query` or its text. Out: `Results`, from which HTML, JSON, TREC lines and exports are made.
`open.open_index` returns an `Index`. All that one call returns comes from one generation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indexer.engines.interface import Document, Engine, SearchOptions, Snapshot
from indexer.engines.versions import find_earlier_version
from indexer.errors import NoArticle, QueryRefused, SearchTimeout
from indexer.fields import FACETS, MONTH
from indexer.models import Article, Copy, Match, Notice, Query, Results, Sort, Span
from indexer.query.processor_time import limit_processor_time
from indexer.query.synonym_expansion import list_widened_names
from indexer.search import highlight
from indexer.search.explanation import ArticleExplanation, explain_article
from indexer.search.fallbacks import find_partial_matches, suggest_correction
from indexer.search.more_like_this import find_similar
from indexer.search.request import apply_arguments, build_options, expand_query, parse_query
from indexer.search.results import (
    build_hits,
    list_truncations,
    make_copy,
    mark_article,
    order_facets,
)
from indexer.search.suggestions import NameCompletions, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.engines.interface import EngineHit
    from indexer.models import Stats, Suggestion
    from indexer.query.ast import Node
    from indexer.query.parser import ParsedQuery
    from indexer.settings import Settings

MAX_MATCHES_TO_CORRECT = 3
"""Number of matches up to which a corrected query is tried."""

NOT_TRIED: Final = (
    "The search for other spellings and for articles with fewer of the words took too long; "
    "ask for fewer words."
)

EVERY_HIT = 1_000_000_000
"""A size above the number of hits of any search."""


@dataclass(frozen=True, slots=True)
class HighlightedArticle:
    """An article with the matches of a query.

    Attributes:
        article: the newest version of the document, or the earlier version requested.
        document: the stored document, with all versions.
        title_marks, body_marks: matches as spans into the title and into the body.
    """

    article: Article
    document: Document
    title_marks: tuple[Span, ...]
    body_marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AdjacentHits:
    """The hits before and after an article in a list of hits.

    Attributes:
        place: position of the article in the list, from 0; None if it is not on the page searched.
        previous, next: the adjacent articles; None at either end of the list.
    """

    place: int | None
    previous: Article | None
    next: Article | None


class Index:
    """An index open for searching; safe for threads.

    Each call searches the generation that is live when the call begins.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self._names: tuple[str, NameCompletions] | None = None

    def warm_up(self) -> None:
        """Search once and drop the result, so that the word lists are loaded.

        The first search of a process takes .4 s, the second about .02 s, at 100,000 articles.
        """
        self.search("search engine", limit=1)

    def search(  # noqa: PLR0913  the names of the command line
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
        """Search with the options of the command line.

        >>> results = index.search("su-25 belarus", sort="newest", source="Northern Wire")
        >>> [hit.title for hit in results.hits]
        ['Belarus tells Moscow it can build the Su-25 at home']

        Args:
            text: a query in the query language.
            sort: "relevance", "newest" or "oldest".
            match: "all" if every word is required, "any" if one is enough.
            exact: search the words as typed only, without inflections and synonyms.
            fresh: prefer recent articles slightly when sorting by relevance.
            limit: most hits returned, 0 or more.
            offset: hits skipped, 0 or more.
            filters: `from` and `to`, each a day, month or year, both included; and the names of
                FILTERS, each with one value or several.

        Raises:
            QueryRefused: the query is over a limit.
            SearchTimeout: the search is over its time budget.
            SettingError: an argument has an unknown or impossible value.
        """
        query = Query(
            text, sort=sort, match=match, exact=exact, fresh=fresh, size=limit, offset=offset
        )
        return self.answer(apply_arguments(query, filters))

    def answer(self, query: Query, facets: tuple[str, ...] = FACETS) -> Results:
        """Answer a query.

        Args:
            query: what to search, how to sort, which part of the list to return.
            facets: names of the facets to count.

        Raises: as `search`, except SettingError.
        """
        started = time.perf_counter()
        parsed = parse_query(query)
        snapshot = self.engine.open_snapshot()
        options = self._build_options(query)
        with limit_processor_time(options.processor_s):
            results = _answer(snapshot, query, parsed, replace(options, facets=facets))
        return replace(results, took_ms=round((time.perf_counter() - started) * 1000, 2))

    def count_without_filters(self, results: Results) -> int:
        """Count the articles that match without the filters and days of a search that found none.

        Returns:
            The count; 0 if the search found something, or has no words or no filters.
        """
        query = results.query
        if results.total or not query.text.strip() or not query.has_filters:
            return 0
        return self.answer(replace(query.without_filters(), size=0), facets=()).total

    def rank_refs(self, query: Query) -> Iterator[tuple[str, float]]:
        """Yield `ref` and score of every hit of the query, best first, without highlighting."""
        snapshot = self.engine.open_snapshot()
        rows = self._search_rows(snapshot, query)
        for document, row in zip(
            snapshot.read_documents(row.id for row in rows), rows, strict=True
        ):
            yield document.article.ref, row.score

    def stream(self, query: Query) -> Iterator[Article]:
        """Return every article that matches, in the order of the query, copies too.

        The size and offset of the query are ignored. The search runs when this is called; the
        articles are read one by one as the iterator advances.

        Raises: as `answer`.
        """
        snapshot = self.engine.open_snapshot()
        every = replace(query, size=EVERY_HIT, offset=0, fold_copies=False)
        rows = self._search_rows(snapshot, every)
        return (document.article for document in snapshot.read_documents(row.id for row in rows))

    def find_adjacent(self, article_id: str, query: Query) -> AdjacentHits:
        """Find the hits before and after an article on the page of results that the query names.

        Raises: as `answer`.
        """
        snapshot = self.engine.open_snapshot()
        begin = max(query.offset - 1, 0)
        around = replace(query, offset=begin, size=query.offset - begin + query.size + 1)
        rows = self._search_rows(snapshot, around)
        for place, row in enumerate(rows):
            if article_id in (row.id, *row.copies):
                near = [rows[at].id if 0 <= at < len(rows) else "" for at in (place - 1, place + 1)]
                articles = [snapshot.read_document(one).article if one else None for one in near]
                return AdjacentHits(begin + place, *articles)
        return AdjacentHits(None, None, None)

    def read_document(self, article_id: str) -> Document:
        """Read the newest saved version of an article, and the earlier ones.

        Raises:
            NoArticle: no article has this id.
        """
        return self.engine.open_snapshot().read_document(article_id)

    def find_copies(self, article_id: str) -> tuple[Copy, ...]:
        """Find the other articles with the same text, ordered by date published.

        Raises:
            NoArticle: no article has this id.
        """
        snapshot = self.engine.open_snapshot()
        others = snapshot.read_documents(snapshot.find_copies(article_id))
        return tuple(make_copy(document.article) for document in others)

    def highlight_article(
        self, article_id: str, query: Query, version: str = ""
    ) -> HighlightedArticle:
        """Read an article and find the matches of a query in it.

        Args:
            article_id: id of the article.
            query: its matches are marked.
            version: key of an earlier saved version (`engines.versions.make_version_key`); empty
                for the newest.

        Raises:
            NoArticle: no article has this id, or no version this key.
            QueryRefused: the query is over a limit.
        """
        snapshot = self.engine.open_snapshot()
        document = snapshot.read_document(article_id)
        options = self._build_options(query)
        with limit_processor_time(options.processor_s):
            tree = _build_tree(query, snapshot)
            answer = snapshot.search(tree, SearchOptions(exact=query.exact, size=0))
        article = find_earlier_version(document, version) if version else document.article
        if article is None:
            raise NoArticle(
                f"No earlier version {version} of this article; a rebuild keeps those whose pages "
                "are still there. The newest is at /article/" + article_id
            )
        title, body = mark_article(article, highlight.HitHighlighter(answer.plan))
        return HighlightedArticle(
            article, document, highlight.merge_marks(title), highlight.merge_marks(body)
        )

    def explain(self, article_id: str, query: Query) -> ArticleExplanation:
        """Explain why a query finds an article: where its words occur, and what each adds.

        Raises:
            NoArticle: no article has this id.
            QueryRefused, SearchTimeout: as `search`.
        """
        snapshot = self.engine.open_snapshot()
        options = self._build_options(query)
        with limit_processor_time(options.processor_s):
            tree = _build_tree(query, snapshot)
            explanation = snapshot.explain(tree, options, article_id)
        return explain_article(snapshot.read_document(article_id).article, explanation)

    def read_original(self, article_id: str) -> bytes | None:
        """Read the saved bytes of an article's page; None if the index does not hold them.

        Raises:
            NoArticle: no article has this id.
        """
        snapshot = self.engine.open_snapshot()
        place = snapshot.read_document(article_id).original
        return snapshot.read_original(place) if place else None

    def count_values(self, name: str) -> dict[str, int]:
        """Count the articles that have each value of a filter, most frequent first."""
        return dict(self.engine.open_snapshot().count_values(name))

    def suggest(self, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Complete a typed text; see `suggestions.suggest`."""
        snapshot = self.engine.open_snapshot()
        if self._names is None or self._names[0] != snapshot.generation:
            self._names = snapshot.generation, NameCompletions(snapshot)
        return suggest(snapshot, self._names[1], typed, size)

    def find_similar(self, article_id: str, size: int = 5) -> tuple[Article, ...]:
        """Find the articles most like one, best first; the article and its copies are left out.

        Raises:
            NoArticle: no article has this id.
        """
        snapshot = self.engine.open_snapshot()
        keys = find_similar(snapshot, snapshot.read_document(article_id).article, size)
        return tuple(document.article for document in snapshot.read_documents(keys))

    def read_stats(self) -> Stats:
        """Read the counts and the range of dates of the live generation."""
        return self.engine.open_snapshot().read_stats()

    @property
    def generation(self) -> str:
        """The name of the live generation."""
        return self.engine.open_snapshot().generation

    def _search_rows(self, snapshot: Snapshot, query: Query) -> tuple[EngineHit, ...]:
        """Search for the part of the list that a query names, without highlighting."""
        options = self._build_options(query)
        with limit_processor_time(options.processor_s):
            return snapshot.search(_build_tree(query, snapshot), options).rows

    def _build_options(self, query: Query) -> SearchOptions:
        return build_options(query, self.settings.search_s)


def _build_tree(query: Query, snapshot: Snapshot) -> Node:
    return expand_query(query, parse_query(query).tree, snapshot)


def _answer(
    snapshot: Snapshot, query: Query, parsed: ParsedQuery, options: SearchOptions
) -> Results:
    """Answer a parsed query, with a corrected query or partial matches if it finds little."""
    tree = expand_query(query, parsed.tree, snapshot)
    answer = snapshot.search(tree, replace(options, locate=True))
    plan = answer.plan
    results = Results(
        query=query,
        total=answer.total,
        listed=answer.listed,
        took_ms=0.0,
        hits=build_hits(snapshot, answer),
        facets=order_facets(answer, query),
        months=answer.facets.get(MONTH, ()),
        searched=plan.list_searched(),
        widened=() if query.exact else list_widened_names(plan),
        notices=(*parsed.notices, *list_truncations(plan)),
        newest=snapshot.read_stats().newest,
    )
    if not answer.total:
        counts = plan.count_typed(answer.counts)
        results = replace(
            results,
            word_counts=counts,
            missing=tuple(word for word, count in counts.items() if not count),
        )
    fewer = replace(options, facets=())
    try:
        if answer.total <= MAX_MATCHES_TO_CORRECT and not query.exact:
            meant = suggest_correction(query, parsed.tree, snapshot, fewer)
            results = replace(results, suggestion=meant)
        if not answer.total:
            results = replace(results, instead=find_partial_matches(tree, snapshot, fewer))
    except (QueryRefused, SearchTimeout):
        results = replace(results, notices=(*results.notices, Notice("limit", NOT_TRIED)))
    return results
