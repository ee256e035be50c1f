"""Merges neighbouring segments into one, by arrays and in batches.

In: segments, each with the mask of its live documents. Out: the files of the merged segment.
Documents keep their order. Deleted documents are dropped, and so are terms and values that only
they have. Memory is bounded whatever the size: terms are read in ranges, rows in batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engines.whoosh.index.columns import write_bands, write_distinct_values
from indexer.engines.whoosh.index.merge_postings import MergeSource, merge_field
from indexer.engines.whoosh.index.segment_builder import accumulate_counts
from indexer.near_duplicates.lsh import STARTS, make_band_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.array_file import ArrayWriter
    from indexer.engines.whoosh.index.layout import ColumnKind, IndexLayout
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.segment_builder import SegmentFiles

BATCH_ROWS = 1 << 14
"""Documents in a batch of stored fields or texts; 16,384 stored articles are 20 MB."""


def merge_segments(
    layout: IndexLayout,
    parts: Sequence[tuple[ColumnSegment, NDArray[np.bool_] | None]],
    files: SegmentFiles,
) -> int:
    """Merge segments.

    Args:
        layout: of all of them.
        parts: each segment with the mask of its live documents; None if all are live.
        files: those of the merged segment, still open afterwards.

    Returns:
        The number of documents of the merged segment.
    """
    sources: list[MergeSource] = []
    count = 0
    for segment, live in parts:
        sources.append(MergeSource(segment, live, count))
        count += sources[-1].live_count
    for field in layout.list_indexed_fields():
        merge_field(field, sources, files)
        lengths = [source.select_live(source.segment.get_lengths(field)) for source in sources]
        files["terms"].add_array(f"{field}.lengths", np.concatenate(lengths), "<i4")
    for name, kind in layout.columns.items():
        _merge_column(name, kind, sources, files["columns"])
    stored = [source.segment.get_stored_bytes() for source in sources]
    _merge_rows(("blob", "starts"), sources, stored, files["stored"])
    return count


def _merge_column(
    name: str, kind: ColumnKind, sources: Sequence[MergeSource], file: ArrayWriter
) -> None:
    if kind == "int":
        values = [source.select_live(source.segment.get_int_column(name)) for source in sources]
        file.add_array(name, np.concatenate(values), "<i4")
    elif kind == "text":
        texts = [source.segment.get_text_column(name) for source in sources]
        rows = [(text.blob, text.starts) for text in texts]
        _merge_rows((f"{name}.blob", f"{name}.starts"), sources, rows, file)
    elif kind == "signature":
        _merge_signatures(name, sources, file)
    else:
        _merge_values(name, sources, file)


def _merge_values(name: str, sources: Sequence[MergeSource], file: ArrayWriter) -> None:
    columns = [source.segment.get_value_column(name) for source in sources]
    used: list[set[str]] = []
    for source, column in zip(sources, columns, strict=True):
        counts = np.zeros(len(column.values), np.int64)
        for ids in _read_live_rows(source, column.ids, column.starts):
            counts += np.bincount(ids, minlength=len(counts))
        used.append({column.values[number] for number in np.flatnonzero(counts)})
    values = sorted(set().union(*used))
    ranks = {value: rank for rank, value in enumerate(values)}
    write_distinct_values(name, values, file)
    rows = []
    for column in columns:
        renumbered = np.array([ranks.get(value, -1) for value in column.values], np.int32)
        rows.append((renumbered[column.ids], column.starts))
    _merge_rows((f"{name}.ids", f"{name}.starts"), sources, rows, file, "<i4")


def _merge_signatures(name: str, sources: Sequence[MergeSource], file: ArrayWriter) -> None:
    file.begin_array(f"{name}.rows", "<i4")
    for source in sources:
        file.append(source.select_live(source.segment.get_signatures(name).signatures).reshape(-1))
    write_bands(name, (_merge_keys(name, sources, start) for start in STARTS), file)


def _merge_keys(name: str, sources: Sequence[MergeSource], start: int) -> NDArray[np.uint16]:
    keys = [
        source.select_live(make_band_keys(source.segment.get_signatures(name).signatures, start))
        for source in sources
    ]
    return np.concatenate(keys)


def _merge_rows(
    names: tuple[str, str],
    sources: Sequence[MergeSource],
    rows: Sequence[tuple[NDArray[Any], NDArray[np.int64]]],
    file: ArrayWriter,
    dtype: str = "|u1",
) -> None:
    """Merge a column of any number of values per document; `names` are the names of the arrays."""
    values_name, starts_name = names
    file.begin_array(values_name, dtype)
    lengths = []
    for source, (values, starts) in zip(sources, rows, strict=True):
        lengths.append(source.select_live(np.diff(starts)))
        for part in _read_live_rows(source, values, starts):
            file.append(part)
    file.add_array(starts_name, accumulate_counts(np.concatenate(lengths)), "<i8")


def _read_live_rows(
    source: MergeSource, values: NDArray[Any], starts: NDArray[np.int64]
) -> Iterator[NDArray[Any]]:
    """Yield the values of the live documents, BATCH_ROWS documents at a time."""
    for first in range(0, source.segment.document_count, BATCH_ROWS):
        bounds = starts[first : first + BATCH_ROWS + 1]
        part = values[bounds[0] : bounds[-1]]
        if source.live is not None:
            part = part[np.repeat(source.live[first : first + BATCH_ROWS], np.diff(bounds))]
        yield part
        source.segment.release_pages()
