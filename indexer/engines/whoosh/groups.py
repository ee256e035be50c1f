"""The groups of copies of one generation: worked out when it is published, read when it is opened.

They stand in an array file beside the segments, since copies reach from one segment into another:

    copies.groups        groups i4 (documents, deleted included): number above 0 of the group of
                         copies a document is in, 0 = none; documents count through the segments
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.copies import NO_GROUP, group_copies
from indexer.engines.regrouping import regroup
from indexer.engines.whoosh import schema
from indexer.engines.whoosh.storage import ArrayFile, ArrayWriter, damage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.toc import ColumnIndex

GROUPS_NAME = "copies.groups"
_KIND, _ARRAY = "groups", "groups"


@dataclass(frozen=True, slots=True)
class Before:
    """What an index was before an update.

    Attributes:
        index: as it was. kept: which of its documents, deleted ones included, live on.
    """

    index: ColumnIndex
    kept: NDArray[np.bool_]


def write_groups(index: ColumnIndex, before: Before | None) -> None:
    """Find the copies among the documents that live, and write their groups beside the index.

    Args:
        before: what it was made of, whose kept documents are the first of those that live; None
            where it was made from nothing.

    Raises:
        FileExistsError: they are there already.
    """
    file = ArrayWriter(index.directory / GROUPS_NAME, _KIND)
    try:
        file.add(_ARRAY, _groups(index, before), "<i4")
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
    groups: NDArray[np.int32] = ArrayFile(path, _KIND).array(_ARRAY, "<i4", count=count)
    if len(groups) and not 0 <= groups.min() <= groups.max() <= count:
        raise damage(path, "groups are out of range")
    return groups.copy()  # not mapped: nobody can cut it


def _groups(index: ColumnIndex, before: Before | None) -> NDArray[np.int32]:
    live = _live(index)
    groups = np.full(len(live), NO_GROUP, np.int32)
    signatures, days = _signatures(index, live), _column(index, "published")[live]
    if before is None:
        groups[live] = group_copies(signatures, days)
    else:
        known = read_groups(before.index)[before.kept]
        gone = _signatures(before.index, _live(before.index) & ~before.kept)
        groups[live] = regroup(signatures, days, known, gone)
    return groups


def _live(index: ColumnIndex) -> NDArray[np.bool_]:
    masks = [
        np.ones(part.document_count, np.bool_) if part.live is None else part.live
        for part in index.segments
    ]
    return np.concatenate([np.zeros(0, np.bool_), *masks])


def _signatures(index: ColumnIndex, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.stack([_column(index, name)[chosen] for name in schema.SIGNATURE], axis=1)


def _column(index: ColumnIndex, name: str) -> NDArray[np.int32]:
    parts = [segment.int_column(name) for segment in index.segments]
    return np.concatenate([np.zeros(0, np.int32), *parts])
