"""Builds the clauses of a query for the server: groups of terms, proximity, days.

In: groups of terms (`plan.WordGroup`). Out: queries of OpenSearch as JSON values.
"""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from indexer.engines.opensearch.mapping import ALTERNATIVE_SEPARATOR, QUERY_ANALYZER
from indexer.query.plan import WordGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

QueryJson: TypeAlias = dict[str, Any]

MAX_WORDS: Final = 1000
"""Most terms of one clause; a server takes 1,024."""

MAX_PERMUTED: Final = 4
"""Most operands of NEAR for which each order is a clause, 24 of them; more are one clause."""

MATCH_NONE: Final[QueryJson] = {"match_none": {}}

_COUNT_SCRIPT: Final = "double s = _score; return params.weight * Math.round(s / (1.0 - s));"


def match_group(group: WordGroup) -> QueryJson:
    """Match documents that have any term or phrase of a group; the score means nothing."""
    clauses: list[QueryJson] = []
    for name, _ in group.fields:
        if group.words:
            clauses.append({"terms": {name: list(group.words)}})
        clauses += (_match_phrase(name, sequence) for sequence in group.sequences)
    return match_any(clauses)


def score_mentions(group: WordGroup, *, frugal: bool = False) -> QueryJson:
    """Match documents that have a group; the score is its frequency, weighted by field.

    Args:
        group: terms and phrases.
        frugal: count a phrase once in a field, however often it occurs; for queries that would
            have too many clauses otherwise.
    """
    clauses: list[QueryJson] = []
    for name, weight in group.fields:
        for start in range(0, len(group.words), MAX_WORDS):
            words = ALTERNATIVE_SEPARATOR.join(group.words[start : start + MAX_WORDS])
            clauses.append(
                {"match": {name: {"query": words, "analyzer": QUERY_ANALYZER, "boost": weight}}}
            )
        for sequence in group.sequences:
            if frugal:
                clauses.append(score_constant(_match_phrase(name, sequence), weight))
            else:
                counted = _count_phrase(name, sequence)
                clauses.append(score_by_script(counted, _COUNT_SCRIPT, weight=weight))
    return match_any(clauses)


def count_clauses(group: WordGroup) -> int:
    """Count the clauses of `score_mentions`: one per term of a phrase, one per thousand words."""
    slots = sum(len(slot) for sequence in group.sequences for slot in sequence)
    return len(group.fields) * (len(group.words) // MAX_WORDS + 1 + slots)


def match_at_least(group: WordGroup, count: int) -> QueryJson:
    """Match documents in which a group occurs at least `count` times, all fields together."""
    alike = WordGroup(tuple((name, 1.0) for name, _ in group.fields), group.words, group.sequences)
    often = score_by_script(score_mentions(alike), "_score")
    often["script_score"]["min_score"] = count
    return often


def match_near(groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> QueryJson:
    """Match documents in which groups occur close together in one field, without a shared word.

    Args:
        groups: the operands.
        distance: most other words between the first and the last.
        ordered: whether they must occur in the order given.
    """
    if not all(group.words or group.sequences for group in groups):
        return MATCH_NONE
    every_order = not ordered and len(groups) <= MAX_PERMUTED and not _are_disjoint(groups)
    clauses: list[QueryJson] = []
    for name, _ in groups[0].fields:
        spans = [_build_span(name, group) for group in groups]
        ways = permutations(spans) if every_order else [tuple(spans)]
        clauses += (
            {
                "span_near": {
                    "clauses": list(way),
                    "slop": distance,
                    "in_order": ordered or every_order,
                }
            }
            for way in ways
        )
    return match_any(clauses)


def _are_disjoint(groups: Sequence[WordGroup]) -> bool:
    """Whether no term is in two groups, so that no two of them can share a position."""
    sets = [
        {*group.words, *(term for one in group.sequences for slot in one for term in slot)}
        for group in groups
    ]
    return sum(map(len, sets)) == len(set().union(*sets))


def _build_span(name: str, group: WordGroup) -> QueryJson:
    """Build the spans of a group in a field."""
    ways = [_build_term_span(name, group.words)] if group.words else []
    for sequence in group.sequences:
        slots = [_build_term_span(name, slot) for slot in sequence]
        ways.append({"span_near": {"clauses": slots, "slop": 0, "in_order": True}})
    return _join_spans(ways)


def _build_term_span(name: str, terms: Iterable[str]) -> QueryJson:
    return _join_spans([{"span_term": {name: term}} for term in terms])


def _join_spans(ways: list[QueryJson]) -> QueryJson:
    return ways[0] if len(ways) == 1 else {"span_or": {"clauses": ways}}


def _match_phrase(name: str, sequence: Iterable[tuple[str, ...]]) -> QueryJson:
    """Match a phrase in one field, any term at each position; the score means nothing."""
    text = " ".join(ALTERNATIVE_SEPARATOR.join(slot) for slot in sequence)
    return {"match_phrase": {name: {"query": text, "analyzer": QUERY_ANALYZER}}}


def _count_phrase(name: str, sequence: Iterable[tuple[str, ...]]) -> QueryJson:
    """Match a phrase in one field, one clause per term; n occurrences score n / (n + 1)."""
    text = " ".join(ALTERNATIVE_SEPARATOR.join(slot) for slot in sequence)
    rule = {"query": text, "analyzer": QUERY_ANALYZER, "max_gaps": 0, "ordered": True}
    return {"intervals": {name: {"match": rule}}}


def score_pair_distance(first: WordGroup, second: WordGroup, gaps: int) -> list[QueryJson]:
    """Score how often two groups occur close to each other, in any order; one clause per field.

    Args:
        first: one group.
        second: the other.
        gaps: most words between them.

    Returns:
        Clauses whose score s encodes the sum of 1 / distance over the occurrences, as s / (1 - s).
    """
    clauses: list[QueryJson] = []
    for name, _ in first.fields:
        sides = [_build_interval(group) for group in (first, second)]
        rule = {"all_of": {"intervals": sides, "ordered": False, "max_gaps": gaps}}
        clauses.append({"intervals": {name: rule}})
    return clauses


def _build_interval(group: WordGroup) -> QueryJson:
    rules: list[QueryJson] = []
    if group.words:
        rules.append(
            {
                "match": {
                    "query": ALTERNATIVE_SEPARATOR.join(group.words),
                    "analyzer": QUERY_ANALYZER,
                }
            }
        )
    for sequence in group.sequences:
        text = " ".join(ALTERNATIVE_SEPARATOR.join(slot) for slot in sequence)
        rule = {"query": text, "analyzer": QUERY_ANALYZER, "max_gaps": 0, "ordered": True}
        rules.append({"match": rule})
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def match_any(clauses: list[QueryJson]) -> QueryJson:
    """Match any of some queries; their scores are added."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else MATCH_NONE


def score_constant(query: QueryJson, score: float = 0.0) -> QueryJson:
    """Give every document that a query matches the same score."""
    return {"constant_score": {"filter": query, "boost": score}}


def score_by_script(query: QueryJson, source: str, **params: float) -> QueryJson:
    """Replace the score of a query by that of a script.

    Args:
        query: its score is `_score` in the script.
        source: of the script, in Painless.
        params: of the script.
    """
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def match_days(first: str | None, last: str | None) -> QueryJson:
    """Match documents published between two ISO days, both included; undated ones never match."""
    bounds = {}
    if first:
        bounds["gte"] = date.fromisoformat(first).toordinal()
    if last:
        bounds["lte"] = date.fromisoformat(last).toordinal()
    return {"range": {"published": bounds}}
