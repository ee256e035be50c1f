"""Postings of one segment by term, those with positions kept ready.

Where the positions of each document begin is a running sum over all documents of the term, 60 µs
for 50,000; nearness and the bonus for close words would pay it in every segment, field and word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.engines.lru_cache import LruCache
    from indexer.engines.whoosh.arrays import Postings
    from indexer.engines.whoosh.segment import ColumnSegment
    from indexer.engines.whoosh.terms import TermDictionary

CACHE_BYTES = 64 << 20
"""The running sums and frequencies of some 100 common words at 100,000 documents."""

STRETCH = 16
"""More terms than this are read in one stretch of the vocabulary where they are neighbours."""


@dataclass(frozen=True, slots=True)
class Found:
    """The postings of a term, None where the segment lacks it."""

    postings: Postings | None

    @property
    def size_bytes(self) -> int:
        """Memory it takes beside the mapped arrays."""
        if self.postings is None:
            return 64
        return 64 + self.postings.starts.nbytes + self.postings.frequencies.nbytes


class PostingsReader:
    """Looks terms up in one segment.

    Args:
        segment: where.
        cache: postings by segment, field and term; all segments of a snapshot share one.
    """

    def __init__(
        self, segment: ColumnSegment, cache: LruCache[tuple[str, str, str], Found]
    ) -> None:
        self.segment = segment
        self._cache = cache

    def find(self, field: str, terms: Sequence[str]) -> list[Postings]:
        """Postings of those of the terms that the segment has in the field."""
        name = self.segment.name
        found = (
            self._cache.get_or_make((name, field, term), partial(self._read, field, term))
            for term in terms
        )
        return [one.postings for one in found if one.postings is not None]

    def _read(self, field: str, term: str) -> Found:
        number = self.segment.terms(field).find(term)
        return Found(None if number < 0 else self.segment.postings(field, number))


def find_numbers(terms: TermDictionary, wanted: Sequence[str]) -> list[int]:
    """Numbers of those of the terms that a vocabulary has, ascending where `wanted` is sorted."""
    if len(wanted) > STRETCH:
        low, high = terms.range(min(wanted))[0], terms.range(max(wanted))[1]
        if high - low <= len(wanted) * 2:
            among = set(wanted)
            stretch = enumerate(terms.decode(low, high), start=low)
            return [number for number, term in stretch if term in among]
    numbers = (terms.find(term) for term in wanted)
    return [number for number in numbers if number >= 0]
