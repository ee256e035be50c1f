"""Marks are what matched, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokenizer import extract_terms
from indexer.models import Span
from indexer.query.ast import And, AtLeast, Field, Near, Node, Not, Or, Phrase, Word
from indexer.query.plan import plan_query
from indexer.search.highlight import HitHighlighter, Mark, merge_marks
from tests.support.vocabulary_double import MemoryVocabulary

PATRIOT = Word("patriot")
DEFENSE = Phrase("air defense")

VOCABULARY = MemoryVocabulary("patriot patriots, air defense defenses, Poland, Su-25 Su-25K")


def find_marks(text: str, field: str, tree: Node, lead_end: int = 0) -> list[Mark]:
    return HitHighlighter(plan_query(tree, lambda _: VOCABULARY)).find_marks(text, field, lead_end)


def marked(text: str, tree: Node, field: str = "body", lead_end: int = 0) -> list[str]:
    marks = find_marks(text, field, tree, lead_end)
    return [text[span.start : span.end] for span in merge_marks(marks)]


@given(st.lists(st.text(alphabet="aA1- .,’\u2011$mbn\n", max_size=30)))
def test_lines_tokenize_alone_as_they_do_together(lines: list[str]):
    text = "\n".join(lines)
    assert extract_terms(text) == [
        term for line in text.split("\n") for term in extract_terms(line)
    ]


def test_word_is_marked_in_each_of_its_forms():
    assert marked("A Patriot, two PATRIOTS; patriotic.", PATRIOT) == ["Patriot", "PATRIOTS"]


def test_phrase_is_marked_only_where_the_whole_phrase_stands():
    text = "Air power and defense. Air defences hold; the air is clear."
    assert marked(text, DEFENSE) == ["Air defences"]


def test_designation_is_marked_in_its_own_spelling():
    text = "An Su-25, a Su25K and SU-25s; not an Su-27."
    assert marked(text, Word("su-25")) == ["Su-25", "Su25K", "SU-25s"]


def test_offsets_are_code_points_of_the_raw_text():
    text = "\U0001f6e9 Łódź’s Patriot"
    assert find_marks(text, "body", PATRIOT) == [Mark(9, 16, 0)]


def test_excluded_word_is_not_marked():
    tree = And((PATRIOT, Not(Word("poland"))))
    assert marked("Patriot in Poland", tree) == ["Patriot"]


def test_field_word_is_marked_in_its_field_only():
    tree = And((Field("title", PATRIOT), Word("poland")))
    assert marked("Patriot in Poland", tree, "body") == ["Poland"]
    assert marked("Patriot in Poland", tree, "title") == ["Patriot", "Poland"]


def test_a_word_in_two_fields_is_marked_in_each_by_the_terms_of_that_field():
    vocabularies = {"title": MemoryVocabulary("patriot"), "body": MemoryVocabulary("patriots")}
    tree = And((Field("body", PATRIOT), Field("title", PATRIOT)))
    highlighter = HitHighlighter(plan_query(tree, vocabularies.__getitem__))
    assert highlighter.find_marks("Patriots for Patriot", "body") == [
        Mark(0, 8, 0),
        Mark(13, 20, 0),
    ]
    assert highlighter.find_marks("Patriots for Patriot", "title") == [Mark(13, 20, 1)]


def test_lead_word_is_marked_in_the_first_paragraph_only():
    text = "Patriot sent.\n\nPatriot seen."
    assert find_marks(text, "body", Field("lead", PATRIOT), 13) == [Mark(0, 7, 0)]


def test_near_words_are_marked_only_within_reach():
    text = "Poland buys Patriot. Much later in that long and quiet year Poland waits."
    assert marked(text, Near((Word("poland"), PATRIOT), 3, ordered=False)) == ["Poland", "Patriot"]


def test_near_in_order_marks_only_that_order():
    text = "Patriot for Poland. Poland has Patriot."
    tree = Near((Word("poland"), PATRIOT), 1, ordered=True)
    assert find_marks(text, "body", tree) == [Mark(20, 26, 0), Mark(31, 38, 0)]


def test_near_takes_any_of_several_operands():
    text = "air defense over Poland"
    tree = Near((Or((PATRIOT, DEFENSE)), Word("poland")), 2, ordered=False)
    assert marked(text, tree) == ["air defense", "Poland"]


def test_counted_word_is_marked():
    assert marked("Patriot, Patriot", AtLeast(2, PATRIOT)) == ["Patriot", "Patriot"]


def test_overlapping_marks_become_one_span():
    assert merge_marks([Mark(0, 5, 0), Mark(3, 8, 1), Mark(9, 11, 0)]) == (Span(0, 8), Span(9, 11))
