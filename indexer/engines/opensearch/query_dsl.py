"""Plans and words -> what the server is asked, as JSON values; no string of a query is parsed.

A clause's score is a count of mentions (see mapping.py). Two things stand beside that: phrases are
asked as intervals, whose score is n / (n + 1) of n occurrences, turned back into n by a script; and
the order of "near" words is asked as spans, in every order where words may share a position.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Final

from indexer.engines.opensearch.clauses import (
    NOTHING,
    Asked,
    any_of,
    at_least,
    constant,
    day_range,
    near,
)
from indexer.engines.search_request import build_filters
from indexer.query.ast import And, Node, Not
from indexer.query.query_builder import build_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.engines.interface import SearchOptions
    from indexer.engines.opensearch.scoring_scripts import Weighing
    from indexer.query.plan import QueryPlan, WordGroup

MOST_NEAR: Final = 120
"""Most terms of one operand of nearness, the most frequent kept: a server takes 1,024 in all of a
query, and an operand stands in it once a field and order."""

WRITTEN_OUT: Final = 3
"""Ways to choose that are asked one by one."""


def compile_query(plan: QueryPlan, weighing: Weighing) -> Asked:
    """Compile the tree of a plan.

    Args:
        plan: of the search.
        weighing: gives the score of a word.
    """
    return build_query(plan, _ServerBuilder(weighing))


class _ServerBuilder:
    """Builds queries of the server; see `query_builder.QueryBuilder`."""

    def __init__(self, weighing: Weighing) -> None:
        self._weighing = weighing

    def match_word(self, group: WordGroup) -> Asked:
        return self._weighing.weigh(group)

    def match_all(self, wanted: Sequence[Asked], unwanted: Sequence[Asked]) -> Asked:
        return {"bool": {"must": list(wanted), "must_not": list(unwanted)}}

    def match_any(self, children: tuple[Node, ...], build: Callable[[Node], Asked]) -> Asked:
        chosen = _choice(children)
        if chosen is None:
            return any_of([build(child) for child in children])
        most = {"should": [build(word) for word in chosen.words]}
        unwanted = [build(one.child) for one in chosen.without]
        return {
            "bool": {**most, "minimum_should_match": chosen.count, "must_not": unwanted},
        }

    def match_near(self, groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> Asked:
        scores = [self._weighing.weigh(group) for group in groups]
        close = near(groups, distance, ordered=ordered)
        return {"bool": {"filter": [close], "should": scores}}

    def match_often(self, group: WordGroup, count: int) -> Asked:
        often = at_least(group, count)
        return {"bool": {"filter": [often], "should": [self._weighing.weigh(group)]}}

    def match_days(self, first: str | None, last: str | None) -> Asked:
        return constant(day_range(first, last))

    def match_everything(self) -> Asked:
        return constant({"match_all": {}})

    def match_nothing(self) -> Asked:
        return NOTHING


@dataclass(frozen=True, slots=True)
class _Choice:
    """So many of some words, and without some others."""

    words: tuple[Node, ...]
    count: int
    without: tuple[Not, ...]


def _choice(children: tuple[Node, ...]) -> _Choice | None:
    """What an Or of every way to choose some of several words comes to; None for any other.

    Near misses are asked so, six words in twenty ways: too many clauses for a server.
    """
    ways = [child.children for child in children if isinstance(child, And)]
    if not WRITTEN_OUT < len(ways) == len(children):
        return None
    without = tuple(one for one in ways[0] if isinstance(one, Not))
    chosen = {frozenset(way) - frozenset(without) for way in ways}
    words = tuple(dict.fromkeys(node for way in ways for node in way if node not in without))
    counts = set(map(len, chosen))
    if len(counts) > 1 or any(isinstance(word, Not) for word in words):
        return None
    (count,) = counts
    if len(chosen) != len(ways) or len(ways) != comb(len(words), count):
        return None
    return _Choice(words, count, without)


def compile_filters(options: SearchOptions) -> dict[str, Asked]:
    """Compile the filters and days of a search, by the name of the filter."""
    return build_filters(options, _has_value, day_range)


def _has_value(name: str, values: tuple[str, ...]) -> Asked:
    return {"terms": {f"named.{name}": list(values)}}
