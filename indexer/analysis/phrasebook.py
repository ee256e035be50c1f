"""Many listed names looked for in one pass over a text's terms, the longest first.

In: names as tuples of terms, each with a value. Out: for a text's terms the values of the names
that stand in it, in order, none inside another.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Phrasebook:
    """Names to look for.

    Args:
        names: each name, at least one term, with what it stands for.
    """

    __slots__ = ("_by_first",)

    def __init__(self, names: Mapping[tuple[str, ...], str]) -> None:
        self._by_first: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for name in sorted(names, key=lambda name: (-len(name), name)):
            self._by_first[name[0]].append((name, names[name]))

    def scan(self, terms: Sequence[str]) -> Iterator[str]:
        """Yield the value of each name in the terms; the longest at a place, none overlapping."""
        by_first = self._by_first
        reached = 0
        for place in [place for place, term in enumerate(terms) if term in by_first]:
            for name, value in by_first[terms[place]] if place >= reached else ():
                if tuple(terms[place : place + len(name)]) == name:
                    yield value
                    reached = place + len(name)
                    break
