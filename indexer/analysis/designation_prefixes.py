"""The letters that begin a weapon's designation, the numbers that follow them, the printed form.

In: the folded letters of a designation and the text after them. Out: whether a known designation
begins so, the names of its maker, and its usual spelling.

Sources: US Mission Design Series (DoD 4120.15-L), hull symbols (SECNAVINST 5030.8), JETDS type
codes (MIL-STD-196), Russian design bureaus and GRAU indices, NATO codes (SA-, AS-), Chinese series,
and the schemes of makers in Europe, Turkey, Korea and Brazil.

A single letter is weak evidence (`F-1` is a visa, `B-12` a vitamin), and so are two letters that
are also a US state (`MI-12`, a district). For these the numbers are listed too.
"""

from __future__ import annotations

import re
from typing import Final

from indexer.analysis.normalization import parse_word_set
from indexer.analysis.numbers import has_unit

_NUMBERS: Final = {
    "a": "4 6 7 10 29 37 50 100 119 310 319 321 330 400",
    "b": "1 2 17 21 24 25 29 47 52 58 61 83",
    "c": "1 2 5 9 12 17 20 21 27 32 37 40 46 47 54 119 123 130 135 141 160 212 235 295 390 602",
    "d": "20 30 44",
    "e": "2 3 4 6 7 8 11 99",
    "f": "4 5 14 15 16 18 20 22 35 47 55 86 100 104 105 106 111 117",
    "g": "550 650",
    "h": "4 5 6 125 135 145 160 175 215 225",
    "j": "7 8 10 11 15 16 20 31 35 36 50",
    "k": "2 4 8 9 10 15 21 30 77 200 239 278 300 600 808",
    "l": "15 39 70 118 119 159 410",
    "m": "9 14 16 18 27 31 48 60 80 82 88 102 107 109 110 113 114 119 120 134 136 139 142 "
    "198 203 224 230 240 242 249 250 252 256 270 320 345 346 549 551 577 712 720 775 777 795 829 "
    "830 864 898 900 901 903 942 977 982 992 1070 1075 1117 1126 1128 1129 1132 1150 1151 1156 "
    "1240 1278 1280 1296 1299 1300",
    "n": "1",
    "p": "1 3 8 15 18 35 72 90 120 235 270 500 700 750 800 1000",
    "q": "5",
    "r": "3 11 13 23 27 33 36 37 39 60 73 74 77 99 330 360",
    "s": "2 3 60 70 75 76 80 92 100 125 200 300 350 400 500 550",
    "t": "4 5 6 7 10 12 14 15 34 38 44 45 50 54 55 62 64 72 80 84 90 122 129 155 300 625",
    "u": "2",
    "v": "22 247 280 750",
    "w": "53 54 76 78 80 84 87 88 93",
    "x": "29 31 32 37 43 45 47 51 59 62 65 66",
    "y": "7 8 9 12 20",
    "z": "8 9 10 11 18 19 20",
    # two letters that are also a state, a school, a law or a model series
    "ah": "1 6 64",
    "an": "2 12 22 24 26 28 30 32 70 72 74 124 132 140 148 158 178 225",
    "ar": "2 15",
    "at": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    "ec": "120 130 135 145 225 635 665 725",
    "eh": "101",
    "il": "2 18 20 22 28 38 62 76 78 80 86 96 112 114 276 476",
    "md": "500 530",
    "mi": "1 2 4 6 8 9 14 17 24 25 26 28 35 38 171",
    "oh": "6 13 58",
    "pc": "7 9 12 21 24",
    "pl": "1 2 5 7 8 9 10 11 12 15 16 17 20 21",
    "tf": "2000",
}

_US: Final = (
    "ac ah av ch cmv cv ea ec ep fa fb gau hc hh kc lc mc mh mq mv nkc oa oh ov qf rc rf rq sh "
    "tav tc th tg uc uh vc vh wb wc xb xf xq xv yal yb yf yfa yfq yfr mx agm aim atm bgm cim fgm "
    "fim lgm mgm mim rgm rim rur ugm uum adm aum gbu blu cbu bdu spy tpy tpq tps mpq spq spg slq "
    "slr apg apq apy apx aps apn alq alr ale aar aaq aas prc vrc fps fpq sps wlr wsc zpq zpy asq "
    "bqq bqg sqq sqs sqr ssq tpn tpx gyk usq seq ssn ssgn dvx sm pac "
)
_HULLS: Final = (
    "bb cg cgn cv cvl cvn dd ddg de ff ffg fsf lcc lcs lha lhd lpd lph lsd lsm lst lsv msc mcm "
    "pc ss "
)
_RUSSIAN: Final = (
    "su mig tu il yak an be mi ka kh btr bmp bmd bm bts tos rpg rgd svd ak pkm pkp kab fab rbk ur "
    "zu zsu zab ss sa as at aa gsh mrk rs rd rk mt tm pom pfm asn ags "
)
_CHINESE: Final = (
    "df hq jl jh dh cj yj pl kj wz gj ch ws wm hn hy zbd zbl zfb ztz ztl ztd zsl zsd plz pll "
    "phl phz pcl pgz tl kd ld sy jy kg cs "
)
_OTHERS: Final = (
    "nh cv as aw eh ec md rbs jas lav amx vt vn bvp pt jf kf kt tb tf dhc pc emb rch fv mg "
    "mp mk hu vbl vab ar dm rm fh rg acv mb "
)

FAMILIES: Final = parse_word_set(" ".join((*_NUMBERS, _US, _HULLS, _RUSSIAN, _CHINESE, _OTHERS)))
"""Letters that begin a designation, folded."""

LONG_FAMILIES: Final = parse_word_set("type leopard mirage project object gripen pzh ssbn ssgn")
"""Words that form a designation with the number after them, but are not joined to it."""

_MAKER_OF: Final = {
    "su": "sukhoi sukhoy",
    "il": "ilyushin iliushin",
    "tu": "tupolev",
    "an": "antonov",
    "ka": "kamov",
    "yak": "yakovlev",
}
"""Bureaus whose name may replace the letters (`Sukhoi-30MKI`, `Antonov-124`), in each romanisation.

The letters of a Soviet bureau's aircraft are the first letters of its name (decree of December
1940); ICAO Doc 8643 prints them as models under the maker's name: ANTONOV An-124, ILYUSHIN Il-76.
"""

_MAKER_NUMBER: Final = re.compile(r"[1-9]\d{0,2}(?:[a-z]{1,4}\d{0,2}){0,2}")

_PRINTED_LETTERS: Final = {
    name.lower(): name for name in ("GSh", "MiG", "Su", "Tu", "Il", "Yak", "An")
} | {name.lower(): name for name in ("Be", "Mi", "Ka", "Kh")}
_MODEL: Final = re.compile(r"\da\d")
_WITHOUT_HYPHEN: Final = parse_word_set("nh90 cv90 as90 tb2 tb3 mg3 fh70 ar15 vt4 vt5")
_WITHOUT_HYPHEN_FROM: Final = {"a": 300, "h": 100, "m": 0, "w": 0, "k": 0, "c": 290, "l": 100}
"""Single letters that are printed without a hyphen from this number on: `A400M`, `M777`, `K9`,
`C295`."""


def is_weapon(letters: str, rest: str) -> bool:
    """Whether folded letters and the text after them begin a known weapon's designation.

    Districts (`OH-03`) are numbered with a leading zero, weapons are not. `M1` to `M4` are money
    and motorways unless a model follows (`M1A2`).
    """
    if letters not in FAMILIES or rest.startswith("0"):
        return False
    if letters == "m" and _MODEL.match(rest):
        return True
    return letters not in _NUMBERS or read_leading_digits(rest) in _LISTED_NUMBERS[letters]


def find_makers(letters: str) -> tuple[str, ...]:
    """Return the folded names of the bureau that may replace a designation's letters; may be empty.

    >>> find_makers("su"), find_makers("f")
    (('sukhoi', 'sukhoy'), ())
    """
    return tuple(_MAKER_OF.get(letters, "").split())


def is_maker_designation(letters: str, rest: str) -> bool:
    """Whether a bureau's name may replace these letters before this number.

    >>> is_maker_designation("su", "30mki"), is_maker_designation("an", "124")
    (True, True)
    >>> is_maker_designation("an", "33"), is_maker_designation("su", "30mm")
    (False, False)
    """
    if letters not in _MAKER_OF or not _MAKER_NUMBER.fullmatch(rest):
        return False
    return is_weapon(letters, rest) and not has_unit(rest)


def parse_maker_designation(maker: str, number: str) -> tuple[str, str] | None:
    """Return the letters and number of a designation written with its bureau's name.

    A plural s is removed, as it is when letters and number are joined.

    Args:
        maker: folded word, perhaps the name of a bureau.
        number: folded word after it.

    Returns:
        Folded letters and number; None if the two words are not a designation (`Sukhoi 2023`,
        `Sukhoi 30mm`).

    >>> parse_maker_designation("sukhoi", "30mki"), parse_maker_designation("ilyushin", "76s")
    (('su', '30mki'), ('il', '76'))
    >>> parse_maker_designation("sukhoi", "2023") is None
    True
    """
    number = number.removesuffix("s")
    letters = next((own for own in _MAKER_OF if maker in find_makers(own)), "")
    return (letters, number) if is_maker_designation(letters, number) else None


def read_leading_digits(rest: str) -> str:
    """Return the digits at the beginning of a text: `25` of `25k`."""
    return rest[: len(rest) - len(rest.lstrip("0123456789"))]


def format_designation(letters: str, rest: str) -> str:
    """Return a designation in its usual printed form.

    Args:
        letters: folded letters.
        rest: folded text after the letters, beginning with a digit.

    >>> format_designation("su", "25k"), format_designation("a", "400m")
    ('Su-25K', 'A400M')
    >>> format_designation("m", "1a2"), format_designation("fa", "18e")
    ('M1A2', 'F/A-18E')
    """
    if letters == "mk":
        return f"Mk {rest.upper()}"
    if letters == "fa" and rest.startswith("18"):
        return f"F/A-{rest.upper()}"
    head = _PRINTED_LETTERS.get(letters, letters.upper())
    number = read_leading_digits(rest)
    glued = letters + number in _WITHOUT_HYPHEN or int(number) >= _WITHOUT_HYPHEN_FROM.get(
        letters, 10_000
    )
    return f"{head}{'' if glued else '-'}{rest.upper()}"


_LISTED_NUMBERS: Final = {letter: parse_word_set(numbers) for letter, numbers in _NUMBERS.items()}
