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

    __slots__ = ("_lengths", "_names")

    def __init__(self, names: Mapping[tuple[str, ...], str]) -> None:
        self._names = dict(names)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in names:
            lengths[name[0]].add(len(name))
        self._lengths = {
            first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()
        }

    def scan(self, terms: Sequence[str]) -> Iterator[str]:
        """Yield the value of each name in the terms; the longest at a place, none overlapping."""
        lengths = self._lengths
        reached = 0
        for place in [place for place, term in enumerate(terms) if term in lengths]:
            for length in lengths[terms[place]] if place >= reached else ():
                value = self._names.get(tuple(terms[place : place + length]))
                if value is not None:
                    yield value
                    reached = place + length
                    break
