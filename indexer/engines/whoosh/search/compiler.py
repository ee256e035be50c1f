"""Compiles a query plan to Whoosh query objects.

In: a `QueryPlan`, or the filters of a search. Out: queries for the executor. They are compiled from
the tree, never from strings: Whoosh's own parser sees no user text.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from whoosh.query.compound import And as WhooshAnd
from whoosh.query.compound import AndNot
from whoosh.query.compound import Or as WhooshOr
from whoosh.query.qcore import Every, NullQuery
from whoosh.query.wrappers import ConstantScoreQuery

from indexer.engines.search_request import build_filters
from indexer.engines.whoosh.search.queries import (
    AtLeastMentions,
    DayRange,
    HasValue,
    Nearness,
    WordGroupQuery,
)
from indexer.query.query_builder import build_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from whoosh.query.qcore import Query

    from indexer.engines.interface import SearchOptions
    from indexer.query.ast import Node
    from indexer.query.plan import QueryPlan, WordGroup


def compile_query(plan: QueryPlan) -> Query:
    """Compile the tree of a plan."""
    return build_query(plan, _WhooshBuilder())


def compile_filters(options: SearchOptions) -> dict[str, Query]:
    """Compile the filters and days of a search; returns the queries by name of the filter."""
    return build_filters(options, HasValue, compile_days)


def compile_word(word: WordGroup) -> WordGroupQuery:
    """Compile one word of a plan."""
    return WordGroupQuery(word.fields, word.words, word.sequences)


def compile_days(first: str | None, last: str | None) -> Query:
    """Compile a range of two ISO days, both included; None leaves that end open."""
    return DayRange(_to_ordinal(first), _to_ordinal(last))


class _WhooshBuilder:
    """Builds Whoosh queries; see `query_builder.QueryBuilder`."""

    def match_word(self, group: WordGroup) -> Query:
        return compile_word(group)

    def match_all(self, wanted: Sequence[Query], unwanted: Sequence[Query]) -> Query:
        positive = wanted[0] if len(wanted) == 1 else WhooshAnd(wanted)
        if not unwanted:
            return positive
        return AndNot(positive, unwanted[0] if len(unwanted) == 1 else WhooshOr(unwanted))

    def match_any(self, children: tuple[Node, ...], build: Callable[[Node], Query]) -> Query:
        return WhooshOr([build(child) for child in children])

    def match_near(self, groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> Query:
        return Nearness(tuple(map(compile_word, groups)), distance, ordered)

    def match_at_least(self, group: WordGroup, count: int) -> Query:
        return AtLeastMentions(compile_word(group), count)

    def match_days(self, first: str | None, last: str | None) -> Query:
        return compile_days(first, last)

    def match_everything(self) -> Query:
        return ConstantScoreQuery(Every(), 0.0)  # type: ignore[no-untyped-call]

    def match_nothing(self) -> Query:
        return NullQuery


def _to_ordinal(day: str | None) -> int | None:
    return date.fromisoformat(day).toordinal() if day else None
