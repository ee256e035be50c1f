"""A searched tree -> its plan: every leaf with its field and its index terms.

In: the tree and the vocabulary of each field. Out: a frozen `QueryPlan`, made once per search. The
engines compile it (see query_builder.py), and score and explain by it; the page highlights by it
and lists what was searched.

A leaf is identified by its node *and* its field: `body:officials title:officials` has one node in
two fields, with other index terms in each and other articles.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, assert_never

from indexer.fields import TEXT_WEIGHTS
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
from indexer.query.processor_time import check_processor_time
from indexer.query.render import render
from indexer.query.term_expansion import Expansion, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indexer.query.term_expansion import Leaf
    from indexer.query.vocabulary import Vocabulary

FieldWeights: TypeAlias = tuple[tuple[str, float], ...]
"""Fields with their weights in ranking, above 0."""

PhraseForms: TypeAlias = tuple[tuple[str, ...], ...]
"""For each position of a phrase, the terms allowed there."""


class Clause(NamedTuple):
    """A leaf, a `Near` or an `AtLeast` of the tree, in one field; "" is title and body together."""

    node: Node
    field: str = ""


@dataclass(frozen=True, slots=True)
class WordGroup:
    """One query word in all its forms, over weighted fields, counted as one word.

    Attributes:
        fields: names and weights.
        words: index terms that are a form of the word by themselves.
        sequences: forms that take several consecutive positions, two or more each.
    """

    fields: FieldWeights
    words: tuple[str, ...] = ()
    sequences: tuple[PhraseForms, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedLeaf:
    """A leaf in its field: its expansion to index terms, and the word group that is searched.

    `expansion` has the terms to show and to highlight. `group` may have more: see `plan_query`.
    """

    clause: Clause
    expansion: Expansion
    group: WordGroup


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """A tree and its leaves, expanded to the index terms of one generation.

    Attributes:
        tree: as searched.
        leaves: every leaf by its clause, excluded ones too; in the order of the query, but the
            children that an And excludes come after the others.
        operands: of each `Near` and `AtLeast`, by its clause: one leaf each; several joined by OR
            are one leaf, whose node is the Or.
    """

    tree: Node
    leaves: Mapping[Clause, PlannedLeaf] = field(default_factory=dict)
    operands: Mapping[Clause, tuple[PlannedLeaf, ...]] = field(default_factory=dict)

    def list_typed_words(self) -> tuple[WordGroup, ...]:
        """Return the words in the order typed, which gain by being close to each other.

        Empty unless the tree is a list of words; words of a named field do not take part.
        """
        children = self.tree.children if isinstance(self.tree, And | Or) else (self.tree,)
        clauses = map(Clause, children)
        return tuple(self.leaves[clause].group for clause in clauses if clause in self.leaves)

    def list_wanted_leaves(self) -> tuple[PlannedLeaf, ...]:
        """Return the leaves that are not excluded, each once."""
        found = (leaf for clause in find_clauses(self.tree) for leaf in find_leaves(clause))
        return tuple(self.leaves[clause] for clause in dict.fromkeys(found))

    def list_scored_leaves(self) -> tuple[PlannedLeaf, ...]:
        """Return the leaves that have a score of their own, each once.

        Leaves that NEAR or ATLEAST joins by OR are scored as one word, and are one leaf here.
        """
        found: dict[Clause, PlannedLeaf] = {}
        for clause in find_clauses(self.tree):
            for leaf in self.operands.get(clause) or (self.leaves[clause],):
                found.setdefault(leaf.clause, leaf)
        return tuple(found.values())

    def list_marked_clauses(self) -> tuple[Clause, ...]:
        """Return the clauses to highlight: each leaf, those of ATLEAST too, and each NEAR as a
        whole.
        """
        return tuple(
            marked
            for clause in find_clauses(self.tree)
            for marked in ((clause,) if isinstance(clause.node, Near) else find_leaves(clause))
        )

    def list_groups(self) -> set[WordGroup]:
        """Return the word groups of all leaves and operands, each once."""
        operands = (leaf for leaves in self.operands.values() for leaf in leaves)
        return {leaf.group for leaf in (*self.leaves.values(), *operands)}

    def list_searched(self) -> dict[str, tuple[str, ...]]:
        """Return the index terms and phrases of each typed text.

        JSON and page name a text, not its field. So for a text in several fields or kinds
        (`missile "missile"`), the terms of the first leaf are listed, then those that the others
        add.
        """
        searched: dict[str, tuple[str, ...]] = {}
        for leaf in self.leaves.values():
            typed, terms = leaf.expansion.typed, _list_shown_terms(leaf)
            known = searched.get(typed, ())
            added = (term for term in terms if term not in known) if known else terms
            searched[typed] = (*known, *added)
        return searched

    def count_typed(self, counts: Mapping[Clause, int]) -> dict[str, int]:
        """Return the number of articles with each typed text.

        For a text in several fields it is the highest count of its leaves, which is a lower bound:
        more articles may have it in one field or another. So a text is missing (0) only if all its
        fields lack it.

        Args:
            counts: number of articles of each leaf.
        """
        counted: dict[str, int] = {}
        for clause, leaf in self.leaves.items():
            typed = leaf.expansion.typed
            counted[typed] = max(counted.get(typed, 0), counts[clause])
        return counted


def plan_leaf_alone(leaf: PlannedLeaf) -> QueryPlan:
    """Return the plan of a search for one leaf of another plan, as of one word."""
    clause = Clause(Word(leaf.expansion.typed))
    return QueryPlan(clause.node, {clause: leaf})


def plan_query(
    tree: Node,
    vocabulary_of_field: Callable[[str], Vocabulary],
    *,
    exact: bool = False,
    most_near: int | None = None,
) -> QueryPlan:
    """Plan a search: look up the index terms of each leaf of a tree.

    For `title:drone NATO` the plan has the leaves `Clause(Word("drone"), "title")`, with the forms
    of the word that occur in titles, and `Clause(Word("NATO"), "")`.

    Args:
        tree: as searched: widened, without function words.
        vocabulary_of_field: returns the vocabulary of a field; for "", that of title and body.
        exact: whether a leaf matches only the typed words.
        most_near: most terms of one operand of NEAR, if the engine has such a limit: the most
            frequent are kept. A leaf that loses terms is reported as truncated and highlighted by
            the terms that are left, but outside NEAR it is searched with all its terms.
    """
    planner = _Planner(vocabulary_of_field, exact=exact, most_near=most_near)
    for clause in find_clauses(tree, excluded=True):
        planner.add(clause)
    return QueryPlan(tree, planner.leaves, planner.operands)


class _Planner:
    """Collects the leaves and operands of one plan."""

    def __init__(
        self,
        vocabulary_of_field: Callable[[str], Vocabulary],
        *,
        exact: bool,
        most_near: int | None,
    ) -> None:
        self._vocabulary_of_field = vocabulary_of_field
        self._exact = exact
        self._most_near = most_near
        self.leaves: dict[Clause, PlannedLeaf] = {}
        self.operands: dict[Clause, tuple[PlannedLeaf, ...]] = {}

    def add(self, clause: Clause) -> None:
        """Add the leaves and operands of a clause."""
        match clause:
            case (Word() | Phrase() | Prefix() | Fuzzy() | Widened() as leaf, name):
                self._add_leaf(leaf, name)
            case (Near(children), name):
                self.operands[clause] = tuple(
                    self._plan_near_operand(child, name) for child in children
                )
            case (AtLeast(_, child), name):
                self.operands[clause] = (self._plan_operand(child, name),)

    def _add_leaf(self, node: Leaf, name: str) -> PlannedLeaf:
        clause = Clause(node, name)
        if clause not in self.leaves:
            check_processor_time()
            expansion = expand(node, self._vocabulary_of_field(name), exact=self._exact)
            self.leaves[clause] = _plan_leaf(clause, expansion)
        return self.leaves[clause]

    def _plan_operand(self, node: Node, name: str) -> PlannedLeaf:
        """Return an operand of NEAR or ATLEAST as one word: a leaf, or several joined by OR."""
        leaves = [self._add_leaf(leaf, name) for leaf in _list_alternatives(node)]
        if len(leaves) == 1:
            return leaves[0]
        expansion = Expansion(
            render(node),
            tuple(dict.fromkeys(term for leaf in leaves for term in leaf.group.words)),
            tuple(dict.fromkeys(forms for leaf in leaves for forms in leaf.group.sequences)),
        )
        return _plan_leaf(Clause(node, name), expansion)

    def _plan_near_operand(self, node: Node, name: str) -> PlannedLeaf:
        """Return an operand of NEAR with at most `most_near` terms."""
        whole = self._plan_operand(node, name)
        if self._most_near is None:
            return whole
        words = self._keep_most_frequent(whole.group.words, name)
        sequences = tuple(
            tuple(self._keep_most_frequent(terms, name) for terms in forms)
            for forms in whole.group.sequences
        )
        if (words, sequences) == (whole.group.words, whole.group.sequences):
            return whole
        for leaf in _list_alternatives(node):
            self._truncate(Clause(leaf, name), words)
        expansion = replace(whole.expansion, terms=words, phrases=sequences, truncated=True)
        return _plan_leaf(whole.clause, expansion)

    def _truncate(self, clause: Clause, words: tuple[str, ...]) -> None:
        """Report a leaf as truncated to these words; its group is not changed."""
        leaf = self.leaves[clause]
        terms = tuple(term for term in leaf.expansion.terms if term in words)
        expansion = replace(leaf.expansion, terms=terms, truncated=True)
        self.leaves[clause] = replace(leaf, expansion=expansion)

    def _keep_most_frequent(self, terms: tuple[str, ...], name: str) -> tuple[str, ...]:
        if self._most_near is None or len(terms) <= self._most_near:
            return terms
        known = self._vocabulary_of_field(name)
        falling = sorted(terms, key=lambda term: (-known.count_documents(term), term))
        return tuple(sorted(falling[: self._most_near]))


def _plan_leaf(clause: Clause, expansion: Expansion) -> PlannedLeaf:
    fields = ((clause.field, 1.0),) if clause.field else TEXT_WEIGHTS
    return PlannedLeaf(clause, expansion, WordGroup(fields, expansion.terms, expansion.phrases))


def find_clauses(node: Node, name: str = "", *, excluded: bool = False) -> Iterator[Clause]:
    """Yield every leaf, `Near` and `AtLeast` of a tree with its field.

    Args:
        node: the tree.
        name: the field around it, "" for none.
        excluded: whether the children that an And excludes are yielded too, after the others.
    """
    match node:
        case Word() | Phrase() | Prefix() | Fuzzy() | Widened() | Near() | AtLeast():
            yield Clause(node, name)
        case And(children):
            for child in children:
                yield from find_clauses(child, name, excluded=excluded)
            for child in children if excluded else ():
                if isinstance(child, Not):
                    yield from find_clauses(child.child, name, excluded=excluded)
        case Or(children):
            for child in children:
                yield from find_clauses(child, name, excluded=excluded)
        case Field(own, child):
            yield from find_clauses(child, own, excluded=excluded)
        case Not() | Dates() | Nothing() | Everything():
            return
        case _:
            assert_never(node)


def find_leaves(clause: Clause) -> Iterator[Clause]:
    """Yield the leaves of a clause: itself, or the operands of a `Near` or an `AtLeast`."""
    for operand in _list_operands(clause.node) or (clause.node,):
        for leaf in _list_alternatives(operand):
            yield Clause(leaf, clause.field)


def _list_operands(node: Node) -> tuple[Node, ...]:
    match node:
        case Near(children):
            return children
        case AtLeast(_, child):
            return (child,)
        case _:
            return ()


def _list_alternatives(operand: Node) -> Iterator[Leaf]:
    """Yield the leaves of an operand, which is a leaf or an Or of leaves."""
    for node in operand.children if isinstance(operand, Or) else (operand,):
        match node:
            case Word() | Phrase() | Prefix() | Fuzzy() | Widened():
                yield node


def _list_shown_terms(leaf: PlannedLeaf) -> tuple[str, ...]:
    expansion = leaf.expansion
    return (*expansion.terms, *(" ".join(slot[0] for slot in forms) for forms in expansion.phrases))


def collect_terms(plan: QueryPlan) -> frozenset[str]:
    """Return every term of a plan that may match a leaf."""
    expansions = (leaf.expansion for leaf in plan.leaves.values())
    return frozenset(
        term
        for expansion in expansions
        for forms in (expansion.terms, *chain.from_iterable(expansion.phrases))
        for term in forms
    )
