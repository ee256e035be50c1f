"""The parser on every row of the query language: trees written by hand, and no notice."""

from __future__ import annotations

import pytest

from indexer.fields import SEARCH_FIELDS as FIELDS
from indexer.query.ast import (
    And,
    AtLeast,
    Dates,
    Field,
    Fuzzy,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Word,
)
from indexer.query.parser import NO_WORD, ParsedQuery, parse
from tests.support.query_trees import A, B, C, D, X, both, either, near, pre

# What people write: a tree, and no notice

WRITTEN = [
    ("patriot germany", both(Word("patriot"), Word("germany"))),
    ('"air defense"', Phrase("air defense")),
    ('"state of the art"', Phrase("state of the art")),
    ('"  air \t defense "', Phrase("air defense")),
    ('"patriot"', Phrase("patriot")),
    ('patriot OR "SAMP/T"', either(Word("patriot"), Phrase("SAMP/T"))),
    ("(a OR b) c", both(either(A, B), C)),
    ("a or b", both(A, Word("or"), B)),
    ("missile -drone", both(Word("missile"), Not(Word("drone")))),
    ("missile ² drone", both(Word("missile"), Word("drone"))),
    ("missile NOT drone", both(Word("missile"), Not(Word("drone")))),
    ("missile –drone", both(Word("missile"), Not(Word("drone")))),
    ("missile − drone", both(Word("missile"), Word("drone"))),
    ('a (‑"b c")', both(A, Not(Phrase("b c")))),
    ("missile AND NOT drone", both(Word("missile"), Not(Word("drone")))),
    ("NOT drone missile", both(Not(Word("drone")), Word("missile"))),
    ("Su-25 air-to-air", both(Word("Su-25"), Word("air-to-air"))),
    ("a -(b c)", both(A, Not(both(B, C)))),
    ('a -"b c"', both(A, Not(Phrase("b c")))),
    ("a -title:b", both(A, Not(Field("title", B)))),
    ("a title:-b", both(A, Not(Field("title", B)))),
    ("a (-b -c)", both(A, Not(B), Not(C))),
    ("a -(-b -c)", both(A, either(B, C))),
    ("a -(-b)", both(A, B)),
    ("a (b (c d))", both(A, B, C, D)),
    ("a OR (b OR (c OR d))", either(A, B, C, D)),
    ("((((a))))", A),
    ("ukrain*", Prefix("ukrain")),
    ("SU-2*", Prefix("SU-2")),
    ("ukr**", Prefix("ukr")),
    ("zelensky~", Fuzzy("zelensky", 1)),
    ("zelensky~1", Fuzzy("zelensky", 1)),
    ("zelensky~2", Fuzzy("zelensky", 2)),
    ('"poland himars"~10', near(10, Word("poland"), Word("himars"))),
    ('"a b c"~0', near(0, A, B, C)),
    ("poland NEAR/10 himars", near(10, Word("poland"), Word("himars"))),
    ("poland PRE/5 himars", pre(5, Word("poland"), Word("himars"))),
    ("a NEAR/5 b NEAR/5 c", near(5, A, B, C)),
    ('a NEAR/5 "b c" NEAR/5 ukr*', near(5, A, Phrase("b c"), Prefix("ukr"))),
    ("(a OR b) PRE/2 c~", pre(2, either(A, B), Fuzzy("c", 1))),
    ('title:"poland himars"~10', Field("title", near(10, Word("poland"), Word("himars")))),
    ("title:(a NEAR/5 b)", Field("title", near(5, A, B))),
    ("atleast5(hypersonic)", AtLeast(5, Word("hypersonic"))),
    ('ATLEAST3("air defense")', AtLeast(3, Phrase("air defense"))),
    ("atleast3(a OR b)", AtLeast(3, either(A, B))),
    ("atleast1(a)", A),
    ("title:atleast3(a)", Field("title", AtLeast(3, A))),
    ("atleast3(title:a)", Field("title", AtLeast(3, A))),
    ("atleast5 (a)", both(Word("atleast5"), A)),
    *((f"{name}:a", Field(name, A)) for name in FIELDS),
    ("Title:a AUTHOR:b", both(Field("title", A), Field("author", B))),
    ("title: a b", both(Field("title", A), B)),
    ("title:(a b)", Field("title", both(A, B))),
    ("title:(a OR b) c", both(Field("title", either(A, B)), C)),
    ("title:(a -b)", Field("title", both(A, Not(B)))),
    ('source:"northern wire"', Field("source", Phrase("northern wire"))),
    ("title:ukrain* body:x~", both(Field("title", Prefix("ukrain")), Field("body", Fuzzy("x", 1)))),
    ("title:(body:a b)", both(Field("body", A), Field("title", B))),
    ("title:(a OR date:2024)", either(Field("title", A), Dates("2024-01-01", "2024-12-31"))),
    ("title:AND", Field("title", Word("and"))),
    ("date:2024", Dates("2024-01-01", "2024-12-31")),
    ("date:2024-02", Dates("2024-02-01", "2024-02-29")),
    ("date:2024-01..2024-03", Dates("2024-01-01", "2024-03-31")),
    ("date:>=2024-01-01", Dates("2024-01-01", None)),
    ("date:[2024-01-01 TO 2024-03-31]", Dates("2024-01-01", "2024-03-31")),
    ("a date:[2024-01-01 TO *] b", both(A, Dates("2024-01-01", None), B)),
    ("a -date:2024", both(A, Not(Dates("2024-01-01", "2024-12-31")))),
    ('date:"2024-02-03", a', both(Dates("2024-02-03", "2024-02-03"), A)),
    ("* date:2024", Dates("2024-01-01", "2024-12-31")),
]


@pytest.mark.parametrize(("query", "tree"), WRITTEN)
def test_what_people_write_has_its_tree_and_no_notice(query, tree):
    assert parse(query) == ParsedQuery(tree, ())


PRECEDENCE = [
    ("a b OR c d", either(both(A, B), both(C, D))),
    ("a AND b OR c", either(both(A, B), C)),
    ("a OR b AND c", either(A, both(B, C))),
    ("a b NEAR/2 c d", both(A, near(2, B, C), D)),
    ("a NEAR/2 b OR c NEAR/3 d", either(near(2, A, B), near(3, C, D))),
    ("a OR b NOT c", either(A, both(B, Not(C)))),
]


@pytest.mark.parametrize(("query", "tree"), PRECEDENCE)
def test_not_binds_before_near_before_and_before_or(query, tree):
    assert parse(query) == ParsedQuery(tree, ())


TOKENS = [
    ("SAMP/T", "SAMP/T"),
    ("U.S.", "U.S."),
    ("U.S.,", "U.S."),
    ("(U.S.)", "U.S."),
    ("Washington.", "Washington"),
    ("Su-25", "Su-25"),
    ("F‑16", "F‑16"),
    ("country’s", "country’s"),
    ("Belarus'", "Belarus"),
    ("$1.2", "$1.2"),
    ("$1.2bn", "$1.2bn"),
    ("20%", "20%"),
    ("1,000", "1,000"),
    ("h52.1", "h52.1"),
    ("F/A-18E", "F/A-18E"),
    ("12:30", "12:30"),
    ("R&D", "R&D"),
    ("missile?", "missile"),
    ("'quoted'", "quoted"),
    ("--drone", "drone"),
    ("防空", "防空"),
    ("Київ", "Київ"),
    ("الدفاع", "الدفاع"),
    ("रक्षा", "रक्षा"),
    ("cafe\u0301", "cafe\u0301"),
    ("NEAR", "NEAR"),
    ("w/o", "w/o"),
]


@pytest.mark.parametrize(("query", "word"), TOKENS)
def test_word_keeps_its_typed_text(query, word):
    assert parse(query) == ParsedQuery(Word(word), ())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("h52.1 - x", ["h52.1", "x"]),
        ("Kyiv,Kharkiv; Lviv", ["Kyiv", "Kharkiv", "Lviv"]),
        ("Minsk—Moscow", ["Minsk", "Moscow"]),
        ("a && b", ["a", "b"]),
        ("a < b", ["a", "b"]),
        ("<b>a</b>", ["b", "a", "b"]),
        ("a \U0001f600 b", ["a", "b"]),
        ("a\x00b c", ["ab", "c"]),
        ("\u202ea\u202c \u200fb\u200e", ["a", "b"]),
        ("\ufeffa \ud800b", ["a", "b"]),
        ("a\u00a0b\u3000c", ["a", "b", "c"]),
        ("+a +b", ["a", "b"]),
        ("a-b c-", ["a-b", "c"]),
        ('a"b"-c', ["a", '"b"', "c"]),
        ("* a", ["a"]),
    ],
)
def test_punctuation_and_the_unseen_go_without_a_word(query, words):
    expected = [Phrase(w.strip('"')) if w.startswith('"') else Word(w) for w in words]
    if len(expected) == 1:
        assert parse(query) == ParsedQuery(expected[0], ())
    else:
        assert parse(query) == ParsedQuery(And(tuple(expected)), ())


@pytest.mark.parametrize("quoted", ["“a b”", "„a b“", "«a b»", "＂a b＂", "‟a b”"])
def test_every_double_quote_is_a_quote(quoted):
    assert parse(quoted) == ParsedQuery(Phrase("a b"), ())


def test_full_width_parentheses_group():
    assert parse("（a OR b）c").tree == both(either(A, B), C)


DESIGNATIONS = [
    ("F 16", Word("F 16")),
    ("poland F 16 x", both(Word("poland"), Word("F 16"), X)),
    ("155 mm shells", both(Word("155 mm"), Word("shells"))),
    ("F - 16", Word("F 16")),
    ("F, 16", both(Word("F"), Word("16"))),
    ("F AND 16", both(Word("F"), Word("16"))),
    ('F "16"', both(Word("F"), Phrase("16"))),
    ("x -F 16", both(X, Not(Word("F 16")))),
    ("system:F 16", Field("system", Word("F 16"))),
    ("source:F 16", both(Field("source", Word("F")), Word("16"))),
    ("source:(F 16)", Field("source", Word("F 16"))),
    ("x NEAR/3 F 16", near(3, X, Word("F 16"))),
    ('"F 16 x"~3', near(3, Word("F 16"), X)),
    ("atleast2(F 16)", AtLeast(2, Word("F 16"))),
]


@pytest.mark.parametrize(("query", "tree"), DESIGNATIONS)
def test_neighbours_that_are_one_designation_are_one_word(query, tree):
    assert parse(query) == ParsedQuery(tree, ())


# match=any and plain words

ANY = [
    ("a b", either(A, B)),
    ("a", A),
    ("a b -c", both(either(A, B), Not(C))),
    ('a "b c" ukr*', either(A, Phrase("b c"), Prefix("ukr"))),
    ("a b date:2024", both(either(A, B), Dates("2024-01-01", "2024-12-31"))),
    ("a b source:c", both(either(A, B), Field("source", C))),
    ("a AND b c", either(both(A, B), C)),
    ("a AND -b c", either(both(A, Not(B)), C)),
    ("a b OR c", either(A, B, C)),
    ("title:(a b)", Field("title", either(A, B))),
    ("(a b) NEAR/5 c", near(5, either(A, B), C)),
    ("F 16 x", either(Word("F 16"), X)),
]


@pytest.mark.parametrize(("query", "tree"), ANY)
def test_match_any_joins_bare_words_by_or(query, tree):
    assert parse(query, match="any") == ParsedQuery(tree, ())


def test_match_any_of_exclusions_only_is_nothing():
    assert parse("-a -b", match="any") == ParsedQuery(Nothing(), parse("-a -b").notices)


PLAIN = [
    ("what is a NOT b?", ["what", "is", "a", "not", "b"]),
    ('title:a "b c" -d ukr* who~2', ["title", "a", "b", "c", "d", "ukr", "who", "2"]),
    ("a NEAR/5 b pre/3 (c)", ["a", "NEAR", "5", "b", "pre", "3", "c"]),
    ("wom?n 12:30 http://x/y", ["wom", "n", "12:30", "http://x/y"]),
    ("date:[2024 TO 2025]", ["date", "2024", "TO", "2025"]),
    ("SU 25 x", ["SU 25", "x"]),
]


@pytest.mark.parametrize(("query", "words"), PLAIN)
def test_plain_text_has_words_and_no_operators(query, words):
    nodes = tuple(map(Word, words))
    assert parse(query, plain=True) == ParsedQuery(And(nodes), ())
    assert parse(query, plain=True, match="any") == ParsedQuery(Or(nodes), ())


def test_plain_text_without_a_word_is_nothing_and_says_so():
    (notice,) = parse("?!", plain=True).notices
    assert notice.text == NO_WORD
