"""One generation of the index as arrays over all its segments: lengths, columns, ids, deletions.

In: an open index. Out: arrays by document number. Numbers run through the segments in order,
deleted documents included, as in Whoosh's own readers. Arrays are made on first use and live as
long as the snapshot; with one segment they are views.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from indexer.engines.bm25 import RANKING, Bm25
from indexer.engines.whoosh.index.columns import ValueColumn
from indexer.engines.whoosh.index.fuzzy_terms import FuzzyTermIndex, filter_by_distance
from indexer.engines.whoosh.search.doc_set import DocSet, make_doc_set, make_doc_set_from_mask
from indexer.engines.whoosh.search.postings_reader import (
    PostingsCache,
    PostingsReader,
    find_term_numbers,
)
from indexer.engines.whoosh.search.queries import PUBLISHED
from indexer.fields import YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import TextColumn
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.table_of_contents import ColumnIndex
    from indexer.engines.whoosh.index.term_dictionary import TermDictionary
    from indexer.engines.whoosh.search.queries import WordGroupQuery

T = TypeVar("T")

ID = "id"
"""The text column of ids, which order ties."""


MAX_IDS_READ_SINGLY = 64
"""Most ids that are read and sorted one by one."""

MAX_IDS_SORTED_AS_BYTES = 2048
"""Most ids that are sorted as an array of fixed-width bytes. More ids are sorted by the ranks of
all ids, which are computed once: queries with so many ties (a constant score) come again."""


@dataclass(frozen=True, slots=True)
class DocAddress:
    """The address of a document: the number of its segment, and its number in the segment."""

    segment: int
    document: int


@dataclass(frozen=True, slots=True)
class DocumentsByValue:
    """The documents of each value of a column, deleted ones included.

    Attributes:
        documents: intp, ascending within a value; intp, since to gather by it is half again as
            fast as by int32.
        starts: int64, shape (values + 1,); value v has documents[starts[v]:starts[v+1]].
    """

    documents: NDArray[np.intp]
    starts: NDArray[np.int64]

    def get_documents(self, value: int) -> NDArray[np.int32]:
        """Return the documents of a value, by its number; int32, ascending."""
        low, high = self.starts[value : value + 2].tolist()
        return self.documents[low:high].astype(np.int32)


class IndexArrays:
    """The arrays over all segments of one open index. Threads may share it.

    Args:
        index: the open index.
        ranking: makes scores of frequencies.

    Attributes:
        bases: number of the first document of each segment.
        total: documents, deleted ones included.
    """

    def __init__(self, index: ColumnIndex, ranking: Bm25 = RANKING) -> None:
        self.segments = index.segments
        cache = PostingsCache()
        self.readers = tuple(PostingsReader(segment, cache) for segment in self.segments)
        self.ranking = ranking
        counts = [segment.document_count for segment in self.segments]
        self.bases: tuple[int, ...] = tuple(np.cumsum([0, *counts]).tolist()[:-1])
        self.total = sum(counts)
        self._made: dict[tuple[Any, ...], Any] = {}
        self._lock = Lock()

    @cached_property
    def live(self) -> NDArray[np.bool_] | None:
        """Mask of the documents not deleted; None if none is deleted."""
        if all(segment.live is None for segment in self.segments):
            return None
        return self._concatenate_segments(
            lambda segment: (
                segment.live
                if segment.live is not None
                else np.ones(segment.document_count, np.bool_)
            )
        )

    @cached_property
    def live_documents(self) -> DocSet:
        """All documents not deleted."""
        return make_doc_set_from_mask(
            np.ones(self.total, np.bool_) if self.live is None else self.live
        )

    def find_address(self, document: int) -> DocAddress:
        """Return the segment of a document and its number there."""
        segment = bisect_right(self.bases, document) - 1
        return DocAddress(segment, document - self.bases[segment])

    def split_by_segment(self, documents: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """Split ascending documents by segment, numbered as in each."""
        parts = np.split(documents, documents.searchsorted(self.bases[1:]))
        return [part - np.int32(base) for part, base in zip(parts, self.bases, strict=False)]

    def join_segments(self, parts: Sequence[NDArray[np.int32]]) -> DocSet:
        """Join ascending documents of each segment into one set, without the deleted ones."""
        based = [part + np.int32(base) for part, base in zip(parts, self.bases, strict=False)]
        numbers = np.concatenate(based) if based else np.empty(0, np.int32)
        return make_doc_set(
            numbers if self.live is None else numbers[self.live[numbers]], self.total
        )

    def find_similar_terms(self, field: str, text: str, edits: int) -> set[str]:
        """Find the terms of a field at most `edits` (1 or 2) edits from the text."""
        near: set[str] = set()
        for number, segment in enumerate(self.segments):
            make = partial(FuzzyTermIndex, segment.get_terms(field))
            terms: FuzzyTermIndex = self.get_or_make(("fuzzy", field, number), make)
            near.update(terms.find_candidates(text, edits))
        return set(filter_by_distance(list(near), text, edits))

    def count_group_occurrences(self, group: WordGroupQuery) -> float:
        """Sum the weighted frequencies of a group's words in all documents, deleted ones too."""
        total = 0.0
        for segment in self.segments:
            for field, weight in group.fields:
                terms = segment.get_terms(field)
                numbers = find_term_numbers(terms, group.words)
                total += weight * float(terms.collection_frequencies[numbers].sum())
        return total

    def count_field_occurrences(self, group: WordGroupQuery, field: str) -> int:
        """Count the occurrences in a field of the words of a group, and of its phrases at most."""
        total = 0
        for segment in self.segments:
            terms = segment.get_terms(field)

            def count(words: Sequence[str], terms: TermDictionary = terms) -> int:
                numbers = find_term_numbers(terms, words)
                return int(terms.collection_frequencies[numbers].sum())

            total += count(group.words)
            total += sum(min(map(count, forms)) for forms in group.sequences)
        return total

    def get_norms(self, fields: tuple[tuple[str, float], ...]) -> NDArray[np.float32]:
        """Return the BM25 norms of all documents, lengths weighted by field; float32, (total,)."""
        return self.get_or_make(("norms", fields), lambda: self._make_norms(fields))

    def get_lengths(self, field: str) -> NDArray[np.int32]:
        """Return the tokens of each document in a field; int32, shape (total,)."""
        return self.get_or_make(
            ("lengths", field), lambda: self._concatenate_segments(lambda s: s.get_lengths(field))
        )

    def get_int_column(self, name: str) -> NDArray[np.int32]:
        """Return an int column; int32, shape (total,)."""
        return self.get_or_make(
            ("ints", name), lambda: self._concatenate_segments(lambda s: s.get_int_column(name))
        )

    def get_value_column(self, name: str) -> ValueColumn:
        """Return a column of values, merged over all segments; YEAR is made of the days."""
        if name == YEAR:
            return self.get_or_make(("values", name), self._make_year_column)
        return self.get_or_make(("values", name), lambda: self._merge_value_columns(name))

    def get_documents_by_value(self, name: str) -> DocumentsByValue:
        """Return the documents of each value of a column."""
        return self.get_or_make(
            ("holders", name), lambda: _group_by_value(self.get_value_column(name))
        )

    def get_months(self) -> NDArray[np.int32]:
        """Return the months published as year * 12 + month - 1, 0 = undated; int32, (total,)."""
        return self.get_or_make(("months",), self._make_months)

    def get_id(self, document: int) -> str:
        """Return the id of a document."""
        place = self.find_address(document)
        return self.segments[place.segment].get_text_column(ID)[place.document]

    def order_by_id(self, ascending: NDArray[np.int32]) -> NDArray[np.intp]:
        """Return the indexes that sort ascending documents by id, by code point."""
        if len(ascending) <= MAX_IDS_READ_SINGLY:
            ids = [self.get_id(document) for document in ascending.tolist()]
            return np.array(sorted(range(len(ids)), key=ids.__getitem__), np.intp)
        if len(ascending) <= MAX_IDS_SORTED_AS_BYTES:
            return np.argsort(self._pad_ids(ascending), kind="stable")
        return np.argsort(self.get_id_ranks()[ascending])

    def get_id_ranks(self) -> NDArray[np.int32]:
        """Return the rank of each document by id; made in 0.1 s for 100,000 documents."""
        return self.get_or_make(("id ranks",), self._rank_ids)

    def get_or_make(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the array of a key; if it is not stored, make it and store it.

        Two threads that ask at the same time may both make it; both get the one stored first.
        """
        made: T | None = self._made.get(key)
        if made is None:
            with self._lock:
                made = self._made.get(key)
            if made is None:
                # Made outside the lock, since making may ask for more; a race makes it twice.
                made = make()
                with self._lock:
                    made = self._made.setdefault(key, made)
        return made

    def _concatenate_segments(self, part: Callable[[ColumnSegment], NDArray[Any]]) -> NDArray[Any]:
        if not self.segments:
            return np.zeros(0, np.int32)
        parts = [part(segment) for segment in self.segments]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _make_norms(self, fields: tuple[tuple[str, float], ...]) -> NDArray[np.float32]:
        lengths = np.zeros(self.total, np.float32)
        for field, weight in fields:
            lengths += self.get_lengths(field) * np.float32(weight)
        living = lengths if self.live is None else lengths[self.live]
        mean = float(living.mean(dtype=np.float64)) if len(living) else 0.0
        return self.ranking.compute_norms(lengths, mean)

    def _merge_value_columns(self, name: str) -> ValueColumn:
        columns = [segment.get_value_column(name) for segment in self.segments]
        if len(columns) == 1:
            return columns[0]
        values = sorted(set().union(*(column.values for column in columns)))
        numbers = {value: number for number, value in enumerate(values)}
        ids = [
            np.array([numbers[value] for value in column.values], np.int32)[column.ids]
            for column in columns
            if len(column.ids)
        ]
        return ValueColumn(tuple(values), _join_starts(columns), _concatenate(ids))

    def _make_year_column(self) -> ValueColumn:
        years = self.get_months() // 12
        dated = np.flatnonzero(years)
        distinct, ids = np.unique(years[dated], return_inverse=True)
        starts = np.zeros(self.total + 1, np.int64)
        np.cumsum(years > 0, out=starts[1:])
        return ValueColumn(tuple(f"{year:04d}" for year in distinct), starts, ids.astype(np.int32))

    def _make_months(self) -> NDArray[np.int32]:
        days = self.get_int_column(PUBLISHED)
        # 719163 is the ordinal of 1970-01-01, where numpy counts from.
        months = (days.astype(np.int64) - 719163).astype("datetime64[D]").astype("datetime64[M]")
        counted = months.astype(np.int64) + 1970 * 12
        return np.where(days > 0, counted, 0).astype(np.int32)

    def _rank_ids(self) -> NDArray[np.int32]:
        order = np.argsort(self._pad_ids(np.arange(self.total, dtype=np.int32)), kind="stable")
        ranks = np.empty(self.total, np.int32)
        ranks[order] = np.arange(self.total, dtype=np.int32)
        return ranks

    def _pad_ids(self, documents: NDArray[np.int32]) -> NDArray[np.bytes_]:
        """Return ids of ascending documents as fixed-width bytes, which sort by code point."""
        parts = zip(self.segments, self.split_by_segment(documents), strict=True)
        found = [_pad_texts(segment.get_text_column(ID), part) for segment, part in parts]
        return np.concatenate(found) if found else np.empty(0, "S1")


def _concatenate(parts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def _join_starts(columns: Sequence[ValueColumn]) -> NDArray[np.int64]:
    counts = [np.diff(column.starts) for column in columns]
    starts = np.zeros(sum(map(len, counts)) + 1, np.int64)
    if counts:
        np.cumsum(np.concatenate(counts), out=starts[1:])
    return starts


def _pad_texts(column: TextColumn, documents: NDArray[np.int32]) -> NDArray[np.bytes_]:
    """Return texts of some documents in UTF-8, as many bytes wide as the longest."""
    first = column.starts[documents]
    lengths = column.starts[documents + 1] - first
    width = int(lengths.max(initial=1))
    offsets = np.arange(width)
    taken = np.minimum(first[:, None] + offsets, max(len(column.blob) - 1, 0))
    padded = column.blob[taken] if len(column.blob) else np.zeros(taken.shape, np.uint8)
    padded[offsets >= lengths[:, None]] = 0
    return padded.view(f"S{width}").reshape(-1)


def _group_by_value(column: ValueColumn) -> DocumentsByValue:
    counts = np.diff(column.starts)
    order = np.argsort(column.ids, kind="stable")
    documents = np.repeat(np.arange(len(counts)), counts)[order]
    starts = np.zeros(len(column.values) + 1, np.int64)
    np.cumsum(np.bincount(column.ids, minlength=len(column.values)), out=starts[1:])
    return DocumentsByValue(documents, starts)
