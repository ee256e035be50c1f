"""Spelling variants of one word: UK and US spelling, and romanisations of Slavic names.

In: a folded word. Out: its US spelling, which the index holds, or its other romanisations, which a
query looks up. The list `spelling.tsv` gives the UK forms of each US form; a rule adds every word
in `-isation`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from indexer.analysis import word_lists
from indexer.analysis.normalization import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_ISATION: Final = re.compile(r"(?<=[a-z]{3})isation(?=s?$)")

_ISATION_BEGUN: Final = re.compile(r"(?<=[a-z]{3})is(?:a(?:t(?:i(?:o(?:ns?)?)?)?)?)?$")


def fold_spelling(term: str) -> str:
    """Return a folded word in US spelling: `defence` -> `defense`, `localisation` ->
    `localization`.
    """
    listed = load_us_spellings().get(term)
    if listed is not None:
        return listed
    return _ISATION.sub("ization", term) if "isation" in term else term


@cache
def load_us_spellings() -> Mapping[str, str]:
    """Return each listed UK form with its US form, both folded."""
    return {
        fold(form): fold(row.canonical)
        for row in word_lists.load_list("spelling")
        for form in row.forms
    }


@cache
def _sort_uk_forms() -> tuple[str, ...]:
    return tuple(sorted(load_us_spellings()))


def find_us_prefixes(prefix: str) -> tuple[str, ...]:
    """Return the prefixes to look up for a typed prefix, sorted: `defenc` also means `defense`.

    Every listed UK form with the typed prefix adds its whole US form.
    """
    forms = _sort_uk_forms()
    found = {prefix}
    for form in islice(forms, bisect_left(forms, prefix), None):
        if not form.startswith(prefix):
            break
        us_form = load_us_spellings()[form]
        if not us_form.startswith(prefix):
            found.add(us_form)
    if _ISATION_BEGUN.search(prefix):
        found.add(_ISATION_BEGUN.sub(lambda ending: "iz" + ending[0][2:], prefix))
    return tuple(sorted(found))


_ENDINGS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    # Zelensky: -ский and -ський in the romanisations of BGN/PCGN, ISO 9, passports and the press
    (5, ("sky", "skyy", "skiy", "skyi", "skii", "skij", "skyj", "ski")),
    # Vitaliy, Serhii, Dmitry: -ий and -ій
    (4, ("y", "iy", "yi", "ii", "yy", "ij")),
    # Zaporizhzhia, Nataliya: -ія and -ия
    (5, ("ia", "iya", "ya", "iia", "yya", "ija")),
    # Sergei, Alexey: -ей
    (5, ("ei", "ey", "ej")),
    # Lukashenko, Belarusian -енка
    (6, ("enko", "enka")),
    # Sergeyev, Sergeev
    (5, ("eyev", "eev", "eiev")),
)
"""Endings that are romanised in several ways, with the fewest letters a word needs."""

_INSIDE: Final = (
    # Zaporizhzhia, Zaporizhia
    (re.compile("zhzh|zh"), ("zh", "zhzh")),
    # Alexandr, Aleksandr; not marks and Marx
    (re.compile("(?<=[aei])(?:ks|x)(?=[aeiouy])"), ("ks", "x")),
    # Yevgeny, Evgeny
    (re.compile("^(?:ye|e)(?=[^aeiouy])"), ("ye", "e")),
)
"""Letters inside a word that are romanised in two ways."""


def find_romanisations(term: str) -> tuple[str, ...]:
    """Return the other romanisations of one Slavic word, sorted, by its beginning, middle and end.

    Each word of the set gives the same set, so that every spelling finds the others. English words
    have such endings too, and most results are not words: the caller must drop those that the index
    does not hold.

    >>> find_romanisations("lukashenko"), "zaporizhia" in find_romanisations("zaporizhzhya")
    (('lukashenka',), True)
    """
    matches = [
        (len(ending), term.removesuffix(ending), group)
        for least, group in _ENDINGS
        for ending in group
        if len(term) >= least and term.endswith(ending) and term != ending
    ]
    _, base, endings = max(matches, default=(0, term, ("",)))
    found = {form for ending in endings for form in _respell_inside(base + ending)}
    return tuple(sorted(found - {term}))


def _respell_inside(word: str) -> set[str]:
    """Return a word with zh doubled and not, with ks and x, with Ye and E."""
    forms = {word}
    for pattern, ways in _INSIDE:
        forms |= {pattern.sub(way, form, count=1) for form in forms for way in ways}
    return forms
