"""Any text gives a well-formed tree or a refusal, and the rendered tree parses to itself."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import QueryRefused
from indexer.fields import SEARCH_FIELDS as FIELDS
from indexer.query.ast import (
    And,
    AtLeast,
    Dates,
    Field,
    Fuzzy,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Word,
)
from indexer.query.literals import extract_words, normalize_punctuation
from indexer.query.parser import parse
from indexer.query.render import render

LEAVES = (Word, Phrase, Prefix, Fuzzy)

FRAGMENTS = ["AND", "OR", "NOT", "(", ")", '"', "-", "~", "~2", "*", "?", ":", "title:", "date:",
             "source:", "foo:", "2024", "2024-02", "..", ">=", "[", " TO ", "]", "NEAR/5", "PRE/3",
             "w/10", "atleast3(", "atleast0(", "F", "16", "155", "mm", "a", "ukrain", "U.S.", "'",
             "’", "“", "/", ",", "%", "$", ".", "+", "&&", "\x00", "\u202e", "\u0301", "防", " ",
             " ", " ", "\n", "\ud800", "\U0001f600", "ſ", "İ", "²"]  # fmt: skip

any_text = st.text(max_size=1100) | st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)


def assert_well_formed(node: Node, *, inside: str = "") -> None:  # noqa: C901, PLR0912  a case each
    """The invariants of ast.py, for a tree the parser made."""
    match node:
        case Word(text):
            assert [w for part in text.split(" ") for w in extract_words(part)] == text.split(" ")
        case Phrase(text):
            assert text == " ".join(text.split())
            assert '"' not in text
            assert any(character.isalnum() for character in text)
        case Prefix(text):
            assert extract_words(text) == [text]
            assert sum(character.isalnum() for character in text) >= 3
        case Fuzzy(text, edits):
            assert extract_words(text) == [text]
            assert edits in {1, 2}
        case Near(children, distance, _):
            assert len(children) >= 2
            assert 0 <= distance <= 1000
            for child in children:
                assert_countable(child)
        case AtLeast(count, child):
            assert 2 <= count <= 1000
            assert_countable(child)
        case Field(name, child):
            assert name in FIELDS
            assert inside != "field"
            assert not isinstance(child, Not)
            assert_well_formed(child, inside="field")
        case Dates(first, last):
            assert inside != "field"
            assert first or last
            assert not (first and last) or first <= last
        case And(children):
            assert len(children) >= 2
            assert not any(isinstance(child, And) for child in children)
            assert any(not isinstance(child, Not) for child in children)
            for child in children:
                assert_well_formed(child.child if isinstance(child, Not) else child, inside=inside)
        case Or(children):
            assert len(children) >= 2
            assert not any(isinstance(child, Or) for child in children)
            for child in children:
                assert_well_formed(child, inside=inside)
        case Nothing():
            assert not inside
        case _:
            pytest.fail(f"{node} is not allowed there")


def assert_countable(node: Node) -> None:
    for child in node.children if isinstance(node, Or) else [node]:
        assert isinstance(child, LEAVES)
    assert_well_formed(node)


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_any_text_gives_a_well_formed_tree_or_a_clean_refusal(text, match, plain):
    with suppress(QueryRefused):
        parsed = parse(text, match=match, plain=plain)
        assert_well_formed(parsed.tree)
        is_blank = not normalize_punctuation(text).strip()
        assert parsed.notices or parsed.tree != Nothing() or is_blank


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_without_limits_no_text_is_refused(text, match, plain):
    assert_well_formed(parse(text, match=match, plain=plain, limits=False).tree)


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_any_parsed_tree_renders_to_text_that_parses_to_it(text, match, plain):
    tree = parse(text, match=match, plain=plain, limits=False).tree
    assert parse(render(tree), limits=False).tree == tree


HOSTILE = ["(", "(a ", ")", "-(", "NOT ", "-", '"', '"a b"~9 ', "title:", "title:(", "-title:(a ",
           "atleast2(", "a OR (b ", "a NEAR/5 ", "a PRE/1 b NEAR/2 ", "date:[", "date: ", "*", "a~",
           "9", "AND ", "-a OR ", "foo:", "U.", "a,", "F 16 "]  # fmt: skip


@pytest.mark.parametrize("fragment", HOSTILE)
def test_no_length_or_nesting_exhausts_the_stack(fragment):
    # Twenty thousand characters: up to twenty times as many levels as Python's stack has frames.
    parsed = parse(fragment * (20_000 // len(fragment)), limits=False)

    assert parse(render(parsed.tree), limits=False).tree == parsed.tree
    assert_well_formed(parsed.tree)
