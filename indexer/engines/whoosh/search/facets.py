"""Counts values among the matches of a search: facets under the other filters, and the months.

In: sets of documents and names of facets. Out: values with their numbers of documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from indexer.engines.search_request import name_own_filter
from indexer.engines.whoosh.search.doc_set import DocSet, intersect
from indexer.engines.whoosh.search.top_k import find_largest
from indexer.fields import MONTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import ValueColumn
    from indexer.engines.whoosh.search.index_arrays import IndexArrays

FacetCounts: TypeAlias = tuple[tuple[str, int], ...]
"""Values with the number of documents that have them, by falling count, then by value."""


def count_facets(
    arrays: IndexArrays,
    unfiltered: DocSet,
    filters: Mapping[str, DocSet],
    facets: Iterable[str],
    size: int,
) -> dict[str, FacetCounts]:
    """Count each facet among the documents that pass every filter but its own.

    Args:
        arrays: of the snapshot.
        unfiltered: documents that match the query.
        filters: documents that pass each filter, by name; a facet's own filter has its name.
        facets: columns of values, or MONTH, which is counted whole and in order of time.
        size: most values of a facet, the most frequent first.
    """
    every = intersect([unfiltered, *filters.values()])
    counts = {}
    for name in facets:
        own = name_own_filter(name)
        under = every
        if own in filters:
            others = (documents for key, documents in filters.items() if key != own)
            under = intersect([unfiltered, *others])
        counts[name] = (
            count_months(arrays, under)
            if name == MONTH
            else find_most_frequent(arrays, name, under, size)
        )
    return counts


def find_most_frequent(arrays: IndexArrays, name: str, found: DocSet, size: int) -> FacetCounts:
    """Return the most frequent values of a column in a set of documents, with their counts."""
    column = arrays.get_value_column(name)
    counts = count_values(arrays, name, found)
    index = find_largest(counts, min(size, len(counts)))
    order = index[np.argsort(-counts[index], kind="stable")][:size]
    return tuple(
        (column.values[value], count)
        for value, count in zip(order.tolist(), counts[order].tolist(), strict=True)
        if count
    )


def count_values(arrays: IndexArrays, name: str, found: DocSet) -> NDArray[np.intp]:
    """Count the documents of a set with each value of a column; shape (values,).

    For a mask, it sums runs of the mask in order of value: 0.2 ms for 200,000 values of 100,000
    documents, where picking the ids first and counting them took 1 to 3.
    """
    column = arrays.get_value_column(name)
    if found.numbers is not None:
        return np.bincount(_gather_value_ids(column, found.numbers), minlength=len(column.values))
    holders = arrays.get_documents_by_value(name)
    held = found.to_mask().take(holders.documents).view(np.int8)
    # Every value has a document (deleted perhaps): `reduceat` needs runs that are not empty.
    return np.add.reduceat(held, holders.starts[:-1], dtype=np.intp)


def count_months(arrays: IndexArrays, found: DocSet) -> FacetCounts:
    """Count the dated documents of a set by month published (`2024-02`), oldest first."""
    months = arrays.get_months()
    chosen = months[found.to_mask()] if found.numbers is None else months[found.numbers]
    # Counted from month 0, 120,000 places at most, rather than sorted as `unique` would.
    counted = np.bincount(chosen)
    dated = np.flatnonzero(counted[1:]) + 1
    return tuple(
        (f"{month // 12:04d}-{month % 12 + 1:02d}", count)
        for month, count in zip(dated.tolist(), counted[dated].tolist(), strict=True)
    )


def _gather_value_ids(column: ValueColumn, documents: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the value ids of some documents, one document after another."""
    first = column.starts[documents]
    counts = column.starts[documents + 1] - first
    before = np.cumsum(counts) - counts
    picked = np.repeat(first - before, counts)
    picked += np.arange(len(picked))
    ids: NDArray[np.int32] = column.ids[picked]
    return ids
