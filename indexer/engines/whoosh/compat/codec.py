"""Our segments as Whoosh sees them: a codec whose readers stand over mapped arrays.

    reader = open_reader(index)          # SegmentReader, MultiReader or EmptyReader
    searcher = whoosh.searching.Searcher(reader)

Whoosh's searchers and stock matchers then answer from the same files as our evaluator: the
reference it is tested against. There is no way to write through Whoosh. Only what Whoosh 2.7.4
has is called.

What differs from Whoosh's own codec: field lengths are exact (Whoosh rounds them to one byte), and
a numeric or date field has no terms, so `NumericRange` and `DateRange` find nothing; the column is
there for `ColumnQuery` and for sorting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from whoosh.codec import base
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader

from indexer.engines.whoosh.compat.codec_columns import IntReader, TextReader
from indexer.engines.whoosh.compat.codec_terms import ColumnTermsReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whoosh.columns import Column, ColumnReader

    from indexer.engines.whoosh.segment import ColumnSegment
    from indexer.engines.whoosh.toc import ColumnIndex


def open_reader(index: ColumnIndex) -> IndexReader:
    """A Whoosh reader of an open index; document numbers run on from segment to segment."""
    schema = index.layout.schema
    # A segment brings its own files; with no storage there is none for Whoosh to look into.
    storage: Any = None
    readers: list[IndexReader] = [
        SegmentReader(storage, schema, CodecSegment(segment)) for segment in index.segments
    ]
    if not readers:
        return EmptyReader(schema)
    return readers[0] if len(readers) == 1 else MultiReader(readers)


class CodecSegment(base.Segment):
    """A segment under Whoosh's name for its parts."""

    def __init__(self, columns: ColumnSegment) -> None:
        super().__init__("dateline")  # type: ignore[no-untyped-call]
        self.segid = columns.name
        self.columns = columns
        self._deleted = frozenset(columns.deleted.tolist())

    def codec(self) -> ColumnCodec:
        """The codec that reads it."""
        return ColumnCodec()

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self.columns.document_count

    def deleted_count(self) -> int:
        """Deleted documents."""
        return len(self.columns.deleted)

    def deleted_docs(self) -> list[int]:
        """Numbers of the deleted documents, ascending."""
        deleted: list[int] = self.columns.deleted.tolist()
        return deleted

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted; Whoosh's `Not` also asks for the number past the last."""
        return docnum in self._deleted

    def delete_document(self, *_: object, **__: object) -> NoReturn:
        """Refused: ColumnWriter deletes."""
        raise NotImplementedError("Whoosh cannot write this index; ColumnWriter does")


class ColumnCodec(base.Codec):
    """Reads. Every way to write is refused: `ColumnWriter` writes."""

    def terms_reader(self, storage: object, segment: CodecSegment) -> ColumnTermsReader:
        """Terms and postings of a segment."""
        del storage
        return ColumnTermsReader(segment.columns)

    def per_document_reader(self, storage: object, segment: CodecSegment) -> ColumnDocumentReader:
        """What a segment holds for each document."""
        del storage
        return ColumnDocumentReader(segment)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise NotImplementedError("Whoosh cannot write this index; ColumnWriter does")

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = _refuse


class ColumnDocumentReader(base.PerDocumentReader):
    """Lengths, columns and stored fields."""

    def __init__(self, segment: CodecSegment) -> None:
        self._segment = segment
        self._columns = segment.columns

    def doc_count(self) -> int:
        """Documents that live."""
        return self._columns.live_count

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self._columns.document_count

    def has_deletions(self) -> bool:
        """Whether a document is deleted."""
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether that document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        """Numbers of the deleted documents, ascending."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Yes."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether Whoosh can sort by the field: an int or text column has its name."""
        return self._columns.layout.columns.get(fieldname) in {"int", "text"}

    def list_columns(self) -> list[str]:
        """Names of the columns that Whoosh can read."""
        return [name for name in self._columns.layout.columns if self.has_column(name)]

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:  # noqa: ARG002
        """A column in the representation that the schema's field sorts by."""
        field = self._columns.layout.schema[fieldname]
        if self._columns.layout.columns[fieldname] == "int":
            return IntReader(self._columns.int_column(fieldname), field)
        return TextReader(self._columns.text_column(fieldname))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Tokens of a document in a field; `default` where it has none."""
        return int(self._columns.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Tokens of all documents in a field, deleted ones included."""
        return int(self._columns.lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        """Fewest tokens of a document in a field."""
        return int(self._columns.lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        """Most tokens of a document in a field."""
        return int(self._columns.lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored fields of a document; Whoosh then drops those its schema lacks."""
        return self._columns.stored(docnum)
