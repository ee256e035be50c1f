"""Stock Whoosh over the same articles, for the bench: the installed distribution as it comes.

Its default codec, its StemmingAnalyzer (which drops 34 stop words), its query parser over title and
body with the title counted three times, days, years and sources as sorted columns. Nothing of ours.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from whoosh import fields, index
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.qparser.default import MultifieldParser
from whoosh.qparser.plugins import FuzzyTermPlugin
from whoosh.query.compound import And
from whoosh.query.ranges import DateRange
from whoosh.sorting import Count, FieldFacet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

_TITLE_BOOST = 3.0


@dataclass(frozen=True, slots=True)
class StockDocument:
    """What stock Whoosh indexes and stores; `rest` is stored only."""

    id: str
    title: str
    body: str
    rest: str
    published: datetime | None
    source: str | None
    year: int


@dataclass(frozen=True, slots=True)
class StockAnswer:
    """What it found: how many match, the ids of the best, values counted, bodies marked."""

    total: int
    ids: list[str]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    snippets: list[str] = field(default_factory=list)


def build(folder: Path, documents: Iterable[StockDocument]) -> None:
    """Index documents into an empty folder by one writer in one commit."""
    analyzer = StemmingAnalyzer()
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer, stored=True),
        body=fields.TEXT(analyzer, stored=True),
        rest=fields.STORED(),
        published=fields.DATETIME(stored=True, sortable=True),
        source=fields.ID(sortable=True),
        year=fields.NUMERIC(int, sortable=True),
    )
    writer = index.create_in(str(folder), schema).writer()
    for one in documents:
        writer.add_document(**_fields(one))
    writer.commit()


def _fields(one: StockDocument) -> dict[str, Any]:
    return asdict(one) | {"source": one.source or ""}


class StockIndex:
    """A stock index, open for searching by text in Whoosh's own query language."""

    def __init__(self, folder: Path) -> None:
        self._opened = opened = index.open_dir(str(folder))
        self._searcher = opened.searcher()
        boosts = {"title": _TITLE_BOOST, "body": 1.0}
        self._parser = MultifieldParser(list(boosts), opened.schema, fieldboosts=boosts)
        self._parser.add_plugin(FuzzyTermPlugin())  # type: ignore[no-untyped-call]

    def update(self, documents: Iterable[StockDocument]) -> None:
        """Put documents in the place of those with their ids: one writer, one commit, which merges
        what Whoosh's default policy merges. What is searched here stays as it was opened.
        """
        writer = self._opened.writer()
        for one in documents:
            writer.update_document(**_fields(one))
        writer.commit()

    def best(self, text: str, size: int, *, snippets: bool = False) -> StockAnswer:
        """The best by BM25F; with `snippets` each body marked by the default highlighter."""
        found = self._searcher.search(self._parser.parse(text), limit=size)
        marked = [hit.highlights("body") for hit in found] if snippets else []
        return StockAnswer(len(found), _ids(found), snippets=marked)

    def newest(self, text: str, first: datetime, last: datetime, size: int) -> StockAnswer:
        """The newest published between two times, both included."""
        query = And([self._parser.parse(text), DateRange("published", first, last)])
        found = self._searcher.search(query, limit=size, sortedby="published", reverse=True)
        return StockAnswer(len(found), _ids(found))

    def counted(self, text: str, names: tuple[str, ...], size: int) -> StockAnswer:
        """The best, and how many of all that match have each value of some columns.

        Whoosh sorts every match here: it ignores `limit` where groups are wanted.
        """
        facets = {name: FieldFacet(name, maptype=Count) for name in names}
        found = self._searcher.search(self._parser.parse(text), limit=size, groupedby=facets)
        groups: Any = found.groups
        counts = {
            name: {str(value): count for value, count in groups(name).items()} for name in names
        }
        return StockAnswer(len(found), _ids(found[:size]), counts)


def _ids(found: Any) -> list[str]:  # noqa: ANN401  Whoosh's Results, a list of hits
    return [hit["id"] for hit in found]
