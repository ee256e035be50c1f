"""The leaves of a query over one snapshot: merged postings of a word's forms, kept ready to score.

A `Leaf` holds for its documents what each would score at idf 1, so that a query is a few additions
of arrays. Merging costs milliseconds for common words, so leaves are kept, least recently used
dropped first, within a bound in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.engines.bm25 import compute_idf
from indexer.engines.lru_cache import LruCache
from indexer.engines.whoosh.search.doc_set import (
    Documents,
    find_rows,
    from_mask,
    from_numbers,
    is_many,
)
from indexer.engines.whoosh.search.phrases import phrase_starts
from indexer.engines.whoosh.search.positions import SHIFT
from indexer.engines.whoosh.search.postings_reader import find_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.search.index_arrays import Snapshot
    from indexer.engines.whoosh.search.postings_reader import PostingsReader
    from indexer.engines.whoosh.search.queries import Group
    from indexer.query.plan import PhraseForms

CACHE_BYTES = 128 << 20
"""Merged words kept: some 250 common ones at 100,000 documents, 25 at a million, where making one
anew takes 3 ms; with four times the bytes any of three words took 3.6 ms there in place of 8.7."""


class Counted(NamedTuple):
    """Documents of one word or several, int32, and the frequency in each, float32.

    Attributes:
        distinct: whether the documents ascend, each once; several words may share some.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[np.float32]
    distinct: bool = True


@dataclass(frozen=True, slots=True)
class Leaf:
    """The live documents of a word, and what each scores.

    Attributes:
        documents: the set.
        scores: float32 at idf 1, above 0; beside `documents.numbers`, or where that is None one
            for every document of the snapshot, 0 outside the set.
        idf: what to multiply by.
    """

    documents: Documents
    scores: NDArray[np.float32]
    idf: float

    def at(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores at ascending documents, 0 where the word is missing."""
        if self.documents.numbers is None or is_many(len(numbers), self.documents.total):
            return self.everywhere().take(numbers)
        rows, present = find_rows(self.documents.numbers, numbers)
        if not len(self.scores):
            return np.zeros(len(numbers), np.float32)
        return self.scores.take(rows) * present

    def everywhere(self) -> NDArray[np.float32]:
        """Scores at every document; do not write to it."""
        if self.documents.numbers is None:
            return self.scores
        scores = np.zeros(self.documents.total, np.float32)
        scores[self.documents.numbers] = self.scores
        return scores

    @property
    def size_bytes(self) -> int:
        """Memory it takes."""
        sets = (self.documents.numbers, self.documents.mask)
        return self.scores.nbytes + sum(part.nbytes for part in sets if part is not None)


class Leaves:
    """Makes and keeps the leaves of one snapshot; threads may share it.

    Args:
        snapshot: where postings come from.
        bound: bytes of the cache.
    """

    def __init__(self, snapshot: Snapshot, bound: int = CACHE_BYTES) -> None:
        self.snapshot = snapshot
        self._cache: LruCache[Group, Leaf] = LruCache(bound, size=lambda leaf: leaf.size_bytes)

    def __getitem__(self, group: Group) -> Leaf:
        """The leaf of a group; its boost is left to the caller."""
        key = group if group.boost == 1.0 else replace(group, boost=1.0)
        return self._cache.get_or_make(key, lambda: self._merge(key))

    def mentioned(self, group: Group, count: int) -> Documents:
        """Live documents whose summed frequency is `count` or more."""
        counted = count_words(self.snapshot, group)
        return from_numbers(counted.documents[counted.frequencies >= count], self.snapshot.total)

    def _merge(self, group: Group) -> Leaf:
        snapshot = self.snapshot
        found = [weigh_words(reader, group) for reader in snapshot.readers]
        postings = sum(len(part.documents) for parts in found for part in parts)
        if is_many(postings, snapshot.total):
            return self._merge_many(group, found)
        counted = _count(snapshot, found)
        norms = snapshot.norms(group.fields)[counted.documents]
        scores = snapshot.ranking.saturate(counted.frequencies, norms)
        idf = compute_idf(snapshot.every.count, len(counted.documents))
        return Leaf(from_numbers(counted.documents, snapshot.total), scores, idf)

    def _merge_many(self, group: Group, found: list[list[Counted]]) -> Leaf:
        """Scores of all documents at once: to gather the norms of a third of them, and to scatter
        the scores, took four times as long."""
        snapshot = self.snapshot
        sums = _joined(
            [
                _add_up(parts, segment.document_count)
                for parts, segment in zip(found, snapshot.segments, strict=True)
            ]
        )
        if snapshot.live is not None:
            sums[~snapshot.live] = 0
        documents = from_mask(sums > 0)
        scores = snapshot.ranking.saturate(sums, snapshot.norms(group.fields))
        if documents.numbers is not None:
            scores = scores[documents.numbers]
        idf = compute_idf(snapshot.every.count, documents.count)
        return Leaf(documents, scores, idf)


def count_words(snapshot: Snapshot, group: Group) -> Counted:
    """Live documents of a group, ascending, and its weighted frequency in each."""
    return _count(snapshot, [weigh_words(reader, group) for reader in snapshot.readers])


def _count(snapshot: Snapshot, found: list[list[Counted]]) -> Counted:
    parts = [
        _count_in_segment(each, segment, base)
        for each, segment, base in zip(found, snapshot.segments, snapshot.bases, strict=True)
    ]
    return Counted(
        _joined([part.documents for part in parts] or [np.empty(0, np.int32)]),
        _joined([part.frequencies for part in parts] or [np.empty(0, np.float32)]),
    )


def _count_in_segment(parts: list[Counted], segment: ColumnSegment, base: int) -> Counted:
    """Live documents, `base` added to their numbers."""
    merged = _merged(parts, segment.document_count)
    if segment.live is not None:
        alive = segment.live[merged.documents]
        merged = Counted(merged.documents[alive], merged.frequencies[alive])
    return Counted(merged.documents + np.int32(base), merged.frequencies)


def weigh_words(reader: PostingsReader, group: Group) -> list[Counted]:
    """Documents of a group's words in one segment, deleted ones too, frequencies weighted."""
    segment = reader.segment
    found = []
    for name, weight in group.fields:
        parts = _words(segment, name, group.words)
        parts += [_phrase(reader, name, forms) for forms in group.sequences]
        found += [
            part._replace(frequencies=part.frequencies * np.float32(weight))
            for part in parts
            if len(part.documents)
        ]
    return found


def _words(segment: ColumnSegment, field: str, words: tuple[str, ...]) -> list[Counted]:
    """Postings of the words; neighbours in the vocabulary (a prefix) are taken in one piece."""
    arrays = segment.get_field(field)
    numbers = np.array(find_numbers(arrays.terms, words), np.intp)
    found = []
    for run in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1):
        if len(run) == 1:
            documents, frequencies = segment.read_documents_and_frequencies(field, int(run[0]))
        elif len(run):
            piece = slice(*arrays.terms.posting_starts[[run[0], run[-1] + 1]].tolist())
            documents, frequencies = arrays.documents[piece], arrays.frequencies[piece]
        else:
            continue
        found.append(Counted(documents, frequencies.astype(np.float32), len(run) == 1))
    return found


def _phrase(reader: PostingsReader, field: str, forms: PhraseForms) -> Counted:
    starts = phrase_starts(reader, field, forms)
    documents, counts = np.unique((starts >> SHIFT).astype(np.int32), return_counts=True)
    return Counted(documents, counts.astype(np.float32))


def _merged(parts: list[Counted], total: int) -> Counted:
    """The union of the documents, ascending, frequencies summed."""
    if not parts:
        return Counted(np.empty(0, np.int32), np.empty(0, np.float32))
    if len(parts) == 1 and parts[0].distinct:
        return parts[0]
    documents = np.concatenate([part.documents for part in parts])
    if is_many(len(documents), total):
        sums = _add_up(parts, total)
        found = np.flatnonzero(sums).astype(np.int32)
        return Counted(found, sums[found])
    frequencies = np.concatenate([part.frequencies for part in parts])
    distinct, rows = np.unique(documents, return_inverse=True)
    return Counted(distinct, np.bincount(rows, frequencies).astype(np.float32))


def _add_up(parts: list[Counted], total: int) -> NDArray[np.float32]:
    """Frequencies summed, shape (total,).

    Raises:
        IndexError: a document is out of range; `bincount` would ask for memory up to it.
    """
    sums = np.zeros(total, np.float32)
    for part in parts:
        if part.distinct:
            sums[part.documents] += part.frequencies
        elif len(part.documents) and part.documents.max() >= total:
            raise IndexError("document out of range")
        else:
            sums += np.bincount(part.documents, part.frequencies, total)
    return sums


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
