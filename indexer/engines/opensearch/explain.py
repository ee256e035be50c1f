"""Explains the score of one article: the server scores each leaf of the plan for it in one request.

In: the plan of a search and its scorer. Out: an `Explanation`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from indexer.engines.explanation import (
    NO_MATCH,
    Explanation,
    LeafScore,
    explain_score,
    list_counted_fields,
)
from indexer.engines.opensearch.clauses import match_any, score_mentions
from indexer.engines.opensearch.query_dsl import compile_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.engines.bm25 import Freshness
    from indexer.engines.opensearch.scoring_scripts import GroupScorer
    from indexer.query.plan import QueryPlan, WordGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringContext:
    """The parts of a search that make the score of an article.

    Attributes:
        plan: of the search.
        scorer: of groups of terms.
        close: words of the query whose closeness scores, in their order.
        fresh: preference for recent articles; None for none.
        newest: day ordinal of the latest article.
    """

    plan: QueryPlan
    scorer: GroupScorer
    close: tuple[WordGroup, ...]
    fresh: Freshness | None
    newest: int


def explain_article(
    context: ScoringContext,
    article_id: str,
    search_many: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]],
) -> Explanation:
    """Explain the score of one article.

    Args:
        context: of the search.
        article_id: of the article.
        search_many: runs several searches on the server.
    """
    leaves = context.plan.list_scored_leaves()
    counted = [(leaf, name) for leaf in leaves for name in list_counted_fields(leaf.group)]
    asked = [
        compile_query(context.plan, context.scorer),
        match_any(context.scorer.score_proximity(context.close)),
        *(context.scorer.score_group(leaf.group) for leaf in leaves),
        *(score_mentions(replace(leaf.group, fields=((name, 1.0),))) for leaf, name in counted),
    ]
    found = search_many([_restrict_to_article(query, article_id) for query in asked])
    hits = [one["hits"]["hits"] for one in found]
    if not hits[0]:
        return NO_MATCH
    base, near, *scores = [one[0]["_score"] if one else 0.0 for one in hits]
    counts = dict(zip(counted, map(round, scores[len(leaves) :]), strict=True))
    parts = [
        LeafScore(
            leaf,
            context.scorer.read_frequency(leaf.group),
            {
                name: counts[leaf, name]
                for name in list_counted_fields(leaf.group)
                if counts[leaf, name]
            },
            score,
        )
        for leaf, score in zip(leaves, scores, strict=False)
    ]
    day = int(hits[0][0].get("fields", {}).get("published", [0])[0])
    factor = context.fresh.compute_factor(day, context.newest) if context.fresh else 1.0
    return explain_score(parts, base=base, closeness=near, factor=factor)


def _restrict_to_article(query: dict[str, Any], article_id: str) -> dict[str, Any]:
    own = {"term": {"id": article_id}}
    return {
        "query": {"bool": {"must": [query], "filter": [own]}},
        "size": 1,
        "_source": False,
        "docvalue_fields": ["published"],
    }
