"""The countries an article is about: named in its title or lead, or twice in its body.

`countries.tsv` gives names, other names and demonyms; `Belarusian troops` names Belarus. Names that
hold a country's name but mean none (`New Mexico`, `Indian Ocean`) are read first and dropped.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Final

from indexer.analysis import lists
from indexer.analysis.phrasebook import Phrasebook
from indexer.analysis.tokens import index_terms

TIMES: Final = 2
"""How often the body names a country that title and lead do not."""

_NONE: Final = ""
_NO_COUNTRY: Final = (
    "New Mexico|Gulf of Mexico|New England|New Jersey|Indian Ocean|Indian Head|Indian Wells|"
    "Sea of Japan|South China Sea|East China Sea|Gulf of Oman|Sea of Oman|English Channel|"
    "American Samoa|African American|African Americans|Native American|Native Americans|"
    "Asian American|Asian Americans|Latin American|Latin Americans|South American|"
    "Central American|North American|Pan American|Inter-American|Irish Sea|Turks and Caicos|"
    "Swiss Re|Michael Jordan|Jordan River|Fort Benning, Georgia|Atlanta, Georgia|"
    "Savannah, Georgia|Fort Stewart, Georgia|Augusta, Georgia|Georgia Tech|South Georgia|"
    "French Guiana|French Polynesia|Dutch Harbor|Norfolk, Virginia|Panama City, Florida|"
    "Lebanon, Pennsylvania|Cuba, Missouri|Peru, Indiana|British Columbia|New Britain|"
    "Moscow, Idaho"
)
"""Names that hold a country's or a demonym but mean none; US and sea gazetteers."""


def countries(title: str, lead: str, body: str) -> tuple[str, ...]:
    """Return the countries an article is about, most often named first, then by name.

    Args:
        body: the whole text, the lead included.

    >>> countries("Su-25s for Minsk", "Belarus got jets.", "Belarus got jets. A Polish view.")
    ('Belarus',)
    """
    prominent = {*_named(title), *_named(lead)}
    counts = Counter(_named(body))
    counts.update(_named(title))
    about = [name for name, count in counts.items() if name in prominent or count >= TIMES]
    return tuple(sorted(about, key=lambda name: (-counts[name], name)))


def _named(text: str) -> list[str]:
    return [name for name in _phrasebook().scan(index_terms(text)) if name != _NONE]


@cache
def _phrasebook() -> Phrasebook:
    names = {
        tuple(index_terms(form)): row.canonical
        for row in lists.load("countries")
        for form in (row.canonical, *row.forms)
    }
    return Phrasebook(names | {tuple(index_terms(name)): _NONE for name in _NO_COUNTRY.split("|")})
