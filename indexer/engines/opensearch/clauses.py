"""Groups of terms, nearness, days and filters as the server is asked for them: JSON values."""

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
"""Terms of one clause; a server takes 1,024."""

MAX_PERMUTED: Final = 4
"""Operands up to which "near" is asked in each order: 24 of them; more are asked as one."""

MATCH_NONE: Final[QueryJson] = {"match_none": {}}

_COUNT_SCRIPT: Final = "double s = _score; return params.weight * Math.round(s / (1.0 - s));"


def match_group(group: WordGroup) -> QueryJson:
    """Documents that have the group; no score is meant."""
    clauses: list[QueryJson] = []
    for name, _ in group.fields:
        if group.words:
            clauses.append({"terms": {name: list(group.words)}})
        clauses += (_match_phrase(name, sequence) for sequence in group.sequences)
    return match_any(clauses)


def score_mentions(group: WordGroup, *, frugal: bool = False) -> QueryJson:
    """The same, scored by how often the group occurs, fields weighted.

    Args:
        frugal: whether a phrase counts once however often it stands in a field, for what would be
            too many clauses otherwise.
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
    """Clauses the server counts for `mentions`: one a term of a phrase, one a thousand words."""
    slots = sum(len(slot) for sequence in group.sequences for slot in sequence)
    return len(group.fields) * (len(group.words) // MAX_WORDS + 1 + slots)


def match_at_least(group: WordGroup, count: int) -> QueryJson:
    """Documents that mention a group so often, every field counted alike."""
    alike = WordGroup(tuple((name, 1.0) for name, _ in group.fields), group.words, group.sequences)
    often = score_by_script(score_mentions(alike), "_score")
    often["script_score"]["min_score"] = count
    return often


def match_near(groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> QueryJson:
    """Documents where groups stand close together within one field, no word shared."""
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
    """Whether no term belongs to two groups, so that no two of them can share a position."""
    sets = [
        {*group.words, *(term for one in group.sequences for slot in one for term in slot)}
        for group in groups
    ]
    return sum(map(len, sets)) == len(set().union(*sets))


def _build_span(name: str, group: WordGroup) -> QueryJson:
    """Spans where a group stands in a field."""
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
    """A phrase in one field, each position in any of its terms; its score means nothing."""
    text = " ".join(ALTERNATIVE_SEPARATOR.join(slot) for slot in sequence)
    return {"match_phrase": {name: {"query": text, "analyzer": QUERY_ANALYZER}}}


def _count_phrase(name: str, sequence: Iterable[tuple[str, ...]]) -> QueryJson:
    """The same with a score that tells how often it stands there; a clause to each term."""
    text = " ".join(ALTERNATIVE_SEPARATOR.join(slot) for slot in sequence)
    rule = {"query": text, "analyzer": QUERY_ANALYZER, "max_gaps": 0, "ordered": True}
    return {"intervals": {name: {"match": rule}}}


def score_pair_distance(first: WordGroup, second: WordGroup, gaps: int) -> list[QueryJson]:
    """How often two groups stand within so many words, in any order, each time over its distance.

    A score of s stands for the sum s / (1 - s) of 1 / distance.
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
    return rules[0] if len(rules) == 1 else {"match_any": {"intervals": rules}}


def match_any(clauses: list[QueryJson]) -> QueryJson:
    """Any of some queries, scores added up."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else MATCH_NONE


def score_constant(query: QueryJson, score: float = 0.0) -> QueryJson:
    """A query that scores the same wherever it matches."""
    return {"constant_score": {"filter": query, "boost": score}}


def score_by_script(query: QueryJson, source: str, **params: float) -> QueryJson:
    """A query whose score is worked out anew by a script."""
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def match_days(first: str | None, last: str | None) -> QueryJson:
    """Published between two ISO days, both included; the undated never are."""
    bounds = {}
    if first:
        bounds["gte"] = date.fromisoformat(first).toordinal()
    if last:
        bounds["lte"] = date.fromisoformat(last).toordinal()
    return {"range": {"published": bounds}}
