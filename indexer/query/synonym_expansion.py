"""Synonym expansion: the typed tree -> the tree to search, with other names and spellings as nodes.

Names, acronyms and spellings from the lists become a `Widened` node or, if several unquoted words
are one listed name, an `Or` beside them. Inflections, variants and compounds of one word need no
node: `expand` finds them. Only names and spellings that the index has are added. A `Widened`
without others marks a name that is an alternative to several unquoted words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, assert_never

from indexer.analysis import designation_grammar, designation_prefixes, spelling_variants, synonyms
from indexer.analysis.designations import format_term, join_neighbours
from indexer.analysis.normalization import fold
from indexer.analysis.stemming import list_plural_forms
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
from indexer.query.rewrite import join_nodes
from indexer.query.term_expansion import expand
from indexer.query.word_forms import count_word_documents, is_one_word, is_spaced_variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.query.plan import PlannedLeaf, QueryPlan
    from indexer.query.vocabulary import Vocabulary

MOST_OTHERS: Final = 24
"""Most names and spellings added to one word; the longest row of the lists has fewer."""

WIDENED_FIELDS: Final = frozenset({"title", "lead", "body", "place", "system"})
"""Fields in which words are widened; an author or a source is searched as typed."""

_ARTICLES: Final = ("al", "el")
"""The Arabic article in its two usual romanisations: al-Sisi, el-Sisi."""


@dataclass(frozen=True, slots=True)
class WidenedLeaf:
    """A word or phrase with its other names and spellings, as a vocabulary caches it."""

    node: Word | Phrase | Widened

    @property
    def size_bytes(self) -> int:
        """Memory in bytes, estimated at 256 bytes per spelling."""
        others = self.node.others if isinstance(self.node, Widened) else ()
        return 1024 + 256 * len(others)


def widen(tree: Node, vocabulary: Vocabulary, *, exact: bool = False) -> Node:
    """Return the tree with the other names and spellings of its words; unchanged if `exact`.

    Args:
        tree: as the parser made it.
        vocabulary: of title and body.
        exact: whether the query asks for the typed words only.

    >>> from indexer.query.render import render
    >>> snapshot = index.engine.open_snapshot()
    >>> tree = snapshot.ask_vocabulary(lambda vocabulary: widen(Word("Kiev"), vocabulary))
    >>> [render(other.node) for other in tree.others]
    ['Kyiv']
    """
    return tree if exact else _widen_node(tree, vocabulary)


def list_widened_names(plan: QueryPlan) -> tuple[str, ...]:
    """Return the names and terms searched beyond the typed ones, for "Also searched".

    Names, acronyms and spellings first, as the lists print them, in the order of the query; then
    variants as printed, then inflections except plain plurals. Forms that differ by folding only
    are listed once, and typed forms never.
    """
    leaves = [leaf for leaf in plan.list_wanted_leaves() if _is_widenable(leaf)]
    nodes = [leaf.clause.node for leaf in leaves]
    shown = {_squeeze(text) for node in nodes for text in _list_typed_texts(node)}
    listed = [other.node.text for node in nodes for other in _list_others(node)]
    terms = [term for leaf in leaves for term in leaf.expansion.terms]
    by_rule = sorted((term for term in terms if _has_digit(term)), key=terms.index)
    words = {
        fold(text) for text in (*(t for node in nodes for t in _list_typed_texts(node)), *listed)
    }
    inflected = [
        term for term in terms if not _has_digit(term) and words.isdisjoint(list_plural_forms(term))
    ]
    found: list[str] = []
    for name in (*listed, *map(format_term, by_rule), *inflected):
        if _squeeze(name) not in shown:
            shown.add(_squeeze(name))
            found.append(name)
    return tuple(found)


def _widen_node(tree: Node, vocabulary: Vocabulary) -> Node:  # noqa: PLR0911  a case a node
    match tree:
        case Word() | Phrase():
            remembered = vocabulary.get_or_make(
                ("widened", tree), lambda: WidenedLeaf(_widen_leaf(tree, vocabulary))
            )
            return remembered.node
        case And(children):
            return join_nodes(And, list(_widen_run(children, vocabulary)))
        case Or(children):
            return join_nodes(Or, [_widen_node(child, vocabulary) for child in children])
        case Not(child):
            return Not(_widen_node(child, vocabulary))
        case Near(children, distance, ordered):
            widened = tuple(_widen_node(child, vocabulary) for child in children)
            return Near(widened, distance, ordered)
        case AtLeast(count, child):
            return AtLeast(count, _widen_node(child, vocabulary))
        case Field(name, child):
            return Field(name, _widen_node(child, vocabulary) if name in WIDENED_FIELDS else child)
        case Prefix() | Fuzzy() | Widened() | Dates() | Nothing() | Everything():
            return tree
        case _:
            assert_never(tree)


def _widen_leaf(leaf: Word | Phrase, vocabulary: Vocabulary) -> Word | Phrase | Widened:
    """Return a word or phrase with its other names by the lists, and the spellings of each word."""
    name = synonyms.make_key(_hyphenate_text(leaf))
    others: dict[synonyms.NameKey, Other] = {}
    for reached in synonyms.find_synonyms(name) or synonyms.find_synonyms(
        synonyms.make_key(synonyms.close_hyphens(leaf.text))
    ):
        others.setdefault(
            synonyms.make_key(reached.form), Other(_make_leaf(reached.form), reached.why)
        )
    for spelling in _find_spellings(name, vocabulary):
        others.setdefault(spelling, Other(_respell(leaf, spelling), "spelling"))
    others.pop(name, None)
    kept = [other for other in others.values() if _is_in_index(other.node, vocabulary)]
    return Widened(leaf, tuple(kept[:MOST_OTHERS])) if kept else leaf


def _hyphenate_text(leaf: Word | Phrase) -> str:
    """Return a leaf's text; a word that the parser joined by a space (`F 16`) gets a hyphen."""
    return leaf.text.strip().replace(" ", "-") if isinstance(leaf, Word) else leaf.text


def _make_leaf(form: str) -> Word | Phrase:
    """Return the node that searches a listed form: one word, one designation, or a phrase."""
    if len(join_neighbours(form.split())) == 1:
        return Word(form)
    return Phrase(form)


def _respell(leaf: Word | Phrase, spelling: synonyms.NameKey) -> Word | Phrase:
    if len(spelling) == 1:
        return Word(spelling[0].capitalize()) if isinstance(leaf, Word) else Phrase(spelling[0])
    return Phrase(" ".join(spelling))


def _find_spellings(name: synonyms.NameKey, vocabulary: Vocabulary) -> Iterator[synonyms.NameKey]:
    """Yield a name with one or several of its words in other romanisations."""
    ways: list[synonyms.NameKey] = [()]
    for place, term in enumerate(name):
        forms = [term, *_find_word_spellings(term, vocabulary)]
        if term in _ARTICLES and place < len(name) - 1:
            forms = list(_ARTICLES)
        if designation_prefixes.parse_maker_designation(term, "".join(name[place + 1 : place + 2])):
            forms = [term]  # `expand` adds every name of the maker
        ways = [(*way, form) for way in ways for form in forms][:MOST_OTHERS]
    yield from (way for way in ways if way != name)


def _find_word_spellings(term: str, vocabulary: Vocabulary) -> list[str]:
    """Return the other spellings of one word: by list, then by rule if the index has them."""
    if not term.isalpha():
        return []
    by_list = synonyms.find_respellings(term)
    by_rule = {
        form
        for word in (term, *by_list)
        for form in spelling_variants.find_romanisations(word)
        if vocabulary.count_documents(form)
    }
    return [*by_list, *sorted(by_rule - {term, *by_list})]


def _is_in_index(node: Word | Phrase, vocabulary: Vocabulary) -> bool:
    """Whether the index has every word of at least one spelling of the node."""
    expansion = expand(node, vocabulary)
    return any(map(vocabulary.count_documents, expansion.terms)) or any(
        all(any(map(vocabulary.count_documents, terms)) for terms in phrase)
        for phrase in expansion.phrases
    )


def _widen_run(children: Sequence[Node], vocabulary: Vocabulary) -> Iterator[Node]:
    """Yield the children of an And; unquoted neighbours that are one name together become an Or."""
    children = _join_known_designations(children, vocabulary)
    place = 0
    while place < len(children):
        length, writings = _find_longest_name(children[place:], vocabulary)
        run = [_widen_node(child, vocabulary) for child in children[place : place + length]]
        if writings:
            yield Or((join_nodes(And, run), *(Widened(node, ()) for node in writings)))
        else:
            yield from run
        place += length


def _join_known_designations(children: Sequence[Node], vocabulary: Vocabulary) -> list[Node]:
    """Return the children; neighbours that are one designation of the index become one word.

    The parser joins words that are one in any text (`F 16`). Here the index is the evidence:
    `VFA 115`, `COP 26` and `M1 A2` are one word if some article has `VFA-115`, `COP26` or `M1A2`.
    Capitals are required, because `map 21` may be a map and a number.
    """
    found: list[Node] = []
    for child in children:
        before = found[-1] if found else None
        if isinstance(before, Word) and isinstance(child, Word):
            whole = designation_grammar.join_uppercase_words(before.text, child.text)
            if whole and vocabulary.count_documents(designation_grammar.canonicalize(whole)):
                found[-1] = Word(whole)
                continue
        found.append(child)
    return found


def _find_longest_name(
    children: Sequence[Node], vocabulary: Vocabulary
) -> tuple[int, tuple[Word | Phrase, ...]]:
    """Return how many words from the first are one name or compound, and its other spellings."""
    words: list[str] = []
    for child in children[: synonyms.count_longest_name_words()]:
        if not isinstance(child, Word):
            break
        words.append(child.text)
    for length in range(len(words), 1, -1):
        name = synonyms.make_key(" ".join(words[:length]))
        found = [_make_leaf(reached.form) for reached in synonyms.find_synonyms(name)]
        found += _find_compounds(name, vocabulary)
        distinct = {synonyms.make_key(node.text): node for node in reversed(found)}
        held = [node for node in reversed(distinct.values()) if _is_in_index(node, vocabulary)]
        if held:
            return length, tuple(held[:MOST_OTHERS])
    return 1, ()


def _find_compounds(name: synonyms.NameKey, vocabulary: Vocabulary) -> Iterator[Word]:
    """Yield typed words as one: `cease fire` if the index has both, `su-30 mki`, `sukhoi 30`."""
    designation = designation_prefixes.parse_maker_designation(name[0], "".join(name[1:]))
    if designation:
        yield Word(designation_prefixes.format_designation(*designation))
    if len(name) == 2 and is_spaced_variant(*name, vocabulary):
        yield Word(format_term("".join(name)))
    elif (
        len(name) == 2
        and count_word_documents("".join(name), vocabulary)
        and is_one_word(*name, vocabulary)
    ):
        yield Word("".join(name))


def _is_widenable(leaf: PlannedLeaf) -> bool:
    """Whether a leaf can have other spellings to list; a prefix or fuzzy word cannot."""
    return isinstance(leaf.clause.node, Word | Phrase | Widened)


def _list_typed_texts(leaf: Node) -> list[str]:
    """Return the texts of a leaf that were typed, and their terms."""
    match leaf:
        case Widened(child, others):
            return [child.text] if others else []
        case Word(text) | Phrase(text):
            return [text, *(token.term for token in tokenize(text))]
        case _:
            return []


def _list_others(leaf: Node) -> tuple[Other, ...]:
    match leaf:
        case Widened(child, ()):
            return (Other(child, "name"),)
        case Widened(_, others):
            return others
        case _:
            return ()


@lru_cache(maxsize=4096)
def _squeeze(text: str) -> str:
    return "".join(token.term for token in tokenize(fold(text)))


def _has_digit(term: str) -> bool:
    return any(map(str.isdigit, term))
