"""A typed query -> normalized text and literal words; and the limits, checked before any parsing.

In: any string. Out: the string with plain quotes and without invisible characters; its words if
nothing in it is an operator; or a refusal. Everything here is linear in the text.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

from indexer.analysis.normalization import APOSTROPHES, RAISED
from indexer.analysis.numbers import CURRENCIES
from indexer.errors import QueryRefused
from indexer.fields import SEARCH_FIELDS

PREFIXES: Final = frozenset({*SEARCH_FIELDS, "date"})
OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
NEARNESS: Final = re.compile(r"(near|pre|w)/([0-9]+)", re.IGNORECASE | re.ASCII)
"""`NEAR/10`, `PRE/5` and the `w/10` of other search services, as a whole chunk."""

MOST_CHARACTERS: Final = 1000
MOST_TERMS: Final = 50
MOST_DEPTH: Final = 10
LONGEST_TOKEN: Final = 64

# Characters that always separate words, except a comma between two digits: 1,000 is one word.
SEPARATORS: Final = r",;—…|<>\[\]{}\\"

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂〝〞", '"') | {"（": "(", "）": ")"})
# Controls except white space, the soft hyphen, zero-width and bidirectional marks, halves of
# surrogate pairs, tag characters. The joiners U+200C and U+200D stay: Persian spells with them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# Word processors and phones replace the hyphen that excludes by a dash.
_EXCLUDING: Final = re.compile(r'(?<![^\s(])[‐‑‒–−﹣－](?=[\w"(])')
_NO_WORD: Final = frozenset(APOSTROPHES + RAISED)
_PIECE: Final = re.compile(rf'(?:[^\s"()*?~{SEPARATORS}]|(?<=\d),(?=\d))+')
_TOKEN: Final = re.compile(r'[^\s()"]+')


def normalize_punctuation(text: str) -> str:
    """Return the text with plain double quotes and parentheses, and without invisible characters.

    Single quotes stay as typed: inside a word they are apostrophes. A dash in the place of an
    excluding hyphen, `–drone`, becomes a hyphen; the dash of `war – drone` does not.

    >>> normalize_punctuation("“air defense” –drone")
    '"air defense" -drone'
    """
    return _EXCLUDING.sub("-", _UNSEEN.sub("", text).translate(_QUOTES))


def is_searchable(text: str) -> bool:
    """Whether a text has a letter or a digit, of any script.

    Apostrophes that Unicode counts as letters do not count, nor do the raised figures of notes.
    """
    return any(character.isalnum() and character not in _NO_WORD for character in text)


def extract_words(text: str) -> list[str]:
    """Return the words of a text in which nothing is an operator.

    Punctuation alone is dropped. A word that would be read as an operator, a field or nearness is
    split or set in lower case, so that each word of the result, typed again, is read as the same
    word.

    >>> extract_words("tanks AND title:guns - 1,000")
    ['tanks', 'and', 'title', 'guns', '1,000']
    """
    return [
        word
        for piece in _PIECE.findall(text)
        for part in _split_field(_trim_punctuation(piece))
        for word in _split_operators(_trim_punctuation(part))
        if is_searchable(word)
    ]


def _split_field(piece: str) -> list[str]:
    name, colon, _ = piece.partition(":")
    return piece.split(":") if colon and name.lower() in PREFIXES else [piece]


def _split_operators(piece: str) -> list[str]:
    if piece in OPERATORS:
        return [piece.lower()]
    return piece.split("/") if NEARNESS.fullmatch(piece) else [piece]


def _trim_punctuation(piece: str) -> str:
    """Return a word without the punctuation around it, except where it has a meaning: `$5`, `20%`,
    `U.S.`.
    """
    start, end = 0, len(piece)
    while start < end and not _is_word_start(piece, start):
        start += 1
    while end > start and category(piece[end - 1])[0] not in "LNM":
        end -= 1
    core, after = piece[start:end], piece[end : end + 1]
    is_kept = (after == "." and _is_dotted(core)) or (after == "%" and core[-1:].isdecimal())
    return core + after if is_kept else core


def _is_word_start(piece: str, at: int) -> bool:
    """Whether a word may begin here: a letter, digit or mark, or a currency before a digit."""
    if category(piece[at])[0] in "LNM":
        return True
    return piece[at] in CURRENCIES and piece[at + 1 : at + 2].isdecimal()


def _is_dotted(core: str) -> bool:
    """Whether a text ends like an abbreviation without its last dot: `U.S`, `e.g`."""
    tail = core[-4:].rjust(4)
    return tail[1].isalpha() and tail[2] == "." and tail[3].isalpha() and not tail[0].isalnum()


def check_limits(text: str) -> None:
    """Refuse a query over a limit, without parsing it.

    A term is a word, in quotes too, but not an operator; a token ends at a space, a quote or a
    parenthesis; parentheses in quotes do not nest.

    Raises:
        QueryRefused: over 1,000 characters, 50 terms, 10 levels of parentheses, or a token of more
            than 64 characters; the message names the limit and the way out.
    """
    if len(text) > MOST_CHARACTERS:
        _refuse(f"The query has {len(text):,} characters; the limit is {MOST_CHARACTERS:,}.")
    terms = sum(map(_is_term, _PIECE.findall(text)))
    if terms > MOST_TERMS:
        _refuse(f"The query has {terms} terms; the limit is {MOST_TERMS}.")
    longest = max(map(len, _TOKEN.findall(text)), default=0)
    if longest > LONGEST_TOKEN:
        _refuse(f"A word has {longest} characters; the limit is {LONGEST_TOKEN}.")
    depth = _measure_depth(text)
    if depth > MOST_DEPTH:
        _refuse(f"The parentheses are {depth} deep; the limit is {MOST_DEPTH}.")


def _is_term(piece: str) -> bool:
    is_operator = piece in OPERATORS or NEARNESS.fullmatch(piece)
    return not is_operator and is_searchable(piece)


def _measure_depth(text: str) -> int:
    depth = deepest = 0
    for outside in text.split('"')[::2]:
        for mark in re.findall(r"[()]", outside):
            depth = depth + 1 if mark == "(" else max(depth - 1, 0)
            deepest = max(deepest, depth)
    return deepest


def _refuse(what: str) -> None:
    raise QueryRefused(f"{what} Make it shorter, or use “dateline run”, which has no such limit.")
