"""The parser against every row of the query language: trees and notices counted by hand."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokens import index_terms
from indexer.errors import QueryRefused
from indexer.query.dates import parse_day_range
from indexer.query.examples import EXAMPLES
from indexer.query.nodes import (
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
from indexer.query.parser import NO_WORD, ONLY_EXCLUDES, ONLY_STAR, Parsed, parse
from indexer.query.render import render
from indexer.query.words import FIELDS, literal_words, straighten

A, B, C, D = Word("a"), Word("b"), Word("c"), Word("d")
AIR, X = Word("air"), Word("x")
LEAVES = (Word, Phrase, Prefix, Fuzzy)


def both(*children: Node) -> And:
    return And(children)


def either(*children: Node) -> Or:
    return Or(children)


def near(distance: int, *children: Node) -> Near:
    return Near(children, distance, ordered=False)


def pre(distance: int, *children: Node) -> Near:
    return Near(children, distance, ordered=True)


def texts(parsed: Parsed) -> list[str]:
    return [notice.text for notice in parsed.notices]


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
    ("missile NOT drone", both(Word("missile"), Not(Word("drone")))),
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
    assert parse(query) == Parsed(tree, ())


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
    assert parse(query) == Parsed(tree, ())


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
    assert parse(query) == Parsed(Word(word), ())


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
        assert parse(query) == Parsed(expected[0], ())
    else:
        assert parse(query) == Parsed(And(tuple(expected)), ())


@pytest.mark.parametrize("quoted", ["“a b”", "„a b“", "«a b»", "＂a b＂", "‟a b”"])
def test_every_double_quote_is_a_quote(quoted):
    assert parse(quoted) == Parsed(Phrase("a b"), ())


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
    assert parse(query) == Parsed(tree, ())


# What bad input gets: a tree, and one plain sentence

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
NO_FIELD = (
    "{} is no field and was read as text. The fields are title:, lead:, body:, author:, place:, "
    "section:, source:, tag:, system:, country: and date:."
)
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
    assert parse(blank) == Parsed(Nothing(), ())


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
    assert parse(query, match="any") == Parsed(tree, ())


def test_match_any_of_exclusions_only_is_nothing():
    assert parse("-a -b", match="any") == Parsed(Nothing(), parse("-a -b").notices)


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
    assert parse(query, plain=True) == Parsed(And(nodes), ())
    assert parse(query, plain=True, match="any") == Parsed(Or(nodes), ())


def test_plain_text_without_a_word_is_nothing_and_says_so():
    assert texts(parse("?!", plain=True)) == [NO_WORD]


# Limits

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


HOSTILE = ["(", "(a ", ")", "-(", "NOT ", "-", '"', '"a b"~9 ', "title:", "title:(", "-title:(a ",
           "atleast2(", "a OR (b ", "a NEAR/5 ", "a PRE/1 b NEAR/2 ", "date:[", "date: ", "*", "a~",
           "9", "AND ", "-a OR ", "foo:", "U.", "a,", "F 16 "]  # fmt: skip


@pytest.mark.parametrize("fragment", HOSTILE)
def test_no_length_or_nesting_exhausts_the_stack(fragment):
    # Twenty thousand characters: up to twenty times as many levels as Python's stack has frames.
    parsed = parse(fragment * (20_000 // len(fragment)), limits=False)

    assert parse(render(parsed.tree), limits=False).tree == parsed.tree
    assert_well_formed(parsed.tree)


def test_parentheses_past_the_deepest_kept_are_ignored_with_a_notice():
    parsed = parse("a OR (b " * 30, limits=False)
    assert "Parentheses more than 20 deep were ignored." in texts(parsed)


# Days

DAYS = [
    ("2024", "2024-01-01", "2024-12-31"),
    ("2023-02", "2023-02-01", "2023-02-28"),
    ("2024-2-9", "2024-02-09", "2024-02-09"),
    ("2024..", "2024-01-01", None),
    ("..2024", None, "2024-12-31"),
    (" 2024-05 .. 2024-06 ", "2024-05-01", "2024-06-30"),
    ("2024-01..*", "2024-01-01", None),
    (">2024", "2025-01-01", None),
    (">= 2024-02", "2024-02-01", None),
    ("<2024", None, "2023-12-31"),
    ("<=2024-02", None, "2024-02-29"),
    (">2024-02-28", "2024-02-29", None),
    ("[* TO 2024]", None, "2024-12-31"),
    ("[ 2024-01-01  to 2024-03-31 ]", "2024-01-01", "2024-03-31"),
    ("9999", "9999-01-01", "9999-12-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), DAYS)
def test_day_range_has_both_ends_included(text, first, last):
    assert parse_day_range(text) == Dates(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-13", "2024-00", "2023-02-29", "0000", "24", "20240101", "2024..2023", "..",
     "[* TO *]", ">9999", "<0001", ">=", ">=..2024", "2024..soon", "٢٠٢٤", "2024-01-01T10:00"],
)  # fmt: skip
def test_what_is_no_day_range_is_none(text):
    assert parse_day_range(text) is None


# Properties

FRAGMENTS = ["AND", "OR", "NOT", "(", ")", '"', "-", "~", "~2", "*", "?", ":", "title:", "date:",
             "source:", "foo:", "2024", "2024-02", "..", ">=", "[", " TO ", "]", "NEAR/5", "PRE/3",
             "w/10", "atleast3(", "atleast0(", "F", "16", "155", "mm", "a", "ukrain", "U.S.", "'",
             "’", "“", "/", ",", "%", "$", ".", "+", "&&", "\x00", "\u202e", "\u0301", "防", " ",
             " ", " ", "\n", "\ud800", "\U0001f600", "ſ", "İ", "²"]  # fmt: skip

any_text = st.text(max_size=1100) | st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)


def assert_well_formed(node: Node, *, inside: str = "") -> None:  # noqa: C901, PLR0912  a case each
    """The invariants of nodes.py, for a tree the parser made."""
    match node:
        case Word(text):
            assert [w for part in text.split(" ") for w in literal_words(part)] == text.split(" ")
        case Phrase(text):
            assert text == " ".join(text.split())
            assert '"' not in text
            assert any(character.isalnum() for character in text)
        case Prefix(text):
            assert literal_words(text) == [text]
            assert sum(character.isalnum() for character in text) >= 3
        case Fuzzy(text, edits):
            assert literal_words(text) == [text]
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
            pytest.fail(f"{node} does not stand there")


def assert_countable(node: Node) -> None:
    for child in node.children if isinstance(node, Or) else [node]:
        assert isinstance(child, LEAVES)
    assert_well_formed(node)


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_any_text_gives_a_well_formed_tree_or_a_clean_refusal(text, match, plain):
    with suppress(QueryRefused):
        parsed = parse(text, match=match, plain=plain)
        assert_well_formed(parsed.tree)
        is_blank = not straighten(text).strip()
        assert parsed.notices or parsed.tree != Nothing() or is_blank


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_without_limits_no_text_is_refused(text, match, plain):
    assert_well_formed(parse(text, match=match, plain=plain, limits=False).tree)


@given(any_text, st.sampled_from(["all", "any"]), st.booleans())
def test_any_parsed_tree_renders_to_text_that_parses_to_it(text, match, plain):
    tree = parse(text, match=match, plain=plain, limits=False).tree
    assert parse(render(tree), limits=False).tree == tree


@given(st.text(max_size=80))
def test_literal_words_are_their_own_literal_words(text):
    words = literal_words(text)
    assert literal_words(" ".join(words)) == words


@given(st.text(max_size=20))
def test_every_word_has_a_term_to_search_for(text):
    assert all(index_terms(word) for word in literal_words(straighten(text)))


# The help page


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.query)
def test_every_example_is_a_query_without_a_fault(example):
    parsed = parse(example.query)
    assert parsed.notices == ()
    assert parsed.tree != Nothing()


def test_examples_show_every_field():
    shown = " ".join(example.query for example in EXAMPLES)
    assert [name for name in (*FIELDS, "date") if f"{name}:" not in shown] == []
