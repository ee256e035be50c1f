"""A leaf of the query tree -> the index terms it stands for, looked up in one index's vocabulary.

In: a leaf node and a `Vocabulary`. Out: an `Expansion`, which the engine compiles, the
highlighter marks by, and the page shows as "searched".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.analysis import designation_grammar, designation_prefixes
from indexer.analysis.normalization import HYPHENS
from indexer.analysis.spelling_variants import us_prefixes
from indexer.analysis.tokenizer import Token, tokenize
from indexer.query.ast import Fuzzy, Phrase, Prefix, Widened, Word
from indexer.query.word_forms import (
    apart,
    are_one_word,
    figure_kin,
    held,
    is_two_words,
    is_variant_apart,
    known,
    position,
    word_kin,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.query.vocabulary import Vocabulary
    from indexer.query.word_forms import Path

TERM_CAP: Final = 1000
"""Most index terms behind one prefix or fuzzy word; the most frequent are kept."""

PATH_CAP: Final = 16
"""Most ways to write one phrase; a phrase of four names with two writings each still fits."""

_HYPHENS: Final = frozenset(HYPHENS.replace("\\", ""))

LONG_PHRASE: Final = 50
"""Words of a phrase beyond which no other writing is tried; the web allows no more."""

Leaf: TypeAlias = Word | Phrase | Prefix | Fuzzy | Widened

_SPACE: Final = re.compile(r"\s+")
_COMPOUND_LETTERS: Final = 5
"""Shortest word that may be two: `ad hoc` is not `adhoc`, but `cyberwar` may be `cyber war`."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The index terms a leaf stands for, all counted as one word by the ranking.

    Attributes:
        typed: what the user typed.
        terms: terms that stand for it alone, at one position; sorted, no duplicates.
        phrases: ways to write it over several positions: for each position the terms that may
            stand there, positions consecutive.
        truncated: whether TERM_CAP cut the terms.
    """

    typed: str
    terms: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, ...], ...], ...] = ()
    truncated: bool = False

    @property
    def size_bytes(self) -> int:
        """Memory it takes, estimated at 64 bytes a term."""
        forms = (self.terms, *chain.from_iterable(self.phrases))
        return 512 + 64 * sum(1 + len(form) for form in forms)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed term, and whether a hyphen joins it to the next and to no other."""

    term: str
    hyphened: bool


def expand(node: Leaf, vocabulary: Vocabulary, *, exact: bool = False) -> Expansion:
    """Return the index terms a leaf stands for in one vocabulary.

    An unquoted word stands for its stem group; a designation for its variants too, and for its
    letters and number in two words (`F 16`), the maker's name for the letters too (`Sukhoi-30`,
    and the other way round); a figure for the same figure with a unit. Quoted
    words stand for their plural and singular only. A hyphened word is a phrase, and one word where
    the index writes it so. The same leaf and vocabulary give the same answer, which the vocabulary
    remembers: a word is expanded by every page of its search, and once more to be widened.

    Args:
        exact: folding only: no inflections, variants or compounds. A figure keeps its units, since
            the index has them in one term.
    """
    return vocabulary.remember((node, exact), lambda: _expand(node, vocabulary, exact=exact))


def _expand(node: Leaf, vocabulary: Vocabulary, *, exact: bool) -> Expansion:
    match node:
        case Word(text):
            return _expansion(text, _word_paths(text, vocabulary, exact=exact))
        case Phrase(text):
            return _expansion(text, _phrase_paths(_read(text), vocabulary, exact=exact))
        case Prefix(text):
            return _expand_prefix(text, vocabulary, exact=exact)
        case Fuzzy(text, edits):
            return _expand_fuzzy(text, edits, vocabulary)
        case Widened(child, others):
            return _union(
                expand(each, vocabulary, exact=exact)
                for each in (child, *(other.node for other in others))
            )


def _expansion(typed: str, paths: Iterable[Path], *, truncated: bool = False) -> Expansion:
    """Part the paths of one position, which are terms, from those of several."""
    terms: set[str] = set()
    phrases: dict[Path, None] = {}
    for path in paths:
        if len(path) == 1:
            terms.update(path[0])
        elif path:
            phrases[path] = None
    return Expansion(typed, tuple(sorted(terms)), tuple(phrases), truncated)


def _union(expansions: Iterable[Expansion]) -> Expansion:
    first, *rest = expansions
    every = (first, *rest)
    terms = sorted({term for each in every for term in each.terms})
    phrases = dict.fromkeys(phrase for each in every for phrase in each.phrases)
    return Expansion(first.typed, tuple(terms), tuple(phrases), any(e.truncated for e in every))


def _word_paths(text: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[Path]:
    """Yield the ways to write an unquoted word."""
    tokens = _without_units(tokenize(_SPACE.sub("-", text.strip())))
    if len(tokens) != 1:
        yield from _phrase_paths(
            _read(_SPACE.sub("-", text.strip())), vocabulary, exact=exact, inflect=True
        )
        return
    term = tokens[0].term
    kin = figure_kin(term) if exact else word_kin(term, vocabulary)
    yield (known((term, *kin), term, vocabulary),)
    yield from _split_paths(term, vocabulary, exact=exact)


def _split_paths(term: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[Path]:
    """Yield the ways to write one term as several: `F 16`, `U. S.`, `cease fire`."""
    if "." in term and term.endswith("."):
        yield (term[0],), (term[2],)
    parts = designation_grammar.split(term)
    if parts:
        yield from apart(*parts, vocabulary, exact=exact)
    if not exact and term.isalpha() and len(term) >= _COMPOUND_LETTERS:
        for place in range(2, len(term) - 1):
            first, second = term[:place], term[place:]
            if is_two_words(first, second, vocabulary):
                yield (first,), position(second, vocabulary, inflect=False)


def _phrase_paths(
    tokens: Sequence[_Typed], vocabulary: Vocabulary, *, exact: bool, inflect: bool = False
) -> list[Path]:
    """Return the ways to write a phrase, the typed one first, at most PATH_CAP.

    A phrase over LONG_PHRASE is searched as typed only.
    """
    reached: list[list[Path]] = [[()], *([] for _ in tokens)]
    for place in range(len(tokens)):
        steps = _steps(place, tokens, vocabulary, exact=exact, inflect=inflect)
        for length, piece in islice(steps, 1 if len(tokens) > LONG_PHRASE else None):
            ways = reached[place + length]
            ways.extend(path + piece for path in reached[place][: PATH_CAP - len(ways)])
    return reached[-1] if tokens else []


def _steps(
    place: int, tokens: Sequence[_Typed], vocabulary: Vocabulary, *, exact: bool, inflect: bool
) -> Iterator[tuple[int, Path]]:
    """Yield how a phrase may go on: how many typed tokens are read, and what is searched for them.

    Only the last word of an unquoted compound inflects: `cease-fires`, not `ceased-fire`.
    """
    term = tokens[place].term
    following = tokens[place + 1].term if place + 1 < len(tokens) else ""
    made = None if exact else designation_prefixes.made(term, following)
    if made:  # one writing: two that overlap would count a word twice
        pieces = tuple(apart(*made, vocabulary, exact=exact)) or (((term,), (following,)),)
        yield from ((2, path) for path in pieces)
        yield 2, (position("".join(made), vocabulary, inflect=False),)
        return
    yield 1, (_position(term, vocabulary, exact=exact),)
    if place + 1 < len(tokens):
        joined = _joined(tokens[place], tokens[place + 1], vocabulary, exact=exact)
        if joined:
            whole = inflect and len(tokens) == 2
            yield 2, ((joined,) if exact else position(joined, vocabulary, inflect=whole),)
    for path in _split_paths(term, vocabulary, exact=exact):
        yield 1, path


def _position(term: str, vocabulary: Vocabulary, *, exact: bool) -> tuple[str, ...]:
    """Return the terms that may stand in one place of a phrase: 180 in `$180 million` too."""
    if exact:
        return known((term, *figure_kin(term)), term, vocabulary)
    return position(term, vocabulary, inflect=False)


def _joined(first: _Typed, second: _Typed, vocabulary: Vocabulary, *, exact: bool) -> str | None:
    """Return two typed terms as one, where they are a designation or a compound the index holds."""
    whole = tokenize(f"{first.term}-{second.term}")
    if len(whole) == 1:
        return whole[0].term
    joined = first.term + second.term
    if not exact and is_variant_apart(first.term, second.term, vocabulary):
        return joined
    if exact or not joined.isalpha():
        return None
    if not held(joined, vocabulary):
        return None
    one = first.hyphened or are_one_word(first.term, second.term, vocabulary)
    return joined if one else None


def _read(text: str) -> list[_Typed]:
    """Return the terms of a phrase, or of a word of several, and where hyphens join them."""
    tokens = tokenize(text)
    gaps = [text[a.end : b.start] in _HYPHENS for a, b in pairwise(tokens)]
    around = [False, *gaps, False, False]
    return [
        _Typed(token.term, around[place : place + 3] == [False, True, False])
        for place, token in enumerate(tokens)
    ]


def _without_units(tokens: list[Token]) -> list[Token]:
    """Drop the tokens of units, which only repeat the end of their figure."""
    return [
        token
        for before, token in zip([None, *tokens], tokens, strict=False)
        if before is None or token.start >= before.end
    ]


def _expand_prefix(text: str, vocabulary: Vocabulary, *, exact: bool) -> Expansion:
    """Expand the last word by its beginning; what stands before it (`air-to-a*`) as a phrase."""
    tokens = _without_units(tokenize(text))
    if not tokens:
        return Expansion(text, ())
    found = {
        term for prefix in us_prefixes(tokens[-1].term) for term in vocabulary.prefixed(prefix)
    }
    terms = _most_frequent(found, vocabulary)
    truncated = len(found) > TERM_CAP
    if len(tokens) == 1:
        apart = _spaced_prefix(tokens[0].term, vocabulary, exact=exact)
        return Expansion(text, terms, tuple(apart), truncated)
    heads = tuple(_position(token.term, vocabulary, exact=exact) for token in tokens[:-1])
    path = (*heads, terms)
    return Expansion(text, (), (path,) if terms else (), truncated)


def _spaced_prefix(term: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[Path]:
    """Yield the designations that begin so in two words: `Su 25K` and `Sukhoi-25` for `su25*`."""
    parts = designation_grammar.split(term)
    if not parts:
        return
    letters, number = parts
    found = {
        end
        for end in vocabulary.prefixed(number)
        if designation_grammar.is_designation(letters + end)
    }
    if found and not designation_grammar.is_read_alone(letters):
        yield (letters,), _most_frequent(found, vocabulary)
    for maker in () if exact else designation_prefixes.makers(letters):
        made = {end for end in found if designation_prefixes.made(maker, end)}
        if made and vocabulary.frequency(maker):
            yield (maker,), _most_frequent(made, vocabulary)


def _expand_fuzzy(text: str, edits: int, vocabulary: Vocabulary) -> Expansion:
    """Expand one word by its neighbours; a word of several tokens has none and is a phrase."""
    tokens = _without_units(tokenize(text))
    if len(tokens) != 1:
        return _expansion(
            text, _phrase_paths(_read(_SPACE.sub("-", text.strip())), vocabulary, exact=True)
        )
    term = tokens[0].term
    found = {term, *vocabulary.within(term, edits)}
    return Expansion(text, _most_frequent(found, vocabulary), (), len(found) > TERM_CAP)


def _most_frequent(terms: set[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the terms sorted; of more than TERM_CAP the most frequent, ties by the alphabet."""
    if len(terms) > TERM_CAP:
        terms = set(sorted(terms, key=lambda term: (-vocabulary.frequency(term), term))[:TERM_CAP])
    return tuple(sorted(terms))
