"""Why nothing was found: one explanation, in a sentence for the page and in full for a terminal."""

from __future__ import annotations

import pytest

from indexer.models import Notice, Query, Results
from indexer.search.fallbacks import explain_no_hits

STILL = "No article is left by the filters and days chosen; without them: 1,204."


def explain(query: Query, without_filters: int = 0, notices=(), **counts: int):
    results = Results(query, 0, 1.0, word_counts=counts, notices=notices)
    return explain_no_hits(results, without_filters)


@pytest.mark.parametrize(
    ("query", "without_filters", "counts", "reason", "sentences"),
    [
        (Query("a"), 0, {"a": 0}, "No article has “a”.", ["No article has “a”."]),
        (
            Query("a b"), 0, {"a": 0, "b": 1204}, "No article has all of these words.",
            ["No article has “a”."],
        ),
        (
            Query("a b"), 0, {"a": 3, "b": 94}, "No article has all of these words.",
            ["No article has all that was asked for. Articles with a word of it: “b” 94, “a” 3."],
        ),
        (
            Query("a date:1999"), 0, {"a": 3},
            "No article with this word fits the dates or fields asked for.",
            ["No article has all that was asked for. Articles with a word of it: “a” 3."],
        ),
        (
            Query("a", filters={"tag": ("x",)}), 1204, {"a": 1204},
            "No article is left by the filters chosen.", [STILL],
        ),
        (
            Query("", filters={"tag": ("x",)}), 0, {},
            "No article fits the filters chosen.", ["No article fits the filters chosen."],
        ),
        (
            Query(""), 0, {}, "There is nothing in this query to search for.",
            ["Add something to search for: a word, a phrase in quotes or a date."],
        ),
    ],
)  # fmt: skip
def test_reason_and_sentences_say_the_same(query, without_filters, counts, reason, sentences):
    nothing = explain(query, without_filters, **counts)
    assert (nothing.reason, list(nothing.sentences)) == (reason, sentences)


def test_search_that_found_something_needs_no_explanation():
    assert explain_no_hits(Results(Query("a"), 1, 1.0)) is None


def test_sentence_that_a_notice_gives_is_not_said_twice():
    notice = Notice("hint", "Add something to search for: a word, a phrase in quotes or a date.")
    assert explain(Query("*"), notices=(notice,)).sentences == ()


def test_phrase_that_no_article_has_may_lose_its_quotes():
    nothing = explain(Query("“air  gun” jet"), **{"air gun": 0, "jet": 5})
    assert nothing.unquoted == "air gun jet"
    assert nothing.sentences[-1] == "Without the quotes these words may stand apart."
    assert explain(Query('"gun"'), gun=0).unquoted == ""


def test_changes_that_may_find_something_are_told():
    assert explain(Query("a b"), a=0, b=1).any_word_finds
    assert not explain(Query("a b"), a=0, b=0).any_word_finds
    assert not explain(Query("a b", match="any"), a=0, b=1).any_word_finds
    assert explain(Query("a", exact=True), a=0).may_widen
    assert not explain(Query("a", exact=True), 4, a=4).may_widen
