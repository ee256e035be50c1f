"""Collapses copies: of several articles with the same text, the list of hits shows only the best.

In: the group of copies of each document, and the documents that match or are ranked. Out: the
places that stay in the list, the length of that list, and the copies that each hit names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.doc_set import DocSet


class CopyGroups:
    """The groups of copies in one snapshot.

    Args:
        groups: int32, for each document the number of its group, above 0; 0 if it has no copies.
    """

    def __init__(self, groups: NDArray[np.int32]) -> None:
        self._groups = groups
        self._grouped = np.flatnonzero(self._groups > 0).astype(np.int32)
        by_group = np.argsort(self._groups[self._grouped], kind="stable")
        self._members = self._grouped[by_group]
        self._member_groups = self._groups[self._members]

    def count_listed(self, found: DocSet) -> int:
        """Count the documents that stay in the list once copies are collapsed.

        Args:
            found: the documents that match.
        """
        matching = self._grouped[found.contains(self._grouped)]
        return found.count - len(matching) + len(np.unique(self._groups[matching]))

    def find_firsts(self, ranked: NDArray[np.int32]) -> NDArray[np.intp]:
        """Find the places in a ranking of the documents with no copy before them, in order.

        Args:
            ranked: document numbers, the best first.
        """
        groups = self._groups[ranked].astype(np.int64)
        alone = groups <= 0
        groups[alone] = -1 - np.flatnonzero(alone)
        return np.sort(np.unique(groups, return_index=True)[1])

    def find_others(self, document: int, found: DocSet) -> NDArray[np.int32]:
        """Return the copies of a document that match too, by number.

        Args:
            document: number of the document.
            found: the documents that match.
        """
        group = self._groups[document]
        if group <= 0:
            return np.empty(0, np.int32)
        low, high = self._member_groups.searchsorted([group, group + 1])
        members = self._members[low:high]
        others: NDArray[np.int32] = members[(members != document) & found.contains(members)]
        return others
