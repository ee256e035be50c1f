"""Word forms: the index terms of one typed term, and designations written in several words.

In: a folded term, or the letters and number of a designation, and a vocabulary. Out: index terms
(inflections, variants, figures with units), or paths such as `Su 25`, `Sukhoi-25`, `Su-30 MKI`. The
index is the evidence for a maker's name and for a suffix. `term_expansion` combines the results to
words and phrases.
"""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.analysis import designation_grammar, designation_prefixes, numbers
from indexer.analysis.stemming import list_plural_forms, stem
from indexer.analysis.stopwords import COMBINING, SHORTEST_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.query.vocabulary import Vocabulary

LINE_END_TIMES: Final = 20
"""A joined word with more than this many times the documents of its rarer half owes its hyphen to
the end of a line. Of 186 compounds mined from texts 184 stay two words; `mini-stry`, `post-ure`,
`arm-orwomen` do not."""

TermPath: TypeAlias = tuple[tuple[str, ...], ...]
"""One spelling over consecutive positions: for each position the terms allowed there."""

_SUFFIX: Final = re.compile(r"[a-z]{2,4}\d{0,2}|[a-z]\d{1,2}")


def find_word_forms(term: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the index terms of an unquoted term besides itself."""
    yield from find_variants(term, vocabulary)
    if term == "un":
        yield "u.n."
    if term.isalpha():
        own = stem(term)
        if stem(own) == own:
            yield own
        yield from vocabulary.find_stem_group(term)
        if designation_grammar.is_designation_prefix(term):
            yield from (
                found
                for digit in "0123456789"
                for found in vocabulary.find_prefix_terms(term + digit)
                if designation_grammar.is_designation(found)
            )


def find_variants(term: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield a designation's variants in the index; for a figure, all its forms with currency or
    unit.
    """
    if numbers.is_figure(term):
        yield from list_figure_forms(term)
    elif any(map(str.isdigit, term)):
        yield from (
            found
            for found in vocabulary.find_prefix_terms(term)
            if designation_grammar.is_variant(term, found)
        )


def list_figure_forms(term: str) -> Iterator[str]:
    """Yield a figure with a currency or unit added, in the index or not; nothing for another term.

    The caller looks up each form, because half the numbers of an index begin with 1.
    """
    if not numbers.is_figure(term):
        return
    signs = ("",) if term[0] in numbers.CURRENCIES else ("", *numbers.CURRENCIES)
    units = numbers.TERM_SUFFIXES if term[-1].isdigit() else ("",)
    yield from (sign + term + unit for sign in signs for unit in units)


def find_position_terms(term: str, vocabulary: Vocabulary, *, inflect: bool) -> tuple[str, ...]:
    """Return the terms allowed at one position of a phrase."""
    kin = vocabulary.find_stem_group(term) if inflect else list_plural_forms(term)
    return filter_known_terms((term, *kin, *find_variants(term, vocabulary)), term, vocabulary)


def filter_known_terms(terms: Iterable[str], typed: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the terms that the index has, and always the typed one; sorted."""
    return tuple(
        sorted({term for term in terms if term == typed or vocabulary.count_documents(term)})
    )


def count_word_documents(term: str, vocabulary: Vocabulary) -> int:
    """Return the number of articles with a word, or with its plural or singular if higher."""
    return max(map(vocabulary.count_documents, (term, *list_plural_forms(term))))


def is_one_word(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether two words are also written as one: `cease fire`, `ceasefire`; never `not able`.

    The evidence: some article hyphenates the pair, or the first is a usual first part of compounds.
    """
    return vocabulary.is_hyphenated(first, second) or _is_combining(first, second)


def is_two_words(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether a word typed as one is also written as these two, both words of the index.

    Many texts keep the hyphens at the ends of lines (`light-ning`, `uni-ted`): a hyphen alone is no
    evidence if either half is far rarer than the whole.
    """
    # One look-up first, which mostly answers no: the counts below look up plurals too.
    is_combining = _is_combining(first, second)
    if not is_combining and not vocabulary.is_hyphenated(first, second):
        return False
    halves = min(count_word_documents(first, vocabulary), count_word_documents(second, vocabulary))
    if not halves:
        return False
    return is_combining or vocabulary.count_documents(first + second) <= LINE_END_TIMES * halves


def _is_combining(first: str, second: str) -> bool:
    return first in COMBINING and len(second) >= SHORTEST_SECOND


def find_spaced_forms(
    letters: str, number: str, vocabulary: Vocabulary, *, exact: bool
) -> Iterator[TermPath]:
    """Yield a designation in two words or three: `Su 30MKI`, `Su-30 MKI`, `Sukhoi-30 MKI`.

    The number is a word of its own after the maker's name, if the index has it, and after letters
    that are no word.
    """
    heads = _find_heads(letters, number, vocabulary, exact=exact)
    if heads:
        kin = () if exact else _find_number_variants(number, vocabulary)
        yield heads, filter_known_terms((number, *kin), number, vocabulary)
    base = designation_prefixes.read_leading_digits(number)
    suffix = number.removeprefix(base)
    if not exact and _is_suffix(suffix) and vocabulary.count_documents(suffix):
        yield (letters + base,), (suffix,)
        if heads:
            yield heads, (base,), (suffix,)


def _find_heads(
    letters: str, number: str, vocabulary: Vocabulary, *, exact: bool
) -> tuple[str, ...]:
    """Return the words allowed before a separate number: the letters, and the maker's name if
    known.
    """
    own = () if designation_grammar.is_ordinary_word(letters) else (letters,)
    is_made = not exact and designation_prefixes.is_maker_designation(letters, number)
    makers = designation_prefixes.find_makers(letters) if is_made else ()
    return tuple(sorted((*own, *filter(vocabulary.count_documents, makers))))


def _find_number_variants(number: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield plural and variants of a separate number: `16s`, `16c` for the 16 of `F 16C`."""
    yield number + "s"
    yield from (
        found
        for letter in ascii_lowercase
        for found in vocabulary.find_prefix_terms(number + letter)
        if designation_grammar.is_variant(number, found) and not numbers.is_figure(found)
    )


def is_spaced_variant(base: str, suffix: str, vocabulary: Vocabulary) -> bool:
    """Whether two typed words are one variant that the index has: `Su-30 MKI`, `T-72 B3`."""
    whole = base + suffix
    is_one = designation_grammar.is_designation(base) and designation_grammar.is_variant(
        base, whole
    )
    return is_one and _is_suffix(suffix) and vocabulary.count_documents(whole) > 0


def _is_suffix(text: str) -> bool:
    """Whether a folded word can only be a suffix; one letter is too little evidence: `F-35 a`."""
    return _SUFFIX.fullmatch(text) is not None and not designation_grammar.is_ordinary_word(text)
