"""A typed query -> the query tree and its notices.

    any      = all { OR all }
    all      = nearby { [AND] nearby }
    nearby   = operand { NEAR/n | PRE/n  operand }
    operand  = { NOT | - | field: | atleastN } ( leaf | "(" any ")" )

No string is a syntax error: a part that cannot be parsed is left out or read as text, with a
notice. The only error is `QueryRefused`, for a query over a limit, raised before any parsing. Time
is linear in the text. Parentheses are balanced before the descent, and those nested deeper than
`MOST_NESTING` are dropped, so that neither the descent nor a walk over its tree can exhaust the
stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.analysis.designations import join_neighbours
from indexer.query.ast import Node, Nothing, Word
from indexer.query.lexer import QueryToken, TokenKind, lex
from indexer.query.literals import check_limits, extract_words, normalize_punctuation
from indexer.query.notices import NoticeCollector
from indexer.query.rewrite import (
    Nearness,
    conjoin,
    disjoin,
    is_negative,
    join_any,
    join_near,
    negate,
    require_count,
    restrict_to_field,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.models import Match, Notice

MOST_NESTING: Final = 20
"""Most levels of parentheses if no limits apply; queries typed by people have three."""

NO_WORD: Final = "Add something to search for: a word, a phrase in quotes or a date."
ONLY_EXCLUDES: Final = (
    "Add something to search for: an exclusion alone would list every other article."
)
ONLY_STAR: Final = (
    "A star alone lists nothing: add a word, or a date such as date:2024, to browse by."
)

_PREFIXED: Final = frozenset({TokenKind.NOT, TokenKind.FIELD, TokenKind.ATLEAST})
_END: Final = QueryToken(TokenKind.END)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The tree of a query, and a notice for each part that was changed or left out."""

    tree: Node
    notices: tuple[Notice, ...]


def parse(
    text: str, *, match: Match = "all", plain: bool = False, limits: bool = True
) -> ParsedQuery:
    """Parse a query.

    >>> parse('su-25 OR "air base"').tree
    Or(children=(Word(text='su-25'), Phrase(text='air base')))
    >>> parse("missile )").notices
    (Notice(kind='syntax', text=') was ignored: no parenthesis was open.'),)

    Args:
        text: any string, as typed.
        match: meaning of neighbours without an operator. With `any`, words, phrases and groups are
            joined by OR; exclusions, dates and fields stay required.
        plain: read words only, no operators.
        limits: whether the limits of the web apply.

    Returns:
        The tree, and notices. The tree is `Nothing` if there is nothing to search; blank text then
        gives no notice.

    Raises:
        QueryRefused: over a limit; never with `limits=False`.

    >>> parse("su-25 -drone").tree
    And(children=(Word(text='su-25'), Not(child=Word(text='drone'))))
    >>> [notice.text for notice in parse("drone)").notices]
    [') was ignored: no parenthesis was open.']
    """
    if limits:
        check_limits(text)
    notes = NoticeCollector()
    text = normalize_punctuation(text)
    tree = _read_plain(text, match, notes) if plain else _read_operators(text, match, notes)
    return ParsedQuery(tree or Nothing(), notes.list_notices())


def _read_plain(text: str, match: Match, notes: NoticeCollector) -> Node | None:
    words = [Word(word) for word in join_neighbours(extract_words(text))]
    if not words and text.strip():
        notes.add("hint", NO_WORD)
    return conjoin(words) if match == "all" else disjoin(words, notes)


def _read_operators(text: str, match: Match, notes: NoticeCollector) -> Node | None:
    lexed = lex(text, notes)
    tree = _Parser(_balance(lexed.tokens, notes), match, notes).read()
    if tree is not None and is_negative(tree):
        notes.add("hint", ONLY_EXCLUDES)
        return None
    if tree is None and text.strip():
        notes.add("hint", ONLY_STAR if lexed.has_star else NO_WORD)
    return tree


def _balance(tokens: Sequence[QueryToken], notes: NoticeCollector) -> list[QueryToken]:
    """Return the tokens with balanced parentheses, nested at most MOST_NESTING deep."""
    balanced: list[QueryToken] = []
    depth = 0
    for token in tokens:
        step = {TokenKind.OPEN: 1, TokenKind.CLOSE: -1}.get(token.kind, 0)
        if depth + step < 0:
            notes.add_ignored(")", "no parenthesis was open")
            continue
        if max(depth, depth + step) <= MOST_NESTING:
            balanced.append(token)
        elif step > 0:
            notes.add("limit", f"Parentheses more than {MOST_NESTING} deep were ignored.")
        depth += step
    if depth:
        notes.add("syntax", "A parenthesis was closed at the end.")
    return balanced + [QueryToken(TokenKind.CLOSE)] * min(depth, MOST_NESTING)


class _Parser:
    """Recursive descent over balanced tokens. Each `_read_*` returns None if no node is left."""

    def __init__(self, tokens: Sequence[QueryToken], match: Match, notes: NoticeCollector) -> None:
        self._tokens = tokens
        self._at = 0
        self._match = match
        self._notes = notes

    def _peek(self) -> QueryToken:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> QueryToken:
        token = self._peek()
        self._at += 1
        return token

    def _ignore(self, operator: QueryToken) -> None:
        name = operator.name
        if operator.kind is TokenKind.NEAR:
            name += f"/{operator.number}"
        self._notes.add_ignored(name, "it needs a word on both sides")

    def read(self) -> Node | None:
        """Read operands joined by OR, up to a closing parenthesis or the end."""
        parts: list[Node] = []
        pending: QueryToken | None = None
        while True:
            part = self._read_all()
            if part is not None:
                parts.append(part)
                pending = None
            if self._peek().kind is not TokenKind.OR:
                break
            operator = self._take()
            if part is None:
                self._ignore(operator)
            else:
                pending = operator
        if pending:
            self._ignore(pending)
        return parts[0] if len(parts) == 1 else disjoin(parts, self._notes)

    def _read_all(self) -> Node | None:
        """Read operands up to an OR; those joined by AND belong together even with match="any"."""
        groups: list[list[Node]] = []
        glue: QueryToken | None = None
        while self._peek().kind not in {TokenKind.OR, TokenKind.CLOSE, TokenKind.END}:
            if self._peek().kind is TokenKind.AND:
                if glue or not groups:
                    self._ignore(self._take())
                else:
                    glue = self._take()
                continue
            part = self._read_nearby()
            if part is None:
                continue
            if glue:
                groups[-1].append(part)
            else:
                groups.append([part])
            glue = None
        if glue:
            self._ignore(glue)
        parts = [part for group in groups if (part := conjoin(group)) is not None]
        return conjoin(parts) if self._match == "all" else join_any(parts, self._notes)

    def _read_nearby(self) -> Node | None:
        """Read operands joined by NEAR or PRE."""
        operands: list[Node] = []
        between: list[Nearness] = []
        pending: QueryToken | None = None
        while True:
            operand = None if self._peek().kind is TokenKind.NEAR else self._read_operand()
            if operand is not None:
                if pending:
                    between.append((pending.number, pending.name == "PRE"))
                operands.append(operand)
                pending = None
            if self._peek().kind is not TokenKind.NEAR:
                break
            operator = self._take()
            if pending or not operands:
                self._ignore(operator)
            else:
                pending = operator
        if pending:
            self._ignore(pending)
        return join_near(operands, between, self._notes)

    def _read_operand(self) -> Node | None:
        """Read prefixes and their operand. Of several fields the innermost applies."""
        prefixes: dict[TokenKind, QueryToken] = {}
        negations = 0
        while self._peek().kind in _PREFIXED:
            token = self._take()
            negations += token.kind is TokenKind.NOT
            prefixes[token.kind] = token
        node = self._read_primary()
        if node is None:
            self._ignore_prefixes(prefixes)
            return None
        if count := prefixes.get(TokenKind.ATLEAST):
            node = require_count(count.number, node, self._notes)
        if field := prefixes.get(TokenKind.FIELD):
            node = restrict_to_field(field.name, node, self._notes)
        if negations > 1:
            self._notes.add("syntax", "Two NOTs in a row cancel each other.")
        return negate(node) if node is not None and negations % 2 else node

    def _ignore_prefixes(self, prefixes: dict[TokenKind, QueryToken]) -> None:
        for kind, token in prefixes.items():
            name = f"{token.name}:" if kind is TokenKind.FIELD else token.name
            self._notes.add_ignored(name, "it needs a word after it")

    def _read_primary(self) -> Node | None:
        """Read a leaf or a group in parentheses."""
        if self._peek().kind is TokenKind.OPERAND:
            return self._take().node
        if self._peek().kind is not TokenKind.OPEN:
            return None
        self._take()
        is_empty = self._peek().kind is TokenKind.CLOSE
        node = self.read()
        self._take()  # the closing parenthesis: tokens are balanced
        if is_empty:
            self._notes.add("syntax", "Empty parentheses were ignored.")
        return node
