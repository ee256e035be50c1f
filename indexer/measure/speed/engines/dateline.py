"""Dateline, through the interface that page and command line use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from indexer.engines.interface import Document, SearchOptions
from indexer.measure.speed.engines import KINDS, SIZE, Question, Reply, write_query
from indexer.models import Query
from indexer.query.parser import parse
from indexer.query.synonym_expansion import widen
from indexer.search.open import open_engine, open_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.models import Article, Hit

_NO_HURRY_S = 600.0


class DatelineEngine:
    """Dateline with `exact`: words as typed, folded."""

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS)
    exact: ClassVar[bool] = True

    def __init__(self, folder: Path) -> None:
        self._index = open_index(folder)

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Index the articles and publish the generation."""
        with open_engine(str(folder)).open_writer(fresh=True) as writer:
            for article in articles:
                writer.add(Document(article))
            writer.publish()

    def update(self, articles: Sequence[Article]) -> None:
        """Publish a new generation; unchanged files are linked."""
        with self._index.engine.open_writer(fresh=False) as writer:
            for article in articles:
                writer.delete(article.id)
                writer.add(Document(article))
            writer.publish()

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Parse, expand and search; for snippets call `Index.answer`."""
        text = write_query(question)
        if question.kind == "snippets":
            return self._answer(text, size)
        snapshot = self._index.engine.open_snapshot()
        asked = parse(text).tree
        tree = snapshot.ask_vocabulary(lambda known: widen(asked, known, exact=self.exact))
        found = snapshot.search(tree, self._options(question, size))
        facets = {name: dict(values) for name, values in found.facets.items()}
        return Reply(found.total, [row.id for row in found.rows], facets)

    def _answer(self, text: str, size: int) -> Reply:
        query = Query(text, exact=self.exact, fresh=False, size=size, fold_copies=False)
        results = self._index.answer(query, facets=())
        marked = [_render_snippet(hit) for hit in results.hits]
        return Reply(results.total, [hit.id for hit in results.hits], snippets=marked)

    def _options(self, question: Question, size: int) -> SearchOptions:
        dated = question.kind == "newest"
        return SearchOptions(
            sort="newest" if dated else "relevance",
            exact=self.exact,
            fresh=False,
            first=date.fromordinal(question.first).isoformat() if dated else None,
            last=date.fromordinal(question.last).isoformat() if dated else None,
            size=size,
            fold_copies=False,
            facets=("source", "year") if question.kind == "facets" else (),
            seconds=_NO_HURRY_S,
        )


class WidenedDatelineEngine(DatelineEngine):
    """The same index with inflections, names, acronyms and compounds."""

    exact: ClassVar[bool] = False


def _render_snippet(hit: Hit) -> str:
    """Render the first snippet as a page shows it."""
    snippet = hit.snippets[0]
    text, parts, end = snippet.text, [], 0
    for mark in snippet.marks:
        parts += [text[end : mark.start], "<b>", text[mark.start : mark.end], "</b>"]
        end = mark.end
    return "".join(parts) + text[end:]
