"""The terms of an index that stand for one typed term: inflections, variants, figures with units.

In: a folded term and a vocabulary. Out: index terms. How they make up a word or phrase is decided
in `expand`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indexer.analysis import measures, schemes
from indexer.analysis.compounds import COMBINING, SHORTEST_SECOND
from indexer.analysis.stems import plural_kin, stem

LINE_END_TIMES: Final = 20
"""Times as often as its rarer half that a word must stand for its hyphen to be one of a line's end.
Of 186 compounds mined from texts 184 stay two words; `mini-stry`, `post-ure`, `arm-orwomen` go."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.query.vocabulary import Vocabulary


def word_kin(term: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the terms an unquoted term stands for besides itself."""
    yield from variants(term, vocabulary)
    if term == "un":
        yield "u.n."
    if term.isalpha():
        own = stem(term)
        if stem(own) == own:
            yield own
        yield from vocabulary.stem_group(term)
        if schemes.may_begin(term):
            yield from (
                found
                for digit in "0123456789"
                for found in vocabulary.prefixed(term + digit)
                if schemes.is_designation(found)
            )


def variants(term: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield a designation's own variants; a figure with a currency or unit added, held or not."""
    if measures.is_figure(term):
        yield from figure_kin(term)
    elif any(map(str.isdigit, term)):
        yield from (found for found in vocabulary.prefixed(term) if schemes.is_variant(term, found))


def figure_kin(term: str) -> Iterator[str]:
    """Yield a figure with a currency or unit added, held or not; nothing for another term.

    Figures are looked up one by one: half the numbers of an index begin with 1.
    """
    if not measures.is_figure(term):
        return
    signs = ("",) if term[0] in measures.CURRENCIES else ("", *measures.CURRENCIES)
    units = measures.UNITS if term[-1].isdigit() else ("",)
    yield from (sign + term + unit for sign in signs for unit in units)


def position(term: str, vocabulary: Vocabulary, *, inflect: bool) -> tuple[str, ...]:
    """Return the terms that may stand in one place of a phrase."""
    kin = vocabulary.stem_group(term) if inflect else plural_kin(term)
    return known((term, *kin, *variants(term, vocabulary)), term, vocabulary)


def known(terms: Iterable[str], typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the terms the index holds, and the typed one always; sorted."""
    return tuple(sorted({term for term in terms if term == typed or vocabulary.frequency(term)}))


def held(term: str, vocabulary: Vocabulary) -> int:
    """How many articles hold a word, or its plural or singular where that is more frequent."""
    return max(map(vocabulary.frequency, (term, *plural_kin(term))))


def are_one_word(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether two words are also written as one: `cease fire`, `ceasefire`; never `not able`.

    The evidence: some article hyphenates the pair, or the first part is one that compounds are
    made of.
    """
    return vocabulary.hyphenated(first, second) or _is_combining(first, second)


def is_two_words(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether a word typed as one is also written as these two, both words of the index.

    Hyphens at the ends of lines are kept in many texts (`light-ning`, `uni-ted`): a hyphen alone
    is no evidence where either half is far rarer than the whole.
    """
    # First what one look-up tells, and mostly denies: the halves have their plurals looked up too.
    is_combining = _is_combining(first, second)
    if not is_combining and not vocabulary.hyphenated(first, second):
        return False
    halves = min(held(first, vocabulary), held(second, vocabulary))
    if not halves:
        return False
    return is_combining or vocabulary.frequency(first + second) <= LINE_END_TIMES * halves


def _is_combining(first: str, second: str) -> bool:
    return first in COMBINING and len(second) >= SHORTEST_SECOND
