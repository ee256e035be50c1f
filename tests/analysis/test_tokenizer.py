"""Tokens and their offsets; no text is slow and no part of it is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.normalization import fold
from indexer.analysis.tokenizer import (
    Token,
    extract_terms,
    find_hyphen_pairs,
    find_position_offsets,
    find_term_offsets,
    tokenize,
)

WRITINGS = {
    "F-16 F16 F‑16 F–16 F-16s F-16’s f-16": ["f16"] * 7,
    "F 16": ["f", "16"],
    "MQ-9Bs AN/TPY-2 GBU-39/B": ["mq9b", "tpy2", "gbu39b"],
    "F/A-18E/F and F-16C/D": ["fa18e", "fa18f", "and", "f16c", "f16d"],
    "Su-24/25, T-64/72/80 F-16/2020": ["su24", "su25", "t64", "t72", "t80", "f16", "2020"],
    "Su-30SM/35S M1A2/3 24/25": ["su30sm", "su35s", "m1a2", "3", "24", "25"],
    "AIM-120C-8 Mi-17V-5 9M729 3M-54": ["aim120c8", "mi17v5", "9m729", "3m54"],
    "non-F-16 users": ["non", "f16", "users"],
    "U.S. US US's U.S.-led": ["u.s.", "u.s.", "u.s.", "u.s.", "led"],
    "tell us": ["tell", "us"],
    "U.N. UN, Kim Jong Un": ["u.n.", "u.n.", "kim", "jong", "un"],
    "U.A.E. UAE": ["uae", "uae"],
    "Belarus’ Belarus's country’s": ["belarus", "belarus", "country"],
    "O’Brien Qa'ida al-Qaʿida": ["obrien", "qaida", "al", "qaida"],
    "air-to-air": ["air", "to", "air"],
    "1,000 1000 1.5": ["1000", "1000", "1.5"],
    "155mm": ["155mm", "millimeter"],
    "155 mm": ["155mm", "millimeter"],
    "155-millimeter": ["155mm", "millimeter"],
    "155\u00a0mm-caliber": ["155mm", "millimeter", "caliber"],
    "$1.2 billion $1.2bn $1.2B": ["$1.2bn", "billion"] * 3,
    "€500m": ["€500mn", "million"],
    "5 percent 5%": ["5%", "percent"] * 2,
    "COVID-19 mid-2024 May-25": ["covid", "19", "mid", "2024", "may", "25"],
    "$1 trillion $1trn $1tn $1t": ["$1tn", "trillion"] * 4,
    "300 kilogrammes 300kg": ["300kg", "kilograms", "300kg", "kilogram"],
    "Command & Control, R&D & AT&T": ["command", "and", "control", "r", "d", "and", "at", "t"],
    "end.The 3.The": ["end", "the", "3", "the"],
    "mis\u00adsile Müller Łódź": ["missile", "muller", "lodz"],
    "Київ 北京 snake_case": ["киів", "北", "京", "snake", "case"],
    "Су-25 СУ-25 Су25 Су-25СМ3": ["su25", "su25", "su25", "su25sm3"],
    "МиГ-31К Х-101 Як-130 С-300В4": ["mig31k", "kh101", "yak130", "s300v4"],
    "9М729 3М-54 Т-72Б3": ["9m729", "3m54", "t72b3"],
    "25-й 2022-го Київ-22": ["25", "и", "2022", "го", "киів", "22"],
    "米軍のF-35A戦闘機": ["米", "軍", "の", "f35a", "戦", "闘", "機"],
    "Ｆ－３５Ａ Ｓｕ２５ １５５ｍｍ": ["f35a", "su25", "155mm", "millimeter"],
    "F-35가 K9자주포": ["f35", "가", "k9", "자주포"],
    "F-१६ Su-٢٥ ٢٠": ["f16", "su25", "20"],
    "Su-25² jets¹, 40 km² ²": ["su25", "jets", "40", "kilometer"],
}


@pytest.mark.parametrize(("text", "terms"), WRITINGS.items())
def test_writings_become_terms(text, terms):
    assert extract_terms(text) == terms


def test_headline_in_capitals_takes_us_for_the_word():
    text = "PENTAGON TELLS US TROOPS TO LEAVE\nUS Navy\nU.S. TROOPS IN THE BALTIC STATES"
    assert extract_terms(text)[2] == "us"
    assert extract_terms(text)[6:8] == ["u.s.", "navy"]
    assert extract_terms(text)[8] == "u.s."


def test_offsets_are_of_the_raw_text():
    assert tokenize("Ⅻ F-16s’ $1.2 billion") == [
        Token("xii", 0, 1, 0),
        Token("f16", 2, 7, 1),
        Token("$1.2bn", 9, 21, 2),
        Token("billion", 14, 21, 3),
    ]


def test_offsets_beside_ideographs_are_of_the_raw_text():
    text = "米軍のＦ－３５Ａ戦闘機"
    found = next(token for token in tokenize(text) if token.term == "f35a")
    assert text[found.start : found.end] == "Ｆ－３５Ａ"


def test_slashed_variant_is_marked_by_its_letter():
    assert tokenize("F-16C/D")[1] == Token("f16d", 6, 7, 1)


def test_every_mark_and_space_of_the_same_writing_agrees():
    for hyphen in "-‐‑‒–−﹣－":
        assert extract_terms(f"Su{hyphen}25") == ["su25"]
    for space in " \u00a0\u2009\u202f":
        assert extract_terms(f"155{space}mm") == ["155mm", "millimeter"]


def test_pairs_are_words_with_one_hyphen():
    text = "A cease-fire, a Cease‑Fire; surface-to-air, F-16, pre-war"
    assert find_hyphen_pairs(text) == {("cease", "fire"), ("pre", "war")}


def test_long_junk_is_cut():
    assert extract_terms("x" * 5000) == ["x" * 64]


@pytest.mark.parametrize("part", ["A-", "A.", "1-", "1,", "a'", "F-16/", "$1 ", "\u0301-", "1 %"])
def test_junk_never_backtracks(part):
    """A pattern that looked back over 100 kB would not come to an end here."""
    text = part * (100_000 // len(part))
    assert len(extract_terms(text)) <= len(text)


def test_five_megabytes_are_read_as_five_times_one():
    """Run once: work that grew with the square of the text would not come to an end here."""
    one = "The F-16s met 155 mm guns near Kyiv, U.S. & NATO’s. " * 20_000
    assert len(one) > 1_000_000
    assert len(extract_terms(one * 5)) == 5 * len(extract_terms(one))


def test_half_a_megabyte_without_a_space_is_read_to_its_end():
    assert extract_terms("A-" * 125_000 + "1-" * 125_000)[-2:] == ["1", "1"]
    assert len(extract_terms("北" * 100_000)) == 100_000


LETTERS = st.text(alphabet="aAsSuUFf16.,-–’' /$%_mk北é\u0301\n\u00a0\u2009\u2028\x1c", max_size=80)
WRITTEN = ["5", "1.2", "$3", "per", "cent", "mm", "MM-", "billion", "%", "US", ",", "F-16s"]
SPACED = st.sampled_from([*WRITTEN, "x" * 90, " ", "  ", "\u00a0", "\u202f", "\t"])
WORDS = st.lists(SPACED).map("".join)


@given(st.text() | LETTERS | WORDS)
def test_both_ways_agree_and_offsets_hold(text):
    tokens = tokenize(text)
    assert [token.term for token in tokens] == extract_terms(text)
    assert [token.position for token in tokens] == list(range(len(tokens)))
    spans = [(token.start, token.end) for token in tokens]
    assert list(find_position_offsets(text, range(len(tokens)))) == spans
    for before, token in zip([None, *tokens], tokens, strict=False):
        assert 0 <= token.start < token.end <= len(text)
        assert before is None or before.start < token.start
        assert token.term


def test_figure_and_unit_are_one_over_any_of_their_spaces_and_no_other():
    assert extract_terms("5 per cent of 5\u00a0per cent") == [
        *("5%", "percent", "of", "5%", "percent")
    ]
    assert extract_terms("155\u00a0mm 155\nmm") == [*("155mm", "millimeter", "155", "millimeter")]


def test_offsets_are_those_of_the_positions_asked_for():
    text = "  The F-16C/D,\tand 155\u00a0mm guns"
    assert list(find_position_offsets(text, [6, 1, 2, 4])) == [
        (26, 30),
        (6, 11),
        (12, 13),
        (19, 25),
    ]


TRICKY = [
    *("mm", "MM", "155", "5", "percent", "%", "million", "$1.2", "bn", "²", "١", "US", "U.S."),
    *("us", "UN", "AND", "LINE", "&", "and", "TANKS", "ROLLED", "tank", "Tank", "anti-tank"),
    *("tank-", "tank’s", "tank_", "_tank", "tanks", "F-16", "f16", "F", "16", "/", "-", "’", "("),
    *(
        "“",
        '"',
        ".",
        ",",
        "_",
        "İ",
        "ß",
        "ẞ",
        "ﬁ",
        "Ⅳ",
        "米",
        "가",
        "ｆ",
        "Café",
        "cafe",
        "defence",
    ),
]
SPACES = (" ", " & ", " and ", "\u00a0", "\u202f", "\t", "\u00ad", "\u0301", "per cent")
ADVERSARIAL = st.lists(
    st.sampled_from(TRICKY) | st.sampled_from(SPACES) | st.just(" "), max_size=30
).map("".join)


@settings(max_examples=300, deadline=None)
@given(ADVERSARIAL | WORDS | st.text().map(lambda text: text.replace("\n", " ")))
def test_offsets_found_by_looking_for_a_term_are_those_of_its_tokens(line):
    tokens = tokenize(line)
    for term in {token.term for token in tokens}:
        placed = [(token.start, token.end) for token in tokens if token.term == term]
        assert find_term_offsets(line, term, len(placed)) in (placed, None)


@settings(deadline=None)
@given(ADVERSARIAL)
def test_no_place_found_for_a_term_is_another_terms(line):
    tokens = {(token.term, token.start, token.end) for token in tokenize(line)}
    for term in ("tank", "tanks", "us", "mm", "millimeter", "percent", "and", "f", "f16", "5"):
        for count in range(4):
            for start, end in find_term_offsets(line, term, count) or ():
                assert (term, start, end) in tokens


def test_terms_of_plain_prose_are_found_without_cutting_up_the_line():
    line = "The “tanks” (US tanks), 155 mm guns and 20 tanks"
    assert find_term_offsets(line, "tanks", 3) == [(5, 10), (16, 21), (43, 48)]
    assert find_term_offsets(line, "u.s.", 1) is None
    assert find_term_offsets(line, "155mm", 1) is None
    assert find_term_offsets(line, "millimeter", 1) is None
    assert find_term_offsets("THE TANKS GIVEN TO US BY NATO", "us", 1) == [(19, 21)]
    assert find_term_offsets("an anti-tank tank", "tank", 2) is None


@given(st.text(alphabet="aBé'’-_1sS я\u0301가米ｆ."))
def test_terms_are_those_of_the_tokens_however_a_chunk_is_cut(text):
    assert extract_terms(text) == [token.term for token in tokenize(text)]


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
