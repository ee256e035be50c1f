"""Bad input: its tree and its notice, both written by hand."""

from __future__ import annotations

import pytest

from indexer.query.ast import AtLeast, Field, Fuzzy, Not, Nothing, Phrase, Word
from indexer.query.lexer import FIELD_LIST
from indexer.query.parser import NO_WORD, ONLY_EXCLUDES, ONLY_STAR, ParsedQuery, parse
from tests.support.query_trees import AIR, A, B, C, D, both, either, near, pre


def texts(parsed: ParsedQuery) -> list[str]:
    return [notice.text for notice in parsed.notices]


STRAY = "{} was ignored: it needs a word on both sides."
CLOSED = "A parenthesis was closed at the end."
NOT_OPEN = ") was ignored: no parenthesis was open."
EMPTY = "Empty parentheses were ignored."
STAR_INSIDE = "{} was ignored: a star works only at the end of a word."
QUESTION = "{} was ignored: ? is not a wildcard here; a star at the end of a word is."
NEAR_AND = (
    "NEAR and PRE join words and phrases only, so AND was used; for a field write "
    "title:(a NEAR/5 b)."
)
SIDE_BY_SIDE = (
    "NEAR and PRE of several kinds in a row were read side by side: "
    "a NEAR/5 b PRE/3 c means a NEAR/5 b and b PRE/3 c."
)
NO_FIELD = f"{{}} is no field and was read as text. The fields are {FIELD_LIST}."
NO_DATE = (
    "date:{} was ignored: it is no day, month, year or range; write date:2024, date:2024-02 or "
    "date:2024-01..2024-03."
)

BAD = [
    ('"air defense', Phrase("air defense"), ["The quote was closed at the end."]),
    ('a "', A, ["Quotes with no word in them were ignored."]),
    ('a ""', A, ["Quotes with no word in them were ignored."]),
    ('"air def*"', Phrase("air def*"), ["Inside quotes, * and ? are not wildcards."]),
    ('"who won?"', Phrase("who won?"), []),
    ("air AND", AIR, [STRAY.format("AND")]),
    ("AND air", AIR, [STRAY.format("AND")]),
    ("OR air", AIR, [STRAY.format("OR")]),
    ("air OR", AIR, [STRAY.format("OR")]),
    ("a AND AND b", both(A, B), [STRAY.format("AND")]),
    ("a OR OR b", either(A, B), [STRAY.format("OR")]),
    ("a AND OR b", either(A, B), [STRAY.format("AND")]),
    ("a OR AND b", either(A, B), [STRAY.format("AND")]),
    ("(OR) a", A, [STRAY.format("OR")]),
    ("NOT NOT a", A, ["Two NOTs in a row cancel each other."]),
    ("NOT -a", A, ["Two NOTs in a row cancel each other."]),
    ("a NOT NOT NOT b", both(A, Not(B)), ["Two NOTs in a row cancel each other."]),
    ("a NOT", A, ["NOT was ignored: it needs a word after it."]),
    ("a NOT AND b", both(A, B), ["NOT was ignored: it needs a word after it."]),
    ("AND", Nothing(), [STRAY.format("AND"), NO_WORD]),
    ("NOT", Nothing(), ["NOT was ignored: it needs a word after it.", NO_WORD]),
    ("(air", AIR, [CLOSED]),
    ("a ((b OR c", both(A, either(B, C)), [CLOSED]),
    ("air))", AIR, [NOT_OPEN]),
    (")(", Nothing(), [NOT_OPEN, CLOSED, EMPTY, NO_WORD]),
    ("()", Nothing(), [EMPTY, NO_WORD]),
    ("a ()", A, [EMPTY]),
    ("*", Nothing(), [ONLY_STAR]),
    ("* *", Nothing(), [ONLY_STAR]),
    ("?", Nothing(), [QUESTION.format("?"), NO_WORD]),
    ("a*", Nothing(), ["a* was ignored: a star needs at least 3 letters before it.", NO_WORD]),
    ("su* b", B, ["su* was ignored: a star needs at least 3 letters before it."]),
    ("*ing", Nothing(), [STAR_INSIDE.format("*ing"), NO_WORD]),
    ("fl*ing b", B, [STAR_INSIDE.format("fl*ing")]),
    ("*word*", Nothing(), [STAR_INSIDE.format("*word*"), NO_WORD]),
    ("wom?n", Nothing(), [QUESTION.format("wom?n"), NO_WORD]),
    ("b /joh?n/", B, ["/joh?n/ was ignored: regular expressions are not offered."]),
    ("zelensky~9", Fuzzy("zelensky", 2),
     ["zelensky~9 was read as zelensky~2; ~1 and ~2 are offered."]),
    ("zelensky~0.8", Fuzzy("zelensky", 1),
     ["zelensky~0.8 was read as zelensky~1; ~1 and ~2 are offered."]),
    ("wom*n~", Nothing(),
     ["wom*n~ was ignored: ~ works only at the end of a whole word.", NO_WORD]),
    ("(a b)~5", both(A, B), ["~5 was ignored: ~ works after a word or a quote."]),
    ('"a b"~', Phrase("a b"),
     ['~ was ignored: after quotes it needs a number, as in "a b"~10.']),
    ('"a"~3', Phrase("a"), ["~ was ignored: after quotes it needs two words or more."]),
    ("-drone", Nothing(), [ONLY_EXCLUDES]),
    ("NOT (a b)", Nothing(), [ONLY_EXCLUDES]),
    ("-a -b", Nothing(), [ONLY_EXCLUDES]),
    ("a OR -b", A, ["OR cannot join an exclusion, which was ignored; use AND instead."]),
    ("a OR NOT b OR c", either(A, C),
     ["OR cannot join an exclusion, which was ignored; use AND instead."]),
    ("-a OR -b", Nothing(),
     ["OR cannot join an exclusion, which was ignored; use AND instead.", NO_WORD]),
    ("foo:bar", Word("foo:bar"), [NO_FIELD.format("foo:")]),
    ('foo:"a b"', both(Word("foo"), Phrase("a b")), [NO_FIELD.format("foo:")]),
    ("before:2024", Word("before:2024"), [NO_FIELD.format("before:")]),
    ("http://x/y", Word("http://x/y"), [NO_FIELD.format("http:")]),
    ("http://x/y?a=b*", both(Word("http://x/y"), Word("a=b")), [NO_FIELD.format("http:")]),
    ("title:", Nothing(), ["title: was ignored: it needs a word after it.", NO_WORD]),
    ("title: AND a", A, ["title: was ignored: it needs a word after it.", STRAY.format("AND")]),
    ("title:&& a", A, ["title: was ignored: nothing to search for follows it."]),
    ("title:* a", A, ["title: was ignored: nothing to search for follows it."]),
    ("date:2024-13-45", Nothing(), [NO_DATE.format("2024-13-45"), NO_WORD]),
    ("a date:2023-02-29", A, [NO_DATE.format("2023-02-29")]),
    ("a date:2024-03..2024-01", A, [NO_DATE.format("2024-03..2024-01")]),
    ("a -date:soon", A, [NO_DATE.format("soon")]),
    ("a date:..", A, [NO_DATE.format("..")]),
    ("date:(2024 OR 2023) a", A,
     ["date: was ignored: it takes one day, month, year or range, no group."]),
    ("&&", Nothing(), [NO_WORD]),
    ("\u02bc", Nothing(), [NO_WORD]),
    ("\U0001f600", Nothing(), [NO_WORD]),
    ("a w/10 b", near(10, A, B), ["w/10 was read as NEAR/10."]),
    ("a pre/3 b", pre(3, A, B), ["pre/3 was read as PRE/3."]),
    ("a NEAR/5", A, [STRAY.format("NEAR/5")]),
    ("PRE/5 a", A, [STRAY.format("PRE/5")]),
    ("a NEAR/5 NEAR/3 b", near(5, A, B), [STRAY.format("NEAR/3")]),
    ("a NEAR/5 AND b", both(A, B), [STRAY.format("NEAR/5")]),
    ("a NEAR/5 b PRE/3 c", both(near(5, A, B), pre(3, B, C)), [SIDE_BY_SIDE]),
    ("a NEAR/5 b NEAR/5 c NEAR/3 d", both(near(5, A, B, C), near(3, C, D)), [SIDE_BY_SIDE]),
    ("(a b) NEAR/5 c", both(A, B, C), [NEAR_AND]),
    ("title:a NEAR/5 b", both(Field("title", A), B), [NEAR_AND]),
    ("a NEAR/5 -b", both(A, Not(B)), [NEAR_AND]),
    ("(a NEAR/2 b) NEAR/5 c", both(near(2, A, B), C), [NEAR_AND]),
    ("a NEAR/99999 b", near(1000, A, B),
     ["NEAR/99999 was read as NEAR/1000, the most there is."]),
    ("atleast3(a b)", both(AtLeast(3, A), AtLeast(3, B)),
     ["atleast3 was asked of each word; use OR for any of them."]),
    ("atleast3(a NEAR/2 b)", near(2, A, B),
     ["atleast3 was ignored: it counts words and phrases, or several joined by OR."]),
    ("atleast3() a", A, [EMPTY, "atleast3 was ignored: it needs a word after it."]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "tree", "notices"), BAD)
def test_bad_input_has_its_tree_and_says_what_was_done(query, tree, notices):
    parsed = parse(query)

    assert parsed.tree == tree
    assert texts(parsed) == notices


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\x00", "\u200b\u202e"])
def test_blank_text_is_nothing_without_a_notice(blank):
    assert parse(blank) == ParsedQuery(Nothing(), ())


def test_notices_tell_their_kind():
    query = 'foo:a date:x b~9 "c'
    assert [n.kind for n in parse(query).notices] == ["field", "date", "limit", "syntax"]
    assert [n.kind for n in parse("-a").notices] == ["hint"]


def test_long_pieces_are_clipped_in_a_notice():
    (notice, _) = parse("*" + "x" * 60).notices
    assert notice.text == STAR_INSIDE.format("*" + "x" * 38 + "…")


def test_a_query_full_of_faults_has_ten_notices_and_the_hint():
    faults = " ".join(f"*{number}" for number in range(40))
    assert len(parse(faults).notices) == 11


def test_parentheses_past_the_deepest_kept_are_ignored_with_a_notice():
    parsed = parse("a OR (b " * 30, limits=False)
    assert "Parentheses more than 20 deep were ignored." in texts(parsed)
