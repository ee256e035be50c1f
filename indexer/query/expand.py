"""A leaf of the query tree -> the index terms it stands for, looked up in one index's vocabulary.

In: a leaf node and a `Vocabulary`. Out: an `Expansion`, which the engine compiles, the
highlighter marks by, and the page shows as "searched".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

TERM_CAP = 1000
"""Most index terms behind one prefix or fuzzy word; the most frequent are kept."""


class Vocabulary(Protocol):
    """The terms of one index (or of some fields of it), as an engine knows them."""

    def frequency(self, term: str) -> int:
        """How many articles hold the term; 0 where none does."""
        ...

    def prefixed(self, prefix: str) -> Sequence[str]:
        """Every term that begins with the prefix, sorted by code point."""
        ...

    def stem_group(self, term: str) -> Sequence[str]:
        """Every term that shares the stem of this one, sorted; the term itself need not be known."""
        ...

    def within(self, term: str, edits: int) -> Sequence[str]:
        """Every term at most `edits` (1 or 2) Levenshtein edits away, sorted."""
        ...

    def hyphenated(self, first: str, second: str) -> bool:
        """Whether some article writes the two terms as one hyphenated word."""
        ...


@dataclass(frozen=True, slots=True)
class Expansion:
    """The index terms a leaf stands for, all counted as one word by the ranking.

    Attributes:
        typed: what the user typed.
        terms: terms that stand for it alone, at one position; sorted, no duplicates.
        phrases: ways to write it over several positions: for each position the terms that may
            stand there, positions consecutive.
        truncated: whether TERM_CAP cut the terms.
    """

    typed: str
    terms: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, ...], ...], ...] = ()
    truncated: bool = False
