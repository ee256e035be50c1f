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
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader, TermInfo

from indexer.engines.whoosh.codec_columns import IntReader, TextReader
from indexer.engines.whoosh.matcher import ColumnMatcher
from indexer.engines.whoosh.terms import ENCODING, ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whoosh.columns import Column, ColumnReader
    from whoosh.fields import FieldType
    from whoosh.formats import Format
    from whoosh.scoring import BaseScorer

    from indexer.engines.whoosh.segment import ColumnSegment
    from indexer.engines.whoosh.terms import TermDictionary
    from indexer.engines.whoosh.toc import ColumnIndex

Term = tuple[str, bytes]


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


class ColumnTermsReader(base.TermsReader):
    """Terms and postings; terms are bytes here, as everywhere in Whoosh's readers."""

    def __init__(self, segment: ColumnSegment) -> None:
        self._segment = segment
        self._fields = {name: segment.terms(name) for name in segment.layout.indexed_fields()}

    def __contains__(self, term: Term) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        """Fields that have a term, sorted."""
        return [name for name, terms in self._fields.items() if len(terms)]

    def cursor(self, fieldname: str, fieldobj: FieldType) -> TermCursor:
        """A cursor at the first term of a field."""
        return TermCursor(self._fields[fieldname], self, fieldname, fieldobj)

    def terms(self) -> Iterator[Term]:
        """All terms of all fields, in order."""
        return (
            (name, terms.encoded(number))
            for name, terms in self._fields.items()
            for number in range(len(terms))
        )

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from (field, prefix) on, of this field and those that follow."""
        for name, terms in self._fields.items():
            if name >= fieldname:
                first = terms.place(prefix) if name == fieldname else 0
                yield from ((name, terms.encoded(number)) for number in range(first, len(terms)))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """All terms with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """The same from (field, prefix) on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Statistics of a term, deleted documents included; KeyError where there is none."""
        number = self._number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return self.info(fieldname, number)

    def info(self, field: str, number: int) -> TermInfo:
        """Statistics of a term by its number."""
        documents, frequencies = self._segment.documents_and_frequencies(field, number)
        lengths = self._segment.lengths(field)[documents]
        boost = _format(self._segment, field).field_boost
        return TermInfo(  # type: ignore[no-untyped-call]
            weight=float(frequencies.sum() * boost),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max() * boost),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Summed weight of a term; KeyError where there is none."""
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Documents that hold a term, deleted ones included; KeyError where there is none."""
        number = self._number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        return int(self._fields[fieldname].document_frequencies[number])

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: BaseScorer | None = None
    ) -> ColumnMatcher:
        """The postings of a term; KeyError where there is none."""
        number = self._number(fieldname, text)
        if number < 0:
            raise KeyError((fieldname, text))
        postings = self._segment.postings(fieldname, number)
        return ColumnMatcher(postings, format_, (fieldname, text), scorer)

    def _number(self, field: str, text: bytes) -> int:
        terms = self._fields.get(field)
        return -1 if terms is None else terms.find(text.decode(ENCODING, ERRORS))


class TermCursor(base.FieldCursor):
    """Walks the terms of one field, as Whoosh's automata do."""

    def __init__(
        self, terms: TermDictionary, reader: ColumnTermsReader, field: str, fieldobj: FieldType
    ) -> None:
        self._terms = terms
        self._reader = reader
        self._field = field
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> Any:  # noqa: ANN401  (what the field makes of a term)
        """Back to the first term; returns it, None where the field has none."""
        self._number = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:  # noqa: ANN401
        """On to the first term not below `string`; returns it, None where all are below."""
        encoded = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._terms.place(encoded)
        return self.text()

    def next(self) -> Any:  # noqa: ANN401
        """On to the next term; returns it, None after the last."""
        self._number = min(self._number + 1, len(self._terms))
        return self.text()

    def text(self) -> Any:  # noqa: ANN401
        """The term as the field reads it, None after the last."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._terms.encoded(self._number))

    def term(self) -> Any:  # noqa: ANN401
        """The same under the name MultiReader's cursor asks for."""
        return self.text()

    def term_info(self) -> TermInfo | None:
        """Statistics of the term, None after the last."""
        return self._reader.info(self._field, self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether the cursor is at a term."""
        return self._number < len(self._terms)


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


def _format(segment: ColumnSegment, field: str) -> Any:  # noqa: ANN401  (any subclass of Format)
    return segment.layout.schema[field].format
