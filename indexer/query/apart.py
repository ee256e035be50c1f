"""A designation in several words: `Su 25`, `Sukhoi-25`, `Su-30 MKI`.

In: the letters and number of a designation, or two typed words, and a vocabulary. Out: paths, or
whether the two are one. The index is the evidence for a maker's name and for a suffix.
"""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, TypeAlias

from indexer.analysis import families, measures, schemes
from indexer.query.kin import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.query.vocabulary import Vocabulary

Path: TypeAlias = tuple[tuple[str, ...], ...]
"""One way to write something: for each of several positions the terms that may stand there."""

_SUFFIX: Final = re.compile(r"[a-z]{2,4}\d{0,2}|[a-z]\d{1,2}")


def apart(letters: str, number: str, vocabulary: Vocabulary, *, exact: bool) -> Iterator[Path]:
    """Yield a designation in two words or three: `Su 30MKI`, `Su-30 MKI`, `Sukhoi-30 MKI`.

    A number stands alone behind the maker's name, if held, and behind letters that are no word.
    """
    heads = _heads(letters, number, vocabulary, exact=exact)
    if heads:
        kin = () if exact else _number_variants(number, vocabulary)
        yield heads, known((number, *kin), number, vocabulary)
    base = families.leading_digits(number)
    suffix = number.removeprefix(base)
    if not exact and _is_suffix(suffix) and vocabulary.frequency(suffix):
        yield (letters + base,), (suffix,)
        if heads:
            yield heads, (base,), (suffix,)


def _heads(letters: str, number: str, vocabulary: Vocabulary, *, exact: bool) -> tuple[str, ...]:
    """Return what may stand apart before a number: the letters, and the maker's name if held."""
    own = () if schemes.is_read_alone(letters) else (letters,)
    is_made = not exact and families.is_made(letters, number)
    makers = families.makers(letters) if is_made else ()
    return tuple(sorted((*own, *filter(vocabulary.frequency, makers))))


def _number_variants(number: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield plural and variants of a number written apart: `16s`, `16c` for the 16 of `F 16C`."""
    yield number + "s"
    yield from (
        found
        for letter in ascii_lowercase
        for found in vocabulary.prefixed(number + letter)
        if schemes.is_variant(number, found) and not measures.is_figure(found)
    )


def is_variant_apart(base: str, suffix: str, vocabulary: Vocabulary) -> bool:
    """Whether two typed words are one variant that the index holds: `Su-30 MKI`, `T-72 B3`."""
    whole = base + suffix
    is_one = schemes.is_designation(base) and schemes.is_variant(base, whole)
    return is_one and _is_suffix(suffix) and vocabulary.frequency(whole) > 0


def _is_suffix(text: str) -> bool:
    """Whether a folded word may be a suffix, and no other; one letter says too little: `F-35 a`."""
    return _SUFFIX.fullmatch(text) is not None and not schemes.is_read_alone(text)
