"""Two texts -> what one has and the other has not, word by word.

Patience diff (B. Cohen, 2006; as git's --patience): words that stand once in each text and in the
same order are held fast, what touches them and agrees is added, and so on between them. Only small
gaps without such words go to difflib, so that no text takes long: difflib alone needs the cube of
the length where a word is repeated between changes.

patiencediff finds the same in 3.4 ms where this takes 10 (two revisions of 8,000 words; the whole
of `differences` takes 40, cutting into words included), but is GPL-2.0 and this project MIT.
rapidfuzz' Indel takes 8 and finds the most words in common, not those that belong together: of two
different texts it matched every other "the" and comma. difflib takes 230, cydifflib 28.
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
SMALL: Final = 60
"""Words on each side of a gap that difflib may have: 0.02 s at worst (measured)."""
ISLAND: Final = 3
"""Fewer words than this that agree between two changes are shown as changed: lone articles and
commas in common make confetti of a sentence that was written anew."""

_TOKEN: Final = re.compile(r"\n\n|\w+(?:[-'’.]\w+)*|[^\w\s]")
_ALIKE: Final = str.maketrans("‘’“”„«»–—\u00a0", '\'\'"""""-- ')
"""Another house's quotes and dashes are no other text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both have (as the later one writes it), or only one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the two texts laid over each other."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether the two differ here."""
        return any(piece.kind != "same" for piece in self.pieces)


class _Token(NamedTuple):
    key: str
    text: str


class _Run(NamedTuple):
    """Tokens that agree: where they begin in each text, and how many."""

    before: int
    after: int
    size: int


def differences(before: str, after: str) -> tuple[Passage, ...]:
    """The later text in paragraphs, with what it lost and gained against the earlier one.

    Kinds of quotes and dashes, spaces, and paragraphs that were only joined are no difference.
    """
    old, new = _tokens(before), _tokens(after)
    passages: list[list[Piece]] = [[]]
    for kind, tokens in _settled(_slid(list(_edits(old, new)))):
        joined = kind == "removed" and all(token.key == BREAK for token in tokens)
        for is_break, run in groupby(tokens, key=lambda token: token.key == BREAK):
            if not is_break:
                passages[-1] += _pieces(kind, "".join(token.text for token in run))
            elif joined:
                passages[-1].append(Piece("same", " "))
            else:
                passages.append([])
    return tuple(Passage(tuple(pieces)) for pieces in passages if pieces)


def _pieces(kind: Kind, text: str) -> Iterator[Piece]:
    """The run; the space behind what only one text has belongs to neither."""
    words = text.rstrip() if kind != "same" else text
    yield Piece(kind, words)
    if words != text:
        yield Piece("same", " ")


def _tokens(text: str) -> list[_Token]:
    """Words, marks and paragraph breaks, each with the space behind it."""
    found = list(_TOKEN.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    return [
        _Token(match[0].translate(_ALIKE), text[match.start() : end])
        for match, end in zip(found, ends, strict=True)
    ]


def _edits(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    """What agrees and what does not, in order."""
    at_old = at_new = 0
    end = _Run(len(old), len(new), 0)
    for run in (*_runs([t.key for t in old], [t.key for t in new]), end):
        yield "removed", old[at_old : run.before]
        yield "added", new[at_new : run.after]
        yield "same", new[run.after : run.after + run.size]
        at_old, at_new = run.before + run.size, run.after + run.size


def _slid(edits: list[tuple[Kind, Sequence[_Token]]]) -> list[tuple[Kind, Sequence[_Token]]]:
    """The same, what was only removed or only added moved to the right as far as it goes.

    So that a sentence goes with its own full stop, not with that of the one before it.
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


def _settled(
    edits: list[tuple[Kind, Sequence[_Token]]],
) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    """The same with small islands of agreement turned into change; empty runs left out."""
    changes: dict[Kind, list[_Token]] = {"removed": [], "added": []}
    for number, (kind, tokens) in enumerate(edits):
        # Words behind a paragraph that only one text has begin the next one: they are no island.
        behind = any(run and run[-1].key != BREAK for run in changes.values())
        between = behind and any(run for _, run in edits[number + 1 : number + 3])
        words = sum(token.key.isalnum() for token in tokens)
        if kind != "same":
            changes[kind].extend(tokens)
        elif tokens:
            if between and words < ISLAND and all(token.key != BREAK for token in tokens):
                changes["removed"].extend(tokens)
                changes["added"].extend(tokens)
                continue
            yield from _flushed(changes)
            yield "same", tokens
    yield from _flushed(changes)


def _flushed(changes: dict[Kind, list[_Token]]) -> Iterator[tuple[Kind, Sequence[_Token]]]:
    for kind, tokens in changes.items():
        if tokens:
            yield kind, tuple(tokens)
        tokens.clear()


def _runs(old: list[str], new: list[str]) -> list[_Run]:
    """What agrees, in order; the gaps between anchors are looked into until nothing is found."""
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
        anchors = _anchors(old[low:high], new[start:stop])
        corners = [(low - 1, start - 1), *((low + a, start + b) for a, b in anchors), (high, stop)]
        if anchors:
            found += [_Run(low + a, start + b, 1) for a, b in anchors]
            waiting += [(one[0] + 1, two[0], one[1] + 1, two[1]) for one, two in pairwise(corners)]
        elif high - low <= SMALL and stop - start <= SMALL:
            matched = SequenceMatcher(None, old[low:high], new[start:stop], autojunk=False)
            found += [_Run(low + a, start + b, n) for a, b, n in matched.get_matching_blocks() if n]
    return list(_join_runs(sorted(run for run in found if run.size)))


def _join_runs(runs: Iterable[_Run]) -> Iterator[_Run]:
    """Yield the runs with neighbours made one, so that an island of two words is seen whole."""
    joined = _Run(0, 0, 0)
    for run in runs:
        if run.before == joined.before + joined.size and run.after == joined.after + joined.size:
            joined = joined._replace(size=joined.size + run.size)
        else:
            yield joined
            joined = run
    yield joined


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of words that stand once in each, as many as keep one order (patience sorting)."""
    counts, others = Counter(old), Counter(new)
    places = {word: place for place, word in enumerate(old) if counts[word] == 1}
    pairs = [
        (places[word], place)
        for place, word in enumerate(new)
        if others[word] == 1 and word in places
    ]
    return list(_rising(pairs))


def _rising(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, given by rising second, whose first rises too."""
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
