"""The leaves of a query over one snapshot: the merged postings of a word's forms, ready to score.

In: the group of forms of a word. Out: a `ScoredLeaf`, which has for each of its documents the score
at idf 1, so that a query is a few additions of arrays. Merging costs milliseconds for common words,
so leaves are cached, within a bound in bytes; the least recently used is dropped first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.engines.bm25 import compute_idf
from indexer.engines.lru_cache import LruCache
from indexer.engines.whoosh.search.doc_set import (
    DocSet,
    find_rows,
    is_dense,
    make_doc_set,
    make_doc_set_from_mask,
)
from indexer.engines.whoosh.search.phrases import find_phrase_starts
from indexer.engines.whoosh.search.positions import SHIFT
from indexer.engines.whoosh.search.postings_reader import find_term_numbers
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.engines.whoosh.search.postings_reader import PostingsReader
    from indexer.engines.whoosh.search.queries import WordGroupQuery
    from indexer.query.plan import PhraseForms

CACHE_BYTES = 128 << 20
"""Bytes of cached leaves: some 250 common words at 100,000 documents, 25 at a million, where making
one takes 3 ms; with four times the bytes any of three words took 3.6 ms there in place of 8.7."""


class WeightedPostings(NamedTuple):
    """Documents of one word or several, int32, and the weighted frequency in each, float32.

    Attributes:
        distinct: whether the documents ascend, each once; if not, several words may share some.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[np.float32]
    distinct: bool = True


@dataclass(frozen=True, slots=True)
class ScoredLeaf:
    """The live documents of a word, and the score of each.

    Attributes:
        documents: the set.
        scores: float32 at idf 1, above 0; one for each of `documents.numbers`, or if that is None
            one for every document of the snapshot, 0 outside the set.
        idf: inverse document frequency, the factor on the scores.
    """

    documents: DocSet
    scores: NDArray[np.float32]
    idf: float

    def score_documents(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the scores of ascending documents at idf 1, 0 if the word is missing."""
        if self.documents.numbers is None or is_dense(len(numbers), self.documents.total):
            return self.score_all().take(numbers)
        rows, present = find_rows(self.documents.numbers, numbers)
        if not len(self.scores):
            return np.zeros(len(numbers), np.float32)
        return self.scores.take(rows) * present

    def score_all(self) -> NDArray[np.float32]:
        """Return the scores of all documents at idf 1; do not write to it."""
        if self.documents.numbers is None:
            return self.scores
        scores = np.zeros(self.documents.total, np.float32)
        scores[self.documents.numbers] = self.scores
        return scores

    @property
    def size_bytes(self) -> int:
        """Bytes of memory it takes."""
        sets = (self.documents.numbers, self.documents.mask)
        return self.scores.nbytes + sum(part.nbytes for part in sets if part is not None)


class LeafCache:
    """Makes and caches the leaves of one snapshot. Threads may share it.

    Args:
        arrays: of the snapshot.
        bound: bytes of the cache.
    """

    def __init__(self, arrays: IndexArrays, bound: int = CACHE_BYTES) -> None:
        self.arrays = arrays
        self._cache: LruCache[WordGroupQuery, ScoredLeaf] = LruCache(
            bound, size=lambda leaf: leaf.size_bytes
        )

    def __getitem__(self, group: WordGroupQuery) -> ScoredLeaf:
        """Return the leaf of a group; the caller applies the boost."""
        key = group if group.boost == 1.0 else replace(group, boost=1.0)
        return self._cache.get_or_make(key, lambda: self._merge_leaf(key))

    def find_mentions(self, group: WordGroupQuery, count: int) -> DocSet:
        """Find the live documents with a summed frequency of `count` or more."""
        counted = count_words(self.arrays, group)
        return make_doc_set(counted.documents[counted.frequencies >= count], self.arrays.total)

    def _merge_leaf(self, group: WordGroupQuery) -> ScoredLeaf:
        arrays = self.arrays
        found = [weigh_words(reader, group) for reader in arrays.readers]
        postings = sum(len(part.documents) for parts in found for part in parts)
        if is_dense(postings, arrays.total):
            return self._merge_dense_leaf(group, found)
        counted = _join_segments(arrays, found)
        norms = arrays.get_norms(group.fields)[counted.documents]
        scores = arrays.ranking.saturate(counted.frequencies, norms)
        idf = compute_idf(arrays.live_documents.count, len(counted.documents))
        return ScoredLeaf(make_doc_set(counted.documents, arrays.total), scores, idf)

    def _merge_dense_leaf(
        self, group: WordGroupQuery, found: list[list[WeightedPostings]]
    ) -> ScoredLeaf:
        """Score all documents at once: to gather the norms of a third of them, and to scatter the
        scores, took four times as long."""
        arrays = self.arrays
        sums = _concatenate(
            [
                _add_up(parts, segment.document_count)
                for parts, segment in zip(found, arrays.segments, strict=True)
            ]
        )
        if arrays.live is not None:
            sums[~arrays.live] = 0
        documents = make_doc_set_from_mask(sums > 0)
        scores = arrays.ranking.saturate(sums, arrays.get_norms(group.fields))
        if documents.numbers is not None:
            scores = scores[documents.numbers]
        idf = compute_idf(arrays.live_documents.count, documents.count)
        return ScoredLeaf(documents, scores, idf)


def count_words(arrays: IndexArrays, group: WordGroupQuery) -> WeightedPostings:
    """Return the live documents of a group, ascending, and its weighted frequency in each."""
    return _join_segments(arrays, [weigh_words(reader, group) for reader in arrays.readers])


def _join_segments(arrays: IndexArrays, found: list[list[WeightedPostings]]) -> WeightedPostings:
    parts = [
        _count_in_segment(each, segment, base)
        for each, segment, base in zip(found, arrays.segments, arrays.bases, strict=True)
    ]
    return WeightedPostings(
        _concatenate([part.documents for part in parts] or [np.empty(0, np.int32)]),
        _concatenate([part.frequencies for part in parts] or [np.empty(0, np.float32)]),
    )


def _count_in_segment(
    parts: list[WeightedPostings], segment: ColumnSegment, base: int
) -> WeightedPostings:
    """Merge the postings of one segment's live documents, with `base` added to their numbers."""
    merged = _merge_words(parts, segment.document_count)
    if segment.live is not None:
        alive = segment.live[merged.documents]
        merged = WeightedPostings(merged.documents[alive], merged.frequencies[alive])
    return WeightedPostings(merged.documents + np.int32(base), merged.frequencies)


def weigh_words(reader: PostingsReader, group: WordGroupQuery) -> list[WeightedPostings]:
    """Return the postings of a group's words in one segment, weighted, deleted documents too."""
    segment = reader.segment
    found = []
    for name, weight in group.fields:
        check_processor_time()
        parts = _read_words(segment, name, group.words)
        parts += [_count_phrases(reader, name, forms) for forms in group.sequences]
        found += [
            part._replace(frequencies=part.frequencies * np.float32(weight))
            for part in parts
            if len(part.documents)
        ]
    return found


def _read_words(
    segment: ColumnSegment, field: str, words: tuple[str, ...]
) -> list[WeightedPostings]:
    """Read the postings of words; neighbours in the vocabulary (a prefix) are read together."""
    arrays = segment.get_field(field)
    numbers = np.array(find_term_numbers(arrays.terms, words), np.intp)
    found = []
    for run in np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1):
        if len(run) == 1:
            documents, frequencies = segment.read_documents_and_frequencies(field, int(run[0]))
        elif len(run):
            piece = slice(*arrays.terms.posting_starts[[run[0], run[-1] + 1]].tolist())
            documents, frequencies = arrays.documents[piece], arrays.frequencies[piece]
        else:
            continue
        check_processor_time()
        found.append(WeightedPostings(documents, frequencies.astype(np.float32), len(run) == 1))
    return found


def _count_phrases(reader: PostingsReader, field: str, forms: PhraseForms) -> WeightedPostings:
    starts = find_phrase_starts(reader, field, forms)
    documents, counts = np.unique((starts >> SHIFT).astype(np.int32), return_counts=True)
    return WeightedPostings(documents, counts.astype(np.float32))


def _merge_words(parts: list[WeightedPostings], total: int) -> WeightedPostings:
    """Return the union of the documents, ascending, with frequencies summed."""
    if not parts:
        return WeightedPostings(np.empty(0, np.int32), np.empty(0, np.float32))
    if len(parts) == 1 and parts[0].distinct:
        return parts[0]
    documents = np.concatenate([part.documents for part in parts])
    if is_dense(len(documents), total):
        sums = _add_up(parts, total)
        found = np.flatnonzero(sums).astype(np.int32)
        return WeightedPostings(found, sums[found])
    frequencies = np.concatenate([part.frequencies for part in parts])
    distinct, rows = np.unique(documents, return_inverse=True)
    return WeightedPostings(distinct, np.bincount(rows, frequencies).astype(np.float32))


def _add_up(parts: list[WeightedPostings], total: int) -> NDArray[np.float32]:
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


def _concatenate(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
