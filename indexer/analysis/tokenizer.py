"""Text -> tokens: the only tokenizer. Index, parser, highlighter and evaluators all call it.

One regular expression cuts the text into chunks: `F-16s`, `Belarus’s`, `air-to-air`,
`$1.2 billion`. The terms of a chunk are found once for each distinct chunk and cached. The n-th
token has position n: no stop word is dropped and no position skipped. Rules, in the order they are
tried:

- figures with currency and unit are one term, and the unit a second: `155-mm` -> 155mm, millimeter
- a designation is one term: `F-16s` -> f16 (`designation_grammar`)
- dotted letters are one term: `U.A.E.` -> uae; `U.S.` and capital `US` -> `u.s.`, different from
  `us` (in a line all in capitals only the dots tell); `U.N.` and `UN` -> `u.n.`, different from Kim
  Jong Un
- possessives are removed, apostrophes inside a word are dropped: `Belarus’s` -> belarus, `O’Brien`
  -> obrien
- every other hyphen, slash, full stop or comma separates words: `air-to-air` -> air, to, air
- UK spelling becomes US spelling (`spelling_variants`)
- Han and kana, written without spaces, are one token per character, and Hangul ends where another
  script begins: `米軍のF-35` and `F-35가` contain an F-35, as full-width `Ｆ－３５` does
- raised figures are notes or powers and not part of a word: `Su-25²` -> su25
- a lone `&` between spaces is the word `and`: `Command & Control` -> command, and, control

Over 3,000 White House texts `extract_terms` gives 1.1 million tokens per second of processor time
with an empty cache and 1.5 million with a full one, `tokenize` .4, a bare scan for words 4.9. Time
is linear in the text: 5 MB of news take .5 s, 5 MB of `A-A-A-1-1-1` 24 s, five times their 1 MB.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final, TypeVar

from indexer.analysis import designation_grammar, numbers
from indexer.analysis.normalization import (
    APOSTROPHES,
    HYPHENS,
    INVISIBLE,
    MARKS,
    RAISED,
    SPACES,
    fold,
    narrow_width,
    romanize_folded,
)
from indexer.analysis.spelling_variants import fold_spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "Token",
    "extract_terms",
    "find_hyphen_pairs",
    "find_position_offsets",
    "find_term_offsets",
    "fold",
    "tokenize",
]

TERM_CAP: Final = 64
"""Longest term in code points; a longer one is cut, so that no junk grows the vocabulary."""

CACHE_CAP: Final = 1 << 16
"""Chunks in each of the two generations of the cache: at most about 30 MB. Two thirds of the chunks
of 20,000 news texts occur twice. To cache runs between white space instead, and cut only new ones,
was no faster: with their stops and commas there are half again as many."""

PIECE_CACHE_CAP: Final = 1 << 12
"""The same for chunks with offsets, about 4 MB; only highlighting needs these."""

_CHUNK_CAP: Final = 80
"""Characters above which a chunk is not cached, so that the cache stays small."""

_LETTER: Final = rf"[\w{MARKS}]"
_CHUNK: Final = re.compile(
    rf"[{numbers.CURRENCIES}]?\w{_LETTER}*+"
    rf"(?:(?:\.[{HYPHENS}{APOSTROPHES}]?|[{HYPHENS}{APOSTROPHES}{INVISIBLE}/,]){_LETTER}++)*+"
    rf"(?:(?<=\d)(?:[{SPACES}](?i:{numbers.UNIT_PATTERN})\b|[{SPACES}]?%))?"
)
_CHUNK_OR_AND: Final = re.compile(rf"{_CHUNK.pattern}|(?<= )&(?= )")
"""For texts that have a lone `&`; used for all texts it would take a tenth more time."""

_UNIT: Final = re.compile(rf"(?i:{numbers.UNIT_PATTERN})\b")
_BEFORE_CHUNK: Final = frozenset(' "“(')
"""Characters that no chunk contains, except for the space between a figure and its unit."""

_GAPS: Final = {one: re.compile(f"({one.pattern})") for one in (_CHUNK, _CHUNK_OR_AND)}
_WORD: Final = re.compile(rf"(?:(?!_){_LETTER})+(?:[{APOSTROPHES}{INVISIBLE}](?:(?!_){_LETTER})+)*")
_DOTTED: Final = re.compile(r"[^\W\d_](?:\.[^\W\d_](?![^\W_]))+")
_DOTTED_TERMS: Final = {"US": "u.s.", "UN": "u.n."}
"""Names that are also words once case is folded; no word has their terms."""

_POSSESSIVES: Final = frozenset(mark + s for mark in APOSTROPHES for s in "sS")
_ONE_SCRIPT: Final = re.compile(
    "[A-Za-z\u00c0-\u024f]+|[\u0370-\u052f]+|[\u0590-\u06ff]+|[\uac00-\ud7a3]+"
)
"""Words of letters from Latin, Greek and Cyrillic, Hebrew and Arabic, or Hangul alone."""

_POSSESSIVE: Final = re.compile(rf"[{APOSTROPHES}][sS](?![^\W_])")
_IDEOGRAPHS: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL: Final = "\uac00-\ud7a3"
_SCRIPTS: Final = re.compile(f"[{_IDEOGRAPHS}]|[{_HANGUL}]+|[^{_IDEOGRAPHS}{_HANGUL}{RAISED}]+")
"""Parts of a chunk: ideographs and kana one by one, Hangul, any other text but raised figures."""

_HYPHENED: Final = re.compile(rf"(?<![\w{HYPHENS}])[^\W\d_]+[{HYPHENS}][^\W\d_]+(?![\w{HYPHENS}])")
_OTHER_HYPHEN: Final = re.compile("[" + HYPHENS.replace(r"\-", "") + "]")
_HEADLINE_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_HEADLINE_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A term at its place in a text.

    `start` and `end` are code point offsets into the raw text, end exclusive; `position` counts
    tokens from 0. The token of a unit overlaps that of its figure: `1.2bn` and `billion` in
    `1.2 billion`.
    """

    term: str
    start: int
    end: int
    position: int


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text with their offsets, in order.

    >>> [(token.term, token.start, token.end) for token in tokenize("F-16s’ pilots")]
    [('f16', 0, 5), ('pilots', 7, 13)]
    """
    pieces = _piece_cache
    placed = [
        (piece, chunk.start())
        for chunk in _choose_pattern(text).finditer(_lower_us_in_headlines(text))
        for piece in pieces[chunk[0]]
    ]
    return [
        Token(piece.term, offset + piece.start, offset + piece.end, position)
        for position, (piece, offset) in enumerate(placed)
    ]


def extract_terms(text: str) -> list[str]:
    """Return the terms of `tokenize(text)` without offsets, many times as fast.

    >>> extract_terms("The defence of Kyiv: 155-mm shells")
    ['the', 'defense', 'of', 'kyiv', '155mm', 'millimeter', 'shells']
    """
    chunks = _choose_pattern(text).findall(_lower_us_in_headlines(text))
    return list(chain.from_iterable(map(_term_cache.__getitem__, chunks)))


def find_position_offsets(text: str, positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the tokens at some positions, as `tokenize(text)` gives them.

    Args:
        text: as indexed.
        positions: from 0 to the number of tokens - 1, in any order.
    """
    parts = _GAPS[_choose_pattern(text)].split(
        _lower_us_in_headlines(text)
    )  # a gap, a chunk, a gap ...
    starts = list(accumulate(map(len, parts), initial=0))[1::2]
    chunks = parts[1::2]
    ends = list(accumulate(map(len, map(_term_cache.__getitem__, chunks))))
    for position in positions:
        number = bisect_right(ends, position)
        before = ends[number - 1] if number else 0
        piece = _piece_cache[chunks[number]][position - before]
        yield starts[number] + piece.start, starts[number] + piece.end


def find_term_offsets(line: str, term: str, count: int) -> list[tuple[int, int]] | None:
    """Return start and end of every token of a term in a line known to hold `count` of them.

    The term is searched in the lower-cased line. A place where a chunk must begin, and begins with
    this term, is a token; `count` such places are all tokens of the term. If fewer are found (after
    a hyphen, in another spelling, in a unit), the caller has to use `find_position_offsets`: 3 % of
    the lines of 100,000 articles. `find_position_offsets` alone took 1.8 ms a page, with this
    function first it is 0.6.

    Args:
        line: text without a line break.
        count: tokens of the term in the line, as an index or `extract_terms` tells.

    Returns:
        Offsets as `tokenize` gives them, ascending, end exclusive; None if not all were found.

    >>> find_term_offsets("F-16s and pilots’ pilots", "pilots", 2)
    [(10, 16), (18, 24)]
    >>> find_term_offsets("F-16s and pilots’ pilots", "f16", 1) is None
    True
    """
    line = _lower_us_in_headlines(line)
    lowered = line.lower()
    if len(lowered) != len(line):  # İ in lower case is two code points
        return None
    found = []
    start = lowered.find(term)
    while start >= 0:
        if _begins_chunk(line, start):
            chunk = _CHUNK.match(line, start)
            pieces = _piece_cache[chunk[0]] if chunk else []
            if pieces and pieces[0].term == term and not pieces[0].start:
                found.append((start, start + pieces[0].end))
        start = lowered.find(term, start + 1)
    return found if len(found) == count else None


def _begins_chunk(line: str, start: int) -> bool:
    """Whether no chunk of the line can extend over this place; False if that is not certain."""
    if not start:
        return True
    if line[start - 1] not in _BEFORE_CHUNK:
        return False
    return not (start > 1 and line[start - 2].isdigit() and _UNIT.match(line, start))


def find_hyphen_pairs(text: str) -> set[tuple[str, str]]:
    """Return the pairs of words that the text writes as one hyphenated word (`cease-fire`).

    They are evidence that `ceasefire` and `cease fire` are one word. `surface-to-air` is not a
    pair.
    """
    # No match contains white space, and few runs have a hyphen: this takes a third of the time.
    runs = {run for run in _OTHER_HYPHEN.sub("-", text).split() if "-" in run}
    surfaces = set(chain.from_iterable(map(_HYPHENED.findall, runs)))
    pairs = (tuple(extract_terms(surface)) for surface in surfaces)
    return {(pair[0], pair[1]) for pair in pairs if len(pair) == 2}


_Value = TypeVar("_Value")


class _ChunkCache(dict[str, _Value]):
    """Cache: chunk -> its analysis, computed on demand.

    A full cache becomes the older generation and a new one begins. A chunk of the older generation
    that is requested again is moved to the new one, so that common words are analysed once.
    """

    def __init__(self, analyse: Callable[[str], _Value], cap: int) -> None:
        super().__init__()
        self._analyse = analyse
        self._cap = cap
        self._before: dict[str, _Value] = {}

    def __missing__(self, chunk: str) -> _Value:
        value = self._before.get(chunk)
        if value is None:
            value = self._analyse(chunk)
        if len(chunk) <= _CHUNK_CAP:
            if len(self) >= self._cap:
                self._before = dict(self)
                self.clear()
            self[chunk] = value
        return value


def _choose_pattern(text: str) -> re.Pattern[str]:
    return _CHUNK_OR_AND if " & " in text else _CHUNK


def _lower_us_in_headlines(text: str) -> str:
    """Put `US` in lower case in lines that are all in capitals, so that only dots tell `U.S.`.

    Offsets do not change. A line is a headline from five words on, so that `US NAVY` stays a name.
    """
    if "US" not in text:
        return text
    return "\n".join(
        re.sub(r"\bUS\b", "us", line) if "US" in line and _is_headline(line) else line
        for line in text.split("\n")
    )


def _is_headline(line: str) -> bool:
    return line.isupper() and len(_HEADLINE_WORD.findall(line)) > _HEADLINE_WORDS


def _find_chunk_pieces(chunk: str) -> list[designation_grammar.ChunkTerm]:
    """Return the terms of one chunk with offsets into it."""
    if chunk.isascii() and chunk.isalpha():
        return [designation_grammar.ChunkTerm(_fold_ascii_word(chunk), 0, len(chunk))]
    if chunk.isascii():
        return _cut_chunk(chunk)
    parts = _SCRIPTS.finditer(narrow_width(chunk))
    return [
        designation_grammar.ChunkTerm(
            piece.term, part.start() + piece.start, part.start() + piece.end
        )
        for part in parts
        for piece in _cut_chunk(part[0])
    ]


def _cut_chunk(chunk: str) -> list[designation_grammar.ChunkTerm]:
    """Return the terms of one chunk, or of a part of it in one script, with offsets into it."""
    pieces: list[designation_grammar.ChunkTerm] = []
    start = 0
    while start < len(chunk):
        found = _match_piece(chunk, start)
        pieces += (piece for piece in found if piece.term)
        start = max((piece.end for piece in found), default=start + 1)
        possessive = _POSSESSIVE.match(chunk, start)
        start = possessive.end() if possessive else start
    return pieces


def _find_chunk_terms(chunk: str) -> tuple[str, ...]:
    """Return the terms of one chunk; the commonest kinds of chunks are not cut up."""
    if chunk.isalpha():
        if chunk.isascii():
            return (_fold_ascii_word(chunk),)
        if _ONE_SCRIPT.fullmatch(chunk):
            return (_fold_word(chunk)[:TERM_CAP],)
    elif chunk[-2:] in _POSSESSIVES and chunk[:-2].isalpha() and chunk[:-2].isascii():
        return (_fold_ascii_word(chunk[:-2]),)
    elif chunk.isascii():
        if chunk.isdigit():
            return (chunk,)
        words = chunk.split("-")
        if all(map(str.isalpha, words)):
            return tuple(map(_fold_ascii_word, words))
    return tuple(piece.term for piece in _find_chunk_pieces(chunk))


_term_cache: Final = _ChunkCache(_find_chunk_terms, CACHE_CAP)
_piece_cache: Final = _ChunkCache(_find_chunk_pieces, PIECE_CACHE_CAP)


def _match_piece(chunk: str, start: int) -> tuple[designation_grammar.ChunkTerm, ...]:
    """Return the terms of what begins at `start`: figure, designation, dotted letters, word; or
    empty.
    """
    figure = numbers.match_figure(chunk, start)
    if figure:
        return _split_figure(figure)
    designation = designation_grammar.match_designation(chunk, start)
    if designation:
        return designation
    dotted = _DOTTED.match(chunk, start)
    if dotted:
        term = fold(dotted[0].replace(".", ""))
        return (
            designation_grammar.ChunkTerm(
                _DOTTED_TERMS.get(term.upper(), term), start, dotted.end()
            ),
        )
    word = _WORD.match(chunk, start)
    if word:
        return _read_word(chunk, start, word.end())
    return (designation_grammar.ChunkTerm("and", start, start + 1),) if chunk == "&" else ()


def _split_figure(figure: numbers.Figure) -> tuple[designation_grammar.ChunkTerm, ...]:
    """Return a figure as one term, and the word of its unit as a second."""
    whole = designation_grammar.ChunkTerm(figure.term, figure.start, figure.end)
    if figure.unit is None:
        return (whole,)
    return whole, designation_grammar.ChunkTerm(
        fold_spelling(figure.unit), figure.unit_start, figure.end
    )


def _read_word(chunk: str, start: int, end: int) -> tuple[designation_grammar.ChunkTerm, ...]:
    """Return the word between two offsets as one piece, without a possessive."""
    surface = chunk[start:end]
    stem = surface[: possessive.start()] if (possessive := _POSSESSIVE.search(surface)) else surface
    if stem in _DOTTED_TERMS:
        return (designation_grammar.ChunkTerm(_DOTTED_TERMS[stem], start, start + 2),)
    return (designation_grammar.ChunkTerm(_fold_word(stem)[:TERM_CAP], start, start + len(stem)),)


def _fold_ascii_word(word: str) -> str:
    """Return the term of a word of ASCII letters only, which the other rules never change."""
    if word in _DOTTED_TERMS:
        return _DOTTED_TERMS[word]
    term = word.lower()
    return (numbers.STANDALONE_UNITS.get(term) or fold_spelling(term))[:TERM_CAP]


def _fold_word(surface: str) -> str:
    """Return the term of a word: folded, in US spelling, short units written out."""
    if surface[-1] == "s" and designation_grammar.is_designation(fold(surface[:-1])):
        return designation_grammar.canonicalize(surface)
    term = fold(surface)
    if not term.isascii() and any(map(str.isdigit, term)):
        term = romanize_folded(term)
    return numbers.STANDALONE_UNITS.get(term) or fold_spelling(term)
