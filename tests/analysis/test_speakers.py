"""Speakers in an article: quoted people by their full names, and no other names."""

from __future__ import annotations

import pytest

from indexer.analysis.speakers import MOST_SPEAKERS, find_speakers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "“Ready,” said Vice Admiral Harry B. Bell Jr., the commander.",
            ["Harry B. Bell Jr."],
        ),
        ('"We are ready," Foreign Minister Ana Ruiz told reporters.', ["Ana Ruiz"]),
        ("“We are ready,” Ana Ruiz, the foreign minister, said on Monday.", ["Ana Ruiz"]),
        ("Helmut Koch, a ministry official, said: “We are ready.”", ["Helmut Koch"]),
        ("“Ready!” says Ludwig van der Berg.", ["Ludwig van der Berg"]),
        ("“We are ready,” said Petty Officer 2nd Class Jo Ann Mills.", ["Jo Ann Mills"]),
        ("“We are ready,” says Blue Sky CEO Clare Brook.", ["Clare Brook"]),
        ("“We are ready,” the institute’s Michał Żak said.", ["Michał Żak"]),
    ],
)
def test_a_full_name_beside_a_verb_of_saying_and_a_quotation_speaks(text: str, names: list[str]):
    assert list(find_speakers(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "“We are ready,” he said.",
        "“We are ready,” the Defense Ministry said.",
        "“We are ready,” Ministry of Defence officials said.",
        "“We are ready,” the New York Times said.",
        "“We are ready,” a Pentagon spokesman said on Monday.",
        "“We are ready,” the President said.",
        "Ana Ruiz said the jets were ready.",
        "Ana Ruiz flew home. “We are ready,” he said.",
        "“We are ready.” Poland said nothing.",
        "",
    ],
)
def test_what_is_no_person_quoted_does_not(text: str):
    assert find_speakers(text) == ()


def test_a_surname_stands_for_the_one_full_name_before_it_and_counts():
    text = (
        "“One,” said Jo Mills. Gen. Daniel Karl Koch flew in.\n\n“Two,” Koch said.\n\n"
        "“Three,” Koch added. “Four,” Mills said. “Five,” said Nobody."
    )
    assert find_speakers(text) == ("Jo Mills", "Daniel Karl Koch")


def test_a_surname_that_two_share_stands_for_neither():
    text = "Ana Koch met Max Koch.\n\n“We are ready,” Koch said."
    assert find_speakers(text) == ()


def test_the_most_quoted_come_first_and_a_long_list_is_cut():
    names = [f"Ana Ru{letter * 3}" for letter in "abcdefghijklmnop"]
    text = " ".join(f"“Yes,” said {name}." for name in [*names, names[-1]])
    found = find_speakers(text)
    assert (found[0], len(found)) == (names[-1], MOST_SPEAKERS)
