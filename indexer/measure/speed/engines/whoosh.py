"""Stock Whoosh over the same articles: the installed distribution, unchanged.

Its default codec, its StemmingAnalyzer (which drops 34 stop words), its query parser over title and
body with the title counted three times, days, years and sources as sorted columns. No code of
Dateline.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from whoosh import fields, index
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.qparser.default import MultifieldParser
from whoosh.qparser.plugins import FuzzyTermPlugin
from whoosh.query.compound import And
from whoosh.query.ranges import DateRange
from whoosh.sorting import Count, FieldFacet

from indexer.measure.speed.engines import (
    KINDS,
    SIZE,
    TITLE_BOOST,
    Question,
    Reply,
    compute_day,
    compute_year,
    encode_other_fields,
    write_query,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from whoosh.query.qcore import Query

    from indexer.models import Article

_COUNTED = ("source", "year")
_BOOSTS = {"title": float(TITLE_BOOST), "body": 1.0}


class Whoosh:
    """Its default codec and query parser, and its StemmingAnalyzer."""

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS)

    def __init__(self, folder: Path) -> None:
        self._opened = opened = index.open_dir(str(folder))
        self._searcher = opened.searcher()
        self._parser = MultifieldParser(list(_BOOSTS), opened.schema, fieldboosts=_BOOSTS)
        self._parser.add_plugin(FuzzyTermPlugin())  # type: ignore[no-untyped-call]

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Write with one writer and one commit."""
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
        for article in articles:
            writer.add_document(**_values(article))
        writer.commit()

    def update(self, articles: Sequence[Article]) -> None:
        """Write with one writer and one commit by the default merge policy.

        The searcher of this object still searches the index as it was opened.
        """
        writer = self._opened.writer()
        for article in articles:
            writer.update_document(**_values(article))
        writer.commit()

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Search once; facets and snippets come from the results."""
        query = self._parser.parse(write_query(question))
        if question.kind == "newest":
            return self._newest(query, question, size)
        if question.kind == "facets":
            return self._count(query, size)
        found = self._searcher.search(query, limit=size)
        marked = [hit.highlights("body") for hit in found] if question.kind == "snippets" else []
        return Reply(len(found), _ids(found), snippets=marked)

    def _newest(self, query: Query, question: Question, size: int) -> Reply:
        first, last = map(datetime.fromordinal, (question.first, question.last))
        within = And([query, DateRange("published", first, last)])
        found = self._searcher.search(within, limit=size, sortedby="published", reverse=True)
        return Reply(len(found), _ids(found))

    def _count(self, query: Query, size: int) -> Reply:
        """Find the best hits, and count all matches by source and by year.

        Whoosh sorts every match here: it ignores `limit` if groups are wanted.
        """
        facets = {name: FieldFacet(name, maptype=Count) for name in _COUNTED}
        found = self._searcher.search(query, limit=size, groupedby=facets)
        groups: Any = found.groups
        counts = {
            name: {str(value): count for value, count in groups(name).items()} for name in _COUNTED
        }
        return Reply(len(found), _ids(found[:size]), counts)


def _values(one: Article) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "body": one.body,
        "rest": encode_other_fields(one),
        "published": datetime.fromordinal(compute_day(one)) if one.published else None,
        "source": one.source or "",
        "year": compute_year(one),
    }


def _ids(found: Any) -> list[str]:  # noqa: ANN401  Whoosh's Results, a list of hits
    return [hit["id"] for hit in found]
