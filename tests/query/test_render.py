"""Canonical text, and the round trip of generated trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fields import SEARCH_FIELDS as FIELDS
from indexer.query.ast import (
    And,
    AtLeast,
    Dates,
    Everything,
    Field,
    Fuzzy,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Other,
    Phrase,
    Prefix,
    Widened,
    Word,
)
from indexer.query.dates import parse_day_range, render_days
from indexer.query.literals import extract_words, normalize_punctuation
from indexer.query.parser import parse
from indexer.query.render import render

A, B, C, X = Word("a"), Word("b"), Word("c"), Word("x")
F, SIXTEEN, F16 = Word("F"), Word("16"), Word("F 16")

CANONICAL = [
    (And((A, B)), "a b"),
    (Or((A, Phrase("b c"))), 'a OR "b c"'),
    (And((Or((A, B)), C)), "(a OR b) c"),
    (Or((And((A, B)), C)), "(a b) OR c"),
    (And((A, Not(B))), "a -b"),
    (And((A, Not(And((B, C))))), "a -(b c)"),
    (And((A, Not(Phrase("b c")))), 'a -"b c"'),
    (Prefix("ukrain"), "ukrain*"),
    (Fuzzy("zelensky", 1), "zelensky~"),
    (Fuzzy("zelensky", 2), "zelensky~2"),
    (Near((A, B, C), 5, ordered=False), "a NEAR/5 b NEAR/5 c"),
    (Near((A, Or((B, C))), 5, ordered=True), "a PRE/5 (b OR c)"),
    (And((X, Near((A, B), 5, ordered=False))), "x (a NEAR/5 b)"),
    (Or((X, Near((A, B), 5, ordered=False))), "x OR a NEAR/5 b"),
    (AtLeast(5, Or((A, B))), "atleast5(a OR b)"),
    (Field("title", A), "title:a"),
    (Field("title", And((A, Not(B)))), "title:(a -b)"),
    (Field("title", AtLeast(2, A)), "title:atleast2(a)"),
    (And((A, Not(Field("source", Phrase("b c"))))), 'a -source:"b c"'),
    (F16, "F 16"),
    (And((F, SIXTEEN)), "F AND 16"),
    (And((F16, X)), "F 16 x"),
    (And((X, Not(F16))), "x -(F 16)"),
    (And((Not(F), SIXTEEN)), "-F AND 16"),
    (And((Field("title", F), SIXTEEN)), "title:F AND 16"),
    (And((Field("source", F), SIXTEEN)), "source:F 16"),
    (And((F, Phrase("x"), SIXTEEN)), 'F "x" 16'),
    (And((F, Near((SIXTEEN, X), 2, ordered=False))), "F (16 NEAR/2 x)"),
    (Field("system", F16), "system:(F 16)"),
    (Near((X, F16), 3, ordered=False), "x NEAR/3 F 16"),
    (Nothing(), ""),
]


@pytest.mark.parametrize(("tree", "text"), CANONICAL)
def test_tree_has_its_canonical_text_and_the_text_its_tree(tree, text):
    assert render(tree) == text
    assert parse(text).tree == tree


DAYS = [
    (Dates("2024-01-01", "2024-12-31"), "2024"),
    (Dates("2024-02-01", "2024-02-29"), "2024-02"),
    (Dates("2024-02-01", "2024-02-28"), "2024-02-01..2024-02-28"),
    (Dates("2024-02-01", "2024-02-01"), "2024-02-01"),
    (Dates("2024-01-01", "2025-12-31"), "2024-01-01..2025-12-31"),
    (Dates("2024-01-01", None), ">=2024-01-01"),
    (Dates(None, "2024-01-01"), "<=2024-01-01"),
]


@pytest.mark.parametrize(("dates", "text"), DAYS)
def test_days_have_their_shortest_text(dates, text):
    assert render_days(dates) == text
    assert parse_day_range(text) == dates
    assert render(dates) == f"date:{text}"


def test_widened_word_is_rendered_as_typed():
    kyiv = Widened(Word("Kyiv"), (Other(Word("Kiev"), "spelling"),))
    assert render(And((kyiv, A))) == "Kyiv a"


def test_everything_has_no_text():
    assert render(Everything()) == ""


# Trees nobody typed, by the invariants of ast.py

WORDS = ["a", "F", "16", "16C", "Su", "25", "155", "mm", "U.S.", "country’s", "SAMP/T", "$1.2",
         "20%", "1,000", "12:30", "foo:bar", "or", "not", "TO", "NEAR", "atleast5", "防空", "Type",
         "055", "MQ", "9B", "and/or", "w", "http://x/y", "x^2", "cafe\u0301"]  # fmt: skip


DESIGNATIONS = ["F 16", "Su 25", "155 mm", "Type 055", "MQ 9B"]


def one_word(text: str) -> str:
    """A valid word made of any text."""
    return next(iter(extract_words(normalize_punctuation(text))), "a")


def or_else(text: str, *, is_fit: bool) -> str:
    return text if is_fit else "ukrain"


def unite(kind: type[And | Or], children: list[Node]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, kind) else [child])
    return kind(tuple(flat))


typed = st.sampled_from(WORDS) | st.text(max_size=8).map(one_word)
no_address = typed.map(lambda text: or_else(text, is_fit="://" not in text))
long_words = no_address.map(
    lambda text: or_else(text, is_fit=sum(character.isalnum() for character in text) >= 3)
)
phrase_texts = st.lists(typed, min_size=1, max_size=3).map(" ".join)
leaves = (
    (typed | st.sampled_from(DESIGNATIONS)).map(Word)
    | phrase_texts.map(Phrase)
    | long_words.map(Prefix)
    | st.builds(Fuzzy, no_address, st.sampled_from([1, 2]))
)
countable = leaves | st.lists(leaves, min_size=2, max_size=3).map(lambda found: Or(tuple(found)))
nears = st.builds(
    Near,
    st.lists(countable, min_size=2, max_size=4).map(tuple),
    st.integers(0, 1000),
    st.booleans(),
)
units = leaves | nears | st.builds(AtLeast, st.integers(2, 1000), countable)
days = st.dates().map(lambda day: day.isoformat())
spans = st.tuples(days, days).map(sorted).map(lambda found: Dates(*found))
dates = spans | days.map(lambda day: Dates(day, None)) | days.map(lambda day: Dates(None, day))


def grown(node: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(node, min_size=2, max_size=4)
    excluded = st.lists(node.map(Not), min_size=1, max_size=2)
    return (
        several.map(lambda children: unite(Or, children))
        | several.map(lambda children: unite(And, children))
        | st.tuples(node, excluded).flatmap(
            lambda both: st.permutations(
                [*(both[0].children if isinstance(both[0], And) else [both[0]]), *both[1]]
            ).map(lambda children: And(tuple(children)))
        )
    )


groups = st.recursive(units, grown, max_leaves=6)
fields = st.builds(Field, st.sampled_from(FIELDS), groups)
trees = st.recursive(groups | fields | dates, grown, max_leaves=12)


@given(trees)
def test_any_tree_is_parsed_back_from_its_text(tree):
    assert parse(render(tree), limits=False).tree == tree


@given(trees)
def test_canonical_text_is_its_own_canonical_text(tree):
    text = render(tree)
    assert render(parse(text, limits=False).tree) == text
