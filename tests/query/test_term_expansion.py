"""The index terms of a word, phrase, prefix or fuzzy word."""

import pytest

from indexer.query.ast import Fuzzy, Other, Phrase, Prefix, Widened, Word
from indexer.query.term_expansion import TERM_CAP, Expansion, expand
from tests.support.vocabulary_double import MemoryVocabulary

VOCABULARY = MemoryVocabulary(
    "F-16s and F-16C jets; a MiG-29 and F 16AM",
    "missiles, a missile: new news organs",
    "A cease-fire; the ceasefires held. Able, notable",
    "155 mm shells, 155mm howitzers, 1,000 km, $1.2 billion, F-351, F-35A",
    "defense defensive cyber security U.S. troops",
    "warfighters and cooperation; state of the art; force forces",
)

MAKERS = MemoryVocabulary(
    "Sukhoi-30MKI crash", "six Sukhoi 30s, a Su-30SM", "an An-124; Antonov-124, 30mm", "Tupolev",
)  # fmt: skip


def terms(node, vocabulary=VOCABULARY, **options):
    return expand(node, vocabulary, **options).terms


@pytest.mark.parametrize("typed", ["F-16", "F16", "F 16", "f-16s", "F‑16", "F-16's"])
def test_designation_in_any_spelling_is_one_expansion(typed):
    found = expand(Word(typed), VOCABULARY)
    assert found.terms == ("f16", "f16c")
    assert found.phrases == ((("f",), ("16", "16am")),)


@pytest.mark.parametrize("typed", ["Su-30", "Su 30", "Sukhoi-30", "sukhoi 30", "Sukhoi-30s"])
def test_makers_name_stands_for_the_letters_both_ways(typed):
    found = expand(Word(typed), MAKERS)
    assert set(found.terms) - {"su30"} == {"su30sm"}
    assert found.phrases == ((("su", "sukhoi"), ("30", "30mki", "30s")),)


def test_makers_name_where_the_letters_are_a_word():
    for typed in ("An-124", "Antonov-124"):
        assert expand(Word(typed), MAKERS).phrases == ((("antonov",), ("124",)),)
        assert terms(Word(typed), vocabulary=MAKERS) == ("an124",)


@pytest.mark.parametrize(
    ("maker", "number"), [("Sukhoi", "2023"), ("Sukhoi", "30mm"), ("Antonov", "33"), ("Irkut", "7")]
)
def test_makers_name_before_another_number_is_a_phrase(maker, number):
    found = expand(Word(f"{maker}-{number}"), MAKERS)
    assert found.terms == ()
    assert [path[0] for path in found.phrases] == [(maker.lower(),)]


def test_suffix_of_a_variant_stands_apart_where_the_index_has_it_so():
    held = MemoryVocabulary("Sukhoi-30 MKI, Su-30 MKI", "Su-30MKI", "F-16 am F-16AM a F-35A")
    wanted = {
        (("su", "sukhoi"), ("30mki",)),
        (("su30",), ("mki",)),
        (("su", "sukhoi"), ("30",), ("mki",)),
    }
    for typed in ("Su-30MKI", "Sukhoi-30MKI"):
        found = expand(Word(typed), held)
        assert (found.terms, set(found.phrases)) == (("su30mki",), wanted)
    assert expand(Phrase("Su-30 MKI"), held).terms == ("su30mki",)
    assert expand(Phrase("F-16 am"), held).terms == expand(Phrase("F-35 a"), held).terms == ()
    assert expand(Phrase("Su-30 MKI"), held, exact=True).terms == ()
    assert expand(Word("Su-30MKI"), held, exact=True).phrases == ((("su",), ("30mki",)),)
    assert expand(Word("Su-30MKM"), held).phrases == ((("su", "sukhoi"), ("30mkm",)),)


def test_phrase_with_a_makers_name():
    assert expand(Phrase("Sukhoi-30 crash"), MAKERS).phrases == (
        (("su", "sukhoi"), ("30", "30mki", "30s"), ("crash",)),
        (("su30", "su30sm"), ("crash",)),
    )


def test_exact_keeps_the_makers_name_apart():
    assert expand(Word("Su-30"), MAKERS, exact=True).phrases == ((("su",), ("30",)),)
    found = expand(Word("Sukhoi-30"), MAKERS, exact=True)
    assert (found.terms, found.phrases[0][0]) == ((), ("sukhoi",))


def test_prefix_of_a_designation_finds_its_makers_name():
    found = expand(Prefix("su-30m"), MAKERS)
    assert found.phrases == ((("su",), ("30mki", "30mm")), (("sukhoi",), ("30mki",)))
    assert expand(Prefix("su-30mk"), MAKERS, exact=True).phrases == ((("su",), ("30mki",)),)


def test_variant_does_not_reach_its_base():
    assert terms(Word("F-16C")) == ("f16c",)
    assert terms(Word("F-35")) == ("f35", "f35a")


def test_letters_alone_reach_their_designations():
    assert terms(Word("MiG")) == ("mig", "mig29")


def test_figure_finds_itself_before_a_unit_however_exact():
    for node in (Word("155"), Phrase("155")):
        assert terms(node, exact=True) == ("155", "155mm")
    found = expand(Phrase("a 1.2"), VOCABULARY, exact=True)
    assert found.phrases == ((("a",), ("$1.2bn", "1.2")),)


def test_inflections_of_an_unquoted_word():
    assert terms(Word("missile")) == ("missile", "missiles")
    assert terms(Word("news")) == ("news",)
    assert terms(Word("organ")) == ("organ", "organs")
    assert "defensive" in terms(Word("defence"))


def test_quotes_fold_the_plural_only():
    assert terms(Phrase("force")) == ("force", "forces")
    assert terms(Phrase("defense")) == ("defense",)
    found = expand(Phrase("state of the art"), VOCABULARY)
    assert found.terms == ()
    assert found.phrases == ((("state",), ("of",), ("the",), ("art",)),)


@pytest.mark.parametrize("node", [Word("cease-fire"), Phrase("cease fire"), Word("ceasefire")])
def test_compound_in_any_spelling(node):
    found = expand(node, VOCABULARY)
    assert "ceasefires" in found.terms
    assert (("cease",), ("fire",)) in found.phrases


def test_neighbours_without_evidence_are_not_one_word():
    found = expand(Phrase("not able"), VOCABULARY)
    assert found.terms == ()
    assert found.phrases == ((("not",), ("able",)),)


@pytest.mark.parametrize("node", [Word("war-fighter"), Phrase("war fighter")])
def test_first_parts_of_compounds_are_evidence(node):
    assert "warfighters" in expand(node, VOCABULARY).terms


def test_hyphens_of_three_words_are_a_phrase():
    assert expand(Word("air-to-air"), VOCABULARY).phrases == ((("air",), ("to",), ("air",)),)


@pytest.mark.parametrize("typed", ["155mm", "155 mm", "155-millimetre"])
def test_measure_is_one_term(typed):
    assert terms(Word(typed)) == ("155mm",)


def test_figures_reach_those_with_unit_or_currency():
    assert terms(Word("1,000")) == ("1000", "1000km")
    assert terms(Word("1.2bn")) == ("$1.2bn", "1.2bn")
    assert terms(Word("$1.2 billion")) == ("$1.2bn",)


def test_exact_folds_and_nothing_more():
    assert terms(Word("missile"), exact=True) == ("missile",)
    assert terms(Word("F-16s"), exact=True) == ("f16",)
    found = expand(Word("cease-fire"), VOCABULARY, exact=True)
    assert found.terms == ()
    assert found.phrases == ((("cease",), ("fire",)),)


def test_phrase_with_a_designation_is_expanded_by_path():
    found = expand(Phrase("F-16 jets"), VOCABULARY)
    assert (("f16", "f16c"), ("jets",)) in found.phrases
    assert (("f",), ("16", "16am"), ("jets",)) in found.phrases


def test_dotted_letters_with_a_space():
    assert expand(Word("U.S."), VOCABULARY).phrases == ((("u",), ("s",)),)
    assert terms(Word("US")) == ("u.s.",)


def test_prefix_reads_uk_spelling_too():
    assert terms(Prefix("defen")) == ("defense", "defensive")
    assert "defense" in terms(Prefix("defenc"))


def test_prefix_of_a_designation_finds_it_written_apart():
    found = expand(Prefix("F-16"), VOCABULARY)
    assert found.terms == ("f16", "f16c")
    assert found.phrases == ((("f",), ("16am",)),)
    assert expand(Prefix("F-16C"), VOCABULARY).phrases == ()


def test_more_than_the_cap_keeps_the_most_frequent():
    words = [f"word{number}" for number in range(TERM_CAP + 1)]
    vocabulary = MemoryVocabulary(" ".join(words), " ".join(words[1:]))
    found = expand(Prefix("word"), vocabulary)
    assert found.truncated
    assert len(found.terms) == TERM_CAP
    assert "word0" not in found.terms


def test_fuzzy_word_has_its_neighbours():
    assert terms(Fuzzy("misile", 1)) == ("misile", "missile")


def test_widened_is_the_union():
    node = Widened(Word("MiG-29"), (Other(Phrase("state of the art"), "name"),))
    found = expand(node, VOCABULARY)
    assert found.typed == "MiG-29"
    assert "mig29" in found.terms
    assert (("state",), ("of",), ("the",), ("art",)) in found.phrases


@pytest.mark.parametrize("text", ["", "-", "…", "\x00", "A-" * 500, "1-" * 500])
def test_any_text_expands(text):
    for node in (Word(text), Phrase(text), Prefix(text), Fuzzy(text, 2)):
        assert expand(node, VOCABULARY).typed == text


def test_a_hyphen_left_from_a_line_end_makes_no_two_words():
    often = ["a government"] * 21
    vocabulary = MemoryVocabulary("the gov-ernment", *often)
    assert expand(Word("government"), vocabulary).phrases == ()
    vocabulary = MemoryVocabulary("the gov-ernment", *often[1:])
    assert expand(Word("government"), vocabulary).phrases == ((("gov",), ("ernment",)),)


def test_size_of_an_expansion_grows_with_its_terms_and_phrases():
    alone = Expansion("a", ("a",))
    assert Expansion("a", ("a", "b")).size_bytes == alone.size_bytes + 64
    assert Expansion("a", ("a",), ((("b", "c"), ("d",)),)).size_bytes == alone.size_bytes + 5 * 64
