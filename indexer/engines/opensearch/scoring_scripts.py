"""Builds queries whose scores scripts compute on the server: BM25, freshness, closeness.

In: groups of terms, and their statistics over all shards. Out: queries as JSON values. The server
counts occurrences; the numbers that turn them into scores are ours: the articles that have any term
of a group, the lengths stored with each article, and their means. So a score does not depend on the
number of shards, and is that of the Whoosh engine.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, starmap
from typing import TYPE_CHECKING, Any, Final

from indexer.engines.bm25 import RANKING, Freshness, compute_idf
from indexer.engines.opensearch import clauses as server_clauses
from indexer.engines.opensearch.mapping import TEXT_LENGTH
from indexer.engines.search_request import weigh_proximity
from indexer.fields import TEXT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.query.plan import FieldWeights, WordGroup

BM25_SCRIPT: Final = (
    "double n = _score;"
    " double norm = params.flat + params.slope * doc[params.length].value;"
    " return params.idf * n / (n + norm);"
)
"""`idf` is already multiplied by k1 + 1."""

FRESHNESS_SCRIPT: Final = (
    "if (doc['published'].size() == 0) return _score;"
    " double age = params.newest - doc['published'].value;"
    " return _score * (1.0 + params.strength * Math.pow(2.0, -age / params.half_life));"
)

WINDOWS: Final = ((0, 0.50), (1, 0.21), (3, 0.14), (7, 0.15))
"""Most words between a pair, and weight of that window. An occurrence counts 1 / distance in each
window; weighted so, it counts 1, .25, .10, .07, .03 … at distance 1, 2, 3, 4, 5: about 1 / distance
squared, to 8."""

_PROXIMITY_SCRIPT: Final = "double s = _score; return params.weight * s / (1.0 - s);"

MAX_CLAUSES: Final = 800
"""Most clauses with which every occurrence of a phrase and every window of a pair is counted; a
server takes 1,024 in a whole query."""


class GroupScorer:
    """Scores the groups of terms of one search.

    Args:
        total: number of articles of the index.
        held: number of articles that have each group.
        means: mean length of each field, and of TEXT_LENGTH.
    """

    def __init__(
        self, total: int, held: Mapping[WordGroup, int], means: Mapping[str, float]
    ) -> None:
        self._total = total
        self._held = held
        self._means = means
        self._frugal = sum(map(server_clauses.count_clauses, held)) > MAX_CLAUSES

    def read_frequency(self, group: WordGroup) -> int:
        """Read the number of articles that have a group."""
        return self._held[group]

    def score_group(self, group: WordGroup) -> dict[str, Any]:
        """Match the documents that have a group, scored by BM25."""
        if not self._held[group]:
            return server_clauses.MATCH_NONE
        return self._apply_bm25(
            server_clauses.score_mentions(group, frugal=self._frugal),
            self._compute_idf(group),
            group.fields,
        )

    def _compute_idf(self, group: WordGroup) -> float:
        return compute_idf(self._total, self._held[group])

    def _apply_bm25(
        self, counted: dict[str, Any], idf: float, fields: FieldWeights
    ) -> dict[str, Any]:
        name = TEXT_LENGTH if fields == TEXT_WEIGHTS else fields[0][0]
        mean = self._means[name] or 1.0
        script = server_clauses.score_by_script(
            counted,
            BM25_SCRIPT,
            idf=idf * (RANKING.k1 + 1),
            flat=RANKING.k1 * (1 - RANKING.b),
            slope=RANKING.k1 * RANKING.b / mean,
        )
        script["script_score"]["script"]["params"]["length"] = f"length.{name}"
        return script

    def score_proximity(self, groups: Sequence[WordGroup]) -> list[dict[str, Any]]:
        """Score the closeness of neighbouring words of the query: a query for each pair."""
        pairs = [
            (first, second)
            for first, second in pairwise(groups)
            if first != second and self._held[first] and self._held[second]
        ]
        weights = [
            weigh_proximity(self._compute_idf(first), self._compute_idf(second))
            for first, second in pairs
        ]
        windows: tuple[tuple[int, float], ...] = WINDOWS
        if sum(starmap(_count_pair_clauses, pairs)) * len(windows) > MAX_CLAUSES:
            pairs = [(_drop_sequences(first), _drop_sequences(second)) for first, second in pairs]
        if sum(starmap(_count_pair_clauses, pairs)) * len(windows) > MAX_CLAUSES:
            windows = ((1, 1.0),)
        if sum(starmap(_count_pair_clauses, pairs)) > MAX_CLAUSES:
            return []
        bonus = []
        for (first, second), pair_weight in zip(pairs, weights, strict=True):
            clauses = [
                server_clauses.score_by_script(clause, _PROXIMITY_SCRIPT, weight=share * weight)
                for gaps, share in windows
                for clause, (_, weight) in zip(
                    server_clauses.score_pair_distance(first, second, gaps),
                    first.fields,
                    strict=True,
                )
            ]
            bonus.append(
                self._apply_bm25(server_clauses.match_any(clauses), pair_weight, first.fields)
            )
        return bonus


def _count_pair_clauses(first: WordGroup, second: WordGroup) -> int:
    """Count the clauses of a pair in one window; the server combines both sides."""
    sides = zip((first, second), (second, first), strict=True)
    return len(first.fields) * sum(
        _count_terms(one) * (1 + len(other.sequences)) for one, other in sides
    )


def _count_terms(group: WordGroup) -> int:
    return len(group.words) + sum(len(slot) for one in group.sequences for slot in one)


def _drop_sequences(group: WordGroup) -> WordGroup:
    return replace(group, sequences=()) if group.words else group


def add_freshness(query: dict[str, Any], newest: int, fresh: Freshness) -> dict[str, Any]:
    """Add the preference for recent articles to the score of a query.

    Args:
        query: to be scored.
        newest: day ordinal of the latest article.
        fresh: strength and half-life.
    """
    return server_clauses.score_by_script(
        query, FRESHNESS_SCRIPT, newest=newest, strength=fresh.strength, half_life=fresh.half_life
    )
