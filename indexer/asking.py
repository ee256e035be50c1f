"""What a query asks of an engine: the tree to search, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.engines.base import SearchOptions
from indexer.query.nodes import Everything, Node, Nothing
from indexer.query.omit import without_function_words
from indexer.query.parser import Parsed, parse
from indexer.query.widen import widen

if TYPE_CHECKING:
    from indexer.engines.base import Snapshot
    from indexer.models import Query


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
