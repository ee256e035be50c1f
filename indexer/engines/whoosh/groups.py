"""The groups of copies of one generation: worked out when it is published, read when it is opened.

They stand in an array file beside the segments, since copies reach from one segment into another:

    copies.groups        groups i4 (documents, deleted included): number above 0 of the group of
                         copies a document is in, 0 = none; documents count through the segments
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.copies import NO_GROUP, group_copies
from indexer.engines.whoosh import schema
from indexer.engines.whoosh.storage import ArrayFile, ArrayWriter, damage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.toc import ColumnIndex

GROUPS_NAME = "copies.groups"
_KIND, _ARRAY = "groups", "groups"


def write_groups(index: ColumnIndex) -> None:
    """Find the copies among the documents that live, and write their groups beside the index.

    Raises:
        FileExistsError: they are there already.
    """
    file = ArrayWriter(index.directory / GROUPS_NAME, _KIND)
    try:
        file.add(_ARRAY, _groups(index), "<i4")
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


def _groups(index: ColumnIndex) -> NDArray[np.int32]:
    groups = np.full(sum(part.document_count for part in index.segments), NO_GROUP, np.int32)
    if not index.segments:
        return groups
    live = np.concatenate(
        [
            np.ones(part.document_count, np.bool_) if part.live is None else part.live
            for part in index.segments
        ]
    )
    signatures = np.stack([_column(index, name)[live] for name in schema.SIGNATURE], axis=1)
    groups[live] = group_copies(signatures, _column(index, "published")[live])
    return groups


def _column(index: ColumnIndex, name: str) -> NDArray[np.int32]:
    return np.concatenate([segment.int_column(name) for segment in index.segments])
