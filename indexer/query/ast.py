"""The query tree: a typed query as frozen values, on which engines match.

The module imports nothing from this project. The parser makes every node but `Widened`, which
`synonym_expansion` makes, and `Everything`, which `search` makes. `And` and `Or` have two or more
children, flattened (no `And` directly in an `And`). A `Not` is always a child of an `And` that has
at least one child of another kind. `Nothing` is the tree of a query without anything to search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

WidenedBy: TypeAlias = Literal["name", "acronym", "spelling", "compound"]


@dataclass(frozen=True, slots=True)
class Word:
    """An unquoted word as typed; it contains white space only in a designation (`SU 25`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order in one field, as typed between the quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every term with this prefix; at least 3 letters, without the star."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every term within `edits` (1 or 2) single-character edits of the word."""

    text: str
    edits: int


@dataclass(frozen=True, slots=True)
class Near:
    """All children (Word, Phrase, Prefix, Fuzzy, or an Or of these) close together in one field.

    `distance` is the most other words between the first and the last of them; `ordered` requires
    the order given.
    """

    children: tuple[Node, ...]
    distance: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Articles that mention the child (Word, Phrase, Prefix, Fuzzy, Or of these) at least `count`
    times.

    `count` is 2 to 1,000.
    """

    count: int
    child: Node


@dataclass(frozen=True, slots=True)
class Field:
    """The child in one field only, one of `fields.SEARCH_FIELDS`.

    Inflections and spellings are folded as in every field. The child is no Not, and contains no
    Field and no Dates.
    """

    name: str
    child: Node


@dataclass(frozen=True, slots=True)
class Dates:
    """Published between two ISO days, both included. None leaves that end open; at least
    one is a day."""

    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match every child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match any child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match the child; only within an And."""

    child: Node


@dataclass(frozen=True, slots=True)
class Other:
    """Another spelling or name of a typed word: the node to search, and the reason it is added."""

    node: Word | Phrase
    why: WidenedBy


@dataclass(frozen=True, slots=True)
class Widened:
    """A typed word or phrase together with its other spellings and names, ranked as one word."""

    child: Word | Phrase
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article: the query has nothing to search for."""


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
