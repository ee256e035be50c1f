"""Numbers, money, measures: `1,000` = `1000`, `155 mm` = `155-millimeter`, `$5bn` = `$5 billion`.

In: one chunk of text (see `tokenizer`). Out: the term of the whole figure, and the word of its
unit, which has its own position so that `billion` still finds `$1.2 billion`. Only units that have
a short form need this; `50-mile` and `50 miles` are two words anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from indexer.analysis.normalization import HYPHENS, SPACES, fold, parse_word_set

CURRENCIES: Final = "$€£¥"

_UNITS: Final = {
    "mm": ("millimeter", "mm millimeter millimeters millimetre millimetres"),
    "cm": ("centimeter", "cm centimeter centimeters centimetre centimetres"),
    "km": ("kilometer", "km kms kilometer kilometers kilometre kilometres"),
    "kg": ("kilogram", "kg kgs kilogram kilograms kilogramme kilogrammes"),
    "lb": ("pound", "lb lbs pound pounds"),
    "ft": ("foot", "ft foot feet"),
    "kt": ("kiloton", "kt kiloton kilotons"),
    "kw": ("kilowatt", "kw kilowatt kilowatts"),
    "mw": ("megawatt", "mw megawatt megawatts"),
    "gw": ("gigawatt", "gw gigawatt gigawatts"),
    "mhz": ("megahertz", "mhz megahertz"),
    "ghz": ("gigahertz", "ghz gigahertz"),
    "mn": ("million", "mn mln million"),
    "bn": ("billion", "bn bln billion"),
    "tn": ("trillion", "tn trn trln trillion"),
    "%": ("percent", "% percent pct"),
}
"""Short form in a term -> its word, and every way to write it."""

TERM_SUFFIXES: Final = frozenset({"", "k", *_UNITS})
"""Text that may follow the number in the term of a figure."""

UNIT_OF: Final = {form: short for short, (_, forms) in _UNITS.items() for form in forms.split()} | {
    "per cent": "%"
}
MONEY_UNIT_OF: Final = UNIT_OF | {"m": "mn", "b": "bn", "t": "tn", "k": "k"}
"""After a currency sign `m` is a million, `b` a billion and `t` a trillion. Without a currency sign
they are ordinary letters.
"""

_SHORT_FORMS: Final = parse_word_set(
    "mm cm km kms kg kgs lb lbs ft kt kw mw gw mhz ghz mn mln bn bln tn trn trln % pct m b t k"
)
_WORD_OF: Final = {short: word for short, (word, _) in _UNITS.items()}
STANDALONE_UNITS: Final = {short: _WORD_OF[short] for short in ("mm", "cm", "km", "kg")}
"""Short forms read as their word even without a figure. `bn` is not one: it is a battalion too."""

UNIT_PATTERN: Final = "|".join(
    sorted((form for form in UNIT_OF if form != "%"), key=len, reverse=True)
)
"""Units as a regular expression, for units that follow a figure after a space."""

_FIGURE: Final = re.compile(
    rf"(?P<sign>[{CURRENCIES}]?)(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[{HYPHENS}{SPACES}]?(?P<unit>per cent|[A-Za-z]{{1,11}}|%))?(?![^\W_])"
)
_BARE: Final = re.compile(
    rf"(?P<sign>[{CURRENCIES}]?)(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?![^\W_])"
)
_FIGURE_TERM: Final = re.compile(rf"[{CURRENCIES}]?\d+(?:\.\d+)?(?:{'|'.join(_UNITS)}|k)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a chunk. `unit` is the word of its unit; None if it has no unit.

    Offsets are code points, end exclusive; `unit_start` is the offset where the unit begins.
    """

    term: str
    start: int
    end: int
    unit: str | None = None
    unit_start: int = 0


def match_figure(chunk: str, start: int) -> Figure | None:
    """Return the figure that begins at `start`, with its unit; None if none begins there (`25th`).

    >>> match_figure("$1.2 billion", 0)
    Figure(term='$1.2bn', start=0, end=12, unit='billion', unit_start=5)
    """
    found = _FIGURE.match(chunk, start)
    if found and found["unit"]:
        units = MONEY_UNIT_OF if found["sign"] else UNIT_OF
        form = fold(found["unit"])
        short = units.get(form)
        if short:
            term = _format_number(found) + short
            return Figure(
                term, start, found.end(), _choose_unit_word(form, short), found.start("unit")
            )
    found = _BARE.match(chunk, start)
    return Figure(_format_number(found), start, found.end()) if found else None


def is_figure(term: str) -> bool:
    """Whether a term is a number, with or without currency and unit (`16`, `$1.2bn`, `155mm`)."""
    return _FIGURE_TERM.fullmatch(term) is not None


def has_unit(term: str) -> bool:
    """Whether a term is a number with a unit, whose word is the next term (`155mm`, `$1.2bn`).

    `k` is a unit of money only: `5k` is one term.
    """
    if term[-1:].isdigit() or not is_figure(term):
        return False
    return term[-1] != "k" or term[0] in CURRENCIES


def _format_number(found: re.Match[str]) -> str:
    return found["sign"] + fold(found["number"]).replace(",", "")


def _choose_unit_word(form: str, short: str) -> str:
    """Return the word of a unit: as typed if it is written out, else the full word."""
    return _WORD_OF.get(short, short) if form in _SHORT_FORMS or " " in form else form
