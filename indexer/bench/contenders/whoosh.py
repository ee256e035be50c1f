"""Stock Whoosh: the installed distribution as it comes; see `indexer.engines.whoosh.stock`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from indexer.bench.contenders import KINDS, SIZE, Question, Reply, day, rest, typed, year
from indexer.engines.whoosh.stock import StockDocument, StockIndex, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from indexer.models import Article


class Whoosh:
    """Its default codec and query parser, and its StemmingAnalyzer."""

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS)

    def __init__(self, folder: Path) -> None:
        self._index = StockIndex(folder)

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """One writer, one commit."""
        build(folder, map(_document, articles))

    def update(self, articles: Sequence[Article]) -> None:
        """One writer, one commit with the default merge policy."""
        self._index.update(map(_document, articles))

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """One search; facets and snippets from its results."""
        text = typed(question)
        if question.kind == "newest":
            first, last = map(datetime.fromordinal, (question.first, question.last))
            found = self._index.newest(text, first, last, size)
        elif question.kind == "facets":
            found = self._index.counted(text, ("source", "year"), size)
        else:
            found = self._index.best(text, size, snippets=question.kind == "snippets")
        return Reply(found.total, found.ids, found.facets, found.snippets)


def _document(one: Article) -> StockDocument:
    published = datetime.fromordinal(day(one)) if one.published else None
    return StockDocument(one.id, one.title, one.body, rest(one), published, one.source, year(one))
