"""One chunk of a query without its operators -> its words, prefix or fuzzy word.

A form that is not offered (`*ing`, `wom?n`, `/x.*/`, `a*`) gives no node, and a notice with the
reason.
"""

from __future__ import annotations

import re
from typing import Final

from indexer.query import literals
from indexer.query.ast import Fuzzy, Prefix, Word
from indexer.query.notices import NoticeCollector, shorten

MOST_EDITS: Final = 2
SHORTEST_PREFIX: Final = 3

_REGULAR: Final = re.compile(r"/.+/")
# Ignored before and after a word. Wildcards and tildes are read first.
_AROUND: Final = ".,:!'’‘`´&%#@^=+/_|-–"
_CLOSING: Final = "?.!"


def is_lone_star(piece: str) -> bool:
    """Whether the chunk is one star or several, and nothing else."""
    return set(piece.strip(_AROUND)) == {"*"}


def read_leaves(piece: str, notes: NoticeCollector) -> list[Word | Prefix | Fuzzy]:
    """Return the leaves of a chunk: one prefix or fuzzy word, or literal words; empty if none is
    left.

    Args:
        piece: the chunk, without field and exclusion.
        notes: collects a notice for each change.
    """
    core = piece.strip(_AROUND)
    head, tilde, edits = piece.rpartition("~")
    if "://" in piece:  # an address may hold ? and *
        return _read_words(piece)
    if _REGULAR.fullmatch(piece) and literals.is_searchable(piece):
        notes.add_ignored(piece, "regular expressions are not offered")
        return []
    if tilde and literals.is_searchable(head) and not edits.strip("0123456789."):
        return _read_fuzzy(piece, head, edits, notes)
    if core.rstrip(_CLOSING).endswith("*"):
        return _read_prefix(core.rstrip(_CLOSING), notes)
    if _has_wildcard(core):
        notes.add_ignored(piece, _explain_wildcard(piece))
        return []
    return _read_words(piece)


def _read_words(piece: str) -> list[Word | Prefix | Fuzzy]:
    return [Word(word) for word in literals.extract_words(piece)]


def _read_prefix(core: str, notes: NoticeCollector) -> list[Word | Prefix | Fuzzy]:
    stem = core.rstrip("*")
    found = literals.extract_words(stem)
    if len(found) != 1 or _has_wildcard(stem):
        notes.add_ignored(core, _explain_wildcard(core))
    elif sum(character.isalnum() for character in found[0]) < SHORTEST_PREFIX:
        notes.add_ignored(core, f"a star needs at least {SHORTEST_PREFIX} letters before it")
    else:
        return [Prefix(found[0])]
    return []


def _read_fuzzy(
    piece: str, head: str, edits: str, notes: NoticeCollector
) -> list[Word | Prefix | Fuzzy]:
    found = literals.extract_words(head)
    if len(found) != 1 or _has_wildcard(head):
        notes.add_ignored(piece, "~ works only at the end of a whole word")
        return []
    wanted = _read_edits(edits)
    if edits not in {"", "1", "2"}:
        said = f"{shorten(piece)} was read as {shorten(found[0])}~{wanted}; ~1 and ~2 are offered."
        notes.add("limit", said)
    return [Fuzzy(found[0], wanted)]


def _read_edits(typed: str) -> int:
    """Return 1 or 2. No digits mean 1; so does a similarity between 0 and 1, as in old Lucene."""
    whole = typed.partition(".")[0].lstrip("0")
    return 1 if whole in {"", "1"} else MOST_EDITS


def _has_wildcard(text: str) -> bool:
    """Whether a star or question mark is before the end, or the text is question marks alone."""
    inner = text.rstrip(_CLOSING) if literals.is_searchable(text) else text
    return "*" in inner or "?" in inner


def _explain_wildcard(piece: str) -> str:
    """Return the reason why the wildcard of a chunk is ignored."""
    if "*" in piece:
        return "a star works only at the end of a word"
    return "? is not a wildcard here; a star at the end of a word is"
