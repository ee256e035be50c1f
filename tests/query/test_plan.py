"""A plan identifies every leaf by node and field; its lists serve scoring, marks and JSON."""

from __future__ import annotations

import pytest

from indexer.query.ast import Near, Not, Or, Phrase, Prefix, Word
from indexer.query.parser import parse
from indexer.query.plan import Clause, WordGroup, plan_leaf_alone, plan_query
from tests.support.vocabulary_double import MemoryVocabulary

TITLES = MemoryVocabulary("drone strike", "tank")
BODIES = MemoryVocabulary("drones drone", "drone drones tanks strike", "air defense")
TEXT = MemoryVocabulary("drones drone", "drone strike tanks tank", "air defense")
VOCABULARIES = {"title": TITLES, "body": BODIES, "lead": BODIES, "": TEXT}
BOTH = (("title", 3.0), ("body", 1.0))


def plan(text, **options):
    return plan_query(parse(text).tree, VOCABULARIES.__getitem__, **options)


def clauses(leaves):
    return [(leaf.clause.node, leaf.clause.field) for leaf in leaves]


def test_one_node_in_two_fields_is_two_leaves_with_the_terms_of_each():
    leaves = plan("title:drone body:drone drone").leaves
    assert {clause.field: leaf.group for clause, leaf in leaves.items()} == {
        "title": WordGroup((("title", 1.0),), ("drone",)),
        "body": WordGroup((("body", 1.0),), ("drone", "drones")),
        "": WordGroup(BOTH, ("drone", "drones")),
    }


def test_what_was_searched_joins_the_terms_of_all_fields():
    assert plan("title:drone body:drone").list_searched() == {"drone": ("drone", "drones")}
    assert plan('"air defense" tank').list_searched() == {
        "air defense": ("air defense",),
        "tank": ("tank", "tanks"),
    }


@pytest.mark.parametrize("text", ["title:tank body:tank", "body:tank title:tank"])
def test_a_text_in_two_fields_counts_the_most_of_them(text):
    searched = plan(text)
    title, body = Clause(Word("tank"), "title"), Clause(Word("tank"), "body")
    assert searched.count_typed({title: 0, body: 3}) == {"tank": 3}
    assert searched.count_typed({title: 2, body: 0}) == {"tank": 2}
    assert searched.count_typed({title: 0, body: 0}) == {"tank": 0}


def test_what_is_excluded_is_looked_up_last_and_neither_marked_nor_scored():
    searched = plan("-tank drone")
    assert list(searched.leaves) == [Clause(Word("drone")), Clause(Word("tank"))]
    assert searched.list_marked_clauses() == (Clause(Word("drone")),)
    assert clauses(searched.list_scored_leaves()) == [(Word("drone"), "")]
    assert clauses(searched.list_wanted_leaves()) == [(Word("drone"), "")]


def test_typed_words_are_those_of_a_list_without_fields():
    drone, strike = (WordGroup(BOTH, words) for words in (("drone", "drones"), ("strike",)))
    assert plan("drone strike drone").list_typed_words() == (drone, strike, drone)
    assert plan("drone title:drone strike").list_typed_words() == (drone, strike)
    assert plan("title:(drone strike)").list_typed_words() == ()
    assert plan("drone").list_typed_words() == (drone,)
    assert plan("drone NEAR/3 strike").list_typed_words() == ()


def test_near_is_marked_whole_and_its_leaves_are_scored():
    searched = plan("title:(drone NEAR/3 strike) atleast2(tank)")
    near, tank = searched.list_marked_clauses()
    assert isinstance(near.node, Near)
    assert (near.field, tank) == ("title", Clause(Word("tank")))
    scored = [(Word("drone"), "title"), (Word("strike"), "title"), (Word("tank"), "")]
    assert clauses(searched.list_scored_leaves()) == scored


def test_leaves_joined_by_or_within_near_are_scored_as_one_word():
    searched = plan('(tank OR "air defense") NEAR/3 drone')
    either, drone = searched.list_scored_leaves()
    assert either.expansion.typed == 'tank OR "air defense"'
    assert either.group == WordGroup(BOTH, ("tank", "tanks"), ((("air",), ("defense",)),))
    assert drone.clause == Clause(Word("drone"))
    assert clauses(searched.list_wanted_leaves()) == [
        (Word("tank"), ""),
        (Phrase("air defense"), ""),
        (Word("drone"), ""),
    ]
    assert searched.list_groups() == {
        either.group,
        *(leaf.group for leaf in searched.leaves.values()),
    }


def test_near_keeps_the_most_frequent_terms_where_an_engine_has_a_bound():
    searched = plan("dro* NEAR/3 strike dro*", most_near=1)
    (operands,) = searched.operands.values()
    assert operands[0].group.words == ("drone",)
    leaf = searched.leaves[Clause(Prefix("dro"))]
    assert (leaf.expansion.terms, leaf.expansion.truncated) == (("drone",), True)
    assert leaf.group.words == ("drone", "drones")
    assert not plan("atleast2(dro*)", most_near=1).leaves[Clause(Prefix("dro"))].expansion.truncated


def test_exact_leaves_stand_for_what_was_typed():
    assert plan("drone", exact=True).list_searched() == {"drone": ("drone",)}


def test_one_leaf_is_planned_alone_whatever_was_around_it():
    leaf = plan("title:drone -tank").leaves[Clause(Word("drone"), "title")]
    alone = plan_leaf_alone(leaf)
    (clause,) = alone.list_marked_clauses()
    assert (clause.field, alone.leaves[clause].expansion) == ("", leaf.expansion)


def test_a_query_without_words_has_no_leaves():
    for text in ("", "date:2024"):
        searched = plan(text)
        assert (searched.leaves, searched.list_marked_clauses()) == ({}, ())
        assert searched.list_typed_words() == ()


def test_nodes_compare_by_value():
    near = Near((Word("a"), Or((Word("b"), Word("c")))), 3, ordered=False)
    assert Clause(near, "title") == Clause(Near(near.children, 3, ordered=False), "title")
    assert Clause(Not(near)) != Clause(near)
