"""A query tree -> its canonical text, which parses to the same tree.

Neighbours are joined by a space. AND is written only between two words that would be read as one
designation without it. Near and Or inside an And, and And inside an Or, are in parentheses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from indexer.analysis.designations import join_neighbours
from indexer.fields import VALUE_FIELDS
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
from indexer.query.dates import render_days

if TYPE_CHECKING:
    from collections.abc import Sequence


def render(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912  a case each
    """Return the query as text.

    A `Widened` is written as typed. A node that cannot be typed (`Nothing`, `Everything`) is "".

    >>> from indexer.query.parser import parse
    >>> render(parse("NATO AND (tanks OR guns)").tree)
    'NATO (tanks OR guns)'
    """
    match node:
        case Word(text):
            return text
        case Phrase(text):
            return f'"{text}"'
        case Prefix(text):
            return f"{text}*"
        case Fuzzy(text, edits):
            return f"{text}~" if edits == 1 else f"{text}~{edits}"
        case Near(children, distance, ordered):
            operator = f" {'PRE' if ordered else 'NEAR'}/{distance} "
            return operator.join(_render_in_group(child) for child in children)
        case AtLeast(count, child):
            return f"atleast{count}({render(child)})"
        case Field(name, child):
            return f"{name}:{_render_unit(child)}"
        case Dates():
            return f"date:{render_days(node)}"
        case And(children):
            return _render_and(children)
        case Or(children):
            return " OR ".join(_render_in_group(child, And, Or) for child in children)
        case Not(child):
            return f"-{_render_unit(child)}"
        case Widened(child):
            return render(child)
        case Nothing() | Everything():
            return ""
        case _:
            assert_never(node)


def _render_in_group(node: Node, *groups: type[Node]) -> str:
    return f"({render(node)})" if isinstance(node, groups or (And, Or)) else render(node)


def _render_unit(node: Node) -> str:
    """Return a node as text to which a prefix such as `title:` applies as a whole."""
    text = render(node)
    return f"({text})" if isinstance(node, (And, Or, Near)) or _has_space(node) else text


def _has_space(node: Node) -> bool:
    return isinstance(node, Word) and " " in node.text


def _render_and(children: Sequence[Node]) -> str:
    texts = [_render_in_group(child, Or, Near) for child in children]
    apart = _find_and_places(children)
    operators = (" AND " if place in apart else " " for place in range(1, len(texts)))
    return texts[0] + "".join(map(str.__add__, operators, texts[1:]))


def _find_and_places(children: Sequence[Node]) -> set[int]:
    """Return the places of words that need an AND before them to be read as they are."""
    places: set[int] = set()
    run: list[str] = []
    for place, child in enumerate([*children, Nothing()]):
        if isinstance(child, Word) and run:
            run.append(child.text)
            continue
        if not _is_read_unchanged(run):
            places.update(range(place - len(run) + 1, place))
        run = _start_run(child)
    return places


def _start_run(node: Node) -> list[str]:
    """Return the word at the end of the node's text with which the next words might be joined."""
    match node:
        case Word(text):
            return [text]
        case Not(child) if not _has_space(child):
            return _start_run(child)
        case Field(name, child) if name not in VALUE_FIELDS and not _has_space(child):
            return _start_run(child)
        case _:
            return []


def _is_read_unchanged(run: Sequence[str]) -> bool:
    return join_neighbours([part for text in run for part in text.split()]) == list(run)
