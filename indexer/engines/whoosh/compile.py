"""The searched tree -> Whoosh query objects, and what each leaf stands for in this index.

Compiled from the tree, never from strings: Whoosh's own parser sees no user text.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, assert_never

from whoosh.query.compound import And as WhooshAnd
from whoosh.query.compound import AndNot
from whoosh.query.compound import Or as WhooshOr
from whoosh.query.qcore import Every, NullQuery
from whoosh.query.wrappers import ConstantScoreQuery

from indexer.engines.whoosh.facets import DATE
from indexer.engines.whoosh.queries import AtLeastMentions, DayRange, Group, HasValue, Nearness
from indexer.fields import TEXT_WEIGHTS
from indexer.query.expand import Expansion, expand
from indexer.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Field,
    Fuzzy,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Widened,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from whoosh.query.qcore import Query

    from indexer.engines.base import SearchOptions
    from indexer.query.vocabulary import Vocabulary

Fields = tuple[tuple[str, float], ...]


class Compiler:
    """Compiles one tree.

    Args:
        vocabulary: gives the vocabulary of a field, "" for title and body together.
        exact: whether widening is off.

    Attributes:
        expansions, groups: filled by `compile`: what each leaf stands for, and its query.
    """

    def __init__(self, vocabulary: Callable[[str], Vocabulary], *, exact: bool) -> None:
        self._vocabulary = vocabulary
        self._exact = exact
        self.expansions: dict[Node, Expansion] = {}
        self.groups: dict[Node, Group] = {}

    def compile(self, node: Node, field: str = "") -> Query:  # noqa: PLR0911  a case each
        """The query of a node, within a field where one is named."""
        match node:
            case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
                return self._group(node, field)
            case And(children):
                return self._and(children, field)
            case Or(children):
                return WhooshOr([self.compile(child, field) for child in children])
            case Field(name, child):
                return self.compile(child, name)
            case Near(children, distance, ordered):
                groups = tuple(self._operand(child, field) for child in children)
                return Nearness(groups, distance, ordered)
            case AtLeast(count, child):
                return AtLeastMentions(self._operand(child, field), count)
            case Dates(first, last):
                return DayRange(_ordinal(first), _ordinal(last))
            case Everything():
                return ConstantScoreQuery(Every(), 0.0)  # type: ignore[no-untyped-call]
            case Nothing() | Not():
                return NullQuery
            case _:
                assert_never(node)

    def asked(self, node: Node) -> tuple[Group, ...]:
        """The words of a compiled tree in the order typed, where it is a list of words."""
        children = node.children if isinstance(node, And | Or) else (node,)
        return tuple(self.groups[child] for child in children if child in self.groups)

    def _and(self, children: tuple[Node, ...], field: str) -> Query:
        wanted = [self.compile(child, field) for child in children if not isinstance(child, Not)]
        unwanted = [
            self.compile(child.child, field) for child in children if isinstance(child, Not)
        ]
        positive = wanted[0] if len(wanted) == 1 else WhooshAnd(wanted)
        if not unwanted:
            return positive
        return AndNot(positive, unwanted[0] if len(unwanted) == 1 else WhooshOr(unwanted))

    def _group(self, node: Word | Phrase | Prefix | Fuzzy | Widened, field: str) -> Group:
        expansion = self._expand(node, field)
        group = Group(_fields(field), expansion.terms, expansion.phrases)
        self.groups[node] = group
        return group

    def _expand(self, node: Word | Phrase | Prefix | Fuzzy | Widened, field: str) -> Expansion:
        expansion = expand(node, self._vocabulary(field), exact=self._exact)
        self.expansions[node] = expansion
        return expansion

    def _operand(self, node: Node, field: str) -> Group:
        """An operand of nearness or ATLEAST: a leaf, or several counted as one."""
        match node:
            case Or(children):
                groups = [self._operand(child, field) for child in children]
                return Group(
                    groups[0].fields,
                    tuple(dict.fromkeys(word for group in groups for word in group.words)),
                    tuple(dict.fromkeys(one for group in groups for one in group.sequences)),
                )
            case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
                return self._group(node, field)
            case _:
                return Group(_fields(field))


def narrowing(options: SearchOptions) -> dict[str, Query]:
    """The filters of a search, each as a query; `date` for the days."""
    filters: dict[str, Query] = {
        name: HasValue(name, values) for name, values in options.filters.items() if values
    }
    if options.first or options.last:
        filters[DATE] = DayRange(_ordinal(options.first), _ordinal(options.last))
    return filters


def _fields(name: str) -> Fields:
    return ((name, 1.0),) if name else TEXT_WEIGHTS


def _ordinal(day: str | None) -> int | None:
    return date.fromisoformat(day).toordinal() if day else None
