"""Normalization of one word: case, accents, ligatures and invisible characters.

In: a word. Out: the same word in the form in which two spellings of it are equal. The module also
names the characters that join the parts of a word. All rules about several words are in
`tokenizer`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HYPHENS: Final = r"\-‐‑‒–−﹣－"
"""For a character class: hyphen-minus, hyphen, non-breaking hyphen, figure dash, en dash, minus,
small and full-width hyphen-minus.

An em dash parts words.
"""

APOSTROPHES: Final = "'’‘‛ʼʻʿ′‵＇`´"
"""Straight, curly, modifier letters (Qaʿida), primes, full width, and accents typed for one."""

INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Soft hyphen, zero-width characters and direction marks: invisible characters inside words."""

RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""Raised figures, 0 to 9: notes and powers, not part of a word."""

SPACES: Final = " \u00a0\u2007\u2009\u202f"
"""Spaces allowed between a figure and its unit."""

MARKS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u1030-\u109f\u17b4-\u17d3"
)
"""Combining marks inside words, for a character class; `\\w` alone would cut a word there."""

_ACCENTS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_DIGIT: Final = re.compile(r"[^\D0-9]")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ROMANISED: Final = str.maketrans(
    "абвгґдеєзиіклмнопрстуфыэ", "abvggdeeziiklmnoprstufye"
) | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
    | {"ъ": "", "ь": ""}
)
"""Folded Cyrillic letters by BGN/PCGN, as the designations of Russian bureaus are romanised."""

_DROPPED: Final = str.maketrans("", "", APOSTROPHES + INVISIBLE)


def parse_word_set(words: str) -> frozenset[str]:
    """Return the words of a string in which they are separated by spaces."""
    return frozenset(words.split())


def fold(text: str) -> str:
    """Return the text without case, accents, apostrophes and invisible characters.

    The length changes: offsets into the result are not offsets into the text.

    >>> fold("Müller’s"), fold("Łódź"), fold("STRASSE") == fold("Straße")
    ('mullers', 'lodz', True)
    """
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    text = unicodedata.normalize("NFKD", text.translate(_DROPPED).casefold())
    text = unicodedata.normalize("NFKC", _ACCENTS.sub("", text)).translate(_LETTERS).casefold()
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def narrow_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs as ASCII; offsets do not change.

    >>> narrow_width("Ｆ－３５Ａ")
    'F-35A'
    """
    return text.translate(_FULL_WIDTH)


def romanize_surface(surface: str) -> str:
    """Return a printed designation in Latin letters, with its case, without invisible characters.

    >>> romanize_surface("Су-25"), romanize_surface("МиГ-29СМТ"), romanize_surface("Ｓｕ－２５")
    ('Su-25', 'MiG-29SMT', 'Su-25')
    """
    if surface.isascii():
        return surface
    letters = ((one.isupper(), romanize_folded(fold(one))) for one in narrow_width(surface))
    return "".join(latin.capitalize() if capital else latin for capital, latin in letters)


def romanize_folded(folded: str) -> str:
    """Return a folded designation in Latin letters.

    >>> romanize_folded(fold("Су-25СМ3")), romanize_folded(fold("Х-101"))
    ('su-25sm3', 'kh-101')
    """
    return folded if folded.isascii() else folded.translate(_ROMANISED)
