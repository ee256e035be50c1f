"""Build the same few documents into two indexes: ours, and one of stock Whoosh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import RamStorage

from indexer.engines.whoosh.compat.scoring import Bm25Model
from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.layout import IndexLayout
from indexer.engines.whoosh.index.table_of_contents import open_column_index
from indexer.engines.whoosh.search.executor import QueryExecutor
from indexer.engines.whoosh.search.index_arrays import IndexArrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from whoosh.query import Query
    from whoosh.searching import Searcher

SCHEMA = Schema(
    id=ID(unique=True, stored=True),
    title=TEXT(analyzer=SpaceSeparatedTokenizer()),
    body=TEXT(analyzer=SpaceSeparatedTokenizer()),
)
STOCK_SCHEMA = Schema(
    id=ID(unique=True, stored=True),
    title=TEXT(analyzer=SpaceSeparatedTokenizer()),
    body=TEXT(analyzer=SpaceSeparatedTokenizer()),
    published=NUMERIC(int, sortable=True, default=0),
)
LAYOUT = IndexLayout(
    schema=SCHEMA,
    columns={
        "id": "text",
        "published": "int",
        "copies": "int",
        "source": "values",
        "tag": "values",
    },
    version=1,
)


@dataclass(frozen=True)
class Doc:
    """A document of a test. Words are separated by spaces and indexed unchanged."""

    id: str
    body: str = ""
    title: str = ""
    published: str = ""
    source: str = ""
    tag: str = ""
    copies: int = 0

    @property
    def day(self) -> int:
        return datetime.fromisoformat(self.published).toordinal() if self.published else 0


def build(folder: Path, *segments: Sequence[Doc], deleted: Sequence[str] = ()) -> IndexArrays:
    """Build our index: a segment for each list of documents, then delete some by id."""
    folder.mkdir(exist_ok=True)
    for docs in segments:
        with IndexWriter(folder, LAYOUT) as writer:
            for doc in docs:
                writer.add_document(
                    {"id": [doc.id], "title": doc.title.split(), "body": doc.body.split()},
                    {},
                    {
                        "id": doc.id,
                        "published": doc.day,
                        "copies": doc.copies,
                        "source": (doc.source,) if doc.source else (),
                        "tag": tuple(doc.tag.split()),
                    },
                )
            writer.commit()
    if deleted:
        with IndexWriter(folder, LAYOUT) as writer:
            for key in deleted:
                writer.delete(key)
            writer.commit()
    return IndexArrays(open_column_index(folder, LAYOUT))


def build_stock(*segments: Sequence[Doc], deleted: Sequence[str] = ()) -> Searcher:
    """Build an index of stock Whoosh from the same documents, with our weighting."""
    index = RamStorage().create_index(STOCK_SCHEMA)
    for docs in segments:
        writer = index.writer()
        for doc in docs:
            writer.add_document(id=doc.id, title=doc.title, body=doc.body, published=doc.day)
        writer.commit(merge=False)
    if deleted:
        writer = index.writer()
        for key in deleted:
            writer.delete_by_term("id", key)
        writer.commit(merge=False)
    return index.searcher(weighting=Bm25Model())


def find_stock_scores(searcher: Searcher, query: Query) -> dict[str, float]:
    """Return the scores of stock Whoosh by id."""
    results = searcher.search(query, limit=None)
    return {hit["id"]: hit.score for hit in results}


def find_our_scores(snapshot: IndexArrays, query: Query) -> dict[str, float]:
    """Return the scores of our executor by id."""
    found = QueryExecutor(snapshot).find(query)
    numbers = found.documents.to_numbers()
    return dict(
        zip(read_ids(snapshot, numbers), found.score_documents(numbers).tolist(), strict=True)
    )


def read_ids(snapshot: IndexArrays, numbers) -> list[str]:
    """Return the ids of documents by their numbers."""
    places = [snapshot.find_address(int(number)) for number in numbers]
    return [snapshot.segments[at.segment].get_text_column("id")[at.document] for at in places]
