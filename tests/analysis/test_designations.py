"""Designations: found by rule, printed, told from their variants and from look-alikes."""

import pytest

from indexer.analysis import designation_grammar, designation_prefixes
from indexer.analysis.designation_grammar import is_variant
from indexer.analysis.designations import (
    Mention,
    find_designations,
    find_systems,
    format_term,
    join_neighbours,
)

SCHEMES = {
    "F-16C": "f16c",
    "F/A-18E": "fa18e",
    "MQ-9B": "mq9b",
    "AN/TPY-2": "tpy2",
    "T-72B3": "t72b3",
    "Kh-101": "kh101",
    "9M729": "9m729",
    "2S19": "2s19",
    "K9": "k9",
    "DDG-51": "ddg51",
    "CVN 78": "cvn78",
    "PAC-3": "pac3",
    "SM-6": "sm6",
    "GBU-39/B": "gbu39b",
    "Su-30SM2": "su30sm2",
    "Tu-22M3": "tu22m3",
    "S-400": "s400",
    "HQ-9B": "hq9b",
    "DF-21D": "df21d",
    "AIM-120C-8": "aim120c8",
    "Mk 41": "mk41",
    "M1A2": "m1a2",
    "A400M": "a400m",
    "A-10C": "a10c",
    "P-8A": "p8a",
    "E-7A": "e7a",
    "Mi-17V-5": "mi17v5",
    "NH90": "nh90",
    "JF-17": "jf17",
    "KF-21": "kf21",
}
PLAIN = [
    "May 25", "MAY 25", "Article 5", "No. 10", "G-7", "COVID-19", "B-2-B", "Q3", "5G", "H-1B",
    "I-95", "K-12", "F-1 visa", "END 3", "USD 20", "Q-1", "B-12", "1990s", "155mm", "$1.2 billion",
    "Fig. 3", "mid-2024", "10-K", "AP1000", "V-8", "xF6", "de6c", "U2",
]  # fmt: skip


@pytest.mark.parametrize(("printed", "term"), SCHEMES.items())
def test_schemes_are_found_by_rule(printed, term):
    assert [
        mention.canonical for mention in find_designations(f"It met the {printed}, they said.")
    ] == [term]


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_one_is_not(text):
    assert find_designations(f"Then {text} came.") == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Су-25 и МиГ-29СМТ взлетели", "su25 mig29smt"),
        ("комплексы С-400/С-500", "s400 s500"),
        ("Ｓｕ－２５ and 米軍のF-35戦闘機", "su25 f35"),
        ("Su-24/25 and T-64/72/80 crews", "su24 su25 t64 t72 t80"),
        ("su-24/25 is typed so", ""),
        ("кв-25, 24/25", ""),
    ],
)
def test_other_scripts_and_letters_written_once_are_found(text, terms):
    assert [mention.canonical for mention in find_designations(text)] == terms.split()


def test_mention_is_as_printed_with_offsets():
    assert find_designations("Two F-16s met CVN 78.") == [
        Mention("F-16s", "f16", 4, 9),
        Mention("CVN 78", "cvn78", 14, 20),
    ]


@pytest.mark.parametrize(
    ("base", "variants"),
    [
        ("f35", "f35a f35b f35i"),
        ("su25", "su25k su25sm3"),
        ("t72", "t72b3 t72b3m"),
        ("t72b", "t72b3"),
        ("aim120", "aim120c8"),
        ("s300", "s300pmu2"),
        ("m1", "m1a2 m1a2sepv3"),
    ],
)
def test_base_covers_variants_and_never_the_other_way(base, variants):
    for variant in variants.split():
        assert is_variant(base, variant)
        assert not is_variant(variant, base)


@pytest.mark.parametrize(
    ("base", "term"),
    [("f35", "f351"), ("f35a", "f35b"), ("f16", "f16th"), ("b2", "b2b"), ("f35", "f35"),
     ("su2", "su25"), ("kc1", "kc135")],
)  # fmt: skip
def test_other_designations_are_no_variants(base, term):
    assert not is_variant(base, term)


def test_printed_as_the_makers_do():
    terms = "su25k fa18e mig29smt a400m a10c mk41 k9 cvn78 9m729 nh90"
    printed = "Su-25K F/A-18E MiG-29SMT A400M A-10C Mk_41 K9 CVN-78 9M729 NH90"
    assert [format_term(term).replace(" ", "_") for term in terms.split()] == printed.split()


def test_neighbours_typed_apart_are_joined():
    typed = "F 16 vs Su 25 MQ 9B F/A 18 155 mm 1.2 billion Type 055 A 10 cvn 78"
    assert join_neighbours(typed.split()) == [
        "F 16", "vs", "Su 25", "MQ 9B", "F/A 18", "155 mm", "1.2 billion", "Type 055", "A 10",
        "cvn 78",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["END 3", "May 25", "Article 5", "USD 20", "a 10", "in 5", "an 124", "F 2024", "no 10"]
)
def test_words_before_numbers_stay_apart(typed):
    assert join_neighbours(typed.split()) == typed.split()


def test_systems_of_an_article_most_frequent_first():
    title = "F-16s arrive"
    body = "F-16 jets and HIMARS. A Black Hawk landed; two Black Hawks, one UH-60."
    assert find_systems(title, body) == ("UH-60", "F-16", "HIMARS")


def test_no_family_is_a_plain_word():
    assert not designation_prefixes.FAMILIES & designation_grammar.NEVER_DESIGNATION_LETTERS


def test_long_junk_has_no_designation():
    assert find_designations("A-" * 50_000 + "1-" * 50_000) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9K720 launchers moved.", "Iskander"),
        ("Iskander-M launchers moved.", "Iskander"),
        ("ATACMS arrived.", "ATACMS"),
        ("The MGM-140 arrived.", "ATACMS"),
        ("AIM-120 rounds arrived.", "AIM-120"),
    ],
)
def test_file_number_goes_by_its_name(text: str, shown: str):
    assert find_systems("", text) == (shown,)
