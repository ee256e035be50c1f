"""Where little or nothing was found: what may have been meant, and what comes nearest."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from indexer.asking import tree_to_search
from indexer.hits import mark_hits
from indexer.query.omit import leaving_out, without_function_words
from indexer.query.parser import parse
from indexer.query.spelling import suggestion

if TYPE_CHECKING:
    from indexer.engines.base import SearchOptions, Snapshot
    from indexer.models import Hit, Query
    from indexer.query.nodes import Node

MOST_INSTEAD = 5
"""Near misses shown where nothing has all the words."""


def did_you_mean(
    query: Query, typed: Node, snapshot: Snapshot, options: SearchOptions
) -> str | None:
    """The query with its misspelt words put right; None where none is, or that finds nothing.

    Args:
        typed: the tree of the query, before widening.
        options: those of the query.
    """
    meant = snapshot.ask(partial(suggestion, without_function_words(typed)))
    if meant is None:
        return None
    tree = tree_to_search(query, parse(meant, limits=query.limits).tree, snapshot)
    found = snapshot.search(tree, replace(options, size=0, offset=0))
    return meant if found.total else None


def most_of(tree: Node, snapshot: Snapshot, options: SearchOptions) -> tuple[Hit, ...]:
    """The five best articles that have all words of a tree but one, else all but two, and so on."""
    nearest = replace(options, size=MOST_INSTEAD, offset=0)
    for fewer in leaving_out(tree):
        answer = snapshot.search(fewer, nearest)
        if answer.total:
            return mark_hits(snapshot, answer, fewer)
    return ()
