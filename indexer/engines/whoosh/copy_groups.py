"""The groups of copies of one generation: found when it is published, read when it is opened.

In: an index, and for an update the index before it. Out: the array file `copies.groups`, one over
all segments, since copies of an article may be in several:

    copies.groups        groups i4 (documents, deleted ones included): the number, above 0, of the
                         group of copies that has the document, 0 = none; documents are numbered
                         through all segments
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
    """An index before an update.

    Attributes:
        index: the earlier index.
        kept: bool, one for each of its documents, deleted ones included: whether it is not deleted
            after the update.
    """

    index: ColumnIndex
    kept: NDArray[np.bool_]


def write_groups(index: ColumnIndex, before: PreviousIndex | None) -> None:
    """Find the copies among the live documents, and write their groups beside the index.

    Args:
        index: the new index.
        before: the index it was made from, whose kept documents are its first live documents; None
            after a rebuild.

    Raises:
        FileExistsError: the folder has groups already.
    """
    file = ArrayWriter(index.directory / GROUPS_NAME, _KIND)
    try:
        file.add_array(_ARRAY, _find_groups(index, before), "<i4")
        file.close()
    except BaseException:
        file.discard()
        raise


def read_groups(index: ColumnIndex) -> NDArray[np.int32]:
    """Read the group of each document, int32.

    Raises:
        DamageError: the file is missing, truncated or makes no sense.
    """
    path = index.directory / GROUPS_NAME
    count = sum(segment.document_count for segment in index.segments)
    groups: NDArray[np.int32] = ArrayFile(path, _KIND).get_array(_ARRAY, "<i4", count=count)
    if len(groups) and not 0 <= groups.min() <= groups.max() <= count:
        raise make_damage_error(path, "groups are out of range")
    return groups.copy()  # a copy, since a mapped file may be truncated


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
    """The live documents of an index, numbered in order, as `regroup` reads them."""

    def __init__(self, index: ColumnIndex) -> None:
        self._index = index
        self.live = _make_live_mask(index)
        self._documents = np.flatnonzero(self.live).astype(np.int32)
        self._days = _read_days(index)
        self.count = len(self._documents)

    def find_band_matches(self, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
        """Find the documents that share a band with one of some signatures; ascending numbers."""
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
        """Return the signatures of some documents."""
        return _read_signatures(self._index, self._documents[numbers])

    def read_days(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the days of some documents: ordinals, 0 = undated."""
        return self._days[self._documents[numbers]]


def _make_live_mask(index: ColumnIndex) -> NDArray[np.bool_]:
    masks = [
        np.ones(part.document_count, np.bool_) if part.live is None else part.live
        for part in index.segments
    ]
    return np.concatenate([np.zeros(0, np.bool_), *masks])


def _read_signatures(index: ColumnIndex, documents: NDArray[np.int32]) -> NDArray[np.int32]:
    """Read the signatures of ascending documents, numbered through all segments."""
    bases = _count_bases(index)
    parts = np.split(documents, documents.searchsorted(bases[1:]))
    found = [
        segment.get_signatures(schema.SIGNATURE).signatures[part - base]
        for segment, part, base in zip(index.segments, parts, bases, strict=False)
    ]
    return np.concatenate([np.zeros((0, WIDTH), np.int32), *found])


def _count_bases(index: ColumnIndex) -> NDArray[np.int64]:
    """Return the number of the first document of each segment."""
    counts = [segment.document_count for segment in index.segments]
    return np.cumsum([0, *counts])[: len(counts)]


def _read_days(index: ColumnIndex) -> NDArray[np.int32]:
    return _concatenate([segment.get_int_column("published") for segment in index.segments])


def _concatenate(parts: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([np.zeros(0, np.int32), *parts])
