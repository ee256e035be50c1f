"""Builds a segment: documents are added in memory, then written as array files.

In: documents as tokens by field, packed stored fields and columns. Out: the files of one segment.
The postings of a field come from one sort of packed keys (term, document, position).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS, ArrayWriter
from indexer.engines.whoosh.index.columns import ColumnBuilder, ColumnValue, make_column_builder
from indexer.engines.whoosh.index.segment import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.layout import IndexLayout

DOCUMENT_COST = 32
"""Tokens that a document counts in addition to its own, so that empty documents flush too."""


class SegmentFiles:
    """The array files of one segment being written, by kind."""

    def __init__(self, directory: Path, name: str) -> None:
        self._writers: dict[str, ArrayWriter] = {}
        try:
            for kind in KINDS:
                self._writers[kind] = ArrayWriter(directory / f"{name}.{kind}", kind)
        except OSError:
            self.discard()
            raise

    def __getitem__(self, kind: str) -> ArrayWriter:
        return self._writers[kind]

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()

    def discard(self) -> None:
        """Remove every file."""
        for writer in self._writers.values():
            writer.discard()


class SegmentBuilder:
    """The documents added since the last flush; tokens and columns in memory, the rest on disk.

    Attributes:
        keys: numbers of the documents by their key.
        deleted: numbers of the documents deleted before the flush.
        cost: tokens in memory, with DOCUMENT_COST for each document; columns count by size.
    """

    def __init__(self, directory: Path, layout: IndexLayout, name: str) -> None:
        self.name = name
        self.files = SegmentFiles(directory, name)
        self.fields = {
            name: PostingsBuilder(has_frequencies=layout.has_frequencies(name))
            for name in layout.list_indexed_fields()
        }
        self.columns: dict[str, ColumnBuilder] = {
            name: make_column_builder(kind) for name, kind in layout.columns.items()
        }
        self.keys: dict[str, list[int]] = {}
        self.deleted: set[int] = set()
        self.cost = 0
        self._stored_starts = array("q", [0])
        self.files["stored"].begin_array("blob", "|u1")

    @property
    def document_count(self) -> int:
        """Documents added, deleted ones included."""
        return len(self._stored_starts) - 1

    def add(
        self,
        terms: Mapping[str, Sequence[str]],
        stored: bytes,
        columns: Mapping[str, ColumnValue],
        key: str | None,
    ) -> None:
        """Add a document; nothing of it is added on TypeError or OverflowError.

        Args:
            terms: the tokens of each indexed field.
            stored: the stored fields, compressed.
            columns: the value of each column.
            key: of the document; None if it cannot be deleted by key.
        """
        for name, column in self.columns.items():
            column.check(columns.get(name))
        if key is not None:
            self.keys.setdefault(key, []).append(self.document_count)
        for name, pool in self.fields.items():
            self.cost += pool.add(terms.get(name, ()))
        for name, column in self.columns.items():
            self.cost += column.add(columns.get(name)) // 8
        self.cost += DOCUMENT_COST
        self.files["stored"].append_bytes(stored)
        self._stored_starts.append(self._stored_starts[-1] + len(stored))

    def write(self) -> None:
        """Write all files of the segment."""
        self.files["stored"].add_array(
            "starts", np.frombuffer(self._stored_starts, np.int64), "<i8"
        )
        for name, column in self.columns.items():
            column.write(name, self.files["columns"])
        for name, pool in self.fields.items():
            self._write_field(name, pool)
        self.files.close()

    def _write_field(self, name: str, pool: PostingsBuilder) -> None:
        inverted = pool.invert()
        write_terms(name, inverted.terms, self.files["terms"])
        self.files["terms"].add_array(f"{name}.lengths", pool.get_lengths(), "<i4")
        self.files["documents"].add_array(name, inverted.documents, "<i4")
        dtype = choose_frequency_dtype(int(inverted.frequencies.max(initial=0)))
        self.files["frequencies"].add_array(name, inverted.frequencies, dtype)
        self.files["positions"].add_array(name, inverted.positions, "<i4")


class KeyWidths(NamedTuple):
    """Bits of a packed key: term, document and position; together at most 63 (see
    index_writer.py)."""

    term: int
    document: int
    position: int


class TermArrays(NamedTuple):
    """The arrays of the term dictionary of one field; array_file.py describes each."""

    blob: bytes
    starts: NDArray[np.int64]
    posting_starts: NDArray[np.int64]
    occurrence_starts: NDArray[np.int64]


class InvertedField(NamedTuple):
    """The terms and postings of one field; the postings of one term follow those of another."""

    terms: TermArrays
    documents: NDArray[np.int32]
    frequencies: NDArray[np.int64]
    positions: NDArray[np.int32]


class PostingsBuilder:
    """Builds the postings of one field from tokens, held as int32 term ids until the flush.

    Args:
        has_frequencies: whether a term counts each time; False counts it once per document.
    """

    def __init__(self, *, has_frequencies: bool) -> None:
        self._has_frequencies = has_frequencies
        self._vocabulary: defaultdict[str, int] = defaultdict()
        self._vocabulary.default_factory = self._vocabulary.__len__
        self._ids = array("i")
        self._lengths = array("i")
        self._longest = 0

    def add(self, terms: Sequence[str]) -> int:
        """Add the next document's tokens; returns how many count."""
        if not terms:
            self._lengths.append(0)
            return 0
        if not self._has_frequencies:
            terms = list(dict.fromkeys(terms))
        ids = np.fromiter(map(self._vocabulary.__getitem__, terms), np.int32, len(terms))
        self._ids.frombytes(ids.tobytes())
        self._lengths.append(len(terms))
        self._longest = max(self._longest, len(terms))
        return len(terms)

    def get_lengths(self) -> NDArray[np.int32]:
        """Return the tokens of each document, int32."""
        return np.frombuffer(self._lengths, np.int32)

    def invert(self) -> InvertedField:
        """Sort the tokens into postings."""
        terms = sorted(self._vocabulary)
        encoded = [term.encode(ENCODING, ERRORS) for term in terms]
        widths = KeyWidths(
            len(terms).bit_length(), len(self._lengths).bit_length(), self._longest.bit_length()
        )
        keys = self._pack_keys(terms, widths)
        keys.sort()
        positions = (keys & ((1 << widths.position) - 1)).astype(np.int32)
        keys >>= widths.position
        firsts = _find_run_starts(keys)
        heads = keys[firsts]
        documents = (heads & ((1 << widths.document) - 1)).astype(np.int32)
        heads >>= widths.document
        posting_starts = np.searchsorted(heads, np.arange(len(terms) + 1))
        ends = np.append(firsts, len(keys))
        dictionary = TermArrays(
            b"".join(encoded),
            accumulate_counts([len(text) for text in encoded]),
            posting_starts,
            ends[posting_starts],
        )
        return InvertedField(dictionary, documents, np.diff(ends), positions)

    def _pack_keys(self, terms: list[str], widths: KeyWidths) -> NDArray[np.int64]:
        """Pack each token as (term, document, position) in int64, in the order added.

        Terms are numbered in sorted order.
        """
        ranks = np.empty(len(terms), np.int64)
        ranks[[self._vocabulary[term] for term in terms]] = np.arange(len(terms))
        keys = ranks[np.frombuffer(self._ids, np.int32)]
        keys <<= widths.document
        lengths = self.get_lengths()
        keys |= np.repeat(np.arange(len(lengths)), lengths)
        keys <<= widths.position
        positions = np.arange(len(keys))
        positions -= np.repeat(np.cumsum(lengths, dtype=np.int64) - lengths, lengths)
        keys |= positions
        return keys


def write_terms(field: str, terms: TermArrays, file: ArrayWriter) -> None:
    """Write the term dictionary of a field."""
    file.begin_array(f"{field}.blob", "|u1")
    file.append_bytes(terms.blob)
    file.add_array(f"{field}.starts", terms.starts, "<i8")
    file.add_array(f"{field}.postings", terms.posting_starts, "<i8")
    file.add_array(f"{field}.occurrences", terms.occurrence_starts, "<i8")


def choose_frequency_dtype(largest: int) -> str:
    """Return the narrowest dtype for frequencies up to `largest`."""
    if largest < 1 << 8:
        return "|u1"
    return "<u2" if largest < 1 << 16 else "<i4"


def accumulate_counts(counts: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    """Return 0 and then the sum of the counts up to each, inclusive; int64, one longer."""
    sums = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=sums[1:])
    return sums


def _find_run_starts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the index at which each run of equal keys begins."""
    changes = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    return np.concatenate((np.zeros(min(len(keys), 1), np.int64), changes))
