"""A query to its results: parse, widen, ask the engine, mark what matched.

`open_index` gives an `Index`; every face (HTML, JSON, TREC lines, exports) is drawn from the
`Results` it answers with. All answers of one call come from one generation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from indexer import highlight
from indexer.analysis.function_words import FUNCTION_WORDS
from indexer.engines.base import Answer, Document, Engine, SearchOptions, Snapshot
from indexer.errors import NoArticle
from indexer.models import Article, Copy, FacetValue, Hit, Match, Notice, Query, Results, Sort, Span
from indexer.query.nodes import (
    And,
    Everything,
    Field,
    Node,
    Not,
    Nothing,
    Or,
    Word,
)
from indexer.query.parser import parse
from indexer.query.spelling import suggestion
from indexer.query.widen import widen, widened_names
from indexer.similar import similar
from indexer.suggest import Names, suggest
from indexer.versions import earlier
from indexer.why import Why, why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.config import Settings
    from indexer.engines.base import Found
    from indexer.models import Stats, Suggestion
    from indexer.query.expand import Expansion

MONTH = "month"
"""Asked for as a facet, the months published; given apart from the facets, oldest first."""

FACETS = ("source", "section", "place", "author", "system", "country", "year", MONTH)
"""Facets counted for the page and the API."""

SELDOM = 3
"""Hits up to which "did you mean" is tried."""

MOST_INSTEAD = 5
"""Near misses shown where nothing has all the words."""

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
        """Search once, for nobody: the word lists are read, and the vocabulary stemmed.

        The first search of a process takes .5 s, the second some .01.
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
        """Search as the command line does; `filters` are `from`, `to` and those of FILTERS.

        Raises:
            QueryRefused: over a limit. SearchTimeout: over the time budget.
        """
        first, last = (
            next(iter(_as_tuple(filters.pop(name, None))), None) for name in ("from", "to")
        )
        values = {name: _as_tuple(value) for name, value in filters.items() if value}
        query = Query(
            text, sort=sort, match=match, exact=exact, fresh=fresh, first=first, last=last,
            filters=values, size=limit, offset=offset,
        )  # fmt: skip
        return self.answer(query)

    def answer(self, query: Query, facets: tuple[str, ...] = FACETS) -> Results:
        """The results of a query, `facets` counted.

        Raises: as `search`.
        """
        started = time.perf_counter()
        parsed = parse(query.text, match=query.match, plain=query.plain, limits=query.limits)
        snapshot = self.engine.snapshot()
        tree = self._tree(query, parsed.tree, snapshot)
        answer = snapshot.search(tree, replace(self._options(query, facets), locate=True))
        expansions = {node: leaf.expansion for node, leaf in answer.leaves.items()}
        hits = _hits(snapshot, answer.rows, tree, expansions)
        results = Results(
            query=query,
            total=answer.total,
            listed=answer.listed,
            took_ms=0.0,
            hits=hits,
            facets=_facets(answer.facets, query),
            months=answer.facets.get(MONTH, ()),
            searched=_searched(expansions),
            widened=() if query.exact else tuple(widened_names(tree, expansions)),
            notices=(*parsed.notices, *_cut(expansions)),
            newest=snapshot.stats().newest,
        )
        if answer.total <= SELDOM and not query.exact:
            results = replace(results, suggestion=self._meant(query, parsed.tree, snapshot))
        if not answer.total:
            results = self._nothing_found(results, snapshot, tree, answer)
        return replace(results, took_ms=round((time.perf_counter() - started) * 1000, 2))

    def refs(self, query: Query) -> Iterator[tuple[str, float]]:
        """`ref` and score of every hit, best first, copies apart, without marking anything."""
        snapshot = self.engine.snapshot()
        rows = self._rows(snapshot, query)
        for document, row in zip(snapshot.documents(row.id for row in rows), rows, strict=True):
            yield document.article.ref, row.score

    def stream(self, query: Query) -> Iterator[Article]:
        """Every article that matches, in the order asked for, copies too, whatever the page.

        The search is done when this is called; the articles are fetched one by one.

        Raises: as `search`.
        """
        snapshot = self.engine.snapshot()
        every = replace(query, size=EVERY_HIT, offset=0, fold_copies=False)
        rows = self._rows(snapshot, every)
        return (document.article for document in snapshot.documents(row.id for row in rows))

    def beside(self, article_id: str, query: Query) -> Beside:
        """The hits before and after an article, looked for on the page of the list asked for.

        Raises: as `search`.
        """
        snapshot = self.engine.snapshot()
        begin = max(query.offset - 1, 0)
        around = replace(query, offset=begin, size=query.offset - begin + query.size + 1)
        rows = self._rows(snapshot, around)
        for place, row in enumerate(rows):
            if article_id in (row.id, *row.copies):
                near = [rows[at].id if 0 <= at < len(rows) else "" for at in (place - 1, place + 1)]
                articles = [snapshot.document(one).article if one else None for one in near]
                return Beside(begin + place, *articles)
        return Beside(None, None, None)

    def document(self, article_id: str) -> Document:
        """The newest saved version of an article, and the earlier ones.

        Raises:
            NoArticle: there is none with this id.
        """
        return self.engine.snapshot().document(article_id)

    def copies(self, article_id: str) -> tuple[Copy, ...]:
        """The other articles with the same text, the first published first.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.snapshot()
        return tuple(map(_copy, snapshot.documents(snapshot.copies(article_id))))

    def marked(self, article_id: str, query: Query, version: str = "") -> MarkedArticle:
        """An article, or the earlier saved version of it with that key, what matches marked.

        Raises:
            NoArticle: there is none with this id or key. QueryRefused: over a limit.
        """
        snapshot = self.engine.snapshot()
        document = snapshot.document(article_id)
        parsed = parse(query.text, match=query.match, plain=query.plain, limits=query.limits)
        tree = self._tree(query, parsed.tree, snapshot)
        answer = snapshot.search(tree, SearchOptions(exact=query.exact, size=0))
        expansions = {node: leaf.expansion for node, leaf in answer.leaves.items()}
        article = earlier(document, version) if version else document.article
        if article is None:
            raise NoArticle(
                f"No earlier version {version} of this article; a rebuild keeps those whose pages "
                "are still there. The newest is at /article/" + article_id
            )
        title, body = _marks(article, highlight.Marker(tree, expansions))
        return MarkedArticle(article, document, highlight.spans(title), highlight.spans(body))

    def why(self, article_id: str, query: Query) -> Why:
        """Why a query finds an article: where its words stand there, and what each adds.

        Raises:
            NoArticle: there is none with this id. QueryRefused, SearchTimeout: as `search`.
        """
        snapshot = self.engine.snapshot()
        parsed = parse(query.text, match=query.match, plain=query.plain, limits=query.limits)
        tree = self._tree(query, parsed.tree, snapshot)
        explanation = snapshot.explain(tree, self._options(query, ()), article_id)
        return why(snapshot.document(article_id).article, explanation)

    def original(self, article_id: str) -> bytes | None:
        """The saved bytes of an article's page, None where they were not kept.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.snapshot()
        place = snapshot.document(article_id).original
        return snapshot.original(place) if place else None

    def counts(self, name: str) -> dict[str, int]:
        """How many articles have each value of a filter."""
        return dict(self.engine.snapshot().values(name))

    def suggest(self, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what was typed; see `suggest`."""
        snapshot = self.engine.snapshot()
        if self._names is None or self._names[0] != snapshot.generation:
            self._names = snapshot.generation, Names(snapshot)
        return suggest(snapshot, self._names[1], typed, size)

    def similar(self, article_id: str, size: int = 5) -> tuple[Article, ...]:
        """The articles most like one, best first.

        Raises:
            NoArticle: there is none with this id.
        """
        snapshot = self.engine.snapshot()
        keys = similar(snapshot, snapshot.document(article_id).article, size)
        return tuple(document.article for document in snapshot.documents(keys))

    def stats(self) -> Stats:
        """Counts and spans of the live generation."""
        return self.engine.snapshot().stats()

    @property
    def generation(self) -> str:
        """Name of the live generation."""
        return self.engine.snapshot().generation

    def _rows(self, snapshot: Snapshot, query: Query) -> tuple[Found, ...]:
        """The part of the list a query asks for, without marking anything."""
        parsed = parse(query.text, match=query.match, plain=query.plain, limits=query.limits)
        tree = self._tree(query, parsed.tree, snapshot)
        return snapshot.search(tree, self._options(query, ())).rows

    def _options(self, query: Query, facets: tuple[str, ...]) -> SearchOptions:
        return SearchOptions(
            sort=query.sort,
            exact=query.exact,
            fresh=query.fresh,
            first=query.first,
            last=query.last,
            filters=query.filters,
            size=query.size,
            offset=query.offset,
            fold_copies=query.fold_copies,
            facets=facets,
            feedback=query.plain and query.match == "any",
            seconds=self.settings.search_s,
        )

    def _tree(self, query: Query, typed: Node, snapshot: Snapshot) -> Node:
        """The tree to search: without function words, widened unless `exact`."""
        if typed == Nothing() and not query.text.strip() and _narrows(query):
            return Everything()
        content = without_function_words(typed)
        return snapshot.ask(lambda vocabulary: widen(content, vocabulary, exact=query.exact))

    def _meant(self, query: Query, typed: Node, snapshot: Snapshot) -> str | None:
        """The query with its misspelt words put right, where that finds anything."""
        meant = snapshot.ask(partial(suggestion, without_function_words(typed)))
        if meant is None:
            return None
        mended = replace(query, text=meant, size=0, offset=0)
        tree = self._tree(mended, parse(meant, limits=query.limits).tree, snapshot)
        return meant if snapshot.search(tree, self._options(mended, ())).total else None

    def _nothing_found(
        self, results: Results, snapshot: Snapshot, tree: Node, answer: Answer
    ) -> Results:
        """Say which words no article has, and offer the articles that have most of them."""
        counts = {leaf.expansion.typed: leaf.articles for leaf in answer.leaves.values()}
        missing = tuple(word for word, count in counts.items() if not count)
        found = self._most_of(results.query, snapshot, tree)
        return replace(results, word_counts=counts, missing=missing, instead=found)

    def _most_of(self, query: Query, snapshot: Snapshot, tree: Node) -> tuple[Hit, ...]:
        """Articles that have all words but one, else all but two, and so on."""
        required, rest = _required(tree)
        options = replace(self._options(query, ()), size=MOST_INSTEAD, offset=0)
        for count in range(len(required) - 1, 0, -1):
            ways = tuple(_joined(And, (*some, *rest)) for some in combinations(required, count))
            any_way = _joined(Or, ways)
            answer = snapshot.search(any_way, options)
            if answer.total:
                expansions = {node: leaf.expansion for node, leaf in answer.leaves.items()}
                return _hits(snapshot, answer.rows, any_way, expansions)
        return ()


MOST_REQUIRED = 6
"""Words of which "most" is tried, since the ways to leave words out double with each."""


def _required(tree: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The children of an And that may be left out one by one, and those that may not."""
    if not isinstance(tree, And):
        return (), ()
    kept = tuple(child for child in tree.children if isinstance(child, Not))
    required = tuple(child for child in tree.children if not isinstance(child, Not))
    return required[:MOST_REQUIRED], kept


def _joined(kind: type[And | Or], children: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, kind) else (child,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def without_function_words(node: Node) -> Node:
    """The tree without unquoted function words, which never exclude an article.

    They stay where nothing else would be left (`the who`).
    """
    match node:
        case And(children):
            content = tuple(
                child
                for child in children
                if not (isinstance(child, Word) and child.text.lower() in FUNCTION_WORDS)
            )
            if any(not isinstance(child, Not) for child in content):
                children = content
            return _joined(And, tuple(without_function_words(child) for child in children))
        case Or(children):
            content = tuple(
                child
                for child in children
                if not (isinstance(child, Word) and child.text.lower() in FUNCTION_WORDS)
            )
            return _joined(Or, tuple(without_function_words(c) for c in content or children))
        case Field(name, child):
            return Field(name, without_function_words(child))
        case Not(child):
            return Not(without_function_words(child))
        case _:
            return node


def _narrows(query: Query) -> bool:
    return bool(query.first or query.last or any(query.filters.values()))


def _as_tuple(value: Sequence[str] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _hits(
    snapshot: Snapshot,
    rows: tuple[Found, ...],
    tree: Node,
    expansions: Mapping[Node, Expansion],
) -> tuple[Hit, ...]:
    ids = dict.fromkeys(one for row in rows for one in (row.id, *row.copies))
    documents = dict(zip(ids, snapshot.documents(ids), strict=True))
    marker = highlight.Marker(tree, expansions)
    return tuple(_hit(documents, row, marker) for row in rows)


def _hit(documents: Mapping[str, Document], row: Found, marker: highlight.Marker) -> Hit:
    article = documents[row.id].article
    title, body = _marks(article, marker, row.located)
    return Hit(
        id=article.id,
        ref=article.ref,
        title=article.title,
        title_marks=highlight.spans(title),
        url=article.url,
        source=article.source,
        published=article.published,
        authors=article.authors,
        place=article.place,
        section=article.section,
        score=round(row.score, 4),
        snippets=highlight.snippets(article.body, body),
        copies=tuple(_copy(documents[one]) for one in row.copies),
    )


def _copy(document: Document) -> Copy:
    article = document.article
    return Copy(article.id, article.title, article.source, article.published)


def _marks(
    article: Article, marker: highlight.Marker, located: highlight.Located | None = None
) -> tuple[list[highlight.Mark], list[highlight.Mark]]:
    title = marker.marks(article.title, "title")
    return title, marker.marks(article.body, "body", len(article.lead), located)


def _facets(
    counted: Mapping[str, tuple[tuple[str, int], ...]], query: Query
) -> dict[str, tuple[FacetValue, ...]]:
    """Facet values, the chosen ones first even where their count is 0."""
    facets = {}
    for name, values in counted.items():
        if name == MONTH:
            continue
        chosen = query.filters.get(name, ())
        counts = dict(values)
        first = [FacetValue(value, counts.get(value, 0), selected=True) for value in chosen]
        others = [FacetValue(value, count) for value, count in values if value not in chosen]
        facets[name] = (*first, *others)
    return facets


def _searched(expansions: Mapping[Node, Expansion]) -> dict[str, tuple[str, ...]]:
    """For each thing typed the index terms and phrases it stood for."""
    return {
        expansion.typed: (
            *expansion.terms,
            *(" ".join(slot[0] for slot in phrase) for phrase in expansion.phrases),
        )
        for expansion in expansions.values()
    }


def _cut(expansions: Mapping[Node, Expansion]) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            "limit",
            f"“{expansion.typed}” stands for more than {len(expansion.terms):,} words; "
            "the most frequent were searched.",
        )
        for expansion in expansions.values()
        if expansion.truncated
    )
