"""The form of a designation: letters and a number, joined by a hyphen, with or without a suffix.

In: one chunk of text and the offset where a word begins. Out: the designation that begins there, as
one canonical term: `Su-25K` -> `su25k`. The rule joins all hyphenated letters and numbers, because
`I-95` or `K-12` joined do no harm; `designations` decides whether a term is a weapon. Letters
joined to a number cannot be found alone, so the rule takes at most three.

Schemes behind the rule: US Mission Design Series (AFI 16-401: `F-16C`, `MQ-9B`), JETDS
(`AN/TPY-2`), missiles and bombs (`AIM-120C-8`, `GBU-39/B`), hull numbers (`DDG-51`), Russian bureau
numbers (`Su-30SM2`, `Mi-17V-5`) and GRAU indices (`9M729`, `3M-54`), Chinese series (`HQ-9B`).
Russian and Ukrainian designations are read in Cyrillic too: `Су-25` -> `su25`, `Х-101` -> `kh101`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.analysis.normalization import HYPHENS, fold, parse_word_set, romanize_folded

if TYPE_CHECKING:
    from collections.abc import Iterator

NEVER_DESIGNATION_LETTERS: Final = parse_word_set(
    "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun "
    "no nos art sec vol pp fig par eq ref tab app the and for its our any all one two six ten "
    "day top mid pre non bis per via etc age new end bid bed cut cap out off old set few own "
    "was are had has him her est edt cst cdt mst mdt pst pdt gmt utc "
    "usd eur gbp cad aud nzd jpy chf rub uah pln sek nok dkk cny inr"
)
"""Words of at most three letters that never begin a designation: months, numbering, prefixes."""

_LETTERS_ONLY_WITH_HYPHEN: Final = parse_word_set(
    "a i an as am at be by do go he if in is it me my of on or so to up us we not see say who how "
    "why you she but ex co re"
)
"""Ordinary words that may begin a designation if a hyphen follows (`An-124`, `AT-4`)."""

_CAPITAL: Final = "A-ZА-ЯЁЄІЇҐ"
_LETTER: Final = rf"[{_CAPITAL}a-zа-яёєіїґ]"
_SUFFIX: Final = rf"(?:{_LETTER}{{1,4}}\d{{0,2}}(?:{_LETTER}{{1,2}}\d?)?)?"
_BEGIN: Final = rf"(?:[Aa][Nn]/)?(?P<letters>{_LETTER}{{1,3}}|[A-Za-z]/[A-Za-z])[{HYPHENS}]?"
_TAIL: Final = rf"(?:[{HYPHENS}]\d{{1,2}}{_LETTER}?)?"
_END: Final = r"(?![^\W_])"

_DESIGNATION: Final = re.compile(
    rf"{_BEGIN}(?P<number>\d{{1,4}})(?P<suffix>{_SUFFIX})(?P<tail>{_TAIL}){_END}"
)
_GRAU: Final = re.compile(rf"\d{{1,2}}[{_CAPITAL}][{HYPHENS}]\d{{1,4}}{_SUFFIX}{_END}")
_SLASHED_NUMBER: Final = re.compile(rf"/(?P<number>\d{{1,4}})(?P<suffix>{_SUFFIX}){_END}")
_SLASHED: Final = re.compile(r"/[A-Z](?![^\W_])")
_LETTER_TO_LETTER: Final = re.compile(rf"[A-Za-z][{HYPHENS}][24][{HYPHENS}][A-Za-z](?![^\W_])")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")

_CANONICAL: Final = re.compile(
    r"(?P<letters>[a-z]{1,3})(?P<number>\d{1,4})(?P<suffix>[a-z][a-z0-9]{0,8})?"
)
_NUMBER_VARIANT: Final = re.compile(r"(?:[a-z]{1,4}\d{0,2}){1,2}[a-z]?")
_LETTER_VARIANT: Final = re.compile(r"\d{1,2}[a-z]{0,2}|[a-z]{1,2}\d?")
_CAPITALS: Final = re.compile(r"[A-Z]{1,3}|(?:[A-Z]{1,3}-?)?(?=[A-Z]?\d)[A-Z\d]{1,6}")
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "s"})
_NO_VARIANTS: Final = frozenset({"b2b", "b2c", "c2c", "p2p", "g2g"})
"""Words of commerce and computing that only look like variants: `b2b` is no B-2."""


@dataclass(frozen=True, slots=True)
class ChunkTerm:
    """A term of a chunk, with its code point offsets in the chunk, end exclusive."""

    term: str
    start: int
    end: int


def match_designation(chunk: str, start: int) -> tuple[ChunkTerm, ...]:
    """Return the designations that begin at `start`; empty if none does.

    The result has several if variants share their base or numbers share their letters: `F-16C/D`
    gives `f16c` and `f16d`, `Su-24/25` gives `su24` and `su25`. Time is linear in the length of the
    designation, because every part of the pattern is bounded.
    """
    pair = _LETTER_TO_LETTER.match(chunk, start)
    if pair:
        return (ChunkTerm(canonicalize(pair[0]), start, pair.end()),)
    found = _GRAU.match(chunk, start)
    if found:
        return (ChunkTerm(canonicalize(found[0]), start, found.end()),)
    found = _DESIGNATION.match(chunk, start)
    if not found or not _is_designation_match(found):
        return ()
    return _add_slashed(chunk, found)


def canonicalize(surface: str) -> str:
    """Return the term of a designation: folded, without hyphens, slashes, `AN/` and a plural s.

    Cyrillic letters become Latin letters, so that a query in either script finds the same weapon.

    >>> canonicalize("F-16s"), canonicalize("AN/TPY-2"), canonicalize("Су-30СМ2")
    ('f16', 'tpy2', 'su30sm2')
    """
    if surface.endswith("s") and any(character.isdigit() for character in surface):
        surface = surface[:-1]
    return re.sub(rf"[{HYPHENS}/\s]+", "", romanize_folded(fold(surface)).removeprefix("an/"))


def is_designation(term: str) -> bool:
    """Whether a term has the form of a designation: letters, then a number, then any suffix."""
    return _CANONICAL.fullmatch(term) is not None


def is_variant(base: str, term: str) -> bool:
    """Whether `term` is a variant of `base`: `f35` has the variants `f35a` and `f35b`, but not
    `f351`.

    >>> is_variant("su25", "su25sm3"), is_variant("t72b", "t72b3"), is_variant("f35a", "f35")
    (True, True, False)
    """
    rest = term.removeprefix(base)
    if rest == term or not rest or term in _NO_VARIANTS or rest in _ORDINALS:
        return False
    if base[-1].isdigit():
        return _NUMBER_VARIANT.fullmatch(rest) is not None
    return any(map(str.isdigit, base)) and _LETTER_VARIANT.fullmatch(rest) is not None


def join_uppercase_words(first: str, second: str) -> str | None:
    """Return two typed words as one designation; None if they are not in capitals or cannot be one.

    >>> join_uppercase_words("VFA", "115"), join_uppercase_words("M1", "A2")
    ('VFA-115', 'M1A2')
    >>> join_uppercase_words("IN", "2") is None
    True
    """
    if not (_CAPITALS.fullmatch(first) and _CAPITALS.fullmatch(second)):
        return None
    parts = split_designation(canonicalize(first + second))
    if not parts or is_ordinary_word(parts[0]) or _YEAR.fullmatch(second):
        return None
    return f"{first}-{second}" if first.isalpha() else first + second


def split_designation(term: str) -> tuple[str, str] | None:
    """Return the letters and the rest of a designation's term: `su25k` -> `su`, `25k`.

    Returns None if the term does not have the form of a designation.
    """
    found = _CANONICAL.fullmatch(term)
    return (found["letters"], term[found.end("letters") :]) if found else None


def is_designation_prefix(letters: str) -> bool:
    """Whether a folded word alone also finds the designations that begin with it: `MiG`, `GBU`."""
    return 2 <= len(letters) <= 3 and not is_ordinary_word(letters)


def is_ordinary_word(letters: str) -> bool:
    """Whether folded letters are also an ordinary word, so that only capitals tell: `a 10`."""
    return letters in _LETTERS_ONLY_WITH_HYPHEN or letters in NEVER_DESIGNATION_LETTERS


def _is_designation_match(found: re.Match[str]) -> bool:
    """Whether letters and number are one name, not a date, an item number or a year."""
    letters = found["letters"].lower()
    return letters not in NEVER_DESIGNATION_LETTERS and not (
        _YEAR.fullmatch(found["number"]) and not found["suffix"]
    )


def _add_slashed(chunk: str, found: re.Match[str]) -> tuple[ChunkTerm, ...]:
    """Return the designations of a match and of the text after its slash.

    That text is a suffix (`GBU-39/B`), variants (`F-16C/D`) or numbers (`Su-24/25`).
    """
    start, end = found.span()
    if found["tail"]:
        return (ChunkTerm(canonicalize(found[0]), start, end),)
    after = _SLASHED.match(chunk, end)
    if not after:
        return (ChunkTerm(canonicalize(found[0]), start, end), *_find_slashed_numbers(chunk, found))
    if not found["suffix"]:
        return (ChunkTerm(canonicalize(found[0] + after[0]), start, after.end()),)
    base = chunk[start : end - 1]
    variants = [ChunkTerm(canonicalize(found[0]), start, end)]
    while after and found["suffix"].isupper() and len(found["suffix"]) == 1:
        variants.append(ChunkTerm(canonicalize(base + after[0]), after.start() + 1, after.end()))
        after = _SLASHED.match(chunk, after.end())
    return tuple(variants)


def _find_slashed_numbers(chunk: str, found: re.Match[str]) -> Iterator[ChunkTerm]:
    """Yield the designations after a slash that share the letters of the first (`Su-24/25`).

    A year is not such a number. Nor is the 3 of `M1A2/3`, which may be a model.
    """
    if any(map(str.isdigit, found["suffix"])):
        return
    after = _SLASHED_NUMBER.match(chunk, found.end())
    while after:
        if not _YEAR.fullmatch(after["number"]):
            term = canonicalize(found["letters"] + after[0][1:])
            yield ChunkTerm(term, after.start() + 1, after.end())
        after = _SLASHED_NUMBER.match(chunk, after.end())
