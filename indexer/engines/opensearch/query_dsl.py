"""Compiles the plan of a search to a query of OpenSearch.

In: a plan, and a scorer of groups. Out: JSON values; no string is parsed as a query. The score of a
clause is a frequency (see mapping.py). A phrase is an intervals query, whose score n / (n + 1) for
n occurrences a script turns back into n. NEAR is a span query, in every order if words may share a
position.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Final

from indexer.engines.opensearch.clauses import (
    MATCH_NONE,
    QueryJson,
    match_any,
    match_at_least,
    match_days,
    match_near,
    score_constant,
)
from indexer.engines.search_request import build_filters
from indexer.query.ast import And, Node, Not
from indexer.query.query_builder import build_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.engines.interface import SearchOptions
    from indexer.engines.opensearch.scoring_scripts import GroupScorer
    from indexer.query.plan import QueryPlan, WordGroup

MAX_NEAR_TERMS: Final = 120
"""Most terms of one operand of NEAR, the most frequent are kept: a server takes 1,024 in a whole
query, and each operand is in it once for each field and order."""

MAX_WRITTEN_OUT: Final = 3
"""Most combinations that stay one clause each, instead of one `minimum_should_match`."""


def compile_query(plan: QueryPlan, scorer: GroupScorer) -> QueryJson:
    """Compile the tree of a plan.

    Args:
        plan: of the search.
        scorer: of groups of terms.
    """
    return build_query(plan, _ServerBuilder(scorer))


class _ServerBuilder:
    """Builds queries of the server; see `query_builder.QueryBuilder`."""

    def __init__(self, scorer: GroupScorer) -> None:
        self._scorer = scorer

    def match_word(self, group: WordGroup) -> QueryJson:
        return self._scorer.score_group(group)

    def match_all(self, wanted: Sequence[QueryJson], unwanted: Sequence[QueryJson]) -> QueryJson:
        return {"bool": {"must": list(wanted), "must_not": list(unwanted)}}

    def match_any(
        self, children: tuple[Node, ...], build: Callable[[Node], QueryJson]
    ) -> QueryJson:
        chosen = _find_minimum_match(children)
        if chosen is None:
            return match_any([build(child) for child in children])
        most = {"should": [build(word) for word in chosen.words]}
        unwanted = [build(one.child) for one in chosen.without]
        return {
            "bool": {**most, "minimum_should_match": chosen.count, "must_not": unwanted},
        }

    def match_near(self, groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> QueryJson:
        scores = [self._scorer.score_group(group) for group in groups]
        close = match_near(groups, distance, ordered=ordered)
        return {"bool": {"filter": [close], "should": scores}}

    def match_at_least(self, group: WordGroup, count: int) -> QueryJson:
        enough = match_at_least(group, count)
        return {"bool": {"filter": [enough], "should": [self._scorer.score_group(group)]}}

    def match_days(self, first: str | None, last: str | None) -> QueryJson:
        return score_constant(match_days(first, last))

    def match_everything(self) -> QueryJson:
        return score_constant({"match_all": {}})

    def match_nothing(self) -> QueryJson:
        return MATCH_NONE


@dataclass(frozen=True, slots=True)
class _MinimumMatch:
    """At least `count` of some words, and none of some others."""

    words: tuple[Node, ...]
    count: int
    without: tuple[Not, ...]


def _find_minimum_match(children: tuple[Node, ...]) -> _MinimumMatch | None:
    """Recognize an Or of every combination of `count` of some words; None for any other Or.

    Searches for near misses have this form. Six words have twenty combinations, too many clauses
    for a server.
    """
    ways = [child.children for child in children if isinstance(child, And)]
    if not MAX_WRITTEN_OUT < len(ways) == len(children):
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
    return _MinimumMatch(words, count, without)


def compile_filters(options: SearchOptions) -> dict[str, QueryJson]:
    """Compile the filters and days of a search, by the name of the filter."""
    return build_filters(options, _match_values, match_days)


def _match_values(name: str, values: tuple[str, ...]) -> QueryJson:
    return {"terms": {f"named.{name}": list(values)}}
