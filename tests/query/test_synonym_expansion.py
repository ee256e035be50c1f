"""Synonym expansion: names, acronyms and spellings added, listed, and switched off."""

from indexer.query.ast import And, Near, Not, Or, Other, Phrase, Widened, Word
from indexer.query.did_you_mean import suggest_query
from indexer.query.plan import plan_query
from indexer.query.synonym_expansion import list_widened_names, widen
from indexer.query.term_expansion import expand
from tests.support.vocabulary_double import MemoryVocabulary

VOCABULARY = MemoryVocabulary(
    "Su-25 and Su-25K, the Frogfoot", "Kyiv, Kiev; Zelensky Zelenskyy Zelenskiy",
    "HIMARS: High Mobility Artillery Rocket System", "UH-60 Black Hawk", "a cease-fire ceasefire",
    "ICBM intercontinental ballistic missiles", "al-Qaeda al-Qaida", "PAC-3 Patriot", "not able",
    "notable", "el-Sisi al-Sisi",
)  # fmt: skip
KYIV = Other(Word("Kyiv"), "spelling")


def searched(tree):
    return list_widened_names(plan_query(widen(tree, VOCABULARY), lambda _: VOCABULARY))


def test_name_reaches_its_designation():
    wide = widen(Word("Frogfoot"), VOCABULARY)
    assert isinstance(wide, Widened)
    assert Other(Word("Su-25"), "name") in wide.others


def test_designation_does_not_reach_a_name_that_means_more():
    wide = widen(Word("PAC-3"), VOCABULARY)
    assert "patriot" not in expand(wide, VOCABULARY).terms


def test_spelling_reaches_spelling_both_ways():
    assert "kyiv" in expand(widen(Word("Kiev"), VOCABULARY), VOCABULARY).terms
    assert "kiev" in expand(widen(Word("Kyiv"), VOCABULARY), VOCABULARY).terms
    found = expand(widen(Word("Zelenskyy"), VOCABULARY), VOCABULARY)
    assert {"zelensky", "zelenskyy", "zelenskiy"} <= set(found.terms)


def test_spellings_inside_quotes():
    wide = widen(Phrase("al-Qaeda"), VOCABULARY)
    assert (("al",), ("qaida",)) in expand(wide, VOCABULARY).phrases
    wide = widen(Phrase("el-Sisi"), VOCABULARY)
    assert (("al",), ("sisi",)) in expand(wide, VOCABULARY).phrases


def test_phrase_that_is_a_name_reaches_its_acronym():
    wide = widen(Phrase("High Mobility Artillery Rocket System"), VOCABULARY)
    assert "himars" in expand(wide, VOCABULARY).terms
    assert isinstance(widen(Phrase("Artillery Rocket System"), VOCABULARY), Phrase)


def test_plural_acronym_reaches_what_it_stands_for():
    wide = widen(Word("ICBMs"), VOCABULARY)
    phrase = (("intercontinental",), ("ballistic",), ("missile", "missiles"))
    assert phrase in expand(wide, VOCABULARY).phrases


def test_unquoted_words_that_are_one_name_get_its_other_names_beside():
    tree = And((Word("black"), Word("hawk"), Word("poland")))
    wide = widen(tree, VOCABULARY)
    assert isinstance(wide, And)
    first = wide.children[0]
    assert isinstance(first, Or)
    assert first.children[0] == And((Word("black"), Word("hawk")))
    assert Widened(Word("UH-60"), ()) in first.children


def test_compound_typed_apart_needs_evidence():
    wide = widen(And((Word("cease"), Word("fire"))), VOCABULARY)
    assert wide == Or((And((Word("cease"), Word("fire"))), Widened(Word("ceasefire"), ())))
    apart = And((Word("not"), Word("able")))
    assert widen(apart, VOCABULARY) == apart


def test_makers_name_and_number_typed_apart_are_that_designation_as_well():
    held = MemoryVocabulary("Sukhoi delivered 30 jets", "Su-30MKI", "Sukhoy-30")
    typed = (Word("sukhoi"), Word("30"))
    wide = widen(And(typed), held)
    assert isinstance(wide, Or)
    assert wide.children[-1] == Widened(Word("Su-30"), ())
    assert widen(And((*typed, Word("MKI"))), held).children[-1] == Widened(Word("Su-30MKI"), ())
    assert widen(And((Word("sukhoi"), Word("2023"))), held).children[-1] == Word("2023")


def test_variant_typed_in_two_words_is_that_variant_as_well():
    held = MemoryVocabulary("Su-30MKI", "an F-35A, a fighter")
    typed = (Word("su-30"), Word("mki"))
    assert widen(And(typed), held) == Or((And(typed), Widened(Word("Su-30MKI"), ())))
    apart = And((Word("f-35"), Word("a")))
    assert widen(apart, held) == apart


def test_makers_name_before_its_number_is_not_respelled():
    held = MemoryVocabulary("Sukhoi-30", "Sukhoy-30", "Su-30")
    assert widen(Phrase("Sukhoi-30"), held) == Phrase("Sukhoi-30")
    wide = widen(Word("Sukhoi-30"), held)
    assert wide == Word("Sukhoi-30")
    assert list_widened_names(plan_query(wide, lambda _: held)) == ("Su-30",)


def test_exact_leaves_the_tree_as_it_is():
    tree = And((Word("Frogfoot"), Phrase("Kiev")))
    assert widen(tree, VOCABULARY, exact=True) is tree


def test_what_the_index_lacks_is_not_added():
    assert widen(Word("Reaper"), VOCABULARY) == Word("Reaper")


def test_every_kind_of_node_is_walked():
    tree = And((Near((Word("Kiev"), Word("x")), 3, ordered=False), Not(Word("Kiev"))))
    wide = widen(tree, VOCABULARY)
    assert isinstance(wide, And)
    near, excluded = wide.children
    assert near == Near((Widened(Word("Kiev"), (KYIV,)), Word("x")), 3, ordered=False)
    assert excluded == Not(Widened(Word("Kiev"), (KYIV,)))


def test_also_searched_names_each_once_names_first():
    assert searched(Word("Su-25"))[-1] == "Su-25K"
    assert searched(Word("Kiev")) == ("Kyiv",)
    assert "kiev" not in searched(Word("Kiev"))


def test_also_searched_shows_an_or_of_ours_only():
    assert "UH-60" in searched(And((Word("black"), Word("hawk"))))


def test_misspelt_word_is_put_right():
    many = MemoryVocabulary(*["missile defense"] * 3, "Kyiv")
    assert suggest_query(And((Word("misile"), Word("defense"))), many) == "missile defense"
    assert suggest_query(Phrase("misile defense"), many) == '"missile defense"'
    assert suggest_query(Word("Kiev"), many) is None
    assert suggest_query(Word("F-17"), many) is None
    assert suggest_query(Word("missile"), many) is None


def test_two_edits_that_change_the_first_letter_make_another_word():
    assert suggest_query(Word("austin"), MemoryVocabulary(*["putin"] * 3)) is None
    assert suggest_query(Word("ausstim"), MemoryVocabulary(*["austin putin"] * 3)) == "austin"


def test_word_an_article_has_is_put_right_by_one_edit_only():
    many = MemoryVocabulary(*["market"] * 30, "Merkel", "marlet")
    assert suggest_query(Word("merkel"), many) is None
    assert suggest_query(Word("marlet"), many) == "market"


def test_of_two_spellings_of_a_name_the_one_the_index_writes_most_is_meant():
    many = MemoryVocabulary(*["Zelenskyy"] * 3, "Zelenskiy")
    assert suggest_query(Word("zelenksyy"), many) == "zelenskyy"


def test_capitals_and_number_are_one_where_the_index_writes_them_so():
    held = MemoryVocabulary("VFA-115 flew", "COP26", "an M1A2", "IRAN 3")
    both = And((Word("VFA"), Word("115")))
    assert widen(both, held) == Word("VFA-115")
    assert expand(Word("VFA-115"), held).phrases == ((("vfa",), ("115",)),)
    assert widen(And((Word("M1"), Word("A2"), Word("tanks"))), held).children[0] == Word("M1A2")
    assert widen(both, MemoryVocabulary("115 VFA pilots")) == both
    assert widen(And((Word("vfa"), Word("115"))), held) == And((Word("vfa"), Word("115")))


def test_two_words_are_one_only_where_the_index_has_that_one():
    held = MemoryVocabulary("iron dome", "the iron-dome batteries", "a ceasefire", "cease fire")
    assert widen(And((Word("iron"), Word("dome"))), held) == And((Word("iron"), Word("dome")))
    assert isinstance(widen(And((Word("cease"), Word("fire"))), held), Or)
