"""Limits, checked before any parsing, and the words of a text in which nothing is an operator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokenizer import extract_terms
from indexer.errors import QueryRefused
from indexer.query.ast import Nothing
from indexer.query.literals import extract_words, normalize_punctuation
from indexer.query.parser import parse

OUT = " Make it shorter, or use “dateline run”, which has no such limit."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a " * 501, "The query has 1,002 characters; the limit is 1,000."),
        ("a " * 51, "The query has 51 terms; the limit is 50."),
        ('"' + "a " * 51 + '"', "The query has 51 terms; the limit is 50."),
        ("a," * 51, "The query has 51 terms; the limit is 50."),
        ("x" * 65, "A word has 65 characters; the limit is 64."),
        ('"' + "x" * 65, "A word has 65 characters; the limit is 64."),
        ("(" * 11 + "a", "The parentheses are 11 deep; the limit is 10."),
    ],
)
def test_query_over_a_limit_is_refused_by_name(query, message):
    with pytest.raises(QueryRefused) as refused:
        parse(query)
    assert str(refused.value) == message + OUT


@pytest.mark.parametrize(
    "query",
    [
        "a" + " " * 999,
        "a OR " * 49 + "a",
        "x" * 64,
        "(" * 10 + "a" + ")" * 10,
        "(a) " * 40,
        '"' + "(" * 60 + ' a"',
    ],
)
def test_query_at_a_limit_is_answered(query):
    assert not isinstance(parse(query).tree, Nothing)


@given(st.text(max_size=80))
def test_literal_words_are_their_own_literal_words(text):
    words = extract_words(text)
    assert extract_words(" ".join(words)) == words


@given(st.text(max_size=20))
def test_every_word_has_a_term_to_search_for(text):
    assert all(extract_terms(word) for word in extract_words(normalize_punctuation(text)))
