"""A leaf of the query tree -> its index terms, looked up in the vocabulary of one index.

In: a leaf node and a `Vocabulary`. Out: an `Expansion`, which the engine compiles, the highlighter
highlights by, and the page lists as "searched".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.analysis import designation_grammar, designation_prefixes
from indexer.analysis.normalization import HYPHENS
from indexer.analysis.spelling_variants import find_us_prefixes
from indexer.analysis.tokenizer import Token, tokenize
from indexer.query.ast import Fuzzy, Phrase, Prefix, Widened, Word
from indexer.query.processor_time import check_processor_time
from indexer.query.word_forms import (
    count_word_documents,
    filter_known_terms,
    find_position_terms,
    find_spaced_forms,
    find_word_forms,
    is_one_word,
    is_spaced_variant,
    is_two_words,
    list_figure_forms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.query.vocabulary import Vocabulary
    from indexer.query.word_forms import TermPath

TERM_CAP: Final = 1000
"""Most index terms of one prefix or fuzzy word; the most frequent are kept."""

PATH_CAP: Final = 16
"""Most spellings of one phrase; a phrase of four names with two spellings each still fits."""

_HYPHENS: Final = frozenset(HYPHENS.replace("\\", ""))

LONG_PHRASE: Final = 50
"""Words above which a phrase is searched as typed only; the web allows no more."""

Leaf: TypeAlias = Word | Phrase | Prefix | Fuzzy | Widened

_SPACE: Final = re.compile(r"\s+")
_COMPOUND_LETTERS: Final = 5
"""Fewest letters of a word that may be two: `adhoc` is not, `cyberwar` may be `cyber war`."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The index terms of a leaf, all counted as one word by the ranking.

    Attributes:
        typed: as typed.
        terms: terms that match by themselves, at one position; sorted, no duplicates.
        phrases: spellings over several positions: for each position the terms allowed there,
            positions consecutive.
        truncated: whether TERM_CAP cut the terms.
    """

    typed: str
    terms: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, ...], ...], ...] = ()
    truncated: bool = False

    @property
    def size_bytes(self) -> int:
        """Memory in bytes, estimated at 64 bytes per term."""
        forms = (self.terms, *chain.from_iterable(self.phrases))
        return 512 + 64 * sum(1 + len(form) for form in forms)


@dataclass(frozen=True, slots=True)
class _TypedTerm:
    """A typed term, and whether a hyphen joins it to the next term and to no other."""

    term: str
    hyphened: bool


def expand(node: Leaf, vocabulary: Vocabulary, *, exact: bool = False) -> Expansion:
    """Return the index terms of a leaf in one vocabulary.

    An unquoted word is expanded to its stem group; a designation to its variants too, to its
    letters and number in two words (`F 16`), and to the maker's name for the letters (`Sukhoi-30`,
    and the reverse); a figure to the same figure with a unit. Quoted words are expanded to their
    plural and singular only. A hyphenated word is a phrase, and also one word if the index has it
    so.

    The vocabulary caches the result by leaf, because a word is expanded by every page of its
    search, and once more to be widened.

    Args:
        node: a leaf.
        vocabulary: of one field, or of title and body.
        exact: folding only: no inflections, variants or compounds. A figure keeps its units,
            because the index has them in one term.
    """
    return vocabulary.get_or_make((node, exact), lambda: _expand(node, vocabulary, exact=exact))


def _expand(node: Leaf, vocabulary: Vocabulary, *, exact: bool) -> Expansion:
    match node:
        case Word(text):
            return _make_expansion(text, _find_word_paths(text, vocabulary, exact=exact))
        case Phrase(text):
            return _make_expansion(
                text, _find_phrase_paths(_read_phrase(text), vocabulary, exact=exact)
            )
        case Prefix(text):
            return _expand_prefix(text, vocabulary, exact=exact)
        case Fuzzy(text, edits):
            return _expand_fuzzy(text, edits, vocabulary)
        case Widened(child, others):
            return _merge_expansions(
                expand(each, vocabulary, exact=exact)
                for each in (child, *(other.node for other in others))
            )


def _make_expansion(typed: str, paths: Iterable[TermPath], *, truncated: bool = False) -> Expansion:
    """Return an expansion: paths of one position become terms, longer ones phrases."""
    terms: set[str] = set()
    phrases: dict[TermPath, None] = {}
    for path in paths:
        if len(path) == 1:
            terms.update(path[0])
        elif path:
            phrases[path] = None
    return Expansion(typed, tuple(sorted(terms)), tuple(phrases), truncated)


def _merge_expansions(expansions: Iterable[Expansion]) -> Expansion:
    """Return the expansion of several spellings, with the text of the first."""
    first, *rest = expansions
    every = (first, *rest)
    terms = sorted({term for each in every for term in each.terms})
    phrases = dict.fromkeys(phrase for each in every for phrase in each.phrases)
    return Expansion(first.typed, tuple(terms), tuple(phrases), any(e.truncated for e in every))


def _find_word_paths(text: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[TermPath]:
    """Yield the spellings of an unquoted word."""
    tokens = _drop_unit_tokens(tokenize(_SPACE.sub("-", text.strip())))
    if len(tokens) != 1:
        yield from _find_phrase_paths(
            _read_phrase(_SPACE.sub("-", text.strip())), vocabulary, exact=exact, inflect=True
        )
        return
    term = tokens[0].term
    kin = list_figure_forms(term) if exact else find_word_forms(term, vocabulary)
    yield (filter_known_terms((term, *kin), term, vocabulary),)
    yield from _find_split_paths(term, vocabulary, exact=exact)


def _find_split_paths(term: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[TermPath]:
    """Yield the spellings of one term in several words: `F 16`, `U. S.`, `cease fire`."""
    if "." in term and term.endswith("."):
        yield (term[0],), (term[2],)
    parts = designation_grammar.split_designation(term)
    if parts:
        yield from find_spaced_forms(*parts, vocabulary, exact=exact)
    if not exact and term.isalpha() and len(term) >= _COMPOUND_LETTERS:
        for place in range(2, len(term) - 1):
            first, second = term[:place], term[place:]
            if is_two_words(first, second, vocabulary):
                yield (first,), find_position_terms(second, vocabulary, inflect=False)


def _find_phrase_paths(
    tokens: Sequence[_TypedTerm], vocabulary: Vocabulary, *, exact: bool, inflect: bool = False
) -> list[TermPath]:
    """Return the spellings of a phrase, the typed one first, at most PATH_CAP.

    A phrase of more than LONG_PHRASE words is searched as typed only.
    """
    reached: list[list[TermPath]] = [[()], *([] for _ in tokens)]
    for place in range(len(tokens)):
        check_processor_time()
        steps = _find_steps(place, tokens, vocabulary, exact=exact, inflect=inflect)
        for length, piece in islice(steps, 1 if len(tokens) > LONG_PHRASE else None):
            ways = reached[place + length]
            ways.extend(path + piece for path in reached[place][: PATH_CAP - len(ways)])
    return reached[-1] if tokens else []


def _find_steps(
    place: int, tokens: Sequence[_TypedTerm], vocabulary: Vocabulary, *, exact: bool, inflect: bool
) -> Iterator[tuple[int, TermPath]]:
    """Yield how a phrase may continue: the number of typed terms read, and the path searched for
    them.

    Only the last word of an unquoted compound inflects: `cease-fires`, not `ceased-fire`.
    """
    term = tokens[place].term
    following = tokens[place + 1].term if place + 1 < len(tokens) else ""
    made = None if exact else designation_prefixes.parse_maker_designation(term, following)
    if made:  # one spelling: two that overlap would count a word twice
        pieces = tuple(find_spaced_forms(*made, vocabulary, exact=exact)) or (
            ((term,), (following,)),
        )
        yield from ((2, path) for path in pieces)
        yield 2, (find_position_terms("".join(made), vocabulary, inflect=False),)
        return
    yield 1, (_find_position_terms(term, vocabulary, exact=exact),)
    if place + 1 < len(tokens):
        joined = _join_terms(tokens[place], tokens[place + 1], vocabulary, exact=exact)
        if joined:
            whole = inflect and len(tokens) == 2
            yield (
                2,
                ((joined,) if exact else find_position_terms(joined, vocabulary, inflect=whole),),
            )
    for path in _find_split_paths(term, vocabulary, exact=exact):
        yield 1, path


def _find_position_terms(term: str, vocabulary: Vocabulary, *, exact: bool) -> tuple[str, ...]:
    """Return the terms allowed at one position of a phrase: `$180mn` too for `180`."""
    if exact:
        return filter_known_terms((term, *list_figure_forms(term)), term, vocabulary)
    return find_position_terms(term, vocabulary, inflect=False)


def _join_terms(
    first: _TypedTerm, second: _TypedTerm, vocabulary: Vocabulary, *, exact: bool
) -> str | None:
    """Return two typed terms as one if they are a designation or a compound of the index; else
    None.
    """
    whole = tokenize(f"{first.term}-{second.term}")
    if len(whole) == 1:
        return whole[0].term
    joined = first.term + second.term
    if not exact and is_spaced_variant(first.term, second.term, vocabulary):
        return joined
    if exact or not joined.isalpha():
        return None
    if not count_word_documents(joined, vocabulary):
        return None
    one = first.hyphened or is_one_word(first.term, second.term, vocabulary)
    return joined if one else None


def _read_phrase(text: str) -> list[_TypedTerm]:
    """Return the terms of a phrase, or of a word of several, and where hyphens join them."""
    tokens = tokenize(text)
    gaps = [text[a.end : b.start] in _HYPHENS for a, b in pairwise(tokens)]
    around = [False, *gaps, False, False]
    return [
        _TypedTerm(token.term, around[place : place + 3] == [False, True, False])
        for place, token in enumerate(tokens)
    ]


def _drop_unit_tokens(tokens: list[Token]) -> list[Token]:
    """Return the tokens without those of units, which only repeat the end of their figure."""
    return [
        token
        for before, token in zip([None, *tokens], tokens, strict=False)
        if before is None or token.start >= before.end
    ]


def _expand_prefix(text: str, vocabulary: Vocabulary, *, exact: bool) -> Expansion:
    """Expand the last word by its prefix; words before it (`air-to-a*`) make a phrase."""
    tokens = _drop_unit_tokens(tokenize(text))
    if not tokens:
        return Expansion(text, ())
    found = {
        term
        for prefix in find_us_prefixes(tokens[-1].term)
        for term in vocabulary.find_prefix_terms(prefix)
    }
    terms = _keep_most_frequent(found, vocabulary)
    truncated = len(found) > TERM_CAP
    if len(tokens) == 1:
        apart = _expand_spaced_prefix(tokens[0].term, vocabulary, exact=exact)
        return Expansion(text, terms, tuple(apart), truncated)
    heads = tuple(
        _find_position_terms(token.term, vocabulary, exact=exact) for token in tokens[:-1]
    )
    path = (*heads, terms)
    return Expansion(text, (), (path,) if terms else (), truncated)


def _expand_spaced_prefix(term: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[TermPath]:
    """Yield the designations with a prefix in two words: `Su 25K` and `Sukhoi-25` for `su25*`."""
    parts = designation_grammar.split_designation(term)
    if not parts:
        return
    letters, number = parts
    found = {
        end
        for end in vocabulary.find_prefix_terms(number)
        if designation_grammar.is_designation(letters + end)
    }
    if found and not designation_grammar.is_ordinary_word(letters):
        yield (letters,), _keep_most_frequent(found, vocabulary)
    for maker in () if exact else designation_prefixes.find_makers(letters):
        made = {end for end in found if designation_prefixes.parse_maker_designation(maker, end)}
        if made and vocabulary.count_documents(maker):
            yield (maker,), _keep_most_frequent(made, vocabulary)


def _expand_fuzzy(text: str, edits: int, vocabulary: Vocabulary) -> Expansion:
    """Expand one word to similar terms; a word of several terms is searched as a phrase."""
    tokens = _drop_unit_tokens(tokenize(text))
    if len(tokens) != 1:
        return _make_expansion(
            text,
            _find_phrase_paths(_read_phrase(_SPACE.sub("-", text.strip())), vocabulary, exact=True),
        )
    term = tokens[0].term
    found = {term, *vocabulary.find_fuzzy_terms(term, edits)}
    return Expansion(text, _keep_most_frequent(found, vocabulary), (), len(found) > TERM_CAP)


def _keep_most_frequent(terms: set[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the terms sorted; of more than TERM_CAP the most frequent, ties by the alphabet."""
    if len(terms) > TERM_CAP:
        terms = set(
            sorted(terms, key=lambda term: (-vocabulary.count_documents(term), term))[:TERM_CAP]
        )
    return tuple(sorted(terms))
