"""Our segments as Whoosh sees them: a codec whose readers read mapped arrays.

In: an open `ColumnIndex`. Out: a Whoosh reader.

    reader = open_reader(index)          # SegmentReader, MultiReader or EmptyReader
    searcher = whoosh.searching.Searcher(reader)

Whoosh's searchers and stock matchers then read the same files as our executor, which is tested
against them. Whoosh cannot write to an index. Nothing later than Whoosh 2.7.4 is called.

Two things differ from Whoosh's own codec. Field lengths are exact (Whoosh rounds them to one byte).
A date field has a term for each day of its column; any other numeric field has no terms, so
`NumericRange` finds nothing there, but `ColumnQuery` and sorting use its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np
from whoosh.codec import base
from whoosh.fields import DATETIME
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader

from indexer.engines.whoosh.compat.codec_columns import (
    DayReader,
    FirstValueReader,
    IntReader,
    TextReader,
)
from indexer.engines.whoosh.compat.codec_terms import ColumnTermsReader
from indexer.engines.whoosh.compat.field_terms import DayTerms, IndexedTerms
from indexer.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from whoosh.columns import Column, ColumnReader
    from whoosh.fields import Schema

    from indexer.engines.whoosh.compat.field_terms import FieldTerms
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.table_of_contents import ColumnIndex


class SchemaView(NamedTuple):
    """The fields of an index as Whoosh sees them.

    Attributes:
        schema: the fields; one without terms and column in the index is only stored.
        read_stored: converts the stored content of a document to its stored fields by name.
    """

    schema: Schema
    read_stored: Callable[[dict[str, Any]], dict[str, Any]] = dict


def open_reader(
    index: ColumnIndex, view: SchemaView | None = None, generation: int = -1
) -> IndexReader:
    """Open a Whoosh reader of an index; document numbers run through all segments.

    Args:
        index: the open index.
        view: the fields as Whoosh sees them; None for those of the layout, stored as they are.
        generation: number of the generation, which Whoosh compares.
    """
    view = view or SchemaView(index.layout.schema)
    # A segment has its own files, so Whoosh needs no storage.
    storage: Any = None
    readers: list[IndexReader] = [
        SegmentReader(storage, view.schema, CodecSegment(segment, view), generation)
        for segment in index.segments
    ]
    if not readers:
        return EmptyReader(view.schema)
    return readers[0] if len(readers) == 1 else MultiReader(readers, generation)


def refuse_writing(*_: object, **__: object) -> NoReturn:
    """Refuse to write through Whoosh.

    Raises:
        StoreError: always.
    """
    raise StoreError(
        "Whoosh can only read a Dateline index; to change it, run `dateline update SOURCE`"
    )


class CodecSegment(base.Segment):
    """A segment of ours as a Whoosh segment."""

    def __init__(self, columns: ColumnSegment, view: SchemaView) -> None:
        super().__init__("dateline")  # type: ignore[no-untyped-call]
        self.segid = columns.name
        self.columns = columns
        self.view = view
        self._deleted = frozenset(columns.deleted.tolist())

    def codec(self) -> ColumnCodec:
        """Return the codec that reads it."""
        return ColumnCodec()

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self.columns.document_count

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self.columns.deleted)

    def deleted_docs(self) -> list[int]:
        """Return the numbers of the deleted documents, ascending."""
        deleted: list[int] = self.columns.deleted.tolist()
        return deleted

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted; Whoosh's `Not` asks for the number past the last too."""
        return docnum in self._deleted

    def count_live_tokens(self, field: str) -> int:
        """Count the tokens of live documents in a field; 0 if it has no tokens.

        One document at a time, 100,000 took 32 ms for each term of a query; this takes .2.
        """
        if field not in self.columns.layout.list_indexed_fields():
            return 0
        lengths, live = self.columns.get_lengths(field), self.columns.live
        return int((lengths if live is None else lengths[live]).sum())

    delete_document = staticmethod(refuse_writing)


class ColumnCodec(base.Codec):
    """A codec that reads. It refuses to write: only `IndexWriter` writes."""

    def terms_reader(self, storage: object, segment: CodecSegment) -> ColumnTermsReader:
        """Return the reader of a segment's terms and postings."""
        del storage
        return ColumnTermsReader(_list_field_terms(segment))

    def per_document_reader(self, storage: object, segment: CodecSegment) -> ColumnDocumentReader:
        """Return the reader of a segment's lengths, columns and stored fields."""
        del storage
        return ColumnDocumentReader(segment)

    per_document_writer = field_writer = postings_writer = staticmethod(refuse_writing)
    postings_reader = new_segment = staticmethod(refuse_writing)


def _list_field_terms(segment: CodecSegment) -> dict[str, FieldTerms]:
    """Return the terms of each field by name, sorted: indexed fields, and days of date columns."""
    columns, fields = segment.columns, dict(segment.view.schema.items())
    terms: dict[str, FieldTerms] = {
        name: IndexedTerms(columns, name)
        for name in columns.layout.list_indexed_fields()
        if name in fields
    }
    terms |= {
        name: DayTerms(columns.get_int_column(name), field)
        for name, field in fields.items()
        if isinstance(field, DATETIME) and columns.layout.columns.get(name) == "int"
    }
    return dict(sorted(terms.items()))


class ColumnDocumentReader(base.PerDocumentReader):
    """Reads the lengths, columns and stored fields of a segment."""

    def __init__(self, segment: CodecSegment) -> None:
        self._segment = segment
        self._columns = segment.columns
        self._indexed = frozenset(segment.columns.layout.list_indexed_fields())

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return self._columns.live_count

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._columns.document_count

    def has_deletions(self) -> bool:
        """Whether a document is deleted."""
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether that document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        """Return the numbers of the deleted documents, ascending."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether Whoosh can sort by the field: a column has its name.

        A column of values gives its first value; the schema makes a field sortable only if it has
        one value at most.
        """
        return self._columns.layout.columns.get(fieldname) in {"int", "text", "values"}

    def list_columns(self) -> list[str]:
        """Return the names of the columns that Whoosh can read."""
        return [name for name in self._columns.layout.columns if self.has_column(name)]

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:  # noqa: ARG002
        """Return a column in the representation that the field of the schema sorts by."""
        field = self._segment.view.schema[fieldname]
        match self._columns.layout.columns[fieldname]:
            case "int" if isinstance(field, DATETIME):
                return DayReader(self._columns.get_int_column(fieldname), field)
            case "int":
                return IntReader(self._columns.get_int_column(fieldname), field)
            case "text":
                return TextReader(self._columns.get_text_column(fieldname))
            case _:
                return FirstValueReader(self._columns.get_value_column(fieldname))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the tokens of a document in a field; `default` if it has none."""
        if fieldname not in self._indexed:
            return default
        return int(self._columns.get_lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Count the tokens of all documents in a field, deleted ones included; 0 if it has none."""
        return int(self._get_lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """Return the fewest tokens of a document in a field."""
        return int(self._get_lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the most tokens of a document in a field."""
        return int(self._get_lengths(fieldname).max())

    def _get_lengths(self, fieldname: str) -> NDArray[np.int32]:
        """Return the tokens of each document; zeros if the field has none, as a date field."""
        if fieldname in self._indexed:
            return self._columns.get_lengths(fieldname)
        return np.zeros(self._columns.document_count, np.int32)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document; Whoosh then drops those that its schema lacks."""
        return self._segment.view.read_stored(self._columns.read_stored(docnum))
