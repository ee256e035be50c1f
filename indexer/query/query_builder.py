"""A plan -> the query of one engine: this module walks the tree, each engine has a builder.

In: a `QueryPlan` and a `QueryBuilder`. Out: the engine's query for the whole tree. No string of the
user is parsed again on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never

from indexer.query.ast import (
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
from indexer.query.plan import Clause

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.query.plan import QueryPlan, WordGroup

Q = TypeVar("Q")


class QueryBuilder(Protocol[Q]):
    """Makes the queries of one engine, of type Q, from the clauses of a plan."""

    def match_word(self, group: WordGroup) -> Q:
        """Match documents that contain a word, scored."""
        ...

    def match_all(self, wanted: Sequence[Q], unwanted: Sequence[Q]) -> Q:
        """Match documents that match all of some queries, at least one, and none of some others."""
        ...

    def match_any(self, children: tuple[Node, ...], build: Callable[[Node], Q]) -> Q:
        """Match documents that match any child of an Or; `build` returns the query of a node."""
        ...

    def match_near(self, groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> Q:
        """Match documents with the words close together in one field, scored as the words are."""
        ...

    def match_at_least(self, group: WordGroup, count: int) -> Q:
        """Match documents that mention a word at least `count` times, scored as the word is."""
        ...

    def match_days(self, first: str | None, last: str | None) -> Q:
        """Match documents published between two ISO days, both included; not scored.

        None leaves that end open.
        """
        ...

    def match_everything(self) -> Q:
        """Match every document; not scored."""
        ...

    def match_nothing(self) -> Q:
        """Match no document."""
        ...


def build_query(plan: QueryPlan, builder: QueryBuilder[Q]) -> Q:
    """Return the query of a plan for one engine."""
    return _build(plan, builder, plan.tree, "")


def _build(plan: QueryPlan, builder: QueryBuilder[Q], node: Node, name: str) -> Q:  # noqa: C901, PLR0911  a case each
    def build(child: Node) -> Q:
        return _build(plan, builder, child, name)

    match node:
        case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
            return builder.match_word(plan.leaves[Clause(node, name)].group)
        case And(children):
            wanted = [build(child) for child in children if not isinstance(child, Not)]
            unwanted = [build(child.child) for child in children if isinstance(child, Not)]
            return builder.match_all(wanted, unwanted)
        case Or(children):
            return builder.match_any(children, build)
        case Field(own, child):
            return _build(plan, builder, child, own)
        case Near(_, distance, ordered):
            groups = [leaf.group for leaf in plan.operands[Clause(node, name)]]
            return builder.match_near(groups, distance, ordered=ordered)
        case AtLeast(count):
            (leaf,) = plan.operands[Clause(node, name)]
            return builder.match_at_least(leaf.group, count)
        case Dates(first, last):
            return builder.match_days(first, last)
        case Everything():
            return builder.match_everything()
        case Nothing() | Not():
            return builder.match_nothing()
        case _:
            assert_never(node)
