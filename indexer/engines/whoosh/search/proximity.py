"""A bonus for documents with neighbouring words of the query close to each other.

In: the words of a query in the order typed, and documents. Out: the bonus of each document.

Each word looks for the next occurrence of its neighbour, in either order, at most `WINDOW`
positions on, and counts 1 / distance squared. The counts of a pair saturate as a word's frequency
does, and weigh as much as the more common of the two words (after Büttcher, Clarke and Lushman
2006, https://doi.org/10.1145/1148170.1148285).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.search_request import weigh_proximity
from indexer.engines.whoosh.search.phrases import find_group_spans
from indexer.engines.whoosh.search.positions import SHIFT
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.positions import Spans
    from indexer.engines.whoosh.search.postings_reader import PostingsReader
    from indexer.engines.whoosh.search.queries import WordGroupQuery
    from indexer.engines.whoosh.search.scored_postings import LeafCache

WINDOW = 8
"""Positions. 1 / distance within 16 measured .4215, 1 / distance squared within 8 .4256."""


def score_proximity(
    leaves: LeafCache, groups: Sequence[WordGroupQuery], documents: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return the bonus of each ascending document, float32.

    Args:
        leaves: of the snapshot.
        groups: words of the query in the order typed; fewer than two give no bonus.
        documents: ascending numbers.
    """
    arrays = leaves.arrays
    bonus = np.zeros(len(documents), np.float32)
    if len(groups) < 2 or not len(documents):
        return bonus
    norms = arrays.get_norms(groups[0].fields)[documents]
    parts = zip(arrays.readers, arrays.split_by_segment(documents), strict=True)
    counts = [_count_pairs(reader, groups, part) for reader, part in parts if len(part)]
    for (first, second), count in zip(pairwise(groups), np.concatenate(counts, 1), strict=True):
        weight = weigh_proximity(leaves[first].idf, leaves[second].idf)
        bonus += arrays.ranking.saturate(count, norms) * np.float32(weight)
    return bonus


def bound_bonus(leaves: LeafCache, groups: Sequence[WordGroupQuery]) -> float:
    """Return an upper bound of the bonus: every pair saturated, and a thousandth for rounding."""
    weights = (
        weigh_proximity(leaves[one].idf, leaves[other].idf) for one, other in pairwise(groups)
    )
    return sum(weights) * (leaves.arrays.ranking.k1 + 1) * 1.001


def _count_pairs(
    reader: PostingsReader, groups: Sequence[WordGroupQuery], documents: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return weighted counts by pair of neighbours and document; float32, (pairs, documents)."""
    counts = np.zeros((len(groups) - 1, len(documents)), np.float32)
    for field, weight in groups[0].fields:
        found = {group: find_group_spans(reader, field, group, documents) for group in set(groups)}
        for pair, (first, second) in enumerate(pairwise(groups)):
            check_processor_time()
            if first != second:
                one, other = found[first], found[second]
                both_ways = _weigh_followers(one, other, documents) + _weigh_followers(
                    other, one, documents
                )
                counts[pair] += both_ways * weight
    return counts


def _weigh_followers(
    before: Spans, after: Spans, documents: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Sum 1 / distance squared from each of `before` to the next of `after`, by document."""
    if not len(after.starts):
        return np.zeros(len(documents))
    index = after.starts.searchsorted(before.ends, side="right")
    # A span that no other follows is compared with the last one, which is before it.
    gaps = after.starts[np.minimum(index, len(after.starts) - 1)] - before.ends
    near = (gaps > 0) & (gaps <= WINDOW)
    owners = (before.ends[near] >> SHIFT).astype(np.int32)
    rows = documents.searchsorted(owners)
    # The spans of phrases are those of every document, which need not be among these.
    asked = documents.take(rows, mode="clip") == owners
    nearness: NDArray[np.float64] = 1 / gaps[near][asked].astype(np.float64) ** 2
    return np.bincount(rows[asked], nearness, len(documents)).astype(np.float64)
