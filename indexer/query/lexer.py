"""A query with normalized punctuation -> tokens: leaves of the tree, operators, prefixes,
parentheses.

The lexer decides how a chunk begins: a field, a date, an exclusion, an operator, nearness. The rest
of the chunk is a leaf (operands.py). The parser combines the tokens. Every change is noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from indexer.analysis.designations import join_neighbours
from indexer.fields import SEARCH_FIELDS, VALUE_FIELDS
from indexer.query import literals
from indexer.query.ast import Near, Node, Phrase, Word
from indexer.query.dates import parse_day_range
from indexer.query.notices import NoticeCollector, shorten
from indexer.query.operands import is_lone_star, read_leaves

MOST_COUNT: Final = 1000
"""Greatest distance of a NEAR and greatest count of an atleast; no article needs more."""

FIELD_LIST: Final = ", ".join(f"{name}:" for name in SEARCH_FIELDS) + " and date:"

_NEXT: Final = re.compile(rf'["()]|(?:[^\s"(){literals.SEPARATORS}]|(?<=\d),(?=\d))+')
_QUOTED: Final = re.compile(r'"([^"]*)("(?:(~)([0-9]*))?)?')
_FIELD: Final = re.compile(r"([A-Za-z]+):")
_WILDCARD: Final = re.compile(r"\w\*|\*\w|\w\?\w")
_ATLEAST: Final = re.compile(r"atleast([0-9]+)", re.IGNORECASE)
_DATE: Final = re.compile(
    r'\s*(\[[^\]"()]{0,60}\]|[<>]=?\s*[^\s()"]+|"[^"]{0,60}"|[^\s()"]+)',
)


class TokenKind(Enum):
    """The kind of a query token."""

    OPERAND = auto()
    FIELD = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    NEAR = auto()
    ATLEAST = auto()
    OPEN = auto()
    CLOSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class QueryToken:
    """One token of a query.

    `node` is set for an OPERAND; `name` for a FIELD (its name) and the operators (`NEAR`, `PRE`);
    `number` is the distance of a NEAR and the count of an ATLEAST.
    """

    kind: TokenKind
    name: str = ""
    number: int = 0
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class LexedQuery:
    """The tokens of a query, and whether it has a star alone."""

    tokens: list[QueryToken]
    has_star: bool


def lex(text: str, notes: NoticeCollector) -> LexedQuery:
    """Return the tokens of a query; never raises.

    Args:
        text: as `literals.normalize_punctuation` returns it.
        notes: collects a notice for each change.
    """
    lexer = _Lexer(text, notes)
    lexer.read()
    return LexedQuery(lexer.tokens, lexer.has_star)


class _Lexer:
    """Reads the text once.

    Unquoted words wait in `_run` until another kind of token follows, because neighbours may be one
    designation (`F 16`).
    """

    def __init__(self, text: str, notes: NoticeCollector) -> None:
        self.tokens: list[QueryToken] = []
        self.has_star = False
        self._text = text
        self._notes = notes
        self._run: list[str] = []

    def read(self) -> None:
        """Read the whole text into `tokens`."""
        at = 0
        while found := _NEXT.search(self._text, at):
            if self._text[at : found.start()].strip():
                self._end_run()
            at = self._read_one(found.group(), found.start(), found.end())
        self._end_run()

    def _read_one(self, piece: str, start: int, end: int) -> int:
        """Read the token that begins at `start`; return the offset where the next begins."""
        match piece:
            case '"':
                return self._read_quoted(start)
            case "(":
                self._emit(QueryToken(TokenKind.OPEN))
            case ")":
                self._emit(QueryToken(TokenKind.CLOSE))
            case _:
                return self._read_chunk(start, end)
        return end

    def _emit(self, *tokens: QueryToken) -> None:
        self._end_run()
        self.tokens.extend(tokens)

    def _end_run(self) -> None:
        joined = join_neighbours(self._run) if len(self._run) > 1 else self._run
        self.tokens.extend(_make_operand(Word(word)) for word in joined)
        self._run = []

    # Quotes

    def _read_quoted(self, start: int) -> int:
        found = _QUOTED.match(self._text, start)
        assert found  # the text at `start` is a quote
        text = " ".join(found[1].split())
        if not literals.is_searchable(text):
            self._notes.add("syntax", "Quotes with no word in them were ignored.")
        else:
            if not found[2]:
                self._notes.add("syntax", "The quote was closed at the end.")
            self._emit(_make_operand(self._phrase(text, found[3], found[4])))
        return found.end()

    def _phrase(self, text: str, tilde: str | None, distance: str | None) -> Node:
        if not tilde:
            if _WILDCARD.search(text):
                self._notes.add("syntax", "Inside quotes, * and ? are not wildcards.")
            return Phrase(text)
        near = join_neighbours(literals.extract_words(text))
        if distance and len(near) > 1:
            children = tuple(Word(word) for word in near)
            return Near(children, self._number("~", distance), ordered=False)
        reason = "needs two words or more" if distance else 'needs a number, as in "a b"~10'
        self._notes.add_ignored("~", f"after quotes it {reason}")
        return Phrase(text)

    # Chunks: text between spaces, quotes, parentheses and separators

    def _read_chunk(self, start: int, end: int) -> int:
        prefixes: list[QueryToken] = []
        at = start
        while True:
            if self._is_minus(at, start, end):
                prefixes.append(QueryToken(TokenKind.NOT, "NOT"))
                at += 1
            elif (field := _FIELD.match(self._text, at, end)) and _is_field(field[1]):
                name, at = field[1].lower(), field.end()
                if name == "date" and (value := _DATE.match(self._text, at)):
                    self._add_date(prefixes, value[1])
                    return value.end()
                prefixes.append(QueryToken(TokenKind.FIELD, name))
            else:
                break
        self._read_rest(prefixes, at, end)
        return end

    def _is_minus(self, at: int, start: int, end: int) -> bool:
        """Whether a hyphen excludes.

        It does if it begins a chunk that does not touch a quote or a closing parenthesis before it,
        or follows a field, and if the character after it is not a hyphen.
        """
        if self._text[at : at + 1] != "-" or at >= end:
            return False
        if at == start and self._text[max(start - 1, 0) : start] in {'"', ")"}:
            return False
        if at + 1 < end:
            return self._text[at + 1] != "-"
        return self._touches(at + 1, end, '"(')

    def _touches(self, at: int, end: int, marks: str) -> bool:
        """Whether the chunk ends here and one of these marks follows without a space."""
        return at == end and end < len(self._text) and self._text[end] in marks

    def _add_date(self, prefixes: list[QueryToken], typed: str) -> None:
        value = typed.strip('"').rstrip(",;:!?")
        dates = parse_day_range(value)
        if dates:
            self._emit(*prefixes, _make_operand(dates))
            return
        self._notes.add(
            "date",
            f"date:{shorten(value)} was ignored: it is no day, month, year or range; write "
            "date:2024, date:2024-02 or date:2024-01..2024-03.",
        )

    def _read_rest(self, prefixes: list[QueryToken], at: int, end: int) -> None:
        rest = self._text[at:end]
        if not rest:  # the operand of the prefixes comes next: a quote, a parenthesis, a word
            self._emit(*prefixes)
        elif (count := _ATLEAST.fullmatch(rest)) and self._touches(end, end, "("):
            number = max(self._number("atleast", count[1]), 1)
            self._emit(*prefixes, QueryToken(TokenKind.ATLEAST, f"atleast{number}", number))
        elif not prefixes and (operator := self._operator(rest)):
            self._emit(operator)
        elif rest.startswith("~") and self._text[max(at - 1, 0) : at] == ")":
            self._notes.add_ignored(rest, "~ works after a word or a quote")
        elif is_lone_star(rest):
            self.has_star = True
            self._note_empty_field(prefixes)
        else:
            self._note_unknown_field(rest, end)
            self._add_leaves(prefixes, rest)

    def _operator(self, chunk: str) -> QueryToken | None:
        if chunk in literals.OPERATORS:
            return QueryToken(TokenKind[chunk], chunk)
        near = literals.NEARNESS.fullmatch(chunk)
        if not near:
            return None
        name = "PRE" if near[1].upper() == "PRE" else "NEAR"
        distance = self._number(f"{near[1]}/", near[2])
        if near[1] not in {"NEAR", "PRE"}:
            self._notes.add("syntax", f"{shorten(chunk)} was read as {name}/{distance}.")
        return QueryToken(TokenKind.NEAR, name, distance)

    def _number(self, before: str, digits: str) -> int:
        """Return the number, at most 1,000. Python refuses to convert thousands of digits."""
        significant = digits.lstrip("0")
        number = int(significant[:5] or "0")
        if number > MOST_COUNT:
            said = (
                f"{shorten(before + digits)} was read as {before}{MOST_COUNT}, the most there is."
            )
            self._notes.add("limit", said)
        return min(number, MOST_COUNT)

    def _note_unknown_field(self, rest: str, end: int) -> None:
        unknown = _FIELD.match(rest)
        if unknown and (unknown.end() < len(rest) or self._touches(end, end, '"(')):
            text = f"{shorten(unknown[0])} is no field and was read as text. The fields are "
            self._notes.add("field", f"{text}{FIELD_LIST}.")

    def _add_leaves(self, prefixes: list[QueryToken], piece: str) -> None:
        """Add the leaves of a chunk.

        Punctuation beside words separates them from their neighbours (`25, F`), and so does a field
        whose values are names (`source:AP 16`).
        """
        leaves = read_leaves(piece, self._notes)
        bare = [leaf.text for leaf in leaves if isinstance(leaf, Word)]
        if not leaves:
            self._note_empty_field(prefixes)
            if piece != "-":  # `F - 16` is still F 16
                self._end_run()
        elif not bare:
            self._emit(*prefixes, *map(_make_operand, leaves))
        if not bare:
            return
        if prefixes or not piece.startswith(bare[0]):
            self._emit(*prefixes)
        self._run.extend(bare)
        of_value = any(token.name in VALUE_FIELDS for token in prefixes)
        if of_value or not piece.endswith(bare[-1]):
            self._end_run()

    def _note_empty_field(self, prefixes: list[QueryToken]) -> None:
        for token in prefixes:
            if token.kind is TokenKind.FIELD:
                self._notes.add_ignored(f"{token.name}:", "nothing to search for follows it")


def _make_operand(node: Node) -> QueryToken:
    return QueryToken(TokenKind.OPERAND, node=node)


def _is_field(name: str) -> bool:
    return name.lower() in literals.PREFIXES
