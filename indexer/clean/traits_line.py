"""Traits of a line by itself: its size, its marks, its words against lists and declared texts."""

import re
from typing import Final

import numpy as np

from indexer.clean.blocks import Block
from indexer.clean.endings import is_end_heading, is_note_on_author
from indexer.clean.evidence import Column, Evidence, Index, column
from indexer.clean.lines import classify_opening
from indexer.clean.traits_words import LINE_WORDS

KINDS: Final = {
    "p": 0, "div": 1, "section": 1, "article": 1, "li": 2, "dd": 2, "dt": 2, "td": 3, "th": 3,
    "h1": 4, "h2": 5, "h3": 6, "h4": 7, "h5": 7, "h6": 7, "blockquote": 8, "pre": 9,
    "figcaption": 10,
}  # fmt: skip
OTHER_KIND: Final = 11

SAMPLE: Final = 200
"""Characters of a line whose letters are counted."""

LONG: Final = 900
"""Characters from which a line's words say nothing: it is an article's paragraph."""

SHORT: Final = 400
"""Characters up to which a line can be a caption or a label."""

_WORD: Final = re.compile(r"\w+")
_SENTENCE: Final = re.compile(r"[.!?\u3002\uff01\uff1f\u2026](?:[\"\u201d\u2019\u00bb)]|\s|$)")
_CAPITAL: Final = re.compile(r"\b[^\W\d_a-z]\w*")
_CREDIT: Final = re.compile(
    r"\b(?:Getty|Reuters|AFP|AP|EPA|Shutterstock|iStock|Photo|Image|Foto|Bild|Credit|via)\b|\u00a9|/"
)
_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f")


def describe_lines(blocks: list[Block], lines: Index, evidence: Evidence) -> dict[str, Column]:
    """Return the traits of `lines`."""
    chosen = [blocks[line] for line in lines]
    texts = [block.text for block in chosen]
    size = column(block.size for block in chosen)
    sentences = column(len(_SENTENCE.findall(text)) for text in texts)
    words = [
        frozenset(_WORD.findall(text.casefold())) if len(text) < LONG else frozenset()
        for text in texts
    ]
    found = {
        "size": np.log1p(size),
        "linked": column(block.link_size for block in chosen) / size,
        "kind": column(KINDS.get(block.name, OTHER_KIND) for block in chosen),
        "start": column(_classify_start(text[0]) for text in texts),
        "sentence_end": column(_ends_sentence(text) for text in texts),
        "sentence_size": size / np.maximum(sentences, 0.5),
        "capitals": column(_share_of_capitals(text) for text in texts),
        "digits": column(
            sum(map(str.isdigit, text[:SAMPLE])) / min(len(text), SAMPLE) for text in texts
        ),
        "marks": column(_classify_marks(text) for text in texts),
        "credit": column(len(_CREDIT.findall(text)) if len(text) < SHORT else 0 for text in texts),
        "opening": column(classify_opening(text) if len(text) < SHORT else 0 for text in texts),
        "ending": column(_classify_ending(text, evidence.authors) for text in texts),
        "copies": _count_copies(blocks, texts),
        "as_title": _compare(words, evidence.titles),
        "as_description": _compare(words, evidence.descriptions),
    }
    for family, listed in LINE_WORDS.items():
        found[f"words_{family}"] = column(len(own & listed) for own in words)
    return found


def describe_line_ends(blocks: list[Block]) -> Column:
    """Return how each line ends: 1 a sentence or quote, .5 a colon, .2 a comma, 0 anything else."""
    return column(_ENDINGS.get(block.text[-1], 0.0) for block in blocks)


_ENDINGS: Final = {
    **dict.fromkeys('.!?\u2026\u3002"\u201d\u2019\u00bb)\uff01\uff1f', 1.0),
    ":": 0.5, ";": 0.5, ",": 0.2,
}  # fmt: skip


def _classify_start(char: str) -> float:
    if char.isupper():
        return 2.0
    if char.islower():
        return 1.0
    if char.isdigit():
        return 0.0
    return 3.0 if char in "\"\u201c\u201e\u00ab\u2018'" else -1.0


def _ends_sentence(text: str) -> bool:
    return not _ENDS.isdisjoint(text[-2:])


def _share_of_capitals(text: str) -> float:
    sample = text[:300]
    return len(_CAPITAL.findall(sample)) / (sample.count(" ") + 1)


def _classify_marks(text: str) -> int:
    return ("|" in text) + 2 * ("@" in text) + 4 * ("http" in text or "www." in text)


def _classify_ending(text: str, authors: tuple[str, ...]) -> int:
    if len(text) >= 600:
        return 0
    named = bool(authors) and text.startswith(authors)
    return 2 * is_end_heading(text) + 4 * is_note_on_author(text) + 8 * named


def _count_copies(blocks: list[Block], texts: list[str]) -> Column:
    counts: dict[str, int] = {}
    for block in blocks:
        counts[block.text] = counts.get(block.text, 0) + 1
    return column(min(counts[text], 6) for text in texts)


def _compare(words: list[frozenset[str]], declared: tuple[str, ...]) -> Column:
    """Return the share of words each line has in common with the nearest declared text."""
    known = {frozenset(_WORD.findall(text.casefold())) for text in declared}
    sizes = [(text, max(0.7 * len(text), 1.0)) for text in known]
    shares = []
    for own in words:
        share = 0.0
        for text, size in sizes:
            common = len(own & text)
            if common:
                share = max(share, common / max(len(own), size))
        shares.append(share)
    return column(shares)
