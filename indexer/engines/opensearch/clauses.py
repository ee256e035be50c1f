"""Groups of terms, nearness, days and filters as the server is asked for them: JSON values."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from indexer.engines.opensearch.mapping import WAY, WAYS
from indexer.query.plan import WordGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Asked: TypeAlias = dict[str, Any]

MOST_WORDS: Final = 1000
"""Terms of one clause; a server takes 1,024."""

EVERY_ORDER: Final = 4
"""Operands up to which "near" is asked in each order: 24 of them; more are asked as one."""

NOTHING: Final[Asked] = {"match_none": {}}

_OCCURRENCES: Final = "double s = _score; return params.weight * Math.round(s / (1.0 - s));"


def holds(group: WordGroup) -> Asked:
    """Documents that have the group; no score is meant."""
    clauses: list[Asked] = []
    for name, _ in group.fields:
        if group.words:
            clauses.append({"terms": {name: list(group.words)}})
        clauses += (_phrase(name, sequence) for sequence in group.sequences)
    return any_of(clauses)


def mentions(group: WordGroup, *, frugal: bool = False) -> Asked:
    """The same, scored by how often the group occurs, fields weighted.

    Args:
        frugal: whether a phrase counts once however often it stands in a field, for what would be
            too many clauses otherwise.
    """
    clauses: list[Asked] = []
    for name, weight in group.fields:
        for start in range(0, len(group.words), MOST_WORDS):
            words = WAY.join(group.words[start : start + MOST_WORDS])
            clauses.append({"match": {name: {"query": words, "analyzer": WAYS, "boost": weight}}})
        for sequence in group.sequences:
            if frugal:
                clauses.append(constant(_phrase(name, sequence), weight))
            else:
                counted = _intervals(name, sequence)
                clauses.append(scripted(counted, _OCCURRENCES, weight=weight))
    return any_of(clauses)


def cost(group: WordGroup) -> int:
    """Clauses the server counts for `mentions`: one a term of a phrase, one a thousand words."""
    slots = sum(len(slot) for sequence in group.sequences for slot in sequence)
    return len(group.fields) * (len(group.words) // MOST_WORDS + 1 + slots)


def at_least(group: WordGroup, count: int) -> Asked:
    """Documents that mention a group so often, every field counted alike."""
    alike = WordGroup(tuple((name, 1.0) for name, _ in group.fields), group.words, group.sequences)
    often = scripted(mentions(alike), "_score")
    often["script_score"]["min_score"] = count
    return often


def near(groups: Sequence[WordGroup], distance: int, *, ordered: bool) -> Asked:
    """Documents where groups stand close together within one field, no word shared."""
    if not all(group.words or group.sequences for group in groups):
        return NOTHING
    every_order = not ordered and len(groups) <= EVERY_ORDER and not _are_apart(groups)
    clauses: list[Asked] = []
    for name, _ in groups[0].fields:
        spans = [_occurrences(name, group) for group in groups]
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
    return any_of(clauses)


def _are_apart(groups: Sequence[WordGroup]) -> bool:
    """Whether no term belongs to two groups, so that no two of them can share a position."""
    sets = [
        {*group.words, *(term for one in group.sequences for slot in one for term in slot)}
        for group in groups
    ]
    return sum(map(len, sets)) == len(set().union(*sets))


def _occurrences(name: str, group: WordGroup) -> Asked:
    """Spans where a group stands in a field."""
    ways = [_span_of(name, group.words)] if group.words else []
    for sequence in group.sequences:
        slots = [_span_of(name, slot) for slot in sequence]
        ways.append({"span_near": {"clauses": slots, "slop": 0, "in_order": True}})
    return _span_any(ways)


def _span_of(name: str, terms: Iterable[str]) -> Asked:
    return _span_any([{"span_term": {name: term}} for term in terms])


def _span_any(ways: list[Asked]) -> Asked:
    return ways[0] if len(ways) == 1 else {"span_or": {"clauses": ways}}


def _phrase(name: str, sequence: Iterable[tuple[str, ...]]) -> Asked:
    """A phrase in one field, each position in any of its terms; its score means nothing."""
    text = " ".join(WAY.join(slot) for slot in sequence)
    return {"match_phrase": {name: {"query": text, "analyzer": WAYS}}}


def _intervals(name: str, sequence: Iterable[tuple[str, ...]]) -> Asked:
    """The same with a score that tells how often it stands there; a clause to each term."""
    text = " ".join(WAY.join(slot) for slot in sequence)
    rule = {"query": text, "analyzer": WAYS, "max_gaps": 0, "ordered": True}
    return {"intervals": {name: {"match": rule}}}


def close_pairs(first: WordGroup, second: WordGroup, gaps: int) -> list[Asked]:
    """How often two groups stand within so many words, in any order, each time over its distance.

    A score of s stands for the sum s / (1 - s) of 1 / distance.
    """
    clauses: list[Asked] = []
    for name, _ in first.fields:
        sides = [_any_interval(group) for group in (first, second)]
        rule = {"all_of": {"intervals": sides, "ordered": False, "max_gaps": gaps}}
        clauses.append({"intervals": {name: rule}})
    return clauses


def _any_interval(group: WordGroup) -> Asked:
    rules: list[Asked] = []
    if group.words:
        rules.append({"match": {"query": WAY.join(group.words), "analyzer": WAYS}})
    for sequence in group.sequences:
        text = " ".join(WAY.join(slot) for slot in sequence)
        rule = {"query": text, "analyzer": WAYS, "max_gaps": 0, "ordered": True}
        rules.append({"match": rule})
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def any_of(clauses: list[Asked]) -> Asked:
    """Any of some queries, scores added up."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else NOTHING


def constant(query: Asked, score: float = 0.0) -> Asked:
    """A query that scores the same wherever it matches."""
    return {"constant_score": {"filter": query, "boost": score}}


def scripted(query: Asked, source: str, **params: float) -> Asked:
    """A query whose score is worked out anew by a script."""
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def day_range(first: str | None, last: str | None) -> Asked:
    """Published between two ISO days, both included; the undated never are."""
    bounds = {}
    if first:
        bounds["gte"] = date.fromisoformat(first).toordinal()
    if last:
        bounds["lte"] = date.fromisoformat(last).toordinal()
    return {"range": {"published": bounds}}
