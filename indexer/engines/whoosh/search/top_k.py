"""The best matches in order: by value, ties by id (code points), at any depth.

In: documents with values. Out: `RankedDocuments`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engines.whoosh.search.index_arrays import MAX_IDS_SORTED_AS_BYTES
from indexer.engines.whoosh.search.match_set import ScoredDocuments, mask_values
from indexer.engines.whoosh.search.queries import PUBLISHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.doc_set import DocSet
    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.models import Sort

BLOCK = 64
"""Documents in a block, of which only the maximum is read first. `np.argpartition` over an array
full of ties took 14.5 ms for 100,000 documents, block maxima 0.36."""

SMALL_BLOCK = 8
"""Documents in a block if blocks of 64 would be too few: 200 of 3,200 to 25,600 documents, as for
the proximity bonus. The whole sort of 20,000 values took 0.36 ms, blocks of 8 0.04."""

_LATEST = 1 << 30
"""Above every day ordinal."""


@dataclass(frozen=True, slots=True)
class RankedDocuments:
    """Documents, best first, with the values they rank by."""

    documents: NDArray[np.int32]
    values: NDArray[Any]

    def __len__(self) -> int:
        return len(self.documents)

    def select(self, places: NDArray[np.intp]) -> RankedDocuments:
        """Return its documents at some places."""
        return RankedDocuments(self.documents[places], self.values[places])

    def take(self, count: int) -> RankedDocuments:
        """Return its first documents, at most `count`."""
        return RankedDocuments(self.documents[:count], self.values[:count])


def rank_best(arrays: IndexArrays, scored: ScoredDocuments, count: int) -> RankedDocuments:
    """Return the `count` best documents (no more than match), best first, ties by id."""
    index = _limit_ties(arrays, scored, find_largest(scored.values, count), count)
    documents = index.astype(np.int32) if scored.numbers is None else scored.numbers[index]
    values = scored.values[index]
    order = np.argsort(-values, kind="stable")
    tied = _find_ties(values[order])
    if len(tied):
        # Only ids of documents that tie are read and compared.
        members = np.sort(order[tied])
        by_id = members[arrays.order_by_id(documents[members])]
        order[tied] = by_id[np.argsort(-values[by_id], kind="stable")]
    order = order[:count]
    return RankedDocuments(documents[order], values[order])


def _find_ties(descending: NDArray[Any]) -> NDArray[np.intp]:
    """Find the indexes of the values that equal a neighbour; the values are in descending order."""
    tied = np.zeros(len(descending), np.bool_)
    same = descending[1:] == descending[:-1]
    tied[1:] = same
    tied[:-1] |= same
    return np.flatnonzero(tied)


def _limit_ties(
    arrays: IndexArrays, scored: ScoredDocuments, index: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """If thousands tie with the last place, keep only the ones with the smallest ids."""
    if len(index) <= count + MAX_IDS_SORTED_AS_BYTES:
        return index
    values = scored.values[index]
    last = values.min()
    above, tied = index[values > last], index[values == last]
    documents = tied if scored.numbers is None else scored.numbers[tied]
    wanted = count - len(above)
    # The ranks are distinct, so that a partition meets no ties.
    by_id = np.argpartition(arrays.get_id_ranks()[documents], wanted)[:wanted]
    return np.sort(np.concatenate([above, tied[by_id]]))


def find_largest(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Find the `count` largest values and all that tie with the last of them; ascending indexes.

    Args:
        values: any numbers.
        count: from 0 to their number.
    """
    if count == 0:
        return np.empty(0, np.intp)
    block = BLOCK if count * 2 * BLOCK <= len(values) else SMALL_BLOCK
    if count * 2 * block > len(values):
        return np.flatnonzero(values >= np.sort(values)[-count])
    count_of_blocks = len(values) // block
    whole = count_of_blocks * block
    # A block takes every n-th value: the maxima of neighbours would take ten times as long.
    maxima = values[:whole].reshape(block, -1).max(axis=0)
    # That many blocks reach the threshold, so that many values do; none below it can be needed.
    threshold = np.partition(maxima, -count)[-count]
    chosen = np.flatnonzero(maxima >= threshold)
    rows, columns = np.nonzero(values[:whole].reshape(block, -1)[:, chosen] >= threshold)
    rest = np.flatnonzero(values[whole:] >= threshold) + whole
    index = np.concatenate([rows * count_of_blocks + chosen[columns], rest])
    reached = values[index]
    kept: NDArray[np.intp] = index[reached >= np.sort(reached)[-count]]
    return np.sort(kept)


def make_day_sort_keys(arrays: IndexArrays, documents: DocSet, sort: Sort) -> ScoredDocuments:
    """Return sort keys of documents for a sort by day published; undated documents come last."""
    days = arrays.get_int_column(PUBLISHED)
    if sort == "oldest":
        days = arrays.get_or_make(("oldest",), lambda: _reverse_days(days))
    if documents.numbers is None:
        return ScoredDocuments(None, mask_values(days, documents))
    return ScoredDocuments(documents.numbers, days.take(documents.numbers))


def _reverse_days(days: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(days > 0, np.int32(_LATEST) - days, np.int32(0))
