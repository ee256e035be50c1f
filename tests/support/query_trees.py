"""Short constructors of query trees, for expected values written by hand."""

from __future__ import annotations

from indexer.query.ast import And, Near, Node, Or, Word

A, B, C, D = Word("a"), Word("b"), Word("c"), Word("d")
AIR, X = Word("air"), Word("x")


def both(*children: Node) -> And:
    return And(children)


def either(*children: Node) -> Or:
    return Or(children)


def near(distance: int, *children: Node) -> Near:
    return Near(children, distance, ordered=False)


def pre(distance: int, *children: Node) -> Near:
    return Near(children, distance, ordered=True)
