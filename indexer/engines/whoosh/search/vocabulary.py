"""The terms of some fields of one generation, for the expansion of queries.

In: the arrays of an index, and names of fields. Out: terms by prefix, stem and edit distance, and
their frequencies.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import stemming
from indexer.engines.lru_cache import LruCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.query.vocabulary import S

REMEMBERED_BYTES: Final = 4 << 20
"""Expansions and other writings of some 4,000 words; a prefix of 1,000 terms takes 64 kB of it."""


class FieldVocabulary:
    """`query.vocabulary.Vocabulary` over some fields of an open index.

    Args:
        arrays: the open generation.
        fields: names of the fields whose terms count as one vocabulary.
    """

    def __init__(self, arrays: IndexArrays, fields: tuple[str, ...]) -> None:
        self._arrays = arrays
        self._fields = fields
        self.count_documents = lru_cache(maxsize=4096)(self._count_documents)
        self.find_stem_group = lru_cache(maxsize=4096)(self._find_stem_group)
        self._remembered: LruCache[Hashable, Any] = LruCache(
            REMEMBERED_BYTES, size=attrgetter("size_bytes")
        )

    def _count_documents(self, term: str) -> int:
        """Count the articles with the term, deleted ones included, in the field that has most."""
        totals = [0] * len(self._fields)
        for segment in self._arrays.segments:
            for place, field in enumerate(self._fields):
                terms = segment.get_terms(field)
                number = terms.find(term)
                if number >= 0:
                    totals[place] += int(terms.document_frequencies[number])
        return max(totals)

    def find_prefix_terms(self, prefix: str) -> list[str]:
        """Find the terms that begin with the prefix, sorted."""
        found: set[str] = set()
        for segment in self._arrays.segments:
            for field in self._fields:
                terms = segment.get_terms(field)
                found.update(terms.decode(*terms.find_prefix_range(prefix)))
        return sorted(found)

    def _find_stem_group(self, term: str) -> tuple[str, ...]:
        """Find the terms that share the stem of this one, sorted."""
        return stemming.find_stem_group(term, self.find_prefix_terms)

    def find_fuzzy_terms(self, term: str, edits: int) -> list[str]:
        """Find the terms at most `edits` (1 or 2) Levenshtein edits away, sorted."""
        found = (self._arrays.find_similar_terms(field, term, edits) for field in self._fields)
        return sorted(set().union(*found))

    def is_hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        pair = f"{first}-{second}"
        return any(
            segment.get_terms("compound").find(pair) >= 0 for segment in self._arrays.segments
        )

    def get_or_make(self, key: Hashable, make: Callable[[], S]) -> S:
        """Return the value of a key from the cache, or make and store it. Threads may share it."""
        value: S = self._remembered.get_or_make(key, make)
        return value
