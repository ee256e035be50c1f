"""A tree -> one that asks for less: without function words, or without some of its words."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from indexer.analysis.function_words import FUNCTION_WORDS
from indexer.query.combine import joined
from indexer.query.nodes import And, Field, Node, Not, Or, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_REQUIRED: Final = 6
"""Words of which some are left out, since the ways to do so double with each."""


def without_function_words(node: Node) -> Node:
    """Return the tree without unquoted function words, which never exclude an article.

    They stay where nothing else would be left (`the who`).
    """
    match node:
        case And(children) | Or(children):
            content = tuple(child for child in children if not _is_function_word(child))
            if not all(isinstance(child, Not) for child in content):
                children = content
            return joined(type(node), [without_function_words(child) for child in children])
        case Field(name, child):
            return Field(name, without_function_words(child))
        case Not(child):
            return Not(without_function_words(child))
        case _:
            return node


def _is_function_word(node: Node) -> bool:
    return isinstance(node, Word) and node.text.lower() in FUNCTION_WORDS


def leaving_out(tree: Node) -> Iterator[Node]:
    """Yield the tree that asks for all words of an And but any one, then but any two, and so on.

    Exclusions stay; of more than `MOST_REQUIRED` words the first are taken. Nothing is yielded for
    a tree of one word, or one that is no And.
    """
    children = tree.children if isinstance(tree, And) else ()
    exclusions = [child for child in children if isinstance(child, Not)]
    required = [child for child in children if not isinstance(child, Not)][:MOST_REQUIRED]
    for count in range(len(required) - 1, 0, -1):
        ways = combinations(required, count)
        yield joined(Or, [joined(And, [*words, *exclusions]) for words in ways])
