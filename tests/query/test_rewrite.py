"""Weaker trees: without function words, and without some of the other words."""

from __future__ import annotations

import pytest

from indexer.query.ast import And, Field, Node, Not, Or, Word
from indexer.query.rewrite import MOST_REQUIRED, drop_function_words, leave_out_words

A, B, C = Word("patriot"), Word("germany"), Word("kyiv")
NO = Not(Word("drone"))
THE, WHO = Word("the"), Word("Who")


@pytest.mark.parametrize(
    ("tree", "left"),
    [
        (And((THE, A)), A),
        (And((THE, A, WHO, B)), And((A, B))),
        (And((THE, NO)), And((THE, NO))),
        (Or((A, THE, B)), Or((A, B))),
        (And((THE, WHO)), And((THE, WHO))),
        (And((A, Or((THE, B)))), And((A, B))),
        (Not(And((THE, A))), Not(A)),
        (Field("title", And((A, THE))), Field("title", A)),
        (THE, THE),
    ],
)
def test_function_words_go_unless_nothing_else_is_left(tree: Node, left: Node):
    assert drop_function_words(tree) == left


def test_words_are_left_out_one_then_two_and_exclusions_stay():
    assert list(leave_out_words(And((A, B, C, NO)))) == [
        Or((And((A, B, NO)), And((A, C, NO)), And((B, C, NO)))),
        Or((And((A, NO)), And((B, NO)), And((C, NO)))),
    ]


def test_one_of_two_words_stands_alone():
    assert list(leave_out_words(And((A, B)))) == [Or((A, B))]


@pytest.mark.parametrize("tree", [A, Or((A, B)), And((A, NO)), NO])
def test_nothing_is_left_out_of_one_word_or_of_alternatives(tree: Node):
    assert list(leave_out_words(tree)) == []


def test_of_many_words_the_first_six_are_asked_for():
    words = tuple(Word(f"word{letter}") for letter in "abcdefgh")
    first, *_, last = leave_out_words(And(words))
    assert last == Or(words[:MOST_REQUIRED])
    assert isinstance(first, Or)
    assert len(first.children) == 6  # each leaves one of six out
