"""Terms within one or two edits of a word, by whole arrays over the vocabulary of a segment.

In: the terms of a field, and a word. Out: the terms at most so many edits away.

Three filters come first: the length, the ASCII characters that occur, and those that occur an odd
number of times, the last two as 32 bits each (an edit changes at most two of them). The terms that
pass go through the Levenshtein recurrence, all terms of all segments at once. An edit inserts,
deletes or replaces one code point; a swap of neighbours is two edits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.term_dictionary import TermDictionary


class FuzzyTermIndex:
    """The vocabulary of one field of one segment, prepared for the filters.

    It takes 12 bytes of memory a term; to make it takes 40 ms for 300,000 terms.
    """

    def __init__(self, terms: TermDictionary) -> None:
        self._terms = terms
        shapes = _measure_shapes(terms)
        self._order = np.argsort(shapes.lengths, kind="stable").astype(np.int32)
        self._present = shapes.present[self._order]
        self._odd = shapes.odd[self._order]
        self._bounds = np.cumsum(np.bincount(shapes.lengths, minlength=1))

    def find_terms(self, text: str, edits: int) -> list[str]:
        """Find the terms at most `edits` (1 or 2) edits from the text, in no order."""
        return filter_by_distance(self.find_candidates(text, edits), text, edits)

    def find_candidates(self, text: str, edits: int) -> list[str]:
        """Find all terms at most `edits` (1 or 2) edits from the text, and others, in no order."""
        low, high = self._find_span(len(text) - edits, len(text) + edits)
        present, odd = _make_letter_masks(text)
        index = _find_few_bits(self._present[low:high] ^ present, 2 * edits) + low
        index = index[_find_few_bits(self._odd[index] ^ odd, 2 * edits)]
        encoded = self._terms.get_encoded
        return [encoded(number).decode(ENCODING, ERRORS) for number in self._order[index].tolist()]

    def _find_span(self, shortest: int, longest: int) -> tuple[int, int]:
        """Find the range of `_order` with the terms of these lengths: start and end, exclusive."""
        ends = self._bounds
        low = 0 if shortest <= 0 else int(ends[min(shortest - 1, len(ends) - 1)])
        return low, int(ends[min(longest, len(ends) - 1)])


class TermShapes(NamedTuple):
    """Of each term the length in code points, and bits of its ASCII characters.

    Attributes:
        lengths: code points.
        present: a bit for each character that occurs.
        odd: a bit for each character that occurs an odd number of times.
    """

    lengths: NDArray[np.int32]
    present: NDArray[np.uint32]
    odd: NDArray[np.uint32]


def _measure_shapes(terms: TermDictionary) -> TermShapes:
    blob, starts = terms.blob, terms.starts
    begins = np.zeros(len(blob) + 1, np.int32)
    np.cumsum((blob & 0xC0) != 0x80, out=begins[1:])
    lengths = begins[starts[1:]] - begins[starts[:-1]]
    bits = np.left_shift(np.uint32(1), (blob & 31).astype(np.uint32))
    bits[blob >= 0x80] = 0
    filled = np.flatnonzero(lengths)
    present, odd = np.zeros(len(terms), np.uint32), np.zeros(len(terms), np.uint32)
    if len(filled):
        present[filled] = np.bitwise_or.reduceat(bits, starts[:-1][filled])
        odd[filled] = np.bitwise_xor.reduceat(bits, starts[:-1][filled])
    return TermShapes(lengths, present, odd)


def _make_letter_masks(text: str) -> tuple[np.uint32, np.uint32]:
    present = odd = 0
    for character in text:
        if ord(character) < 0x80:
            bit = 1 << (ord(character) & 31)
            present |= bit
            odd ^= bit
    return np.uint32(present), np.uint32(odd)


def _find_few_bits(values: NDArray[np.uint32], most: int) -> NDArray[np.intp]:
    """Find the indexes of the values with at most `most` bits set."""
    for _ in range(most):
        values &= values - np.uint32(1)  # drops the lowest bit; 0 stays 0
    return np.flatnonzero(values == 0)


def filter_by_distance(candidates: list[str], text: str, edits: int) -> list[str]:
    """Return the candidates at most `edits` edits from the text: Levenshtein's table, by rows."""
    if not candidates:
        return []
    lengths = np.array([len(term) for term in candidates])
    letters = np.array(candidates, f"U{int(lengths.max()) or 1}")
    table = letters.view(np.uint32).reshape(len(candidates), -1).T
    row = [np.full(len(candidates), column) for column in range(len(text) + 1)]
    distances = np.where(lengths == 0, len(text), edits + 1)
    for index, column in enumerate(table, start=1):
        check_processor_time()
        before, row = row, [np.full(len(candidates), index)]
        for place, character in enumerate(text, start=1):
            replaced = before[place - 1] + (column != ord(character))
            row.append(np.minimum(np.minimum(before[place], row[-1]) + 1, replaced))
        np.copyto(distances, row[-1], where=lengths == index)
    return [candidates[number] for number in np.flatnonzero(distances <= edits).tolist()]
