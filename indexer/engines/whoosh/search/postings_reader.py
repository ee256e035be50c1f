"""Reads the postings of one segment by term, and the places of groups of terms, with a cache.

In: terms of a field. Out: `Postings`, or places (see positions.py).

The offset of each document's positions is a running sum over all documents of the term, 60 µs for
50,000; nearness and the proximity bonus would pay it in every segment, field and word. The places
of a stem's words are merged for all documents once the group is read a second time: the bonus reads
the 200 best documents of each search, which two binary searches cut out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from indexer.engines.lru_cache import LruCache
from indexer.engines.whoosh.search.positions import SHIFT, PhraseSlot, join_places, merge_places
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import Postings
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.term_dictionary import TermDictionary

CACHE_BYTES = 64 << 20
"""Bytes of cached postings: some 100 common words at 100,000 documents."""

PLACES_BYTES = 32 << 20
"""Bytes of cached merged places: those of 30 groups of 130,000 occurrences each."""

MOST_PLACES = 1 << 20
"""Most occurrences of a group (8 MB) whose places are merged for all documents."""

MAX_DOCUMENTS_CUT_OUT = 512
"""Most documents cut out of all places; for more, to merge their rows is as fast."""

MAX_GROUPS_REMEMBERED = 4096
"""Groups remembered as read once; most are never read again."""

MAX_TERMS_MERGED = 16
"""More terms than this are read at once: to read the 12,000 of twelve prefixes one by one, for
94,000 documents, took 4.3 s."""

PLACE_S = 60e-9
"""Processor time to read and sort one place of many; measured 40 to 110 ns."""

MAX_TERMS_READ_SINGLY = 16
"""More terms than this are read as one range of the vocabulary if they are neighbours in it."""


@dataclass(frozen=True, slots=True)
class CachedPostings:
    """The cached postings of a term; None if the segment lacks it."""

    postings: Postings | None

    @property
    def size_bytes(self) -> int:
        """Bytes of memory it takes in addition to the mapped arrays."""
        if self.postings is None:
            return 64
        return 64 + self.postings.starts.nbytes + self.postings.frequencies.nbytes


GroupKey: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Names of a segment and a field, and the terms of a group."""


class PostingsCache:
    """The cache that the readers of a snapshot's segments share. Threads may share it."""

    def __init__(self) -> None:
        self.postings: LruCache[tuple[str, str, str], CachedPostings] = LruCache(
            CACHE_BYTES, size=lambda found: found.size_bytes
        )
        self.places: LruCache[GroupKey, NDArray[np.int64]] = LruCache(
            PLACES_BYTES, size=lambda places: places.nbytes
        )
        self.asked_once: LruCache[GroupKey, bool] = LruCache(MAX_GROUPS_REMEMBERED)


class PostingsReader:
    """Reads the postings of one segment.

    Args:
        segment: the segment.
        cache: shared by all segments of a snapshot.
    """

    def __init__(self, segment: ColumnSegment, cache: PostingsCache) -> None:
        self.segment = segment
        self._cache = cache

    def find(self, field: str, terms: Sequence[str]) -> list[Postings]:
        """Return the postings of the terms that the segment has in the field."""
        name = self.segment.name
        found = (
            self._cache.postings.get_or_make(
                (name, field, term), partial(self._read_term, field, term)
            )
            for term in terms
        )
        return [one.postings for one in found if one.postings is not None]

    def find_places(
        self, field: str, terms: tuple[str, ...], within: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Find the places (see positions.py) of any of the terms in some documents, ascending.

        Args:
            field: an indexed field.
            terms: of the group.
            within: the documents, ascending.
        """
        every = (
            self._find_all_places(field, terms) if len(within) <= MAX_DOCUMENTS_CUT_OUT else None
        )
        if every is None and len(terms) > MAX_TERMS_MERGED:
            return self._read_places(field, terms, within)
        if every is None:
            return merge_places(self.find(field, terms), within)
        documents = within.astype(np.int64)
        low = every.searchsorted(documents << SHIFT)
        counts = every.searchsorted((documents + 1) << SHIFT) - low
        before = np.cumsum(counts) - counts
        picked = np.repeat(low - before, counts)
        picked += np.arange(len(picked))
        found: NDArray[np.int64] = every[picked]
        return found

    def _find_all_places(self, field: str, terms: tuple[str, ...]) -> NDArray[np.int64] | None:
        """Find the places of several terms in all documents; None if merging them does not pay."""
        if len(terms) < 2:
            return None
        key = (self.segment.name, field, terms)
        every = self._cache.places.get(key)
        if every is not None:
            return every
        if self._cache.asked_once.get(key) is None:
            self._cache.asked_once.update({key: True})
            return None
        found = self.find(field, terms)
        if sum(len(postings.positions) for postings in found) > MOST_PLACES:
            return None
        return self._cache.places.get_or_make(key, lambda: merge_places(found))

    def find_slot(self, field: str, terms: Sequence[str]) -> PhraseSlot:
        """Find what may be at one position of a phrase: postings, or the places of many terms."""
        if len(terms) > MAX_TERMS_MERGED:
            return self._read_places(field, terms)
        return self.find(field, terms)

    def _read_places(
        self, field: str, terms: Sequence[str], within: NDArray[np.int32] | None = None
    ) -> NDArray[np.int64]:
        """Read the places of many terms at once, ascending; if given, only in some documents."""
        segment = self.segment
        arrays, total = segment.get_field(field), segment.document_count
        numbers = np.array(find_term_numbers(arrays.terms, terms), np.intp)
        if not len(numbers):
            return np.empty(0, np.int64)
        check_processor_time()
        lows, counts = _read_bounds(arrays.terms.posting_starts, numbers)
        rows = _join_ranges(lows, counts)
        documents, frequencies = arrays.documents[rows], arrays.frequencies[rows].astype(np.int64)
        check_processor_time()
        if not 0 <= documents.min() <= documents.max() < total:
            raise segment.make_damage_error("documents", f"terms of {field!r} are altered")
        firsts = np.cumsum(counts) - counts
        begins = np.cumsum(frequencies) - frequencies
        occurrences, lengths = _read_bounds(arrays.terms.occurrence_starts, numbers)
        if not np.array_equal(np.add.reduceat(frequencies, firsts), lengths):
            raise segment.make_damage_error("frequencies", f"terms of {field!r} are altered")
        begins += np.repeat(occurrences - begins[firsts], counts)
        if within is not None:
            wanted = np.zeros(total, np.bool_)
            wanted[within] = True
            kept = np.flatnonzero(wanted.take(documents))
            documents, frequencies, begins = documents[kept], frequencies[kept], begins[kept]
        check_processor_time(PLACE_S * float(frequencies.sum()))
        owners = np.repeat(documents.astype(np.int64), frequencies)
        positions = arrays.positions[_join_ranges(begins, frequencies)]
        check_processor_time()
        places = join_places(owners, positions)
        places.sort()
        return places

    def _read_term(self, field: str, term: str) -> CachedPostings:
        number = self.segment.get_terms(field).find(term)
        return CachedPostings(None if number < 0 else self.segment.read_postings(field, number))


def _read_bounds(
    starts: NDArray[np.int64], numbers: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the start and the length of some entries of an array of offsets."""
    lows = starts[numbers]
    return lows, starts[numbers + 1] - lows


def _join_ranges(lows: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the integers of ranges, one range after another."""
    before = np.cumsum(counts) - counts
    joined = np.repeat(lows - before, counts)
    joined += np.arange(len(joined))
    return joined


def find_term_numbers(terms: TermDictionary, wanted: Sequence[str]) -> list[int]:
    """Find the numbers of the terms that a vocabulary has; ascending if `wanted` is sorted."""
    if len(wanted) > MAX_TERMS_READ_SINGLY:
        low, high = terms.find_prefix_range(min(wanted))[0], terms.find_prefix_range(max(wanted))[1]
        if high - low <= len(wanted) * 2:
            among = set(wanted)
            stretch = enumerate(terms.decode(low, high), start=low)
            return [number for number, term in stretch if term in among]
    numbers = (terms.find(term) for term in wanted)
    return [number for number in numbers if number >= 0]
