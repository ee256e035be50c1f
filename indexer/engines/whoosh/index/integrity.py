"""Verifies that the arrays of an index agree with each other, in bounded batches.

In: an open index. Out: nothing, or a DamageError. Checksums find altered files; this finds files
that were written wrong, which a checksum cannot.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS
from indexer.engines.whoosh.index.merge_postings import (
    BATCH_OCCURRENCES,
    MergeFieldReader,
    MergeSource,
    PostingsBatch,
)
from indexer.near_duplicates.lsh import STARTS, make_band_keys, sort_bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.table_of_contents import ColumnIndex


def verify_index(index: ColumnIndex) -> None:
    """Read the whole index and compare its arrays.

    Raises:
        DamageError: an array contradicts another; the message names file and array.
    """
    for segment in index.segments:
        for field in segment.layout.list_indexed_fields():
            _verify_terms(segment, field)
            _verify_postings(segment, field)
        for name, kind in segment.layout.columns.items():
            if kind == "text":
                _verify_texts(segment, name)
            elif kind == "values":
                _verify_values(segment, name)
            elif kind == "signature":
                _verify_signatures(segment, name)
        _verify_stored(segment)
    _verify_keys(index)


def _verify_keys(index: ColumnIndex) -> None:
    """Verify that no two live documents have one key; deleted documents may."""
    seen: set[bytes] = set()
    for segment in index.segments:
        key = segment.layout.key
        terms = segment.get_terms(key)
        for first, part in _read_batches(segment, key):
            numbers = np.repeat(np.arange(first, first + len(part.postings)), part.postings)
            if segment.live is not None:
                numbers = numbers[segment.live[part.documents]]
            encoded = terms.get_encoded_range(first, first + len(part.postings))
            for number in (numbers - first).tolist():
                if encoded[number] in seen:
                    shown = encoded[number].decode(ENCODING, ERRORS)
                    raise segment.make_damage_error("terms", f"two documents have the id {shown}")
                seen.add(encoded[number])


def _verify_terms(segment: ColumnSegment, field: str) -> None:
    terms = segment.get_terms(field)
    encoded = terms.get_encoded_range(0, len(terms))
    if any(low >= high for low, high in pairwise(encoded)):
        raise segment.make_damage_error("terms", f"terms of {field!r} do not ascend")
    if not all(map(_is_utf8, encoded)):
        raise segment.make_damage_error("terms", f"terms of {field!r} are not UTF-8")


def _verify_postings(segment: ColumnSegment, field: str) -> None:
    lengths = np.zeros(segment.document_count, np.int64)
    occurrences = np.zeros(len(segment.get_terms(field)), np.int64)
    for first, part in _read_batches(segment, field):
        _verify_batch(segment, field, part)
        occurrences[first : first + len(part.occurrences)] += part.occurrences
        counts = np.bincount(part.documents, weights=part.frequencies, minlength=len(lengths))
        lengths += counts.astype(np.int64)
    if not np.array_equal(occurrences, segment.get_terms(field).collection_frequencies):
        raise segment.make_damage_error(
            "frequencies", f"frequencies of {field!r} contradict the positions"
        )
    if not np.array_equal(lengths, segment.get_lengths(field)):
        raise segment.make_damage_error("terms", f"lengths of {field!r} contradict the frequencies")


def _read_batches(segment: ColumnSegment, field: str) -> Iterator[tuple[int, PostingsBatch]]:
    """Yield all postings of a field in batches, each with the number of its first term."""
    reader = MergeFieldReader(MergeSource(segment, None, 0), field)
    while not reader.is_done:
        first, stop = reader.next, reader.find_batch_end(BATCH_OCCURRENCES)
        parts = reader.read_slices() if stop == first else [reader.read_terms(stop)]
        yield from ((first, part) for part in parts)


def _verify_batch(segment: ColumnSegment, field: str, part: PostingsBatch) -> None:
    documents = part.documents
    if not part.postings.all():
        raise segment.make_damage_error("terms", f"a term of {field!r} has no posting")
    if not 0 <= documents.min() <= documents.max() < segment.document_count:
        raise segment.make_damage_error("documents", f"documents of {field!r} are out of range")
    if not _is_ascending(documents, np.cumsum(part.postings)):
        raise segment.make_damage_error("documents", f"documents of {field!r} do not ascend")
    if not part.frequencies.all():
        raise segment.make_damage_error("frequencies", f"a frequency of {field!r} is 0")
    if segment.layout.has_positions(field):
        _verify_positions(segment, field, part)


def _verify_positions(segment: ColumnSegment, field: str, part: PostingsBatch) -> None:
    ends = np.cumsum(part.frequencies, dtype=np.int64)
    if ends[-1] != len(part.positions):
        raise segment.make_damage_error(
            "frequencies", f"frequencies of {field!r} reach past the positions"
        )
    if part.positions.min() < 0 or not _is_ascending(part.positions, ends):
        raise segment.make_damage_error("positions", f"positions of {field!r} do not ascend")
    if (part.positions[ends - 1] >= segment.get_lengths(field)[part.documents]).any():
        raise segment.make_damage_error(
            "positions", f"a position of {field!r} is beyond its document"
        )


def _is_ascending(values: NDArray[np.int32], ends: NDArray[np.int64]) -> bool:
    """Whether values rise within each run; `ends` are the ends of the runs, exclusive."""
    rises = values[1:] > values[:-1]
    rises[ends[:-1] - 1] = True
    return bool(rises.all())


def _verify_texts(segment: ColumnSegment, name: str) -> None:
    try:
        for _ in segment.get_text_column(name):
            pass
    except UnicodeDecodeError as exc:
        raise segment.make_damage_error("columns", f"a text of {name!r} is not UTF-8") from exc


def _verify_values(segment: ColumnSegment, name: str) -> None:
    if any(low >= high for low, high in pairwise(segment.get_value_column(name).values)):
        raise segment.make_damage_error("columns", f"values of {name!r} do not ascend")


def _verify_signatures(segment: ColumnSegment, name: str) -> None:
    bands = segment.get_signatures(name)
    wanted = sort_bands(make_band_keys(bands.signatures, start) for start in STARTS)
    for (keys, order), found_keys, found_order in zip(wanted, bands.keys, bands.order, strict=True):
        if not (np.array_equal(keys, found_keys) and np.array_equal(order, found_order)):
            raise segment.make_damage_error(
                "columns", f"bands of {name!r} contradict the signatures"
            )


def _verify_stored(segment: ColumnSegment) -> None:
    for document in range(segment.document_count):
        content: Any = None
        try:
            content = segment.read_stored(document)
        except (json.JSONDecodeError, UnicodeDecodeError) as exc:
            raise segment.make_damage_error("stored", f"document {document} is altered") from exc
        if not isinstance(content, dict):
            raise segment.make_damage_error("stored", f"document {document} is altered")


def _is_utf8(encoded: bytes) -> bool:
    try:
        encoded.decode(ENCODING, ERRORS)
    except UnicodeDecodeError:
        return False
    return True
