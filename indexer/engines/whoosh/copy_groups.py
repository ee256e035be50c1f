"""The groups of copies of one generation: worked out when it is published, read when it is opened.

They stand in an array file beside the segments, since copies reach from one segment into another:

    copies.groups        groups i4 (documents, deleted included): number above 0 of the group of
                         copies a document is in, 0 = none; documents count through the segments
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.whoosh import schema
from indexer.engines.whoosh.index.array_file import ArrayFile, ArrayWriter, make_damage_error
from indexer.near_duplicates.grouping import NO_GROUP, group_copies
from indexer.near_duplicates.incremental import regroup
from indexer.near_duplicates.minhash import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.table_of_contents import ColumnIndex

GROUPS_NAME = "copies.groups"
_KIND, _ARRAY = "groups", "groups"


@dataclass(frozen=True, slots=True)
class PreviousIndex:
    """What an index was before an update.

    Attributes:
        index: as it was. kept: which of its documents, deleted ones included, live on.
    """

    index: ColumnIndex
    kept: NDArray[np.bool_]


def write_groups(index: ColumnIndex, before: PreviousIndex | None) -> None:
    """Find the copies among the documents that live, and write their groups beside the index.

    Args:
        before: what it was made of, whose kept documents are the first of those that live; None
            where it was made from nothing.

    Raises:
        FileExistsError: they are there already.
    """
    file = ArrayWriter(index.directory / GROUPS_NAME, _KIND)
    try:
        file.add_array(_ARRAY, _find_groups(index, before), "<i4")
        file.close()
    except BaseException:
        file.discard()
        raise


def read_groups(index: ColumnIndex) -> NDArray[np.int32]:
    """The group of each document, int32.

    Raises:
        DamageError: the file is missing, cut or makes no sense.
    """
    path = index.directory / GROUPS_NAME
    count = sum(segment.document_count for segment in index.segments)
    groups: NDArray[np.int32] = ArrayFile(path, _KIND).get_array(_ARRAY, "<i4", count=count)
    if len(groups) and not 0 <= groups.min() <= groups.max() <= count:
        raise make_damage_error(path, "groups are out of range")
    return groups.copy()  # not mapped: nobody can cut it


def _find_groups(index: ColumnIndex, before: PreviousIndex | None) -> NDArray[np.int32]:
    living = LiveDocuments(index)
    groups = np.full(len(living.live), NO_GROUP, np.int32)
    if before is None:
        every = np.arange(living.count, dtype=np.int32)
        groups[living.live] = group_copies(living.read_signatures(every), living.read_days(every))
    else:
        known = read_groups(before.index)[before.kept]
        gone = np.flatnonzero(_make_live_mask(before.index) & ~before.kept).astype(np.int32)
        groups[living.live] = regroup(living, known, _read_signatures(before.index, gone))
    return groups


class LiveDocuments:
    """The documents of an index that live, in order; what `regroup` takes."""

    def __init__(self, index: ColumnIndex) -> None:
        self._index = index
        self.live = _make_live_mask(index)
        self._documents = np.flatnonzero(self.live).astype(np.int32)
        self._days = _read_days(index)
        self.count = len(self._documents)

    def find_band_matches(self, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
        """Ascending numbers of those that agree on a band with one of some signatures."""
        parts = [
            part.find_band_matches(schema.SIGNATURE, signatures) for part in self._index.segments
        ]
        found = _concatenate(
            [
                part + np.int32(base)
                for part, base in zip(parts, _count_bases(self._index), strict=True)
            ]
        )
        return np.searchsorted(self._documents, found[self.live[found]]).astype(np.int32)

    def read_signatures(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Their signatures."""
        return _read_signatures(self._index, self._documents[numbers])

    def read_days(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Day ordinals, 0 = undated."""
        return self._days[self._documents[numbers]]


def _make_live_mask(index: ColumnIndex) -> NDArray[np.bool_]:
    masks = [
        np.ones(part.document_count, np.bool_) if part.live is None else part.live
        for part in index.segments
    ]
    return np.concatenate([np.zeros(0, np.bool_), *masks])


def _read_signatures(index: ColumnIndex, documents: NDArray[np.int32]) -> NDArray[np.int32]:
    """Signatures of ascending documents, counted through the segments."""
    bases = _count_bases(index)
    parts = np.split(documents, documents.searchsorted(bases[1:]))
    found = [
        segment.get_signatures(schema.SIGNATURE).signatures[part - base]
        for segment, part, base in zip(index.segments, parts, bases, strict=False)
    ]
    return np.concatenate([np.zeros((0, WIDTH), np.int32), *found])


def _count_bases(index: ColumnIndex) -> NDArray[np.int64]:
    """The number of each segment's first document."""
    counts = [segment.document_count for segment in index.segments]
    return np.cumsum([0, *counts])[: len(counts)]


def _read_days(index: ColumnIndex) -> NDArray[np.int32]:
    return _concatenate([segment.get_int_column("published") for segment in index.segments])


def _concatenate(parts: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([np.zeros(0, np.int32), *parts])
