"""The tree as typed -> the tree to search, with every other writing made explicit.

What a word means by the lists (names, acronyms, spellings) becomes a `Widened` node or, where
several unquoted words are one listed name, an `Or` beside them. Inflections, variants and compounds
of one word need no node: `expand` knows them. Only writings that the index holds are added.
A `Widened` without others marks a writing that stands beside unquoted words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, assert_never

from indexer.analysis import designation_grammar, designation_prefixes, spelling_variants, synonyms
from indexer.analysis.designations import display, join_neighbours
from indexer.analysis.normalization import fold
from indexer.analysis.stemming import plural_kin
from indexer.analysis.tokenizer import tokenize
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
    Other,
    Phrase,
    Prefix,
    Widened,
    Word,
)
from indexer.query.rewrite import joined
from indexer.query.term_expansion import expand
from indexer.query.word_forms import are_one_word, held, is_variant_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.query.plan import PlannedLeaf, QueryPlan
    from indexer.query.vocabulary import Vocabulary

MOST_OTHERS: Final = 24
"""Most writings added to one word; the longest row of the lists has fewer."""

WIDENED_FIELDS: Final = frozenset({"title", "lead", "body", "place", "system"})
"""Fields in which words are widened; an author or a source is searched as typed."""

_ARTICLES: Final = ("al", "el")
"""The Arabic article in its two usual romanisations: al-Sisi, el-Sisi."""


@dataclass(frozen=True, slots=True)
class WidenedLeaf:
    """A word or phrase with its other writings, as a vocabulary remembers it."""

    node: Word | Phrase | Widened

    @property
    def size_bytes(self) -> int:
        """Memory it takes, estimated at 256 bytes a writing."""
        others = self.node.others if isinstance(self.node, Widened) else ()
        return 1024 + 256 * len(others)


def widen(tree: Node, vocabulary: Vocabulary, *, exact: bool = False) -> Node:
    """Return the tree with the other writings of its words; as it is where `exact`."""
    return tree if exact else _widen(tree, vocabulary)


def widened_names(plan: QueryPlan) -> tuple[str, ...]:
    """Return what was searched beyond what was typed, for "Also searched".

    Names, acronyms and spellings first, as the lists print them, in the order of the query; then
    variants as printed, then inflections but for plain plurals. Forms that differ by folding only
    are shown once, and never what was typed.
    """
    leaves = [leaf for leaf in plan.list_wanted_leaves() if _is_widened(leaf)]
    nodes = [leaf.clause.node for leaf in leaves]
    shown = {_squeezed(text) for node in nodes for text in _typed_texts(node)}
    listed = [other.node.text for node in nodes for other in _others(node)]
    terms = [term for leaf in leaves for term in leaf.expansion.terms]
    by_rule = sorted((term for term in terms if _has_digit(term)), key=terms.index)
    words = {fold(text) for text in (*(t for node in nodes for t in _typed_texts(node)), *listed)}
    inflected = [
        term for term in terms if not _has_digit(term) and words.isdisjoint(plural_kin(term))
    ]
    found: list[str] = []
    for name in (*listed, *map(display, by_rule), *inflected):
        if _squeezed(name) not in shown:
            shown.add(_squeezed(name))
            found.append(name)
    return tuple(found)


def _widen(tree: Node, vocabulary: Vocabulary) -> Node:  # noqa: PLR0911  a case a node
    match tree:
        case Word() | Phrase():
            remembered = vocabulary.remember(
                ("widened", tree), lambda: WidenedLeaf(_widen_leaf(tree, vocabulary))
            )
            return remembered.node
        case And(children):
            return joined(And, list(_widen_run(children, vocabulary)))
        case Or(children):
            return joined(Or, [_widen(child, vocabulary) for child in children])
        case Not(child):
            return Not(_widen(child, vocabulary))
        case Near(children, distance, ordered):
            widened = tuple(_widen(child, vocabulary) for child in children)
            return Near(widened, distance, ordered)
        case AtLeast(count, child):
            return AtLeast(count, _widen(child, vocabulary))
        case Field(name, child):
            return Field(name, _widen(child, vocabulary) if name in WIDENED_FIELDS else child)
        case Prefix() | Fuzzy() | Widened() | Dates() | Nothing() | Everything():
            return tree
        case _:
            assert_never(tree)


def _widen_leaf(leaf: Word | Phrase, vocabulary: Vocabulary) -> Word | Phrase | Widened:
    """Return a word or phrase with its other writings; the whole by list, each word by spelling."""
    name = synonyms.key(_joined_text(leaf))
    others: dict[synonyms.Key, Other] = {}
    for reached in synonyms.reach(name) or synonyms.reach(synonyms.key(synonyms.closed(leaf.text))):
        others.setdefault(synonyms.key(reached.form), Other(_leaf_for(reached.form), reached.why))
    for spelling in _spellings(name, vocabulary):
        others.setdefault(spelling, Other(_respelled(leaf, spelling), "spelling"))
    others.pop(name, None)
    kept = [other for other in others.values() if _is_held(other.node, vocabulary)]
    return Widened(leaf, tuple(kept[:MOST_OTHERS])) if kept else leaf


def _joined_text(leaf: Word | Phrase) -> str:
    """Return a leaf's text; a word that the parser joined by a space (`F 16`) gets a hyphen."""
    return leaf.text.strip().replace(" ", "-") if isinstance(leaf, Word) else leaf.text


def _leaf_for(form: str) -> Word | Phrase:
    """Return the node that searches a listed form: one word, one designation, or a phrase."""
    if len(join_neighbours(form.split())) == 1:
        return Word(form)
    return Phrase(form)


def _respelled(leaf: Word | Phrase, spelling: synonyms.Key) -> Word | Phrase:
    if len(spelling) == 1:
        return Word(spelling[0].capitalize()) if isinstance(leaf, Word) else Phrase(spelling[0])
    return Phrase(" ".join(spelling))


def _spellings(name: synonyms.Key, vocabulary: Vocabulary) -> Iterator[synonyms.Key]:
    """Yield a name with its words in other romanisations, one or several changed."""
    ways: list[synonyms.Key] = [()]
    for place, term in enumerate(name):
        forms = [term, *_word_spellings(term, vocabulary)]
        if term in _ARTICLES and place < len(name) - 1:
            forms = list(_ARTICLES)
        if designation_prefixes.made(term, "".join(name[place + 1 : place + 2])):
            forms = [term]  # `expand` knows every name of the maker
        ways = [(*way, form) for way in ways for form in forms][:MOST_OTHERS]
    yield from (way for way in ways if way != name)


def _word_spellings(term: str, vocabulary: Vocabulary) -> list[str]:
    if not term.isalpha():
        return []
    by_list = synonyms.respellings(term)
    by_rule = {
        form
        for word in (term, *by_list)
        for form in spelling_variants.romanisations(word)
        if vocabulary.frequency(form)
    }
    return [*by_list, *sorted(by_rule - {term, *by_list})]


def _is_held(node: Word | Phrase, vocabulary: Vocabulary) -> bool:
    """Whether the index holds every word of one way to write the node."""
    expansion = expand(node, vocabulary)
    return any(map(vocabulary.frequency, expansion.terms)) or any(
        all(any(map(vocabulary.frequency, terms)) for terms in phrase)
        for phrase in expansion.phrases
    )


def _widen_run(children: Sequence[Node], vocabulary: Vocabulary) -> Iterator[Node]:
    """Yield the children of an And, unquoted neighbours that are one name together as an Or."""
    children = _join_held(children, vocabulary)
    place = 0
    while place < len(children):
        length, writings = _longest_name(children[place:], vocabulary)
        run = [_widen(child, vocabulary) for child in children[place : place + length]]
        if writings:
            yield Or((joined(And, run), *(Widened(node, ()) for node in writings)))
        else:
            yield from run
        place += length


def _join_held(children: Sequence[Node], vocabulary: Vocabulary) -> list[Node]:
    """Return the children, neighbours that are one designation of the index as one word.

    The parser joins what any text would (`F 16`); here the index is the evidence: `VFA 115`, `COP
    26` and `M1 A2` are one where some article has `VFA-115`, `COP26` or `M1A2`. Capitals are asked
    for, since `map 21` may be a map and a number.
    """
    found: list[Node] = []
    for child in children:
        before = found[-1] if found else None
        if isinstance(before, Word) and isinstance(child, Word):
            whole = designation_grammar.join_capitals(before.text, child.text)
            if whole and vocabulary.frequency(designation_grammar.canonical(whole)):
                found[-1] = Word(whole)
                continue
        found.append(child)
    return found


def _longest_name(
    children: Sequence[Node], vocabulary: Vocabulary
) -> tuple[int, tuple[Word | Phrase, ...]]:
    """Return how many words from the first on are one name or compound, and its other writings."""
    words: list[str] = []
    for child in children[: synonyms.longest()]:
        if not isinstance(child, Word):
            break
        words.append(child.text)
    for length in range(len(words), 1, -1):
        name = synonyms.key(" ".join(words[:length]))
        found = [_leaf_for(reached.form) for reached in synonyms.reach(name)]
        found += _compounds(name, vocabulary)
        distinct = {synonyms.key(node.text): node for node in reversed(found)}
        held = [node for node in reversed(distinct.values()) if _is_held(node, vocabulary)]
        if held:
            return length, tuple(held[:MOST_OTHERS])
    return 1, ()


def _compounds(name: synonyms.Key, vocabulary: Vocabulary) -> Iterator[Word]:
    """Yield typed words as one: `cease fire` where the index has both, `su-30 mki`, `sukhoi 30`."""
    designation = designation_prefixes.made(name[0], "".join(name[1:]))
    if designation:
        yield Word(designation_prefixes.printed(*designation))
    if len(name) == 2 and is_variant_apart(*name, vocabulary):
        yield Word(display("".join(name)))
    elif len(name) == 2 and held("".join(name), vocabulary) and are_one_word(*name, vocabulary):
        yield Word("".join(name))


def _is_widened(leaf: PlannedLeaf) -> bool:
    """Whether it has other writings to show: a prefix or fuzzy word says itself what it finds."""
    return isinstance(leaf.clause.node, Word | Phrase | Widened)


def _typed_texts(leaf: Node) -> list[str]:
    match leaf:
        case Widened(child, others):
            return [child.text] if others else []
        case Word(text) | Phrase(text):
            return [text, *(token.term for token in tokenize(text))]
        case _:
            return []


def _others(leaf: Node) -> tuple[Other, ...]:
    match leaf:
        case Widened(child, ()):
            return (Other(child, "name"),)
        case Widened(_, others):
            return others
        case _:
            return ()


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return "".join(token.term for token in tokenize(fold(text)))


def _has_digit(term: str) -> bool:
    return any(map(str.isdigit, term))
