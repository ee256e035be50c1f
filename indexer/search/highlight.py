"""Text + searched tree -> what matched, as character offsets.

In: a text and the plan of the search, which holds the index terms each leaf stood for. The
text is tokenized by the tokenizer that indexed it, so what is marked is what matched: a phrase
only where the whole phrase stands, a variant in its own spelling, a word of NEAR only within
reach of the others. Out: marks and spans, no HTML; `snippets` shows the best of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from indexer.analysis.tokenizer import extract_terms, find_position_offsets, find_term_offsets
from indexer.models import Span
from indexer.query.ast import Near, Or
from indexer.query.plan import Clause, collect_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.engines.interface import TermPositions
    from indexer.query.plan import QueryPlan
    from indexer.query.term_expansion import Expansion


@dataclass(frozen=True, slots=True)
class Mark:
    """One place where a leaf of the tree matched; `leaf` numbers the leaves of the tree."""

    start: int
    end: int
    leaf: int


@dataclass(frozen=True, slots=True)
class _Place:
    """An occurrence by token positions, both included; `words` counts its tokens."""

    first: int
    last: int
    words: int


class Marker:
    """Finds what a searched tree matched, in any number of texts; safe for threads.

    Args:
        plan: of the search, which knows the index terms that each leaf of the tree stood for.
    """

    def __init__(self, plan: QueryPlan) -> None:
        self._plan = plan
        self._clauses = plan.list_marked_clauses()
        self._wanted = collect_terms(plan)

    def marks(
        self, text: str, field: str, lead_end: int = 0, located: TermPositions | None = None
    ) -> list[Mark]:
        """Where the tree matched in a text, by start, a leaf's marks not overlapping each other.

        Args:
            field: `title` or `body`.
            lead_end: for a body, where its first paragraph ends; `lead:` matches are marked
                before it.
            located: where the wanted terms stand in this text; None to look for them.
        """
        words = _known(text, located) if located else _read(text, self._wanted)
        finder = _Finder(words, self._plan)
        found = [
            (number, clause.field, place)
            for number, clause in enumerate(self._clauses)
            if clause.field in ("", field) or (clause.field == "lead" and field == "body")
            for place in finder.places(clause)
        ]
        placed = words.spans({end for *_, place in found for end in (place.first, place.last)})
        marks = [
            Mark(placed[place.first].start, placed[place.last].end, number)
            for number, name, place in found
            if name != "lead" or placed[place.last].end <= lead_end
        ]
        return sorted(marks, key=lambda mark: (mark.start, -mark.end))


def spans(marks: list[Mark]) -> tuple[Span, ...]:
    """Marks as spans in order, overlapping ones merged."""
    merged: list[Span] = []
    for mark in marks:
        if merged and mark.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, mark.end))
        else:
            merged.append(Span(mark.start, mark.end))
    return tuple(merged)


def _read(text: str, wanted: frozenset[str]) -> _Words:
    """Look for the wanted terms; without offsets they come six times as fast."""
    lines = text.split("\n")
    firsts = []
    positions = defaultdict(list)
    first = 0
    for line in lines:
        firsts.append(first)
        terms = extract_terms(line)
        if not wanted.isdisjoint(terms):
            for position, term in enumerate(terms, first):
                if term in wanted:
                    positions[term].append(position)
        first += len(terms)
    return _Words(lines, firsts, positions)


def _known(text: str, located: TermPositions) -> _Words:
    return _Words(text.split("\n"), [0, *accumulate(located.lines)], located.positions)


class _Words:
    """The wanted terms of a text by position; offsets are worked out only in lines that matched,
    since no token reaches over a line's end.

    Attributes:
        positions: of each wanted term, ascending. terms: the wanted term at each position.
    """

    def __init__(
        self, lines: list[str], firsts: list[int], positions: Mapping[str, Sequence[int]]
    ) -> None:
        self._lines = lines
        self._firsts = firsts
        self.positions = positions
        self.terms = {place: term for term, places in positions.items() for place in places}

    def spans(self, positions: set[int]) -> dict[int, Span]:
        """Offsets in the text of the tokens at some positions."""
        by_line = defaultdict(list)
        for position in positions:
            by_line[bisect_right(self._firsts, position) - 1].append(position)
        begins = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        spans = {}
        for number, here in by_line.items():
            first, begin = self._firsts[number], begins[number]
            placed = self._find(number, here)
            if placed is None:
                read = find_position_offsets(
                    self._lines[number], [position - first for position in here]
                )
                placed = dict(zip(here, read, strict=True))
            for position, (start, end) in placed.items():
                spans[position] = Span(begin + start, begin + end)
        return spans

    def _find(self, number: int, here: list[int]) -> dict[int, tuple[int, int]] | None:
        """Offsets in a line of its tokens at some positions; None if it has to be tokenized.

        The number of tokens of each term in the line is known, so `find_term_offsets` can tell
        whether it found them all.
        """
        following = number + 1
        first = self._firsts[number]
        stop = self._firsts[following] if following < len(self._firsts) else None
        placed: dict[int, tuple[int, int]] = {}
        for term in {self.terms[position] for position in here}:
            places = self.positions[term]
            low = bisect_left(places, first)
            high = len(places) if stop is None else bisect_left(places, stop, low)
            found = find_term_offsets(self._lines[number], term, high - low)
            if found is None:
                return None
            placed.update(zip(places[low:high], found, strict=True))
        return {position: placed[position] for position in here}


class _Finder:
    """Occurrences of nodes among the wanted terms of one text."""

    def __init__(self, words: _Words, plan: QueryPlan) -> None:
        self.words = words
        self.plan = plan

    def places(self, clause: Clause) -> list[_Place]:
        match clause.node:
            case Near() as near:
                return self._near(near, clause.field)
            case Or(children):
                every = [self.places(Clause(child, clause.field)) for child in children]
                return sorted({place for places in every for place in places}, key=_by_first)
            case _:
                leaf = self.plan.leaves.get(clause)
                return self._leaf(leaf.expansion) if leaf else []

    def _leaf(self, expansion: Expansion) -> list[_Place]:
        found = {
            _Place(position, position, 1)
            for term in expansion.terms
            for position in self.words.positions.get(term, ())
        }
        for phrase in expansion.phrases:
            found.update(self._phrase(phrase))
        return sorted(found, key=_by_first)

    def _phrase(self, slots: tuple[tuple[str, ...], ...]) -> Iterator[_Place]:
        terms = self.words.terms
        for term in slots[0]:
            for first in self.words.positions.get(term, ()):
                here = (terms.get(position) for position in range(first, first + len(slots)))
                if all(found in slot for found, slot in zip(here, slots, strict=True)):
                    yield _Place(first, first + len(slots) - 1, len(slots))

    def _near(self, node: Near, field: str) -> list[_Place]:
        """Places of the operands that take part in a window within the distance."""
        operands = [self.places(Clause(child, field)) for child in node.children]
        if not all(operands):
            return []
        reach = _ordered_reach if node.ordered else _unordered_reach
        found: set[_Place] = set()
        for first in sorted({place for places in operands for place in places}, key=_by_first):
            window = reach(first, operands)
            if window and _others_between(window) <= node.distance:
                found.update(window)
        return sorted(found, key=_by_first)


def _by_first(place: _Place) -> tuple[int, int]:
    return place.first, place.last


def _ordered_reach(first: _Place, operands: list[list[_Place]]) -> list[_Place]:
    """The shortest window that begins with `first` and takes the operands in order, or []."""
    if first not in operands[0]:
        return []
    window = [first]
    for places in operands[1:]:
        following = [place for place in places if place.first > window[-1].last]
        if not following:
            return []
        window.append(min(following, key=_by_first))
    return window


def _unordered_reach(first: _Place, operands: list[list[_Place]]) -> list[_Place]:
    """The shortest window that begins with `first` and holds every operand once, or []."""
    window: list[_Place] = []
    used = False
    for places in operands:
        if not used and first in places:
            window.append(first)
            used = True
            continue
        following = [place for place in places if place.first > first.last]
        if not following:
            return []
        window.append(min(following, key=_by_first))
    return window if used and len(set(window)) == len(window) else []


def _others_between(window: list[_Place]) -> int:
    whole = max(place.last for place in window) - min(place.first for place in window) + 1
    return whole - sum(place.words for place in window)
