"""Matches of a query in a text, as character offsets.

In: a text and the plan of the search, which holds the index terms of each leaf. The text is
tokenized by the tokenizer that indexed it, so the marks are the matches: a phrase only where the
whole phrase occurs, a variant in its own spelling, a word of NEAR only within the distance of the
others. Out: marks and spans, no HTML; `snippets` chooses the passages that show them.
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
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.engines.interface import TermPositions
    from indexer.query.plan import QueryPlan
    from indexer.query.term_expansion import Expansion


@dataclass(frozen=True, slots=True)
class Mark:
    """A match of a leaf: offsets in code points, end exclusive.

    `leaf` is the number of the leaf's clause in `QueryPlan.list_marked_clauses`.
    """

    start: int
    end: int
    leaf: int


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A match by token positions, both included; `words` is the number of its tokens."""

    first: int
    last: int
    words: int


class HitHighlighter:
    """Finds the matches of a query in any number of texts; safe for threads.

    Args:
        plan: the plan of the search, with the index terms of each leaf of the tree.
    """

    def __init__(self, plan: QueryPlan) -> None:
        self._plan = plan
        self._clauses = plan.list_marked_clauses()
        self._wanted = collect_terms(plan)

    def find_marks(
        self, text: str, field: str, lead_end: int = 0, located: TermPositions | None = None
    ) -> list[Mark]:
        """Find the matches in a text, ordered by start; marks of one leaf do not overlap.

        Args:
            field: `title` or `body`.
            lead_end: offset at which the first paragraph of a body ends; `lead:` matches are
                marked before it.
            located: positions of the query's terms in this text; None to tokenize the text.
        """
        words = _use_positions(text, located) if located else _find_positions(text, self._wanted)
        finder = _ClauseMatcher(words, self._plan)
        found = [
            (number, clause.field, place)
            for number, clause in enumerate(self._clauses)
            if clause.field in ("", field) or (clause.field == "lead" and field == "body")
            for place in finder.match(clause)
        ]
        placed = words.find_spans({end for *_, place in found for end in (place.first, place.last)})
        marks = [
            Mark(placed[place.first].start, placed[place.last].end, number)
            for number, name, place in found
            if name != "lead" or placed[place.last].end <= lead_end
        ]
        return sorted(marks, key=lambda mark: (mark.start, -mark.end))


def merge_marks(marks: list[Mark]) -> tuple[Span, ...]:
    """Turn marks, ordered by start, into spans; overlapping marks become one span."""
    merged: list[Span] = []
    for mark in marks:
        if merged and mark.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, mark.end))
        else:
            merged.append(Span(mark.start, mark.end))
    return tuple(merged)


def _find_positions(text: str, wanted: frozenset[str]) -> _IndexedText:
    """Find the positions of the wanted terms; without offsets this is six times as fast."""
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
    return _IndexedText(lines, firsts, positions)


def _use_positions(text: str, located: TermPositions) -> _IndexedText:
    return _IndexedText(text.split("\n"), [0, *accumulate(located.lines)], located.positions)


class _IndexedText:
    """The wanted terms of a text by position.

    Offsets are computed only in lines that match, since no token reaches over a line's end.

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

    def find_spans(self, positions: set[int]) -> dict[int, Span]:
        """Find the offsets in the text of the tokens at some positions."""
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
        """Find the offsets in a line of its tokens at some positions; None if it must be tokenized.

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


class _ClauseMatcher:
    """Finds the occurrences of clauses among the wanted terms of one text."""

    def __init__(self, words: _IndexedText, plan: QueryPlan) -> None:
        self.words = words
        self.plan = plan

    def match(self, clause: Clause) -> list[_Occurrence]:
        match clause.node:
            case Near() as near:
                return self._match_near(near, clause.field)
            case Or(children):
                every = [self.match(Clause(child, clause.field)) for child in children]
                return sorted({place for places in every for place in places}, key=_token_order)
            case _:
                leaf = self.plan.leaves.get(clause)
                return self._match_leaf(leaf.expansion) if leaf else []

    def _match_leaf(self, expansion: Expansion) -> list[_Occurrence]:
        found = {
            _Occurrence(position, position, 1)
            for term in expansion.terms
            for position in self.words.positions.get(term, ())
        }
        for phrase in expansion.phrases:
            found.update(self._match_phrase(phrase))
        return sorted(found, key=_token_order)

    def _match_phrase(self, slots: tuple[tuple[str, ...], ...]) -> Iterator[_Occurrence]:
        terms = self.words.terms
        for term in slots[0]:
            for first in self.words.positions.get(term, ()):
                here = (terms.get(position) for position in range(first, first + len(slots)))
                if all(found in slot for found, slot in zip(here, slots, strict=True)):
                    yield _Occurrence(first, first + len(slots) - 1, len(slots))

    def _match_near(self, node: Near, field: str) -> list[_Occurrence]:
        """Find the occurrences of the operands that lie in a window within the distance."""
        matched = [self.match(Clause(child, field)) for child in node.children]
        if not all(matched):
            return []
        operands = [_Operand(places) for places in matched]
        reach = _find_ordered_window if node.ordered else _find_unordered_window
        found: set[_Occurrence] = set()
        for first in sorted({place for places in matched for place in places}, key=_token_order):
            check_processor_time()
            window = reach(first, operands)
            if window and _count_tokens_between(window) <= node.distance:
                found.update(window)
        return sorted(found, key=_token_order)


def _token_order(place: _Occurrence) -> tuple[int, int]:
    return place.first, place.last


class _Operand:
    """The occurrences of one operand of NEAR, in the order of `_token_order`."""

    def __init__(self, places: list[_Occurrence]) -> None:
        self._places = places
        self._firsts = [place.first for place in places]
        self._every = frozenset(places)

    def __contains__(self, place: _Occurrence) -> bool:
        return place in self._every

    def find_after(self, position: int) -> _Occurrence | None:
        """Return the first occurrence that begins after a position; None if none does."""
        index = bisect_right(self._firsts, position)
        return self._places[index] if index < len(self._places) else None


def _find_ordered_window(first: _Occurrence, operands: list[_Operand]) -> list[_Occurrence]:
    """Find the shortest window that begins with `first`, operands in order; [] if none does."""
    if first not in operands[0]:
        return []
    window = [first]
    for operand in operands[1:]:
        following = operand.find_after(window[-1].last)
        if following is None:
            return []
        window.append(following)
    return window


def _find_unordered_window(first: _Occurrence, operands: list[_Operand]) -> list[_Occurrence]:
    """Find the shortest window that begins with `first` and has every operand once, or []."""
    window: list[_Occurrence] = []
    used = False
    for operand in operands:
        if not used and first in operand:
            window.append(first)
            used = True
            continue
        following = operand.find_after(first.last)
        if following is None:
            return []
        window.append(following)
    return window if used and len(set(window)) == len(window) else []


def _count_tokens_between(window: list[_Occurrence]) -> int:
    whole = max(place.last for place in window) - min(place.first for place in window) + 1
    return whole - sum(place.words for place in window)
