"""Merges the postings of one field, a range of the vocabulary at a time.

In: the segments to merge. Out: postings in the files of the new segment, in order of terms.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.engines.whoosh.index.segment_builder import TermArrays, accumulate_counts, write_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.segment_builder import SegmentFiles

BATCH_OCCURRENCES = 1 << 21
"""Occurrences in a batch; 2 million take some 60 MB of temporary arrays."""

BATCH_TERMS = 1 << 15
"""Most terms of one segment in a batch."""

SLICE_POSTINGS = 1 << 17
"""Postings in a slice of a term that is too common for a batch."""


class PostingsBatch(NamedTuple):
    """Postings of consecutive terms of one source, renumbered and without deleted documents.

    Attributes:
        postings: int64, shape (terms,), documents left to each term.
        occurrences: int64, shape (terms,), occurrences left to each term.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[Any]
    positions: NDArray[np.int32]
    postings: NDArray[np.int64]
    occurrences: NDArray[np.int64]


class MergeFieldReader:
    """Reads one field of a source from the first term to the last; `next` is the next term."""

    def __init__(self, source: MergeSource, field: str) -> None:
        self._source = source
        self._arrays = source.segment.get_field(field)
        self._has_positions = source.segment.layout.has_positions(field)
        self.terms = self._arrays.terms
        self.next = 0

    @property
    def is_done(self) -> bool:
        """Whether no term is left."""
        return self.next == len(self.terms)

    def find_batch_end(self, occurrences: int) -> int:
        """Find the term before which a batch of so many occurrences ends; `next` if none fits."""
        starts = self.terms.occurrence_starts
        stop = int(np.searchsorted(starts, starts[self.next] + occurrences, side="right")) - 1
        return min(stop, self.next + BATCH_TERMS)

    def read_terms(self, stop: int) -> PostingsBatch:
        """Read the postings of the terms from `next` to `stop`, exclusive; sets `next`."""
        bounds = self.terms.posting_starts[self.next : stop + 1]
        part = self._make_batch(bounds, int(self.terms.occurrence_starts[self.next]))
        self.next = stop
        return part

    def read_slices(self) -> Iterator[PostingsBatch]:
        """Yield the postings of the next term in slices; then the term after it becomes `next`."""
        first, stop = self.terms.posting_starts[self.next : self.next + 2].tolist()
        occurrence = int(self.terms.occurrence_starts[self.next])
        for low in range(first, stop, SLICE_POSTINGS):
            high = min(low + SLICE_POSTINGS, stop)
            yield self._make_batch(np.array([low, high], np.int64), occurrence)
            occurrence += int(self._arrays.frequencies[low:high].sum(dtype=np.int64))
        self.next += 1

    def _make_batch(self, bounds: NDArray[np.int64], occurrence: int) -> PostingsBatch:
        """Make the batch of postings bounds[0] to bounds[-1]; positions begin at `occurrence`."""
        low, high = int(bounds[0]), int(bounds[-1])
        documents = self._arrays.documents[low:high]
        frequencies = self._arrays.frequencies[low:high]
        sums = accumulate_counts(frequencies)
        positions = self._arrays.positions[:0]
        if self._has_positions:
            positions = self._arrays.positions[occurrence : occurrence + int(sums[-1])]
        terms = bounds - low
        live = self._source.live
        if live is None:
            renumbered = self._source.renumber(documents)
            counts = np.diff(sums[terms])
            return PostingsBatch(renumbered, frequencies, positions, np.diff(bounds), counts)
        keep = live[documents]
        if self._has_positions:
            positions = positions[np.repeat(keep, frequencies)]
        return PostingsBatch(
            self._source.renumber(documents[keep]),
            frequencies[keep],
            positions,
            np.diff(accumulate_counts(keep)[terms]),
            np.diff(accumulate_counts(frequencies * keep)[terms]),
        )


class MergeFieldWriter:
    """Writes the merged field: postings at once, the term dictionary at the end."""

    def __init__(self, field: str, files: SegmentFiles, frequency_dtype: str) -> None:
        self._field = field
        self._files = files
        self._blob = bytearray()
        self._lengths: list[int] = []
        self._postings: list[NDArray[np.int64]] = []
        self._occurrences: list[NDArray[np.int64]] = []
        files["documents"].begin_array(field, "<i4")
        files["frequencies"].begin_array(field, frequency_dtype)
        files["positions"].begin_array(field, "<i4")

    def append_postings(
        self, documents: NDArray[np.int32], frequencies: NDArray[Any], positions: NDArray[np.int32]
    ) -> None:
        """Write postings; `add_terms` then says which terms they are of."""
        self._files["documents"].append(documents)
        self._files["frequencies"].append(frequencies)
        self._files["positions"].append(positions)

    def add_terms(
        self, terms: list[bytes], postings: NDArray[np.int64], occurrences: NDArray[np.int64]
    ) -> None:
        """Add the terms of the postings just written; a term without postings is dropped."""
        kept = [term for term, count in zip(terms, postings.tolist(), strict=True) if count]
        self._blob += b"".join(kept)
        self._lengths.extend(map(len, kept))
        self._postings.append(postings[postings > 0])
        self._occurrences.append(occurrences[postings > 0])

    def close(self) -> None:
        """Write the term dictionary."""
        empty = np.empty(0, np.int64)
        write_terms(
            self._field,
            TermArrays(
                bytes(self._blob),
                accumulate_counts(self._lengths),
                accumulate_counts(np.concatenate([empty, *self._postings])),
                accumulate_counts(np.concatenate([empty, *self._occurrences])),
            ),
            self._files["terms"],
        )


def merge_field(field: str, sources: Sequence[MergeSource], files: SegmentFiles) -> None:
    """Merge the terms and postings of one field into the files of a new segment."""
    widths = [source.segment.get_field(field).frequencies.dtype for source in sources]
    target = MergeFieldWriter(field, files, max(widths, key=lambda dtype: dtype.itemsize).str)
    readers = [MergeFieldReader(source, field) for source in sources]
    while readers := [reader for reader in readers if not reader.is_done]:
        pivot = _choose_pivot(readers)
        first = min(reader.terms.get_encoded(reader.next) for reader in readers)
        if pivot == first:
            _merge_common(first, readers, target)
        else:
            _merge_range(pivot, readers, target)
        for source in sources:
            source.segment.release_pages()
    target.close()


def _choose_pivot(readers: Sequence[MergeFieldReader]) -> bytes | None:
    """Choose the term before which the next batch ends; None if the batch has all terms left.

    It is the first term left only if that term alone is too much for a batch.
    """
    share = max(BATCH_OCCURRENCES // len(readers), 1)
    stops = [(reader, reader.find_batch_end(share)) for reader in readers]
    return min(
        (reader.terms.get_encoded(stop) for reader, stop in stops if stop < len(reader.terms)),
        default=None,
    )


def _merge_range(
    pivot: bytes | None, readers: Sequence[MergeFieldReader], target: MergeFieldWriter
) -> None:
    """Merge all terms before `pivot`; all terms left if it is None."""
    names: list[list[bytes]] = []
    parts: list[PostingsBatch] = []
    for reader in readers:
        stop = len(reader.terms) if pivot is None else reader.terms.bisect(pivot)
        names.append(reader.terms.get_encoded_range(reader.next, stop))
        parts.append(reader.read_terms(stop))
    terms = sorted(set().union(*names))
    numbers = {term: number for number, term in enumerate(terms)}
    runs = np.array([numbers[term] for listed in names for term in listed], np.int64)
    order = np.argsort(runs, kind="stable")
    postings = np.concatenate([part.postings for part in parts])
    occurrences = np.concatenate([part.occurrences for part in parts])
    by_posting = _reorder_runs(postings, order)
    positions = np.concatenate([part.positions for part in parts])
    target.append_postings(
        np.concatenate([part.documents for part in parts])[by_posting],
        np.concatenate([part.frequencies for part in parts])[by_posting],
        positions[_reorder_runs(occurrences, order)] if len(positions) else positions,
    )
    target.add_terms(
        terms, _sum_by_term(runs, postings, len(terms)), _sum_by_term(runs, occurrences, len(terms))
    )


def _merge_common(
    term: bytes, readers: Sequence[MergeFieldReader], target: MergeFieldWriter
) -> None:
    """Merge one term in slices."""
    postings, occurrences = 0, 0
    for reader in readers:
        if reader.terms.get_encoded(reader.next) != term:
            continue
        for part in reader.read_slices():
            target.append_postings(part.documents, part.frequencies, part.positions)
            postings += int(part.postings.sum())
            occurrences += int(part.occurrences.sum())
    target.add_terms([term], np.array([postings]), np.array([occurrences]))


def _reorder_runs(counts: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indexes that reorder runs of so many values that follow each other."""
    starts = np.cumsum(counts) - counts
    counts = counts[order]
    shifts = starts[order] - (np.cumsum(counts) - counts)
    indexes = np.repeat(shifts, counts)
    indexes += np.arange(len(indexes))
    return indexes


def _sum_by_term(
    runs: NDArray[np.int64], counts: NDArray[np.int64], terms: int
) -> NDArray[np.int64]:
    """Add the counts up by term; float64 inside, exact below 2^53."""
    return np.bincount(runs, weights=counts, minlength=terms).astype(np.int64)


class MergeSource:
    """A segment to merge, with its live documents and their numbers in the merged segment.

    Attributes:
        segment: the segment.
        live: bool, shape (documents,), the mask of live documents; None if all are live.
        base: number of its first live document in the merged segment.
    """

    def __init__(self, segment: ColumnSegment, live: NDArray[np.bool_] | None, base: int) -> None:
        self.segment = segment
        self.live = live
        self.base = base

    @cached_property
    def live_count(self) -> int:
        """Live documents."""
        if self.live is None:
            return self.segment.document_count
        return int(np.count_nonzero(self.live))

    @cached_property
    def _numbers(self) -> NDArray[np.int32]:
        live = np.ones(self.segment.document_count, np.bool_) if self.live is None else self.live
        return (np.cumsum(live) + (self.base - 1)).astype(np.int32)

    def renumber(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the numbers of live documents in the merged segment."""
        if self.live is None:
            return documents + np.int32(self.base)
        return self._numbers[documents]

    def select_live(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return the values of live documents, of a column of one value per document."""
        return column if self.live is None else column[self.live]
