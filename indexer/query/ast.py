"""The query tree: what the user typed, as values. Imports nothing of ours; engines match on it.

The parser makes every node but `Widened`; `synonym_expansion` makes those. `And`, `Or` hold two or
more children, flattened (no `And` directly in an `And`). `Not` stands only as a child of an `And`
that has at least one child that is no `Not`. `Nothing` is the tree of a query with nothing to
search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

WidenedBy: TypeAlias = Literal["name", "acronym", "spelling", "compound"]


@dataclass(frozen=True, slots=True)
class Word:
    """An unquoted word as typed, without white space but for a designation's (`SU 25`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order within one field, as typed between the quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every term that begins so; at least 3 letters, without the star."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every term within `edits` (1 or 2) single-character edits of the word."""

    text: str
    edits: int


@dataclass(frozen=True, slots=True)
class Near:
    """All children (Word, Phrase, Prefix, Fuzzy, or an Or of these) within one field.

    `distance` is how many other words may stand between the first and the last of them;
    `ordered` asks for the order given.
    """

    children: tuple[Node, ...]
    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Articles that mention the child (Word, Phrase, Prefix, Fuzzy, Or of these) `count` times or
    more, 2 to 1,000.
    """

    count: int
    child: Node


@dataclass(frozen=True, slots=True)
class Field:
    """The child in that field only, one of `fields.SEARCH_FIELDS`. Words of the field's text,
    inflections and spellings folded as everywhere. The child is no Not, and holds no Field and no
    Dates.
    """

    name: str
    child: Node


@dataclass(frozen=True, slots=True)
class Dates:
    """Published between two ISO days, both included; None is open, not both None."""

    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class And:
    """Every child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not the child; only within an And."""

    child: Node


@dataclass(frozen=True, slots=True)
class Other:
    """Another way to write what was typed: the node to search, and why it stands here."""

    node: Word | Phrase
    why: WidenedBy


@dataclass(frozen=True, slots=True)
class Widened:
    """What was typed together with its other writings; counted as one word by the ranking."""

    child: Word | Phrase
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to search for."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article: browsing by filters and dates alone. Made by `search`, never by the parser."""


Node: TypeAlias = (
    Word
    | Phrase
    | Prefix
    | Fuzzy
    | Near
    | AtLeast
    | Field
    | Dates
    | And
    | Or
    | Not
    | Widened
    | Nothing
    | Everything
)
