"""Counts of values among what was found: facets under the other filters, and the months."""

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
    """Count each facet among the documents under every filter but its own.

    Args:
        snapshot: the index.
        unfiltered: what the query matches.
        filters: documents that pass each filter, by name; a facet's own filter has its name.
        facets: columns of values, or MONTH, which is counted whole and in order of time.
        size: values a facet, the most frequent.
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
    """The most frequent values of a column among the documents found."""
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
    """How many of the documents found have each value of a column; shape (values,).

    Of a mask, sums runs of the mask in order of value: 0.2 ms for 200,000 values of 100,000
    documents, where picking the ids first and counting them took 1 to 3.
    """
    column = arrays.get_value_column(name)
    if found.numbers is not None:
        return np.bincount(_gather_value_ids(column, found.numbers), minlength=len(column.values))
    holders = arrays.get_documents_by_value(name)
    held = found.to_mask().take(holders.documents).view(np.int8)
    # Every value has a document (deleted perhaps), which `reduceat` wants of every run.
    return np.add.reduceat(held, holders.starts[:-1], dtype=np.intp)


def count_months(arrays: IndexArrays, found: DocSet) -> FacetCounts:
    """Documents found by month published (`2024-02`), oldest first; undated ones left out."""
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
    """The value ids of some documents, end to end."""
    first = column.starts[documents]
    counts = column.starts[documents + 1] - first
    before = np.cumsum(counts) - counts
    picked = np.repeat(first - before, counts)
    picked += np.arange(len(picked))
    ids: NDArray[np.int32] = column.ids[picked]
    return ids
