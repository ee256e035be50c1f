"""What the query rooms ask of an index: its terms, and what is known about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence


class MemorySized(Protocol):
    """A value that knows about how much memory it takes."""

    @property
    def size_bytes(self) -> int:
        """Bytes, estimated."""
        ...


S = TypeVar("S", bound=MemorySized)


class Vocabulary(Protocol):
    """The terms of one index (or of some fields of it), as an engine knows them."""

    def count_documents(self, term: str) -> int:
        """How many articles hold the term; 0 where none does."""
        ...

    def find_prefix_terms(self, prefix: str) -> Sequence[str]:
        """Every term that begins with the prefix, sorted by code point."""
        ...

    def find_stem_group(self, term: str) -> Sequence[str]:
        """Every term that shares the stem of this one, sorted; it need not be known itself."""
        ...

    def find_fuzzy_terms(self, term: str, edits: int) -> Sequence[str]:
        """Every term at most `edits` (1 or 2) Levenshtein edits away, sorted."""
        ...

    def is_hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        ...

    def get_or_make(self, key: Hashable, make: Callable[[], S]) -> S:
        """What `make` returns, or returned for the same key before.

        Args:
            key: names what is made; two makers never share a key.
            make: depends on nothing but the key and this vocabulary.
        """
        ...
