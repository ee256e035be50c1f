"""The vocabulary of an index as the query rooms use it: its terms, and facts about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence


class MemorySized(Protocol):
    """A value that knows approximately how much memory it takes."""

    @property
    def size_bytes(self) -> int:
        """Memory in bytes, estimated."""
        ...


S = TypeVar("S", bound=MemorySized)


class Vocabulary(Protocol):
    """The terms of one index, or of some of its fields; each engine implements it."""

    def count_documents(self, term: str) -> int:
        """Return the number of articles with the term, 0 if it is not in the index."""
        ...

    def find_prefix_terms(self, prefix: str) -> Sequence[str]:
        """Return every term that begins with the prefix, sorted by code point."""
        ...

    def find_stem_group(self, term: str) -> Sequence[str]:
        """Return every term that shares the stem of this one, sorted; itself only if indexed."""
        ...

    def find_fuzzy_terms(self, term: str, edits: int) -> Sequence[str]:
        """Return every term at most `edits` (1 or 2) Levenshtein edits away, sorted."""
        ...

    def is_hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        ...

    def get_or_make(self, key: Hashable, make: Callable[[], S]) -> S:
        """Return the cached value of a key, or the result of `make`, which is then cached.

        Args:
            key: identifies the value; two different `make` never share a key.
            make: depends on nothing but the key and this vocabulary.
        """
        ...
