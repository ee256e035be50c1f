"""What a query asks of an engine: the tree to search, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from indexer.engines.base import SearchOptions
from indexer.errors import SettingError
from indexer.fields import FILTERS
from indexer.models import Match, Sort
from indexer.query.dates import parse_span
from indexer.query.nodes import Everything, Node, Nothing
from indexer.query.omit import without_function_words
from indexer.query.parser import Parsed, parse
from indexer.query.widen import widen

if TYPE_CHECKING:
    from indexer.engines.base import Snapshot
    from indexer.models import Query


Given = Mapping[str, Sequence[str] | str | None]
"""Filters as a script gives them: `from`, `to` and those of FILTERS, a value or several each."""


def narrowed(query: Query, given: Given) -> Query:
    """The query with filters and days, refused where a script mistyped any of it.

    Raises:
        SettingError: an order, a match, a filter or a day that there is not, a number below 0, a
            first day after the last.
    """
    values = {name: _values(value) for name, value in given.items() if value}
    begin, end = (_span(name, values.pop(name, ())) for name in ("from", "to"))
    for name, value, known in (
        ("sort", query.sort, get_args(Sort)),
        ("match", query.match, get_args(Match)),
        *(("a filter", name, ("from", "to", *FILTERS)) for name in values),
    ):
        if value not in known:
            raise SettingError(f"{name} cannot be {value!r}; there are {', '.join(known)}")
    if query.size < 0 or query.offset < 0:
        raise SettingError("limit and offset cannot be below 0")
    if begin and end and begin[0] > end[1]:
        raise SettingError(f"from {begin[0]} is later than to {end[1]}")
    return replace(query, first=begin and begin[0], last=end and end[1], filters=values)


def _values(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _span(name: str, values: tuple[str, ...]) -> tuple[str, str] | None:
    """The first and last day of what was given for `from` or `to`."""
    span = parse_span(values[0]) if values else None
    if values and not span:
        raise SettingError(f"{name} cannot be {values[0]!r}; write 2024-03-31, 2024-03 or 2024")
    return span


def parse_query(query: Query) -> Parsed:
    """The text of a query as typed.

    Raises:
        QueryRefused: over a limit.
    """
    return parse(query.text, match=query.match, plain=query.plain, limits=query.limits)


def tree_to_search(query: Query, typed: Node, snapshot: Snapshot) -> Node:
    """The tree as typed, without function words, widened unless `exact`.

    Blank text asks for every article where days or filters narrow them.
    """
    if typed == Nothing() and not query.text.strip() and query.narrows:
        return Everything()
    content = without_function_words(typed)
    return snapshot.ask(lambda vocabulary: widen(content, vocabulary, exact=query.exact))


def options_of(query: Query, seconds: float) -> SearchOptions:
    """How to search, within a budget of so many seconds; nothing is counted, nothing located."""
    return SearchOptions(
        sort=query.sort,
        exact=query.exact,
        fresh=query.fresh,
        first=query.first,
        last=query.last,
        filters=query.filters,
        size=query.size,
        offset=query.offset,
        fold_copies=query.fold_copies,
        feedback=query.plain and query.match == "any",
        seconds=seconds,
    )
