"""Synonyms: the other names of a typed name, by the reviewed lists.

In: a name. Out: other names of the same thing, each with the reason. Lists: `systems` (Frogfoot is
expanded to Su-25), `acronyms` (HIMARS and its full name), `people` and `places` (Kiev and Kyiv).
The list of countries adds no synonyms: Belarusian is not Belarus.

In a row of relation `same` each name is a synonym of all others. In a row of relation `name` the
canonical, and every name that is the same as it, is a synonym of the form, but not the reverse.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from indexer.analysis import word_lists
from indexer.analysis.normalization import HYPHENS
from indexer.analysis.numbers import has_unit
from indexer.analysis.stemming import list_plural_forms
from indexer.analysis.tokenizer import extract_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SynonymReason: TypeAlias = Literal["name", "acronym", "spelling"]
NameKey: TypeAlias = tuple[str, ...]

_LISTS: Final[tuple[tuple[str, SynonymReason], ...]] = (
    ("systems", "name"),
    ("acronyms", "acronym"),
    ("people", "spelling"),
    ("places", "spelling"),
)


_MIN_LETTER_RATIO: Final = 0.65
"""Least share of letters in common (difflib's ratio): qaeda/qaida .8, cape/cabo .5."""

_DIGIT: Final = re.compile(r"\d")
_HYPHENED: Final = re.compile(rf"(?<=[a-z])[{HYPHENS}](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another form of a name, as the list writes it, and the reason why it is the same."""

    form: str
    why: SynonymReason


@lru_cache(maxsize=1 << 14)
def make_key(text: str) -> NameKey:
    """Return the key that all spellings of a name share: its terms, without units of measure."""
    terms = extract_terms(text)
    if not _DIGIT.search(text):  # only a figure has a unit
        return tuple(terms)
    return tuple(
        term for before, term in zip(("", *terms), terms, strict=False) if not has_unit(before)
    )


def close_hyphens(text: str) -> str:
    """Return the text with hyphenated words joined: `Co-operation` -> `Cooperation`."""
    return _HYPHENED.sub("", text)


def find_synonyms(name: NameKey) -> tuple[Synonym, ...]:
    """Return the synonyms of a name in the order of the lists; those of the singular for a plural.

    >>> [synonym.form for synonym in find_synonyms(make_key("Frogfoot"))]
    ['Su-25', 'Grach']
    """
    if not name:
        return ()
    singulars = ((*name[:-1], singular) for singular in list_plural_forms(name[-1]))
    return next(filter(None, map(_load_synonyms().get, (name, *singulars))), ())


def find_respellings(term: str) -> tuple[str, ...]:
    """Return the other romanisations of one word in the lists: kyiv for kiev."""
    return _load_respellings().get(term, ())


@cache
def list_single_words() -> tuple[str, ...]:
    """Return the listed names that are one word of letters, as sorted terms."""
    return tuple(
        sorted(name[0] for name in _load_synonyms() if len(name) == 1 and name[0].isalpha())
    )


@cache
def count_longest_name_words() -> int:
    """Return the number of words of the longest listed name."""
    return max(map(len, _load_synonyms()), default=0)


@cache
def _load_synonyms() -> Mapping[NameKey, tuple[Synonym, ...]]:
    """Return the synonyms of every listed name, over all lists."""
    reached: defaultdict[NameKey, dict[NameKey, Synonym]] = defaultdict(dict)
    for name, why in _LISTS:
        rows = word_lists.load_list(name)
        circles = _group_names(row for row in rows if row.relation == "same")
        for form_key, circle in circles.items():
            _add_synonyms(reached[form_key], form_key, circle.values(), why)
        for row in rows:
            if row.relation == "name":
                canonical = make_key(row.canonical)
                goals = circles.get(canonical, {canonical: row.canonical})
                for form in row.forms:
                    _add_synonyms(reached[make_key(form)], make_key(form), goals.values(), why)
    return {name: tuple(found.values()) for name, found in reached.items() if found}


def _add_synonyms(
    found: dict[NameKey, Synonym], own: NameKey, forms: Iterable[str], why: SynonymReason
) -> None:
    for form in forms:
        if make_key(form) != own:
            found.setdefault(make_key(form), Synonym(form, why))


def _group_names(rows: Iterable[word_lists.ListEntry]) -> dict[NameKey, dict[NameKey, str]]:
    """Return for each name its group: every name that means the same, by key.

    Rows with the same canonical form are one group. A form of two canonicals does not join their
    groups.
    """
    by_canonical: dict[NameKey, dict[NameKey, str]] = {}
    for row in rows:
        circle = by_canonical.setdefault(
            make_key(row.canonical), {make_key(row.canonical): row.canonical}
        )
        for form in row.forms:
            circle.setdefault(make_key(form), form)
    circles: dict[NameKey, dict[NameKey, str]] = {}
    for circle in by_canonical.values():
        for form_key, form in circle.items():
            circles.setdefault(form_key, circle)
            circles.setdefault(make_key(close_hyphens(form)), circle)
    return circles


@cache
def _load_respellings() -> Mapping[str, tuple[str, ...]]:
    """Return the words that rows of people and places spell in several ways.

    Two names of several words give a pair if they differ in one word only and its spellings are
    similar: `al-Qaeda` and `al-Qaida` give qaeda and qaida, Cape Verde and Cabo Verde give nothing.
    """
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for name in ("people", "places"):
        for row in word_lists.load_list(name):
            forms = [make_key(form) for form in (row.canonical, *row.forms)]
            for first in forms if row.relation == "same" else ():
                for second in forms:
                    pair = _find_differing_word(first, second)
                    if pair:
                        pairs[pair[0]].add(pair[1])
    return {word: tuple(sorted(others)) for word, others in pairs.items()}


def _find_differing_word(first: NameKey, second: NameKey) -> tuple[str, str] | None:
    """Return both spellings of the only word in which two names differ; None if there is no such
    word.
    """
    if len(first) != len(second):
        return None
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(pairs) != 1:
        return None
    if len(first) > 1 and SequenceMatcher(None, *pairs[0]).ratio() < _MIN_LETTER_RATIO:
        return None
    return pairs[0]
