"""Finds the countries of an article: text comes in, names from `countries.tsv` go out.

A country counts if it is named in the title or the lead, or twice in the body. Its adjective and
its people name it too. Names are matched as written, capitals included: `turkey` and `polish` are
not countries. Names that contain a country's but mean none (`New Mexico`) are skipped.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from indexer.analysis import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CAPITALISED: Final = re.compile(r"(?<![^\W_])([A-ZÀ-ÞŁŚŻČĐŠŽ]\w*)[\w.’'-]*")
_FIRST_WORD: Final = re.compile(r"\w+")
_MIN_MENTIONS: Final = 2
"""Mentions in the body that make an article one about the country."""

_NO_COUNTRY: Final = ""
_MISLEADING_NAMES: Final = (
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
"""Names that contain a country or a demonym but mean none; from US and sea gazetteers."""


def find_countries(title: str, lead: str, body: str) -> tuple[str, ...]:
    """Return the countries of an article, the most often named first, then by name.

    >>> find_countries("Warsaw orders tanks", "Poland signed with a South Korean maker.", "")
    ('Poland', 'South Korea')
    """
    prominent = {*_find_mentions(title), *_find_mentions(lead)}
    counts = Counter(_find_mentions(body))
    counts.update(_find_mentions(title))
    about = prominent | {name for name, count in counts.items() if count >= _MIN_MENTIONS}
    return tuple(sorted(about, key=lambda name: (-counts[name], name)))


def _find_mentions(text: str) -> Iterator[str]:
    """Yield the country of every mention in `text`."""
    forms = _load_forms()
    reached = 0
    for found in _CAPITALISED.finditer(text):
        known = forms.get(found[1])
        if not known or found.start() < reached:
            continue
        for form, country in known:
            end = found.start() + len(form)
            if text.startswith(form, found.start()) and not text[end : end + 1].isalnum():
                if country != _NO_COUNTRY:
                    yield country
                reached = end
                break


@cache
def _load_forms() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return written forms with their countries by first word, longest first; in capitals too."""
    by_first: dict[str, dict[str, str]] = defaultdict(dict)
    rows = word_lists.load_list("countries")
    named = [(form, row.canonical) for row in rows for form in (row.canonical, *row.forms)]
    named += [(form, _NO_COUNTRY) for form in _MISLEADING_NAMES.split("|")]
    for form, country in named:
        for written in (form, form.upper()):
            first = _FIRST_WORD.match(written)
            if first and written[0].isupper():
                by_first[first.group()].setdefault(written, country)
    return {
        first: tuple(sorted(forms.items(), key=lambda item: -len(item[0])))
        for first, forms in by_first.items()
    }
