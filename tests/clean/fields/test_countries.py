"""Countries an article is about: title, lead, or twice in the body."""

from __future__ import annotations

import pytest

from indexer.clean.fields.countries import find_countries


def test_title_and_lead_are_enough_once():
    found = find_countries("Warsaw orders tanks", "Poland signed with a South Korean maker.", "")
    assert found == ("Poland", "South Korea")


def test_body_needs_two_mentions():
    assert find_countries("", "", "Parts come from Norway. Finland waits. Finnish plants too.") == (
        "Finland",
    )


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Belarus’s plants", "Belarus"),
        ("a Belarusian plant", "Belarus"),
        ("the U.S. Army", "United States"),
        ("U.S.-led talks", "United States"),
        ("Britain’s fleet", "United Kingdom"),
        ("BELARUS BUILDS JETS", "Belarus"),
        ("Türkiye votes", "Turkey"),
    ],
)
def test_names_demonyms_and_abbreviations_name_a_country(text: str, country: str):
    assert find_countries(text, "", "") == (country,)


@pytest.mark.parametrize(
    "text",
    [
        "roast turkey",
        "to polish brass",
        "give us time",
        "Polished steel",
        "fine china",
        "bases in New Mexico",
        "the Indian Ocean",
    ],
)
def test_ordinary_words_name_none(text: str):
    assert find_countries(text, "", "") == ()


def test_longest_name_wins():
    assert find_countries("South Korea and North Korea", "", "") == ("North Korea", "South Korea")


def test_most_named_stands_first():
    lead = "Estonia and Latvia. Latvia, Latvian."
    assert find_countries("", lead, lead) == ("Latvia", "Estonia")
