"""Groups of copies after an update: equal to `group_copies`, computed only where they may differ.

In: signatures and days as `group_copies` takes them, behind a look-up, the previous groups, and the
signatures of the removed documents. Out: exactly the numbers that `group_copies` gives.

A text that is added or removed changes its own pairs, and also the pairs of the texts on either
side of it in a band, whose distance changes. If the two texts of such a pair are copies, the groups
of both are formed again, from the pairs within these groups; all other groups stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from indexer.near_duplicates.grouping import (
    MAX_BAND_NEIGHBOURS,
    NO_GROUP,
    ROW,
    TextDays,
    find_distinct,
    group_copies,
    label_components,
    number_groups,
    select_copies,
    sort_by_band,
)
from indexer.near_duplicates.lsh import STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MAX_CHANGES: Final = 100
"""Added and removed documents up to which updating costs less than grouping all."""


class SignedDocuments(Protocol):
    """Documents with their signatures: the kept ones in their previous order, then the new ones."""

    @property
    def count(self) -> int:
        """The number of documents."""
        ...

    def find_band_matches(self, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the documents, ascending, that agree on a band with one of some signatures."""
        ...

    def read_signatures(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the signatures of documents, shape (len(documents), WIDTH)."""
        ...

    def read_days(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the day ordinals of documents, 0 = undated."""
        ...


def regroup(
    signed: SignedDocuments, previous: NDArray[np.int32], removed: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the group of each document after an update.

    Args:
        signed: the documents after the update.
        previous: int32, shape (kept,), the previous groups of the kept documents.
        removed: signatures of the removed documents, shape (removed, WIDTH).

    Returns:
        int32, shape (n,), as `group_copies` returns it.
    """
    if signed.count - len(previous) + len(removed) > MAX_CHANGES:
        all_documents = np.arange(signed.count, dtype=np.int32)
        return group_copies(signed.read_signatures(all_documents), signed.read_days(all_documents))
    groups = np.full(signed.count, NO_GROUP, np.int32)
    groups[: len(previous)] = previous
    new = np.arange(len(previous), signed.count, dtype=np.int32)
    removed = removed[removed.any(axis=1)]
    near = _find_band_matches(signed, np.concatenate((signed.read_signatures(new), removed)))
    changed = near[_find_changed(signed.read_signatures(near), near >= len(previous), removed)]
    open_groups = np.unique(groups[changed])
    open_groups = open_groups[open_groups != NO_GROUP]
    if len(open_groups):
        changed = np.union1d(changed, _find_members(groups, open_groups))
    older = changed[changed < len(previous)]
    if len(older):
        near = np.union1d(near, _find_band_matches(signed, signed.read_signatures(older)))
    new_groups = _form_groups(signed, changed, near)
    if not len(open_groups) and not new_groups.any():
        return groups
    groups[changed] = np.where(
        new_groups == NO_GROUP, NO_GROUP, new_groups + groups.max(initial=NO_GROUP)
    )
    grouped = np.flatnonzero(groups != NO_GROUP)
    groups[grouped] = number_groups(groups[grouped].astype(np.int64))
    return groups


def _find_members(groups: NDArray[np.int32], wanted: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the documents of some groups."""
    sought = np.zeros(groups.max() + 1, np.bool_)
    sought[wanted] = True
    return np.flatnonzero(sought[groups]).astype(np.int32)


def _find_changed(
    near: NDArray[np.int32], new: NDArray[np.bool_], removed: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return for each document whether it is new or in a pair that the update added or removed.

    Args:
        near: signatures of all documents that agree on a band with a new or removed one.
        new: which of them are new.
        removed: signatures of the removed documents.
    """
    texts, owners = find_distinct(np.concatenate((near, removed)))
    changed = _mark_texts(owners, np.concatenate((new, np.ones(len(removed), np.bool_))))
    # Between two texts there are fewer texts before the update, or after it, than in both together.
    window = MAX_BAND_NEIGHBOURS + int(np.count_nonzero(changed))
    pairs = select_copies(
        texts, _find_candidates(texts, changed, window), lambda pairs: 0 * pairs[:, 0]
    )
    changed[pairs] = True
    return changed[owners[: len(near)]]


def _form_groups(
    signed: SignedDocuments, chosen: NDArray[np.int32], near: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the groups of the chosen documents: numbers from 1, NO_GROUP = none.

    Args:
        signed: all documents.
        chosen: ascending, whole groups only.
        near: ascending, at least all documents that agree on a band with a chosen one.
    """
    texts, owners = find_distinct(signed.read_signatures(near))
    chosen_texts = _mark_texts(owners, np.isin(near, chosen))
    candidates = _find_candidates(texts, chosen_texts, MAX_BAND_NEIGHBOURS)
    candidates = candidates[chosen_texts[candidates >> 32] & chosen_texts[candidates & ROW]]
    pairs = select_copies(texts, candidates, TextDays(signed.read_days(near), owners).measure_gaps)
    return number_groups(label_components(pairs, len(texts))[owners[np.searchsorted(near, chosen)]])


def _find_band_matches(signed: SignedDocuments, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the signed documents that agree on a band with one of some signatures.

    A document agrees with itself. Signatures that are all 0 match nothing.
    """
    found = signed.find_band_matches(signatures[signatures.any(axis=1)])
    return found[signed.read_signatures(found).any(axis=1)]


def _mark_texts(owners: NDArray[np.intp], documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each text whether one of its documents is chosen."""
    texts = np.zeros(owners.max(initial=-1) + 1, np.bool_)
    texts[owners[documents]] = True
    return texts


def _find_candidates(
    texts: NDArray[np.int32], marked: NDArray[np.bool_], window: int
) -> NDArray[np.int64]:
    """Return pairs that agree on a band, as `grouping` does, with a marked text in or between."""
    keys = np.array([sort_by_band(texts, start) for start in STARTS])
    return np.unique(
        np.concatenate([np.empty(0, np.int64), *_pair_neighbours(keys, marked, window)])
    )


def _pair_neighbours(
    keys: NDArray[np.int64], marked: NDArray[np.bool_], window: int
) -> Iterator[NDArray[np.int64]]:
    """Yield such pairs for each band; `keys` has shape (bands, texts) and is sorted by band."""
    bands = keys >> 32
    before = np.zeros((len(keys), keys.shape[1] + 1), np.int64)
    np.cumsum(marked[keys & ROW], axis=1, out=before[:, 1:])
    for distance in range(1, window + 1):
        agree = bands[:, distance:] == bands[:, :-distance]
        if not agree.any():
            return
        has_marked = agree & (before[:, distance + 1 :] > before[:, : -distance - 1])
        low, high = keys[:, :-distance][has_marked], keys[:, distance:][has_marked]
        yield (low & ROW) << 32 | (high & ROW)
