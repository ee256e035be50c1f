"""Designations in a text: found by rule and by list, and printed.

In: the text of an article, typed words or a term. Out: mentions for the `system` facet, typed
neighbours that are one designation (`F 16`), or the printed form of a term. `designation_grammar`
defines the form of a designation, `designation_prefixes` the letters that begin one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import designation_grammar, designation_prefixes, numbers, word_lists
from indexer.analysis.designation_grammar import is_variant
from indexer.analysis.normalization import fold, romanize_surface
from indexer.analysis.tokenizer import Token, extract_terms, tokenize
from indexer.analysis.word_lists import Phrasebook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Mention",
    "find_designations",
    "find_systems",
    "format_term",
    "is_listed",
    "is_variant",
    "join_neighbours",
]

_NUMBER: Final = re.compile(r"\d{1,4}[A-Za-z]{0,4}\d{0,2}[A-Za-z]{0,2}(?:-\d{1,2})?(?:/[A-Z])?")
_FIGURE: Final = re.compile(rf"[{numbers.CURRENCIES}]?\d[\d,]*(?:\.\d+)?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_GRAU_HEAD: Final = re.compile(r"\d{1,2}[A-Z]")
_GRAU: Final = re.compile(
    r"(?:1(?:b|k|l|rl)|2[abkms]|3[kms]|4k|5(?:n|p|v|yu)|6b|8[km]|9[abfkmnpst]|14f|15[ap]|40r|5[13][pt])"
    r"\d{1,3}[a-z]{0,2}\d?"
)
"""Indices of the Russian artillery and rocket directorate (GRAU): its sections, then a number."""
_LOWER: Final = re.compile(r"[a-gi-uw-z]|v(?!\d)|(?<!S)h")
"""Small letters that no suffix has; `SEPv3` and `AMTSh` have some that are allowed."""

_FILE_NUMBER: Final = re.compile(r"\d|(?:[MFRBU]GM|[FM]IM|RIM)-")
"""GRAU indices, and US missiles by their launch method: used in files, hardly ever in speech. AIM
and AGM numbers are printed as often as the names."""

_NUMBERED: Final = re.compile(r"\d[^\s]{0,40}")
_LETTERS: Final = re.compile(r"\D*")
_MAX_CHARACTERS_BEFORE: Final = 24
"""Characters before a digit in which its designation begins, including the word before it."""

_NO_WEAPONS: Final = frozenset({"b2b", "b2c"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A system named in a text: printed form, term, and code point offsets, end exclusive."""

    surface: str
    canonical: str
    start: int
    end: int


def find_designations(text: str) -> list[Mention]:
    """Return the designations that a rule recognises in a text, in order.

    `F-16s` and `CVN 78` are found; `May 25`, `Article 5`, `G-7`, `COVID-19` are not. A single
    letter separated from its number (`F 16`) is not found either, because it may number a list.

    >>> [mention.canonical for mention in find_designations("Two F-16s met CVN 78 on May 25.")]
    ['f16', 'cvn78']
    """
    mentions: list[Mention] = []
    reached = 0
    for found in _NUMBERED.finditer(text):
        start = max(_find_window_start(text, found.start()), reached)
        window = text[start : found.end()]
        if window == window.lower():  # most are figures; a weapon has a capital
            continue
        tokens = tokenize(window)
        for place in range(len(tokens)):
            mention = _read_mention(place, tokens, window)
            if mention and start + mention.start >= reached:
                reached = start + mention.end
                begins = start + mention.start
                mentions.append(Mention(mention.surface, mention.canonical, begins, reached))
    return mentions


def find_systems(title: str, body: str) -> tuple[str, ...]:
    """Return the printed names of the systems in an article, the most frequent first, then by name.

    A listed name counts for its designation if both mean the same system (`Black Hawk`, UH-60). A
    file number that is not used in speech is replaced by the name: Iskander for 9K720, ATACMS for
    MGM-140.
    """
    counts: Counter[str] = Counter()
    for text in (title, body):
        named = (_resolve_alias(mention.canonical) for mention in find_designations(text))
        for name in (*named, *_load_phrasebook().find_names(extract_terms(text))):
            counts[_load_spoken_names().get(name, name)] += 1
    return tuple(name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def format_term(term: str) -> str:
    """Return the printed form of a term: from the list of systems if it has the term, else by rule.

    >>> format_term("su25k"), format_term("cvn78"), format_term("frogfoot")
    ('Su-25K', 'CVN-78', 'frogfoot')
    """
    listed = _load_printed_forms().get(term)
    if listed:
        return listed
    parts = designation_grammar.split_designation(term)
    if parts:
        return designation_prefixes.format_designation(*parts)
    return term.upper() if _GRAU.fullmatch(term) else term


def is_listed(term: str) -> bool:
    """Whether the list of systems has a designation's term, or has a term of which it is a variant.

    >>> is_listed("su25"), is_listed("su25k"), is_listed("su999")
    (True, True, False)
    """
    known = _load_printed_forms().keys() | _load_aliases().keys()
    return any(
        term[:end] in known
        for end in range(len(term), 1, -1)
        if _is_same_or_variant(term[:end], term)
    )


def join_neighbours(words: Sequence[str]) -> list[str]:
    """Return typed words; two neighbours that are one designation or measure are joined by a space.

    `F` `16`, `MQ` `9B`, `Type` `055`, `155` `mm`, `1.2` `billion` are joined; `END` `3`, `May`
    `25`, `Article` `5`, `USD` `20` are not.

    >>> join_neighbours(["su", "25", "belarus"])
    ['su 25', 'belarus']
    """
    joined: list[str] = []
    place = 0
    while place < len(words):
        pair = words[place : place + 2]
        if len(pair) == 2 and _is_joined_pair(*pair):
            joined.append(" ".join(pair))
            place += 2
        else:
            joined.append(words[place])
            place += 1
    return joined


def _is_joined_pair(first: str, second: str) -> bool:
    """Whether two typed neighbours are one designation, or a figure and its unit."""
    if _FIGURE.fullmatch(first):
        return fold(second) in numbers.UNIT_OF
    if not _NUMBER.fullmatch(second) or _YEAR.fullmatch(second):
        return False
    if _GRAU_HEAD.fullmatch(first) or first in {"F/A", "f/a"} or first.startswith("AN/"):
        return True
    letters = fold(first)
    if letters in designation_prefixes.LONG_FAMILIES:
        return True
    known = (
        letters in designation_prefixes.FAMILIES
        and letters not in designation_grammar.NEVER_DESIGNATION_LETTERS
    )
    return known and (first != letters or not designation_grammar.is_ordinary_word(letters))


def _find_window_start(text: str, digit: int) -> int:
    """Return the offset of the word before the word that has this digit.

    The offset is at most _MAX_CHARACTERS_BEFORE before the digit.
    """
    words = text[max(0, digit - _MAX_CHARACTERS_BEFORE) : digit].replace("\u00a0", " ").split(" ")
    return digit - len(" ".join(words[-2:]))


def _read_mention(place: int, tokens: Sequence[Token], text: str) -> Mention | None:
    """Return the mention that begins with a token, if any."""
    token = tokens[place]
    surface, written = text[token.start : token.end], _format_token(place, tokens, text)
    is_grau = _GRAU.fullmatch(token.term) and written == written.upper()
    if _is_weapon(token.term, written) or (is_grau and not numbers.is_figure(token.term)):
        return Mention(surface, token.term, token.start, token.end)
    return _read_spaced_mention(token, tokens[place + 1], text) if place + 1 < len(tokens) else None


def _format_token(place: int, tokens: Sequence[Token], text: str) -> str:
    """Return a token in Latin letters as printed, with the letters that `Su-24/25` prints only
    once.
    """
    token = tokens[place]
    written = romanize_surface(text[token.start : token.end])
    if place and written[:1].isdigit() and text[token.start - 1] == "/":
        letters = _LETTERS.match(_format_token(place - 1, tokens, text))
        return letters[0] + written if letters else written
    return written


def _is_weapon(term: str, surface: str) -> bool:
    """Whether a term begins like a weapon's and is printed like one: in capitals, except for `MiG`.

    One letter and one digit need a hyphen (`B-2`; `U2` is a band) if their family has one.
    """
    parts = designation_grammar.split_designation(term)
    if not parts or term in _NO_WEAPONS:
        return False
    letters, rest = parts
    usual = designation_prefixes.format_designation(letters, rest)
    if len(letters + rest) == 2 and len(surface.removesuffix("s")) < len(usual):
        return False
    return designation_prefixes.is_weapon(letters, rest) and _is_in_capitals(
        surface, len(letters), usual
    )


def _is_in_capitals(surface: str, count: int, usual: str) -> bool:
    """Whether the letters are in capitals or as usual, and the suffix has no small letters."""
    head, rest = surface[:count], surface[count:].removesuffix("s")
    return (head.isupper() or head == usual[:count]) and not _LOWER.search(rest)


def _read_spaced_mention(token: Token, following: Token, text: str) -> Mention | None:
    """Return `CVN 78` or `Su 25` as one mention: letters as printed, one space, then the number."""
    surface = romanize_surface(text[token.start : token.end])
    number = romanize_surface(text[following.start : following.end])
    gap = text[token.end : following.start]
    if (
        gap not in {" ", "\u00a0"}
        or not surface[0].isupper()
        or not _is_joined_pair(surface, number)
    ):
        return None
    term = fold(surface + number)
    long = token.term in designation_prefixes.LONG_FAMILIES and term in _load_printed_forms()
    usual = (
        designation_prefixes.format_designation(token.term, number).startswith(surface)
        and len(surface) > 1
    )
    if not long and not (usual and _is_weapon(term, surface + number)):
        return None
    return Mention(text[token.start : following.end], term, token.start, following.end)


def _is_same_or_variant(base: str, term: str) -> bool:
    return base == term or is_variant(base, term)


def _resolve_alias(term: str) -> str:
    """Return the printed system that a designation's term means: `sa21` is the S-400."""
    return _load_aliases().get(term) or format_term(term)


@cache
def _load_spoken_names() -> Mapping[str, str]:
    """Return the first name of each listed file number: the name that the list puts first."""
    return {
        entry.canonical: entry.forms[0]
        for entry in reversed(_load_rows())
        if entry.relation == "same" and _FILE_NUMBER.match(entry.canonical)
    }


@cache
def _load_printed_forms() -> Mapping[str, str]:
    """Return each listed designation as printed, by its term without spaces (`type055`)."""
    return {"".join(extract_terms(entry.canonical)): entry.canonical for entry in _load_rows()}


@cache
def _load_aliases() -> Mapping[str, str]:
    """Return the designations that are another name of a listed one: `sa21`, S-400."""
    return {
        mentions[0].canonical: entry.canonical
        for entry in _load_rows()
        for form in entry.forms
        if entry.relation == "same" and len(mentions := find_designations(form)) == 1
        if mentions[0].surface == form
    }


@cache
def _load_phrasebook() -> Phrasebook:
    """Return each listed name, singular and plural, with the only designation that it means.

    Designations are left to the rule, and so are two-letter names such as `P-5`. A name of two
    systems is in neither.
    """
    found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for entry in _load_rows():
        for form in (entry.canonical, *entry.forms) if entry.relation == "same" else ():
            terms = tuple(extract_terms(form))
            if not find_designations(form) and not (len(terms) == 1 and len(terms[0]) == 2):
                for key in (terms, (*terms[:-1], terms[-1] + "s")):
                    found[key].add(entry.canonical)
    return Phrasebook({key: min(meant) for key, meant in found.items() if len(meant) == 1})


def _load_rows() -> tuple[word_lists.ListEntry, ...]:
    return word_lists.load_list("systems")
