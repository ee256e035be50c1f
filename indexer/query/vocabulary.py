"""What the query rooms ask of an index: its terms, and what is known about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Vocabulary(Protocol):
    """The terms of one index (or of some fields of it), as an engine knows them."""

    def frequency(self, term: str) -> int:
        """How many articles hold the term; 0 where none does."""
        ...

    def prefixed(self, prefix: str) -> Sequence[str]:
        """Every term that begins with the prefix, sorted by code point."""
        ...

    def stem_group(self, term: str) -> Sequence[str]:
        """Every term that shares the stem of this one, sorted; it need not be known itself."""
        ...

    def within(self, term: str, edits: int) -> Sequence[str]:
        """Every term at most `edits` (1 or 2) Levenshtein edits away, sorted."""
        ...

    def hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        ...
