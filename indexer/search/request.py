"""A query prepared for an engine: filters and days read, the tree expanded, the options set.

In: the arguments of a script, the command line or an address, and a `Query`. Out: a `Query` with
filters and days, the tree to search, and `SearchOptions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.engines.interface import SearchOptions
from indexer.errors import SettingError
from indexer.fields import FILTERS
from indexer.models import MATCHES, SORTS
from indexer.query.ast import Everything, Node, Nothing
from indexer.query.dates import parse_span
from indexer.query.parser import ParsedQuery, parse
from indexer.query.rewrite import drop_function_words
from indexer.query.synonym_expansion import widen

if TYPE_CHECKING:
    from indexer.engines.interface import Snapshot
    from indexer.models import Query


FilterArguments = Mapping[str, Sequence[str] | str | None]
"""Filters as a script gives them: `from`, `to` and names of FILTERS, each a value or several."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that `from` and `to` ask for.

    Attributes:
        first, last: ISO days, both included; None for no bound.
        unread: those of `from` and `to` whose text is no day, month or year.
    """

    first: str | None
    last: str | None
    unread: tuple[str, ...] = ()

    @property
    def is_reversed(self) -> bool:
        """Whether it ends before it begins."""
        return bool(self.first and self.last and self.first > self.last)


def read_period(begin: str | None, end: str | None) -> Period:
    """Read the days from the beginning of one day, month or year to the end of another.

    The command line, the page and Python read days here; each words its own error for bad ones.

    Args:
        begin, end: a day, month or year as `2024-03-31`, `2024-03` or `2024`; None for no bound.

    >>> read_period("2024-02", "2024")
    Period(first='2024-02-01', last='2024-12-31', unread=())
    """
    spans = {
        name: parse_span(text) for name, text in (("from", begin), ("to", end)) if text is not None
    }
    first, last = spans.get("from"), spans.get("to")
    unread = tuple(name for name, span in spans.items() if span is None)
    return Period(first and first[0], last and last[1], unread)


def narrow_query(query: Query, period: Period, filters: Mapping[str, tuple[str, ...]]) -> Query:
    """Return the query with days and filters; a filter without values is left out."""
    chosen = {name: values for name, values in filters.items() if values}
    return replace(query, first=period.first, last=period.last, filters=chosen)


def apply_arguments(query: Query, given: FilterArguments) -> Query:
    """Return the query with the filters and days that a script gives.

    Raises:
        SettingError: the order, match or filter is unknown, a day cannot be read, a number is below
            0, or the first day is after the last.
    """
    values = {name: _as_tuple(value) for name, value in given.items() if value}
    days = {name: values.pop(name, (None,))[0] for name in ("from", "to")}
    period = read_period(days["from"], days["to"])
    for name in period.unread:
        raise SettingError(f"{name} cannot be {days[name]!r}; write 2024-03-31, 2024-03 or 2024")
    for name, value, known in (
        ("sort", query.sort, SORTS),
        ("match", query.match, MATCHES),
        *(("a filter", name, ("from", "to", *FILTERS)) for name in values),
    ):
        if value not in known:
            raise SettingError(f"{name} cannot be {value!r}; there are {', '.join(known)}")
    if query.size < 0 or query.offset < 0:
        raise SettingError("limit and offset cannot be below 0")
    if period.is_reversed:
        raise SettingError(f"from {period.first} is later than to {period.last}")
    return narrow_query(query, period, values)


def _as_tuple(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def parse_query(query: Query) -> ParsedQuery:
    """Parse the text of a query.

    Raises:
        QueryRefused: the text is over a limit.
    """
    return parse(query.text, match=query.match, plain=query.plain, limits=query.limits)


def expand_query(query: Query, typed: Node, snapshot: Snapshot) -> Node:
    """Build the tree to search: function words left out, other forms added unless `exact`.

    A blank text with days or filters matches every article that they allow.
    """
    if typed == Nothing() and not query.text.strip() and query.has_filters:
        return Everything()
    content = drop_function_words(typed)
    return snapshot.ask_vocabulary(lambda vocabulary: widen(content, vocabulary, exact=query.exact))


def build_options(query: Query, seconds: float) -> SearchOptions:
    """Build the engine's options for a query; no facets are counted, no positions returned.

    Args:
        query: its order, filters, days and part of the list.
        seconds: time budget of the search.
    """
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
