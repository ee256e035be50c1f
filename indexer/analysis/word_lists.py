"""The reviewed word lists: tab-separated files beside this module -> typed entries, or an error.

All lists have one format: UTF-8, `#` comments, a header row `canonical forms relation source`, then
rows sorted by canonical; `forms` are separated by `|`. The relation gives the direction of
expansion:

- `same`: canonical and forms mean one thing, each is expanded to all the others
- `name`: a form is expanded to the canonical, the canonical never to the form
- `demonym` (countries only): adjectives and inhabitants of the canonical country

The reader is strict, because a bad row that loads gives a wrong search that nobody notices.

A `Phrasebook` looks for many names in one pass over the terms of a text, the longest first. In:
names as tuples of terms, each with a value. Out: the values of the names in the text, in order,
without overlap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from indexer.errors import ListError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LISTS: Final = ("acronyms", "countries", "people", "places", "spelling", "systems")
HEADER: Final = ("canonical", "forms", "relation", "source")
RELATIONS: Final = frozenset({"same", "name"})
COUNTRY_RELATIONS: Final = frozenset({"name", "demonym"})

_STRAY: Final = re.compile(r"^[\s|]|[\t|](?:[ \t|]|$)| (?:[ \t|]|$)|[^\S\t ]")
"""White space that is neither a tab nor one space between words, or nothing between two bars."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of a list.

    `forms` has at least one form and never the canonical itself; `line` counts from 1 in the file,
    comments included.
    """

    canonical: str
    forms: tuple[str, ...]
    relation: str
    source: str
    line: int


@cache
def load_list(name: str) -> tuple[ListEntry, ...]:
    """Return the rows of one list of `LISTS` in file order; each list is read once per process.

    Raises:
        ListError: an unknown list, or a bad row, named as `systems.tsv:17`.
    """
    if name not in LISTS:
        raise ListError(f"{name}: no such list; there are {', '.join(LISTS)}")
    file = f"{name}.tsv"
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return parse_list(text, file)


def parse_list(text: str, file: str) -> tuple[ListEntry, ...]:
    """Read the text of a list; `file` is its name, for messages and for the relations allowed.

    Raises:
        ListError: the first bad row, by file and line.
    """
    allowed = COUNTRY_RELATIONS if file == "countries.tsv" else RELATIONS
    rows = [
        (number, line)
        for number, line in enumerate(text.split("\n"), start=1)
        if line and not line.startswith("#")
    ]
    if not rows or tuple(rows[0][1].split("\t")) != HEADER:
        where = rows[0][0] if rows else 1
        raise ListError(f"{file}:{where}: expected the header {' '.join(HEADER)}")
    entries = tuple(_read_row(line, number, file, allowed) for number, line in rows[1:])
    for before, entry in pairwise(entries):
        if make_sort_key(before) >= make_sort_key(entry):
            fault = f"{entry.canonical!r} is out of order, or there twice as {entry.relation!r}"
            raise ListError(f"{file}:{entry.line}: {fault}")
    return entries


def make_sort_key(entry: ListEntry) -> tuple[str, str]:
    """Return the sort key of a row: canonical without regard to case, then relation."""
    return entry.canonical.casefold(), entry.relation


def squeeze_form(form: str) -> str:
    """Fold case and drop hyphens and spaces: two forms with the same result are one spelling.

    >>> squeeze_form("Black Hawk") == squeeze_form("blackhawk")
    True
    """
    return form.casefold().replace("-", "").replace(" ", "")


def _read_row(line: str, number: int, file: str, allowed: frozenset[str]) -> ListEntry:
    cells = line.split("\t")
    if len(cells) != len(HEADER):
        raise ListError(f"{file}:{number}: {len(cells)} cells, expected {len(HEADER)}")
    if _STRAY.search(line):
        raise ListError(f"{file}:{number}: an empty cell or form, or stray space")
    canonical, forms, relation, source = cells
    entry = ListEntry(canonical, tuple(forms.split("|")), relation, source, number)
    fault = _find_fault(entry, allowed)
    if fault:
        raise ListError(f"{file}:{number}: {fault}")
    return entry


def _find_fault(entry: ListEntry, allowed: frozenset[str]) -> str | None:
    """Return a sentence about the fault of a row; None if it has none."""
    if entry.relation not in allowed:
        return f"relation {entry.relation!r}, expected one of {', '.join(sorted(allowed))}"
    if len(set(entry.forms)) < len(entry.forms):
        return "a form is there twice"
    canonical = squeeze_form(entry.canonical)
    for form in entry.forms:
        if squeeze_form(form) == canonical:
            return f"{form!r} is the canonical itself"
    return None


class Phrasebook:
    """Names to look for in texts.

    Args:
        names: each name, at least one term, with its value.
    """

    __slots__ = ("_lengths", "_names")

    def __init__(self, names: Mapping[tuple[str, ...], str]) -> None:
        self._names = dict(names)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in names:
            lengths[name[0]].add(len(name))
        self._lengths = {
            first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()
        }

    def find_names(self, terms: Sequence[str]) -> Iterator[str]:
        """Yield the value of each name in the terms; the longest at a place, without overlap."""
        lengths = self._lengths
        reached = 0
        for place in [place for place, term in enumerate(terms) if term in lengths]:
            for length in lengths[terms[place]] if place >= reached else ():
                value = self._names.get(tuple(terms[place : place + length]))
                if value is not None:
                    yield value
                    reached = place + length
                    break
