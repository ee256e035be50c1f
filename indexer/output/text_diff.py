"""Differences of two texts, word by word.

In: two texts. Out: the paragraphs of the later one, in pieces that both have or only one has.

Patience diff (B. Cohen, 2006; as git's --patience): words that occur once in each text and in the
same order are anchors; equal words next to them are added, and the gaps between are compared in the
same way. Only small gaps without anchors go to difflib, so that every pair of texts is fast:
difflib alone takes the cube of the length if a word is repeated between changes.

patiencediff finds the same in 3.4 ms where this takes 10 (two revisions of 8,000 words; the whole
of `diff_texts` takes 40, cutting into words included), but is GPL-2.0 and this project MIT.
rapidfuzz' Indel takes 8 and finds the most words in common, not those that belong together: of two
different texts it matched every second "the" and comma. difflib takes 230, cydifflib 28.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind = Literal["same", "removed", "added"]

BREAK: Final = "\n\n"
MAX_DIFFLIB_WORDS: Final = 60
"""Most words on each side of a gap that difflib compares: 0.02 s at worst (measured)."""
MIN_ISLAND_WORDS: Final = 3
"""Fewer equal words than this between two changes are shown as changed: single articles and commas
in common would split a rewritten sentence into many small changes."""

_TOKEN: Final = re.compile(r"\n\n|\w+(?:[-'’.]\w+)*|[^\w\s]")
_ALIKE: Final = str.maketrans("‘’“”„«»–—\u00a0", '\'\'"""""-- ')
"""Quotes and dashes of another house style are equal."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both texts have (as the later one writes it), or only one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the two texts, with the pieces of both."""

    pieces: tuple[Piece, ...]

    @property
    def has_changes(self) -> bool:
        """Whether the two texts differ in this paragraph."""
        return any(piece.kind != "same" for piece in self.pieces)


class _Token(NamedTuple):
    key: str
    text: str


class _Run(NamedTuple):
    """A run of equal tokens: its start in each text, and its length."""

    before: int
    after: int
    size: int


def diff_texts(before: str, after: str) -> tuple[Passage, ...]:
    """Compare two texts by words.

    Kinds of quotes and dashes, spaces, and paragraphs that were only joined are no difference.

    Returns:
        The later text in paragraphs, with the pieces removed from and added to the earlier one.

    >>> (passage,) = diff_texts("Two guns moved east.", "Three guns moved east.")
    >>> [(piece.kind, piece.text) for piece in passage.pieces if piece.kind != "same"]
    [('removed', 'Two'), ('added', 'Three')]
    """
    old, new = _tokenize(before), _tokenize(after)
    passages: list[list[Piece]] = [[]]
    for kind, tokens in _merge_islands(_slide_changes(list(_list_edits(old, new)))):
        joined = kind == "removed" and all(token.key == BREAK for token in tokens)
        for is_break, run in groupby(tokens, key=lambda token: token.key == BREAK):
            if not is_break:
                passages[-1] += _split_pieces(kind, "".join(token.text for token in run))
            elif joined:
                passages[-1].append(Piece("same", " "))
            else:
                passages.append([])
    return tuple(Passage(tuple(pieces)) for pieces in passages if pieces)


def _split_pieces(kind: Kind, text: str) -> Iterator[Piece]:
    """Yield the run; the space after a run that only one text has is given as equal."""
    words = text.rstrip() if kind != "same" else text
    yield Piece(kind, words)
    if words != text:
        yield Piece("same", " ")


def _tokenize(text: str) -> list[_Token]:
    """Split a text into words, punctuation and paragraph breaks, each with the space after it."""
    found = list(_TOKEN.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    return [
        _Token(match[0].translate(_ALIKE), text[match.start() : end])
        for match, end in zip(found, ends, strict=True)
    ]


def _list_edits(
    old: Sequence[_Token], new: Sequence[_Token]
) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    """Yield removed, added and equal tokens in turn, in the order of the texts."""
    at_old = at_new = 0
    end = _Run(len(old), len(new), 0)
    for run in (*_find_runs([t.key for t in old], [t.key for t in new]), end):
        yield "removed", old[at_old : run.before]
        yield "added", new[at_new : run.after]
        yield "same", new[run.after : run.after + run.size]
        at_old, at_new = run.before + run.size, run.after + run.size


def _slide_changes(
    edits: list[tuple[Kind, Sequence[_Token]]],
) -> list[tuple[Kind, Sequence[_Token]]]:
    """Move runs that are only removed or only added to the right as far as possible.

    A sentence then goes with its own full stop, not with that of the sentence before it.
    """
    runs = [list(tokens) for _, tokens in edits]
    for at in range(2, len(runs) - 3, 3):
        before, removed, added, after = runs[at : at + 4]
        change = removed or added
        if removed and added:
            continue
        while change and after and change[0].key == after[0].key:
            first, last = change.pop(0), after.pop(0)
            before.append(first if added else last)
            change.append(last)
    return [(kind, run) for (kind, _), run in zip(edits, runs, strict=True)]


def _merge_islands(
    edits: list[tuple[Kind, Sequence[_Token]]],
) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    """Turn small islands of equal words between changes into changes; leave out empty runs."""
    changes: dict[Kind, list[_Token]] = {"removed": [], "added": []}
    for number, (kind, tokens) in enumerate(edits):
        # Words after a paragraph that only one text has begin the next one: they are no island.
        behind = any(run and run[-1].key != BREAK for run in changes.values())
        between = behind and any(run for _, run in edits[number + 1 : number + 3])
        words = sum(token.key.isalnum() for token in tokens)
        if kind != "same":
            changes[kind].extend(tokens)
        elif tokens:
            if between and words < MIN_ISLAND_WORDS and all(token.key != BREAK for token in tokens):
                changes["removed"].extend(tokens)
                changes["added"].extend(tokens)
                continue
            yield from _flush(changes)
            yield "same", tokens
    yield from _flush(changes)


def _flush(changes: dict[Kind, list[_Token]]) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    for kind, tokens in changes.items():
        if tokens:
            yield kind, tuple(tokens)
        tokens.clear()


def _find_runs(old: list[str], new: list[str]) -> list[_Run]:
    """Find the equal runs in order; gaps between anchors are searched until none is left."""
    found: list[_Run] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, start, stop = waiting.pop()
        first, last = low, high
        while low < high and start < stop and old[low] == new[start]:
            low, start = low + 1, start + 1
        while low < high and start < stop and old[high - 1] == new[stop - 1]:
            high, stop = high - 1, stop - 1
        found.append(_Run(first, start - (low - first), low - first))
        found.append(_Run(high, stop, last - high))
        if low == high or start == stop:
            continue
        anchors = _find_anchors(old[low:high], new[start:stop])
        corners = [(low - 1, start - 1), *((low + a, start + b) for a, b in anchors), (high, stop)]
        if anchors:
            found += [_Run(low + a, start + b, 1) for a, b in anchors]
            waiting += [(one[0] + 1, two[0], one[1] + 1, two[1]) for one, two in pairwise(corners)]
        elif high - low <= MAX_DIFFLIB_WORDS and stop - start <= MAX_DIFFLIB_WORDS:
            matched = SequenceMatcher(None, old[low:high], new[start:stop], autojunk=False)
            found += [_Run(low + a, start + b, n) for a, b, n in matched.get_matching_blocks() if n]
    return list(_join_runs(sorted(run for run in found if run.size)))


def _join_runs(runs: Iterable[_Run]) -> Iterator[_Run]:
    """Yield the runs with adjacent ones joined, so that an island of two words is one run."""
    joined = _Run(0, 0, 0)
    for run in runs:
        if run.before == joined.before + joined.size and run.after == joined.after + joined.size:
            joined = joined._replace(size=joined.size + run.size)
        else:
            yield joined
            joined = run
    yield joined


def _find_anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Find the positions of words that occur once in each, as many as keep one order.

    The method is patience sorting.
    """
    counts, others = Counter(old), Counter(new)
    places = {word: place for place, word in enumerate(old) if counts[word] == 1}
    pairs = [
        (places[word], place)
        for place, word in enumerate(new)
        if others[word] == 1 and word in places
    ]
    return list(_find_longest_rise(pairs))


def _find_longest_rise(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Find the longest subsequence, of pairs ordered by second, whose first rises too."""
    tops: list[int] = []
    piles: list[tuple[tuple[int, int], int]] = []
    ends: list[int] = []
    for number, pair in enumerate(pairs):
        pile = bisect_left(tops, pair[0])
        piles.append((pair, ends[pile - 1] if pile else -1))
        tops[pile : pile + 1], ends[pile : pile + 1] = [pair[0]], [number]
    chain, at = [], ends[-1] if ends else -1
    while at >= 0:
        pair, at = piles[at]
        chain.append(pair)
    return chain[::-1]
