"""Explains the score of a document: the frequency and the score of each word of the query.

In: a plan, its matches and the number of a document. Out: an `Explanation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.explanation import (
    NO_MATCH,
    Explanation,
    LeafScore,
    explain_score,
    list_counted_fields,
)
from indexer.engines.whoosh.search.compiler import compile_word
from indexer.engines.whoosh.search.phrases import find_group_spans
from indexer.engines.whoosh.search.positions import SHIFT
from indexer.engines.whoosh.search.proximity import score_proximity
from indexer.engines.whoosh.search.queries import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.engines.bm25 import Freshness
    from indexer.engines.whoosh.search.match_set import MatchSet
    from indexer.engines.whoosh.search.queries import WordGroupQuery
    from indexer.engines.whoosh.search.scored_postings import LeafCache
    from indexer.query.plan import PlannedLeaf, QueryPlan


def explain_document(  # noqa: PLR0913  what one search was made of
    leaves: LeafCache,
    plan: QueryPlan,
    found: MatchSet,
    document: int,
    *,
    close: Sequence[WordGroupQuery],
    fresh: Freshness | None,
) -> Explanation:
    """Explain the score of one document.

    Args:
        leaves: of the snapshot.
        plan: of the query.
        found: its matches.
        document: number of the document.
        close, fresh: as in `SearchRequest`.
    """
    if not found.documents.to_mask()[document]:
        return NO_MATCH
    own = np.array([document], np.int32)
    factor = (
        float(fresh.compute_factors(leaves.arrays.get_int_column(PUBLISHED))[document])
        if fresh
        else 1.0
    )
    return explain_score(
        [_explain_leaf(leaves, leaf, document) for leaf in plan.list_scored_leaves()],
        base=float(found.score_documents(own)[0]),
        closeness=float(score_proximity(leaves, close, own)[0]),
        factor=factor,
    )


def _explain_leaf(leaves: LeafCache, planned: PlannedLeaf, document: int) -> LeafScore:
    group = compile_word(planned.group)
    leaf = leaves[group]
    frequencies = count_occurrences(leaves, group, document, list_counted_fields(planned.group))
    score = float(leaf.score_documents(np.array([document], np.int32))[0]) * leaf.idf
    return LeafScore(planned, leaf.documents.count, frequencies, score)


def count_occurrences(
    leaves: LeafCache, group: WordGroupQuery, document: int, fields: Iterable[str]
) -> dict[str, int]:
    """Count the occurrences of a word in one document, by field; omits fields without any."""
    place = leaves.arrays.find_address(document)
    reader = leaves.arrays.readers[place.segment]
    own = np.array([place.document], np.int32)
    frequencies = {}
    for field in fields:
        spans = find_group_spans(reader, field, group, own)
        count = int(np.count_nonzero((spans.starts >> SHIFT) == place.document))
        if count:
            frequencies[field] = count
    return frequencies
