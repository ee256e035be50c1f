"""Rewriting: several nodes -> one node by the rules of ast.py, and a tree -> a weaker one.

While a query is parsed a node may be *negative*: a `Not`, or an `And` of nothing but `Not`. It
becomes part of the `And` around it; if there is no `And`, the parser has nothing to search. Trees
are at most `parser.MOST_NESTING` parentheses deep, so recursion here is bounded.

The weaker trees ask for less: without function words, or without some of the words.
"""

from __future__ import annotations

from itertools import combinations, groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.analysis.stopwords import FUNCTION_WORDS
from indexer.query.ast import (
    And,
    AtLeast,
    Dates,
    Field,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.query.notices import NoticeCollector

Nearness: TypeAlias = tuple[int, bool]
"""Distance, and whether in order."""

_LEAVES: Final = (Word, Phrase, Prefix, Fuzzy)

MOST_REQUIRED: Final = 6
"""Most words of which some are left out, because the combinations double with each word."""


def join_nodes(kind: type[And | Or], parts: Sequence[Node]) -> Node:
    """Return one part as it is, or several as one flattened And or Or; `parts` is never empty."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.children if isinstance(part, kind) else [part])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def conjoin(parts: Sequence[Node]) -> Node | None:
    """Return the And of all parts; None if there are no parts."""
    return join_nodes(And, parts) if parts else None


def disjoin(parts: Iterable[Node], notes: NoticeCollector) -> Node | None:
    """Return the Or of all parts; None if no part is left.

    An exclusion is left out with a notice: in an OR it would match all other articles.
    """
    kept: list[Node] = []
    for part in parts:
        if is_negative(part):
            notes.add("syntax", "OR cannot join an exclusion, which was ignored; use AND instead.")
        else:
            kept.append(part)
    return join_nodes(Or, kept) if kept else None


def join_any(parts: Sequence[Node], notes: NoticeCollector) -> Node | None:
    """Return a node that matches any of the words, phrases and groups.

    Exclusions, dates and fields stay required.
    """
    required = [part for part in parts if _is_condition(part)]
    bare = disjoin((part for part in parts if not _is_condition(part)), notes)
    return conjoin([*([bare] if bare else []), *required])


def _is_condition(node: Node) -> bool:
    """Whether a part is required even with match="any"."""
    return isinstance(node, (Dates, Field)) or is_negative(node)


def is_negative(node: Node) -> bool:
    """Whether the node only excludes."""
    if isinstance(node, And):
        return all(isinstance(child, Not) for child in node.children)
    return isinstance(node, Not)


def negate(node: Node) -> Node:
    """Return a node that matches all other articles; an exclusion of an exclusion is the node
    itself.
    """
    match node:
        case Not(child):
            return child
        case And(children) if is_negative(node):
            return join_nodes(Or, [negate(child) for child in children])
        case _:
            return Not(node)


def restrict_to_field(name: str, node: Node, notes: NoticeCollector) -> Node | None:
    """Return the node restricted to one field; None for `date`, which takes no group.

    A field or date inside a group is not changed.
    """
    if name == "date":
        notes.add("date", "date: was ignored: it takes one day, month, year or range, no group.")
        return None
    return _restrict(name, node)


def _restrict(name: str, node: Node) -> Node:
    if isinstance(node, (Field, Dates)):
        return node
    if not is_negative(node) and not _has_field(node):
        return Field(name, node)
    match node:
        case Not(child):
            return Not(_restrict(name, child))
        case And(children):
            return And(tuple(_restrict(name, child) for child in children))
        case Or(children):
            return Or(tuple(_restrict(name, child) for child in children))
        case _:  # leaves, Near and AtLeast contain no field
            return Field(name, node)


def _has_field(node: Node) -> bool:
    match node:
        case Field() | Dates():
            return True
        case Not(child):
            return _has_field(child)
        case And(children) | Or(children):
            return any(map(_has_field, children))
        case _:
            return False


def require_count(count: int, node: Node, notes: NoticeCollector) -> Node:
    """Return a node that requires `count` mentions of a word, a phrase, or any of several."""
    if count == 1:
        return node
    match node:
        case Field(name, child):
            return Field(name, require_count(count, child, notes))
        case And(children) if all(map(_is_countable, children)):
            notes.add("syntax", f"atleast{count} was asked of each word; use OR for any of them.")
            return And(tuple(AtLeast(count, child) for child in children))
        case _ if _is_countable(node):
            return AtLeast(count, node)
    notes.add_ignored(f"atleast{count}", "it counts words and phrases, or several joined by OR")
    return node


def join_near(
    operands: Sequence[Node], between: Sequence[Nearness], notes: NoticeCollector
) -> Node | None:
    """Return operands joined by NEAR or PRE as one node; None if there are no operands.

    If all operators are the same, the result is one `Near`. Several are read from left to right in
    groups: a NEAR/5 b PRE/3 c is a NEAR/5 b and b PRE/3 c.

    Args:
        operands: in the order typed.
        between: the operator between each two operands, one fewer than the operands.
        notes: collects a notice for each change.
    """
    if not between:
        return operands[0] if operands else None
    if not all(map(_is_countable, operands)):
        reason = "NEAR and PRE join words and phrases only, so AND was used; for a field write "
        notes.add("syntax", reason + "title:(a NEAR/5 b).")
        return conjoin(operands)
    stretches: list[Node] = []
    start = 0
    for (distance, ordered), same in groupby(between):
        end = start + len(list(same))
        stretches.append(Near(tuple(operands[start : end + 1]), distance, ordered))
        start = end
    if len(stretches) > 1:
        notes.add(
            "syntax",
            "NEAR and PRE of several kinds in a row were read side by side: "
            "a NEAR/5 b PRE/3 c means a NEAR/5 b and b PRE/3 c.",
        )
    return conjoin(stretches)


def _is_countable(node: Node) -> bool:
    """Whether the node is allowed in a Near or an AtLeast."""
    if isinstance(node, Or):
        return all(isinstance(child, _LEAVES) for child in node.children)
    return isinstance(node, _LEAVES)


def drop_function_words(node: Node) -> Node:
    """Return the tree without unquoted function words, which never exclude an article.

    They stay if nothing else would be left (`the who`).
    """
    match node:
        case And(children) | Or(children):
            content = tuple(child for child in children if not _is_function_word(child))
            if not all(isinstance(child, Not) for child in content):
                children = content
            return join_nodes(type(node), [drop_function_words(child) for child in children])
        case Field(name, child):
            return Field(name, drop_function_words(child))
        case Not(child):
            return Not(drop_function_words(child))
        case _:
            return node


def _is_function_word(node: Node) -> bool:
    return isinstance(node, Word) and node.text.lower() in FUNCTION_WORDS


def leave_out_words(tree: Node) -> Iterator[Node]:
    """Yield the tree that requires all words of an And but any one, then but any two, and so on.

    Exclusions stay; of more than `MOST_REQUIRED` words the first are used. Yields nothing for a
    tree of one word, or a tree that is no And.
    """
    children = tree.children if isinstance(tree, And) else ()
    exclusions = [child for child in children if isinstance(child, Not)]
    required = [child for child in children if not isinstance(child, Not)][:MOST_REQUIRED]
    for count in range(len(required) - 1, 0, -1):
        ways = combinations(required, count)
        yield join_nodes(Or, [join_nodes(And, [*words, *exclusions]) for words in ways])
