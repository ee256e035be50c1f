"""Words that share a stem, and words that only look similar."""

from bisect import bisect_left
from collections import defaultdict
from pathlib import Path

import pytest

from indexer.analysis.normalization import parse_word_set
from indexer.analysis.stemming import find_stem_group, list_plural_forms, stem
from indexer.analysis.tokenizer import extract_terms

KIN = ["missile missiles", "deploy deployment deployed", "airman airmen", "woman women",
       "ied ieds", "slbm slbms", "try tried tries", "country countries", "defense defensive",
       "cooperation cooperate", "ngo ngos", "day days"]  # fmt: skip
STRANGERS = ["news new", "marine marin", "cooperation cooper", "organ organization",
             "united unit", "police policy", "university universe", "officer office",
             "several severe", "important import", "modernize modern", "national nationalize",
             "ied i", "uas ua", "corps corp", "specimen speciman", "does doe",
             "destroyer destroy", "general generate", "patriotic patriot"]  # fmt: skip


@pytest.mark.parametrize("words", KIN)
def test_inflections_share_a_stem(words):
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", STRANGERS)
def test_other_things_do_not(words):
    first, second = words.split()
    assert stem(first) != stem(second)


@pytest.mark.parametrize("term", ["f16s", "su25", "155mm", "1000", "u.s.", "$1.2bn"])
def test_designations_and_figures_are_never_stemmed(term):
    assert stem(term) == term


HELD = sorted(
    parse_word_set(
        "activities activity airman airmen countries country die dies doe dying f16 missile "
        "missiles modern modernization modernize new news organs skies sky us use uses using women"
    )
)


def prefixed_in(words):
    return lambda prefix: words[bisect_left(words, prefix) : bisect_left(words, f"{prefix}\uffff")]


@pytest.mark.parametrize(
    ("term", "group"),
    [
        ("missile", "missile missiles"),
        ("news", "news"),
        ("organ", "organs"),
        ("country", "countries country"),
        ("airman", "airman airmen"),
        ("woman", "women"),
        ("dies", "die dies dying"),
        ("sky", "skies sky"),
        ("using", "use uses using"),
        ("us", "us"),
        ("activity", "activities activity"),
        ("doe", "doe"),
        ("modernized", "modernization modernize"),
        ("kyiv", ""),
        ("f16", ""),
    ],
)
def test_group_is_what_a_vocabulary_holds_of_a_stem(term, group):
    assert sorted(find_stem_group(term, prefixed_in(HELD))) == group.split()


def test_looking_by_first_letters_loses_no_word_of_the_sample():
    pages = Path("corpus/pages").rglob("*.html")
    terms = {term for page in pages for term in extract_terms(page.read_text("utf-8", "replace"))}
    words = sorted(filter(str.isalpha, terms))
    assert len(words) > 3000
    groups = defaultdict(list)
    for word in words:
        groups[stem(word)].append(word)
    assert {word: list(find_stem_group(word, prefixed_in(words))) for word in words} == {
        word: group for group in groups.values() for word in group
    }


def test_plural_kin_are_plurals_only():
    assert "missiles" in list_plural_forms("missile")
    assert "missile" in list_plural_forms("missiles")
    assert "country" in list_plural_forms("countries")
    assert "airmen" in list_plural_forms("airman")
    assert "new" not in list_plural_forms("news")
    assert "deployed" not in list_plural_forms("deploy")
    assert list_plural_forms("f16") == ()
