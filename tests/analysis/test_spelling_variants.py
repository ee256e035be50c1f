"""Spellings folded in the index, romanisations by rule, names by list, countries of an article."""

import pytest

from indexer.analysis import synonyms
from indexer.analysis.spelling_variants import find_romanisations, find_us_prefixes, fold_spelling
from indexer.analysis.tokenizer import extract_terms
from indexer.clean.fields.countries import find_countries

UK = {
    "defence": "defense",
    "armour": "armor",
    "programme": "program",
    "centre": "center",
    "manoeuvre": "maneuver",
    "organisation": "organization",
    "kilometre": "kilometer",
    "jamahiriyisation": "jamahiriyization",
}
SAME = [
    "zelensky zelenskyy zelenskiy zelenskyi zelenskii",
    "lukashenko lukashenka",
    "zaporizhzhia zaporizhzhya zaporizhia",
    "yevgeny evgeny evgeniy",
    "alexei alexey aleksei",
    "vitaly vitaliy vitalii",
]


@pytest.mark.parametrize(("form", "us_form"), UK.items())
def test_uk_spelling_is_folded(form, us_form):
    assert fold_spelling(form) == us_form
    assert extract_terms(form) == [us_form]


@pytest.mark.parametrize("word", ["advise", "exercise", "raise", "precise", "improvise"])
def test_ise_is_not_always_ize(word):
    assert fold_spelling(word) == word


@pytest.mark.parametrize("line", SAME)
def test_every_romanisation_gives_the_same_set(line):
    words = line.split()
    sets = [{word, *find_romanisations(word)} for word in words]
    assert all(found == sets[0] for found in sets)
    assert set(words) <= sets[0]


@pytest.mark.parametrize(("word", "other"), [("marks", "marx"), ("eagle", "yeagle")])
def test_english_words_are_no_romanisations(word, other):
    assert other not in find_romanisations(word)


def test_prefix_of_a_uk_form_looks_up_the_us_form():
    assert "defense" in find_us_prefixes("defenc")
    assert "mobiliz" in find_us_prefixes("mobilis")
    assert find_us_prefixes("ukrain") == ("ukrain",)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("155 mm howitzer", "155mm howitzer"),
        ("5.56-millimeter rounds", "5.56mm rounds"),
        ("$1.2 billion deal", "$1.2bn deal"),
        ("Advanced 5K Penetrator", "advanced 5k penetrator"),
        ("105 light gun", "105 light gun"),
    ],
)
def test_a_name_in_a_list_is_known_without_its_unit(name, key):
    assert synonyms.make_key(name) == tuple(key.split())


def reached(text):
    return {
        synonyms.make_key(found.form) for found in synonyms.find_synonyms(synonyms.make_key(text))
    }


def test_names_reach_what_they_mean():
    assert ("su25",) in reached("Frogfoot")
    assert ("kyiv",) in reached("Kiev")
    assert ("himars",) in reached("High-Mobility Artillery Rocket System")
    assert ("uh60",) in reached("Black Hawks")


def test_one_way_names_are_one_way():
    assert ("mq9",) in reached("Reaper")
    assert ("reaper",) not in reached("MQ-9")


def test_hyphens_of_a_listed_name_do_not_matter():
    assert ("osce",) in reached("Organization for Security and Co-operation in Europe")
    assert synonyms.find_synonyms(
        synonyms.make_key(
            synonyms.close_hyphens("Organization for Security and Co-operation in Europe")
        )
    )


def test_words_inside_names_are_respelled():
    assert "qaida" in synonyms.find_respellings("qaeda")
    assert synonyms.find_respellings("cape") == ()


def test_countries_by_title_lead_or_twice_in_the_body():
    body = "Minsk said so. The Polish view differs. Germany, then German trucks. France once."
    assert find_countries("Jets for Belarus", "Minsk said so.", body) == ("Germany", "Belarus")


def test_names_that_only_hold_a_country_do_not_count():
    assert find_countries("New Mexico test", "Over the Indian Ocean.", "") == ()


def test_us_is_a_country_only_in_capitals():
    assert find_countries("Tell us more", "", "") == ()
    assert find_countries("US troops", "", "") == ("United States",)
