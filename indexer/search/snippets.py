"""Snippets of a body: the passages that show most of the matches in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile

from indexer.models import Snippet
from indexer.search.highlight import Mark, merge_marks

SNIPPET_CHARACTERS = 240
"""Target length; a snippet ends a little before or after, with a sentence, paragraph or mark."""
LEAD_IN = 60
"""Characters shown before the first mark if no sentence begins within SENTENCE_REACH of it."""
SENTENCE_REACH = 100
"""Characters within which the beginning or end of a sentence is searched."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?\w)")


def choose_snippets(body: str, marks: list[Mark], most: int = 2) -> tuple[Snippet, ...]:
    """Choose the snippets of a body that show most of the matches, in reading order.

    A snippet lies within one paragraph and begins and ends at a sentence or word border. The first
    chosen has the most different leaves, then the most marks; a further one must show a leaf or at
    least marks that the earlier do not. Without marks the snippet is the beginning of the body.

    Args:
        body: text of an article.
        marks: its matches, ordered by start.
        most: most snippets returned.
    """
    if not marks:
        return _take_beginning(body)
    windows = [_place_window(body, marks, number) for number in range(len(marks))]
    chosen: list[_Window] = []
    seen: set[int] = set()
    while len(chosen) < most:
        free = [window for window in windows if all(not window.overlaps(one) for one in chosen)]
        if not free:
            break
        best = max(
            free, key=lambda window: (len(window.leaves - seen), window.count, -window.start)
        )
        chosen.append(best)
        seen |= best.leaves
    return tuple(
        _cut_snippet(body, marks, window) for window in sorted(chosen, key=lambda w: w.start)
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """A passage of a body, end exclusive; the leaves it shows, and how many marks."""

    start: int
    end: int
    leaves: frozenset[int]
    count: int

    def overlaps(self, other: _Window) -> bool:
        return self.start < other.end and other.start < self.end


def _place_window(body: str, marks: list[Mark], number: int) -> _Window:
    """Place a window that begins just before a mark, and count the marks in it."""
    mark = marks[number]
    floor = body.rfind("\n", 0, mark.start) + 1
    ceiling = body.find("\n", mark.end)
    ceiling = len(body) if ceiling < 0 else ceiling
    start = _find_start(body, floor, mark.start)
    end = _find_end(body, max(start + SNIPPET_CHARACTERS, mark.end), ceiling, mark.end)
    following = takewhile(lambda one: one.start < end, islice(marks, number, None))
    held = [one for one in following if one.end <= end]
    return _Window(start, end, frozenset(one.leaf for one in held), len(held))


def _find_start(body: str, floor: int, mark: int) -> int:
    """Find the beginning of a sentence near before the mark, else the beginning of a word."""
    if mark - floor <= SENTENCE_REACH:
        return floor
    ends = [m.end() for m in _SENTENCE_END.finditer(body, mark - SENTENCE_REACH, mark)]
    if ends:
        return ends[0]
    space = body.find(" ", max(floor, mark - LEAD_IN), mark)
    return space + 1 if space >= 0 else mark


def _find_end(body: str, wanted: int, ceiling: int, least: int) -> int:
    """Find the end of the paragraph if it is near, else of a sentence, else of a word.

    Args:
        wanted: offset at which the snippet should end.
        ceiling: offset of the end of the paragraph.
        least: offset before which the snippet must not end (the end of its first mark).
    """
    if ceiling - wanted <= LEAD_IN:
        return ceiling
    nearest = max(least, wanted - SENTENCE_REACH)
    ends = [m.end() for m in _SENTENCE_END.finditer(body, nearest, wanted)]
    if ends:
        return len(body[: ends[-1]].rstrip())
    space = body.rfind(" ", max(least, wanted - LEAD_IN), wanted + 1)
    return space if space >= 0 else wanted


def _cut_snippet(body: str, marks: list[Mark], window: _Window) -> Snippet:
    text = body[window.start : window.end]
    held = [
        Mark(mark.start - window.start, mark.end - window.start, mark.leaf)
        for mark in marks
        if window.start <= mark.start and mark.end <= window.end
    ]
    return Snippet(text, merge_marks(held), opens=window.start > 0, closes=window.end < len(body))


def _take_beginning(body: str) -> tuple[Snippet, ...]:
    paragraph_end = body.find("\n")
    ceiling = len(body) if paragraph_end < 0 else paragraph_end
    end = _find_end(body, min(SNIPPET_CHARACTERS, ceiling), ceiling, 0)
    return (Snippet(body[:end], closes=end < len(body)),) if end else ()
