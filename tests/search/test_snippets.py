"""Snippets show the densest part of what matched, whole sentences or words of one paragraph."""

from __future__ import annotations

import re

from indexer.search.highlight import Mark
from indexer.search.snippets import choose_snippets

LONG = (
    "The ministry opened its books in spring. "
    + "Nothing was said of batteries for a while. " * 20
    + "Then Poland signed for Patriot and for Patriot again, near Warsaw. "
    + "The rest is quiet. " * 30
)


def marks_of(text: str, *words: str) -> list[Mark]:
    """A mark wherever a word stands, each word a leaf."""
    return sorted(
        (
            Mark(found.start(), found.end(), leaf)
            for leaf, word in enumerate(words)
            for found in re.finditer(word, text)
        ),
        key=lambda mark: mark.start,
    )


def test_snippet_shows_the_densest_part_from_a_sentence_on():
    text = "Poland opened its books in spring. " + LONG
    (shown,) = choose_snippets(text, marks_of(text, "Poland", "Patriot"), most=1)
    assert shown.text.startswith("Nothing was said") or shown.text.startswith("Then Poland")
    assert [shown.text[mark.start : mark.end] for mark in shown.marks] == [
        "Poland",
        "Patriot",
        "Patriot",
    ]
    assert shown.opens
    assert shown.closes


def test_snippet_stays_within_its_paragraph_and_ends_at_a_word():
    text = "First paragraph.\n\n" + "Patriot word " * 60
    for shown in choose_snippets(text, marks_of(text, "Patriot")):
        assert "\n" not in shown.text
        assert shown.text.endswith(("Patriot", "word", "word "))


def test_text_without_marks_shows_its_beginning():
    (shown,) = choose_snippets(LONG, [])
    assert shown.text.startswith("The ministry opened")
    assert len(shown.text) <= 300
    assert shown.closes


def test_empty_body_has_no_snippet():
    assert choose_snippets("", []) == ()
