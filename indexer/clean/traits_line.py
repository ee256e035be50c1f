"""Traits of a line by itself: its size, its links, how it begins and ends."""

from typing import Final

import numpy as np

from indexer.clean.blocks import Block
from indexer.clean.endings import is_end_heading, is_note_on_author
from indexer.clean.evidence import Evidence, Index, Table, table
from indexer.clean.lines import BOILERPLATE_SIZE, HEADINGS, classify_opening

KINDS: Final = {
    "p": 0, "div": 1, "section": 1, "article": 1, "li": 2, "dd": 2, "dt": 2, "td": 3, "th": 3,
    "h1": 4, "h2": 5, "h3": 6, "h4": 7, "h5": 7, "h6": 7, "blockquote": 8, "pre": 9,
    "figcaption": 10,
}  # fmt: skip
OTHER_KIND: Final = 11

NOTE: Final = 600
"""Characters up to which a line can be a note on its author."""

_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f")


def describe_lines(evidence: Evidence, lines: Index) -> Table:
    """Return the traits of some lines."""
    numbers = lines.tolist()
    blocks = [evidence.layout.blocks[line] for line in numbers]
    size = np.array([block.size for block in blocks])
    return table(
        size=np.log1p(size),
        linked=np.array([block.link_size for block in blocks]) / size,
        kind=np.array([KINDS.get(block.name, OTHER_KIND) for block in blocks]),
        sentence_end=np.array([not _ENDS.isdisjoint(block.text[-2:]) for block in blocks]),
        opening=np.array([_find_opening(line, evidence) for line in numbers]),
        ending=np.array([_classify_ending(block, evidence.authors) for block in blocks]),
    )


def _find_opening(line: int, evidence: Evidence) -> int:
    known = evidence.openings.get(line)
    if known is not None:
        return known
    block = evidence.layout.blocks[line]
    return classify_opening(block.text) if block.size <= BOILERPLATE_SIZE else 0


def _classify_ending(block: Block, authors: tuple[str, ...]) -> int:
    """Return 2 for the heading of an ending, 4 for a note on an author, 8 for an author's name."""
    text = block.text
    if block.name in HEADINGS:
        return 2 * is_end_heading(text)
    if block.size >= NOTE:
        return 0
    named = bool(authors) and text.startswith(authors)
    return 4 * is_note_on_author(text) + 8 * named
