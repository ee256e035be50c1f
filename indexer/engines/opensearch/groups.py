"""The searched tree -> groups: what each leaf of it stands for in this index, and where.

A group is one query word in all its forms, over weighted fields, counted as one word. What comes
out is values; compile.py makes the server's queries of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.fields import TEXT_WEIGHTS
from indexer.query.expand import Expansion, expand
from indexer.query.nodes import (
    And,
    AtLeast,
    Field,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Widened,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.query.vocabulary import Vocabulary

Fields: TypeAlias = tuple[tuple[str, float], ...]
Sequence: TypeAlias = tuple[tuple[str, ...], ...]
"""For each position of a phrase, the terms that may stand there."""

Leaf: TypeAlias = Word | Phrase | Prefix | Fuzzy | Widened

MOST_NEAR: Final = 120
"""Most terms of one operand of nearness, the most frequent kept: a server takes 1,024 in all of a
query, and an operand stands in it once a field and order."""


@dataclass(frozen=True, slots=True)
class Group:
    """One query word.

    Attributes:
        fields: (name, weight), weights above 0.
        words: index terms that stand for it alone.
        sequences: ways to write it over consecutive positions, two or more each.
    """

    fields: Fields
    words: tuple[str, ...] = ()
    sequences: tuple[Sequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the leaves of a tree stand for.

    Attributes:
        groups: by leaf and the field it stands in, "" for title and body.
        operands: the same for what nearness and ATLEAST are of.
        expansions: by leaf.
    """

    groups: dict[tuple[Node, str], Group] = field(default_factory=dict)
    operands: dict[tuple[Node, str], Group] = field(default_factory=dict)
    expansions: dict[Node, Expansion] = field(default_factory=dict)

    def asked(self, tree: Node) -> tuple[Group, ...]:
        """The words in the order typed, where the tree is a list of words."""
        children = tree.children if isinstance(tree, And | Or) else (tree,)
        return tuple(self.groups[child, ""] for child in children if (child, "") in self.groups)

    def every_group(self) -> set[Group]:
        """All groups."""
        return {*self.groups.values(), *self.operands.values()}


def read_tree(tree: Node, vocabulary: Callable[[str], Vocabulary], *, exact: bool) -> Reading:
    """What the leaves of a tree stand for.

    Args:
        vocabulary: gives that of a field, "" for title and body.
    """
    reading = Reading()
    _Reader(reading, vocabulary, exact=exact).read(tree, "")
    return reading


class _Reader:
    def __init__(
        self, reading: Reading, vocabulary: Callable[[str], Vocabulary], *, exact: bool
    ) -> None:
        self._reading = reading
        self._vocabulary = vocabulary
        self._exact = exact

    def read(self, node: Node, field: str) -> None:
        match node:
            case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
                self._leaf(node, field)
            case And(children) | Or(children):
                for child in children:
                    self.read(child, field)
            case Not(child):
                self.read(child, field)
            case Field(name, child):
                self.read(child, name)
            case Near(children, _, _):
                for child in children:
                    self._reading.operands[child, field] = self._near(child, field)
            case AtLeast(_, child):
                self._reading.operands[child, field] = self._operand(child, field)
            case _:
                return

    def _leaf(self, node: Leaf, field: str) -> Group:
        expansion = expand(node, self._vocabulary(field), exact=self._exact)
        self._reading.expansions[node] = expansion
        group = Group(fields_of(field), expansion.terms, expansion.phrases)
        self._reading.groups[node, field] = group
        return group

    def _operand(self, node: Node, field: str) -> Group:
        """A leaf, or several counted as one."""
        match node:
            case Or(children):
                groups = [self._operand(child, field) for child in children]
                words = dict.fromkeys(word for group in groups for word in group.words)
                sequences = dict.fromkeys(one for group in groups for one in group.sequences)
                return Group(fields_of(field), tuple(words), tuple(sequences))
            case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
                return self._leaf(node, field)
            case _:
                return Group(fields_of(field))

    def _near(self, node: Node, field: str) -> Group:
        """An operand of nearness: its most frequent terms, and a note where others were left."""
        group = self._operand(node, field)
        words = self._most_frequent(group.words, field)
        sequences = tuple(
            tuple(self._most_frequent(slot, field) for slot in sequence)
            for sequence in group.sequences
        )
        if (words, sequences) != (group.words, group.sequences):
            for leaf in node.children if isinstance(node, Or) else (node,):
                expansion = self._reading.expansions[leaf]
                kept = tuple(word for word in expansion.terms if word in words)
                cut = replace(expansion, terms=kept, truncated=True)
                self._reading.expansions[leaf] = cut
        return Group(group.fields, words, sequences)

    def _most_frequent(self, terms: tuple[str, ...], field: str) -> tuple[str, ...]:
        if len(terms) <= MOST_NEAR:
            return terms
        known = self._vocabulary(field)
        kept = sorted(terms, key=lambda term: (-known.frequency(term), term))[:MOST_NEAR]
        return tuple(sorted(kept))


def fields_of(name: str) -> Fields:
    """The fields a word is looked for in, with their weights."""
    return ((name, 1.0),) if name else TEXT_WEIGHTS
