"""Phrases and nearness by whole arrays of positions, within one field of one segment.

In: postings of the words, or spans. Out: the places where a phrase or a near match is.

A place is one int64: document << 32 | position. Places of a word ascend, so that "next to" is a
sum and "closest before" a binary search, for all documents at once. 2 ** 32 between documents is
further than any distance, so nothing is near across documents.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from indexer.engines.whoosh.search.doc_set import find_rows, sort_distinct
from indexer.errors import SearchTimeout
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import Postings

SHIFT = 32
EXACT_OPERANDS = 6
"""Up to this many operands, unordered nearness tries every order; beyond, operands that share
words may match one token together (n operands cost n * n * 2 ** n passes)."""

MOST_LOOKUPS = 10_000_000
"""Most binary searches for nearness in a field of a segment; more are refused beforehand."""

PhraseSlot: TypeAlias = "Sequence[Postings] | NDArray[np.int64]"
"""What may be at one position of a phrase: the postings of some terms, or the places of many."""

SORT_S = 40e-9
"""Processor time to sort one place of several words, of millions, or to look it up."""

_FAR_BEFORE = np.int64(-(1 << 60))


@dataclass(frozen=True, slots=True)
class Spans:
    """Occurrences of one operand, ascending by `starts`, then `ends`.

    Attributes:
        starts: int64 places of the first token.
        ends: int64 places of the last token.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def join_places(documents: NDArray[np.int64], positions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the place of each document and its position."""
    joined: NDArray[np.int64] = (documents << SHIFT) | positions
    return joined


def make_places(postings: Postings, rows: NDArray[np.intp] | None = None) -> NDArray[np.int64]:
    """Return all places of a term, or those in some rows (ascending indexes of its documents)."""
    if rows is None:
        documents = np.repeat(postings.documents.astype(np.int64), postings.frequencies)
        return join_places(documents, postings.positions)
    counts = postings.frequencies[rows].astype(np.int64)
    documents = np.repeat(postings.documents[rows].astype(np.int64), counts)
    before = np.cumsum(counts) - counts
    picked = np.repeat(postings.starts[rows] - before, counts)
    picked += np.arange(len(picked))
    return join_places(documents, postings.positions[picked])


def merge_places(
    terms: Sequence[Postings], within: NDArray[np.int32] | None = None
) -> NDArray[np.int64]:
    """Return the places of any of the terms, ascending; if given, only in documents `within`."""
    found = []
    for postings in terms:
        check_processor_time()
        found.append(make_places(postings, _find_rows(postings, within)))
    if len(found) == 1:
        return found[0]
    if not found:
        return np.empty(0, np.int64)
    places = np.concatenate(found)
    check_processor_time(SORT_S * len(places))
    places.sort()
    return places


def find_phrase(words: Sequence[PhraseSlot]) -> NDArray[np.int64]:
    """Find the places where a phrase begins, ascending.

    Starts from the rarest word and looks the others up, the next rarest first: `in the middle of
    the` reads the places of `middle` and little else.

    Args:
        words: for each position of the phrase the terms it may have.
    """
    order = sorted(range(len(words)), key=lambda slot: _count_places(words[slot]))
    rarest = order[0]
    first = words[rarest]
    found = (first if isinstance(first, np.ndarray) else merge_places(first)) - rarest
    for slot in order[1:]:
        check_processor_time()
        if not len(found):
            break
        found = found[_has_term_at(words[slot], found + slot)]
    return found


def find_slop(words: Sequence[NDArray[np.int64]], slop: int) -> NDArray[np.int64]:
    """Find the places where a chain of words ends, each 1 to `slop` positions after the last."""
    ends = words[0]
    for following in words[1:]:
        check_processor_time()
        if not len(ends):
            break
        gaps = following - _look_up_at_or_before(ends, following - 1, ends)
        ends = following[gaps <= slop]
    return ends


def find_near(operands: Sequence[Spans], distance: int, *, ordered: bool) -> NDArray[np.int64]:
    """Find the places that end an arrangement of all operands with few other words inside.

    The search is for the largest value, over arrangements that end in a given occurrence, of
    "start of the first + tokens of all before the last"; the last start less that value is the
    number of other words.

    Args:
        operands: the occurrences of each.
        distance: most other words inside.
        ordered: whether the operands must follow each other as given.

    Raises:
        SearchTimeout: it would take more than MOST_LOOKUPS.
    """
    if any(not len(spans.starts) for spans in operands):
        return np.empty(0, np.int64)
    apart = {id(spans): len(spans.starts) for spans in operands}
    sizes = [len(spans.starts) for spans in operands]
    lookups = count_lookups(sizes, list(apart.values()), ordered=ordered)
    if lookups > MOST_LOOKUPS:
        raise SearchTimeout("Words this common stand together everywhere; ask for rarer ones")
    check_processor_time(SORT_S * lookups)
    if ordered:
        return _find_near_in_order(operands, distance)
    if len(operands) > EXACT_OPERANDS:
        return _find_near_window(operands, distance)
    return _find_near_any_order(operands, distance)


def count_lookups(sizes: Sequence[float], apart: Sequence[float], *, ordered: bool) -> int:
    """Estimate how many binary searches `find_near` makes, before it begins.

    Args:
        sizes: occurrences of each operand.
        apart: those of each different operand.
        ordered: whether the operands must follow each other as given.
    """
    count = len(sizes)
    if ordered:
        return int(sum(sizes))
    if count > EXACT_OPERANDS:
        return int(2 * len(apart) * sum(apart))
    return int(sum(sizes) * (count - 1) * 2 ** max(count - 2, 0))


def _find_rows(postings: Postings, within: NDArray[np.int32] | None) -> NDArray[np.intp] | None:
    if within is None:
        return None
    rows, present = find_rows(postings.documents, within)
    return rows[present]


def _count_places(slot: PhraseSlot) -> int:
    if isinstance(slot, np.ndarray):
        return len(slot)
    return sum(len(postings.positions) for postings in slot)


def _has_term_at(terms: PhraseSlot, wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each ascending place whether one of the terms is there."""
    if isinstance(terms, np.ndarray):
        index = np.minimum(terms.searchsorted(wanted), len(terms) - 1)
        found: NDArray[np.bool_] = terms.take(index) == wanted
        return found
    documents = (wanted >> SHIFT).astype(np.int32)
    positions = wanted.astype(np.int32)  # the low 32 bits
    standing = np.zeros(len(wanted), np.bool_)
    for postings in terms:
        check_processor_time()
        rows, present = find_rows(postings.documents, documents)
        index = np.flatnonzero(present)
        standing[index] |= _has_positions(postings, rows[index], positions[index])
    return standing


def _has_positions(
    postings: Postings, rows: NDArray[np.intp], positions: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return for each position whether it is in its row: one binary search for all, in steps.

    Rows are searched, not unpacked: those of common words are long (`the` 25 places per article).
    """
    place = postings.starts[rows]
    last = place + (postings.frequencies[rows] - 1)
    step = 1 << int((last - place).max(initial=0)).bit_length()
    while step := step >> 1:
        ahead = np.minimum(place + step, last)
        place = np.where(postings.positions[ahead] <= positions, ahead, place)
    found: NDArray[np.bool_] = postings.positions[place] == positions
    return found


def _look_up_at_or_before(
    ascending: NDArray[np.int64], wanted: NDArray[np.int64], values: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the value of the last entry at or before each wanted one; _FAR_BEFORE if none is."""
    index = ascending.searchsorted(wanted, side="right") - 1
    picked = values[np.maximum(index, 0)]
    return np.where(index >= 0, picked, _FAR_BEFORE)


@dataclass(frozen=True, slots=True)
class SpansByEnd:
    """Spans in the order of their ends, to look up the best that ends before a place.

    Attributes:
        ends: ascending.
        order: index of each among the spans; None if it is the same.
    """

    ends: NDArray[np.int64]
    order: NDArray[np.intp] | None

    def arrange(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a value for each span, given in the order of starts, in the order of ends."""
        return values if self.order is None else values[self.order]

    def find_best_before(
        self, reached: NDArray[np.int64], starts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the largest `reached` of the spans that end before each start.

        Args:
            reached: a value for each span, in the order of starts.
            starts: places.
        """
        check_processor_time()
        best = np.maximum.accumulate(self.arrange(reached))
        return _look_up_at_or_before(self.ends, starts - 1, best)


def _sort_by_end(spans: Spans) -> SpansByEnd:
    if spans.ends is spans.starts:  # single tokens: to sort 1.6 million takes 40 ms
        return SpansByEnd(spans.ends, None)
    order = np.argsort(spans.ends, kind="stable")
    return SpansByEnd(spans.ends[order], order)


def _count_tokens(spans: Spans) -> NDArray[np.int64]:
    return spans.ends - spans.starts + 1


def _find_near_in_order(operands: Sequence[Spans], distance: int) -> NDArray[np.int64]:
    first = operands[0]
    reached = first.starts + _count_tokens(first)
    before = first
    for spans in operands[1:]:
        best = _sort_by_end(before).find_best_before(reached, spans.starts)
        reached = best + _count_tokens(spans)
        before = spans
    return before.ends[before.ends + 1 - reached <= distance]


def _find_near_any_order(operands: Sequence[Spans], distance: int) -> NDArray[np.int64]:
    """Try all orders at once: the best by the set of operands placed and the last of them."""
    count = len(operands)
    by_end = [_sort_by_end(spans) for spans in operands]
    reached = {
        (frozenset((last,)), last): spans.starts + _count_tokens(spans)
        for last, spans in enumerate(operands)
    }
    for size in range(2, count + 1):
        for placed in map(frozenset, combinations(range(count), size)):
            for last in placed:
                others = placed - {last}
                bests = [
                    by_end[before].find_best_before(reached[others, before], operands[last].starts)
                    for before in others
                ]
                reached[placed, last] = np.maximum.reduce(bests) + _count_tokens(operands[last])
    every = frozenset(range(count))
    ends = [
        spans.ends[spans.ends + 1 - reached[every, last] <= distance]
        for last, spans in enumerate(operands)
    ]
    return sort_distinct(np.concatenate(ends))


def _find_near_window(operands: Sequence[Spans], distance: int) -> NDArray[np.int64]:
    """Find the shortest stretch that ends with some occurrence and has one of every operand.

    An operand given several times is looked up once: 48 times four function words took 6 s.
    """
    times = Counter(map(id, operands))
    apart = {id(spans): spans for spans in operands}
    ends = sort_distinct(np.concatenate([spans.ends for spans in apart.values()]))
    first = ends.copy()
    tokens = np.zeros(len(ends), np.int64)
    for name, spans in apart.items():
        check_processor_time()
        lookup = _sort_by_end(spans)
        starts = _look_up_at_or_before(lookup.ends, ends, lookup.arrange(spans.starts))
        np.minimum(first, starts, out=first)
        lengths = _look_up_at_or_before(lookup.ends, ends, lookup.arrange(_count_tokens(spans)))
        tokens += times[name] * np.maximum(lengths, 0)  # none before: `first` is far before already
    others = ends - first + 1 - tokens
    found: NDArray[np.int64] = ends[others <= distance]
    return found
