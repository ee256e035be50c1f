"""Reads one segment: terms, postings, lengths, columns and stored fields over mapped arrays.

In: a folder, the name of the segment and the layout. Out: a `ColumnSegment`.
"""

from __future__ import annotations

import json
import zlib
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.engines.lru_cache import LruCache
from indexer.engines.storage.files import MAX_INFLATED_BYTES, inflate
from indexer.engines.whoosh.index.array_file import ArrayFile, make_damage_error
from indexer.engines.whoosh.index.columns import (
    Postings,
    read_signature_column,
    read_text_column,
    read_value_column,
)
from indexer.engines.whoosh.index.term_dictionary import TermDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import TextColumn, ValueColumn
    from indexer.engines.whoosh.index.layout import ColumnKind, IndexLayout
    from indexer.errors import DamageError
    from indexer.near_duplicates.lsh import BandIndex

KINDS = ("terms", "documents", "frequencies", "positions", "columns", "stored")
"""The files of a segment: `<name>.<kind>`."""

COMMON_TERM_DOCUMENTS = 4096
"""Postings of a term in so many documents or more are cached, since phrases read the same few words
again. For a term in 94,000 documents the frequencies take 30 µs to widen and the starts 150 µs to
sum up; for one below this bound both take under 20 µs. Documents and positions are views of the
file."""

CACHED_DOCUMENTS = 4_000_000
"""Most documents in the cached postings of one segment: 48 MB at 12 bytes each."""

FREQUENCY_DTYPES = ("|u1", "<u2", "<i4")
_NO_POSITIONS: NDArray[np.int32] = np.empty(0, np.int32)


class DocumentsAndFrequencies(NamedTuple):
    """Postings without positions: int32 documents, ascending, and int32 frequencies, shape (n,)."""

    documents: NDArray[np.int32]
    frequencies: NDArray[np.int32]


class FieldArrays(NamedTuple):
    """All arrays of one field, terms end to end; frequencies as wide as stored."""

    terms: TermDictionary
    documents: NDArray[np.int32]
    frequencies: NDArray[Any]
    positions: NDArray[np.int32]


class ColumnSegment:
    """A read-only view of one segment. All files are opened at once, so they may be removed since.

    Attributes:
        name: `s000001`; documents are numbered from 0 within the segment.
        document_count: how many, deleted ones included.
        deleted: int32, the numbers of the deleted documents, ascending.
        live: bool, shape (document_count,), True if not deleted; None if none is deleted.

    Raises:
        DamageError: a file is missing, truncated, or its arrays do not fit the segment.
    """

    def __init__(
        self, directory: Path, layout: IndexLayout, name: str, count: int, deleted: str | None
    ) -> None:
        self.name = name
        self._directory = directory
        self.document_count = count
        self.layout = layout
        self._files = {kind: ArrayFile(directory / f"{name}.{kind}", kind) for kind in KINDS}
        self._set_deleted(directory, deleted)
        self._common: LruCache[tuple[str, int], Postings] = LruCache(
            CACHED_DOCUMENTS, size=lambda postings: len(postings.documents)
        )
        self._fields = {field: self._read_field(field) for field in layout.list_indexed_fields()}
        self._lengths = {field: self._read_lengths(field) for field in self._fields}
        self._stored_blob, self._stored_starts = self._read_stored_arrays()
        self._ints: dict[str, NDArray[np.int32]] = {}
        self._texts: dict[str, TextColumn] = {}
        self._values: dict[str, ValueColumn] = {}
        self._signatures: dict[str, BandIndex] = {}
        for column, kind in layout.columns.items():
            self._read_column(column, kind)

    def is_linked(self, folder: Path) -> bool:
        """Whether a folder has hard links to the files of this segment."""
        stem = f"{folder}/{self.name}"
        return all(file.is_same_file(f"{stem}.{kind}") for kind, file in self._files.items())

    def reopen(self, folder: Path, deleted: str | None) -> ColumnSegment:
        """Return the same segment for another folder that has hard links to its files.

        Only the deletions of that folder are read; arrays and caches are shared.

        Args:
            folder: the other folder.
            deleted: name of its file of deleted documents; None if none is deleted.

        Raises:
            DamageError: that file is missing or makes no sense.
        """
        segment = copy(self)
        segment._directory = folder
        segment._set_deleted(folder, deleted)
        return segment

    @property
    def live_count(self) -> int:
        """Documents that are not deleted."""
        return self.document_count - len(self.deleted)

    @property
    def size_bytes(self) -> int:
        """Bytes of the segment's files on disk, without the file of deletions."""
        return sum(file.size_bytes for file in self._files.values())

    def release_pages(self) -> None:
        """Give the pages of all files back to the system; see `ArrayFile.release_pages`."""
        for file in self._files.values():
            file.release_pages()

    def verify_sizes(self) -> None:
        """Raise DamageError if a file was truncated since it was opened."""
        for kind in self._files:
            self._verify_size(kind)

    def _verify_size(self, kind: str) -> None:
        if self._files[kind].is_truncated():
            raise self.make_damage_error(kind, "cut short while it was open")

    def make_damage_error(self, kind: str, what: str) -> DamageError:
        """Make the error for a damaged file of the segment; `kind` is one of KINDS."""
        return make_damage_error(self._directory / f"{self.name}.{kind}", what)

    def get_field(self, field: str) -> FieldArrays:
        """Return all arrays of an indexed field; KeyError if the layout has no such field."""
        return self._fields[field]

    def get_terms(self, field: str) -> TermDictionary:
        """Return the terms of an indexed field."""
        return self.get_field(field).terms

    def read_postings(self, field: str, number: int) -> Postings:
        """Return the postings of a term, read-only; documents and positions are not copied.

        A field without positions has empty `positions` and zeros in `starts`.

        Args:
            field: an indexed field.
            number: of the term in `get_terms(field)`.

        Raises:
            DamageError: the postings contradict each other.
        """
        first, stop = self.get_terms(field).posting_starts[number : number + 2].tolist()
        if stop - first < COMMON_TERM_DOCUMENTS:
            return self._make_postings(field, number)
        make = partial(self._make_postings, field, number)
        return self._common.get_or_make((field, number), make)

    def _make_postings(self, field: str, number: int) -> Postings:
        arrays = self.get_field(field)
        documents, frequencies = self.read_documents_and_frequencies(field, number)
        starts = np.zeros(len(documents) + 1, np.int64)
        positions = _NO_POSITIONS
        if self.layout.has_positions(field):
            np.cumsum(frequencies, out=starts[1:])
            low, high = arrays.terms.occurrence_starts[number : number + 2].tolist()
            if starts[-1] != high - low:
                raise self.make_damage_error(
                    "frequencies", f"term {number} of {field!r} is altered"
                )
            positions = arrays.positions[low:high]
        frequencies.setflags(write=False)
        starts.setflags(write=False)
        return Postings(documents, frequencies, starts, positions)

    def read_documents_and_frequencies(self, field: str, number: int) -> DocumentsAndFrequencies:
        """Return the documents of a term and its frequency in each, by the number of the term."""
        arrays = self.get_field(field)
        low, high = arrays.terms.posting_starts[number : number + 2].tolist()
        documents = arrays.documents[low:high]
        if low < high and not 0 <= documents[0] <= documents[-1] < self.document_count:
            raise self.make_damage_error("documents", f"term {number} of {field!r} is altered")
        return DocumentsAndFrequencies(documents, arrays.frequencies[low:high].astype(np.int32))

    def get_lengths(self, field: str) -> NDArray[np.int32]:
        """Return the tokens of each document in a field, exact; int32, shape (document_count,)."""
        return self._lengths[field]

    def get_int_column(self, name: str) -> NDArray[np.int32]:
        """Return an int column, 0 if a document has no value; int32, shape (document_count,)."""
        return self._ints[name]

    def get_text_column(self, name: str) -> TextColumn:
        """Return a text column; "" if a document has no text."""
        return self._texts[name]

    def get_value_column(self, name: str) -> ValueColumn:
        """Return a column of any number of values per document."""
        return self._values[name]

    def get_signatures(self, name: str) -> BandIndex:
        """Return a column of signatures, zeros if a document has none."""
        return self._signatures[name]

    def find_band_matches(self, name: str, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
        """Find the documents that share a band with one of some signatures, ascending.

        Deleted documents are included.

        Args:
            name: of a column of signatures.
            signatures: int32, shape (n, WIDTH).
        """
        try:
            return self._signatures[name].find_band_matches(signatures)
        except IndexError as exc:
            raise self.make_damage_error("columns", f"order of {name!r} is out of range") from exc

    def read_stored(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document.

        Raises:
            IndexError: the segment has no document of that number.
            DamageError: they cannot be inflated, or the file was truncated.
        """
        content: dict[str, Any] = json.loads(self._inflate_stored(document))
        return content

    def read_stored_many(self, documents: Iterable[int]) -> list[dict[str, Any]]:
        """Return the stored fields of several documents, in the order given."""
        return [self.read_stored(int(document)) for document in documents]

    def get_stored_bytes(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the compressed stored fields end to end, and the offsets of each document's."""
        return self._stored_blob, self._stored_starts

    def _inflate_stored(self, document: int) -> bytes:
        if not 0 <= document < self.document_count:
            raise IndexError(document)
        self._verify_size("stored")  # a long export may read while the file is truncated
        low, high = self._stored_starts[document : document + 2].tolist()
        try:
            return inflate(self._stored_blob.data[low:high], MAX_INFLATED_BYTES)
        except zlib.error as exc:
            raise self.make_damage_error("stored", f"document {document} is altered") from exc

    def _set_deleted(self, directory: Path, name: str | None) -> None:
        count = self.document_count
        self.deleted = _read_deleted(directory / name, count) if name else _NO_POSITIONS
        self.live = _make_live_mask(self.deleted, count)

    def _read_field(self, field: str) -> FieldArrays:
        documents = self._files["documents"].get_array(field, "<i4")
        frequencies = self._files["frequencies"].get_array(
            field, *FREQUENCY_DTYPES, count=len(documents)
        )
        positions = _NO_POSITIONS
        if self.layout.has_positions(field):
            positions = self._files["positions"].get_array(field, "<i4")
        terms = self._read_terms(field, len(documents), len(positions))
        return FieldArrays(terms, documents, frequencies, positions)

    def _read_terms(self, field: str, postings: int, positions: int) -> TermDictionary:
        file = self._files["terms"]
        blob = file.get_array(f"{field}.blob", "|u1")
        count = len(file.get_array(f"{field}.starts", "<i8")) - 1
        occurrences = file.get_array(f"{field}.occurrences", "<i8", count=count + 1)
        end = positions if self.layout.has_positions(field) else int(occurrences[-1])
        return TermDictionary(
            blob,
            file.get_offsets(f"{field}.starts", count, len(blob)),
            file.get_offsets(f"{field}.postings", count, postings),
            file.get_offsets(f"{field}.occurrences", count, end),
        )

    def _read_lengths(self, field: str) -> NDArray[np.int32]:
        return self._files["terms"].get_array(f"{field}.lengths", "<i4", count=self.document_count)

    def _read_stored_arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        file = self._files["stored"]
        blob = file.get_array("blob", "|u1")
        return blob, file.get_offsets("starts", self.document_count, len(blob))

    def _read_column(self, name: str, kind: ColumnKind) -> None:
        file = self._files["columns"]
        if kind == "int":
            self._ints[name] = file.get_array(name, "<i4", count=self.document_count)
        elif kind == "text":
            self._texts[name] = read_text_column(name, file, self.document_count)
        elif kind == "signature":
            self._signatures[name] = read_signature_column(name, file, self.document_count)
        else:
            self._values[name] = read_value_column(name, file, self.document_count)


def _read_deleted(path: Path, count: int) -> NDArray[np.int32]:
    deleted: NDArray[np.int32] = ArrayFile(path, "deleted").get_array("documents", "<i4")
    ascending = bool((deleted[1:] > deleted[:-1]).all())
    if not len(deleted) or not ascending or deleted[0] < 0 or deleted[-1] >= count:
        raise make_damage_error(path, "deleted documents are out of order or range")
    return deleted.copy()  # a copy, since a mapped file may be truncated


def _make_live_mask(deleted: NDArray[np.int32], count: int) -> NDArray[np.bool_] | None:
    if not len(deleted):
        return None
    live = np.ones(count, np.bool_)
    live[deleted] = False
    return live
