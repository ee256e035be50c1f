"""Which words stand for one another, and which only look alike."""

import pytest

from indexer.analysis.stems import plural_kin, stem, stem_groups

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


def test_groups_agree_with_stems():
    words = ["missile", "missiles", "news", "new", "organs", "kyiv", "f16", "women"]
    groups = stem_groups(words)
    assert groups[stem("missile")] == ("missile", "missiles")
    assert groups[stem("organ")] == ("organs",)
    assert groups[stem("woman")] == ("women",)
    assert stem("kyiv") not in groups
    assert all(stem(word) == key for key, members in groups.items() for word in members)


def test_plural_kin_are_plurals_only():
    assert "missiles" in plural_kin("missile")
    assert "missile" in plural_kin("missiles")
    assert "country" in plural_kin("countries")
    assert "airmen" in plural_kin("airman")
    assert "new" not in plural_kin("news")
    assert "deployed" not in plural_kin("deploy")
    assert plural_kin("f16") == ()
