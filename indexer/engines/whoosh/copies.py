"""Folding of copies: of articles with one text, the list shows the best and names the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.documents import Documents


class Copies:
    """The groups of copies of one snapshot.

    Args:
        groups: int32, for each document the number above 0 of its group, 0 for none.
    """

    def __init__(self, groups: NDArray[np.int32]) -> None:
        self._groups = groups
        self._grouped = np.flatnonzero(self._groups > 0).astype(np.int32)
        by_group = np.argsort(self._groups[self._grouped], kind="stable")
        self._members = self._grouped[by_group]
        self._member_groups = self._groups[self._members]

    def count_listed(self, found: Documents) -> int:
        """How many of the documents stay when copies are folded."""
        matching = self._grouped[found.has(self._grouped)]
        return found.count - len(matching) + len(np.unique(self._groups[matching]))

    def firsts(self, ranked: NDArray[np.int32]) -> NDArray[np.intp]:
        """Places in a ranking of the documents that have no copy before them, in order."""
        groups = self._groups[ranked].astype(np.int64)
        alone = groups <= 0
        groups[alone] = -1 - np.flatnonzero(alone)
        return np.sort(np.unique(groups, return_index=True)[1])

    def others(self, document: int, found: Documents) -> NDArray[np.int32]:
        """The copies of a document among those found, by number."""
        group = self._groups[document]
        if group <= 0:
            return np.empty(0, np.int32)
        low, high = self._member_groups.searchsorted([group, group + 1])
        members = self._members[low:high]
        others: NDArray[np.int32] = members[(members != document) & found.has(members)]
        return others
