"""Groups of copies after an update: those of `group_copies`, worked out only where they may differ.

In: signatures and days as `group_copies` takes them, to be looked up, the groups before, and the
signatures of what was removed. Out: what `group_copies` gives, to the number.

A text that comes or goes changes the pairs it is in, and those of the texts on either side of it in
a band, which are now further apart or nearer. Where such a pair are copies, the groups of both are
formed anew, from the pairs within them; whatever else was joined, stays so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from indexer.near_duplicates.grouping import (
    NO_GROUP,
    ROW,
    WINDOW,
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

FEW: Final = 100
"""Documents come and gone up to which it pays to look at them alone."""


class SignedDocuments(Protocol):
    """Documents with their signatures: those that were kept, in their order, then the new ones."""

    @property
    def count(self) -> int:
        """How many."""
        ...

    def find_band_matches(self, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
        """Ascending numbers of the documents that agree on a band with one of some signatures."""
        ...

    def signatures(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        """Their signatures, shape (len(documents), WIDTH)."""
        ...

    def read_days(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        """Day ordinals, 0 = undated."""
        ...


def regroup(
    signed: SignedDocuments, known: NDArray[np.int32], gone: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The group of each document after an update.

    Args:
        signed: the documents there are now.
        known: int32, shape (kept,), the groups before of the documents kept.
        gone: signatures of the documents removed, shape (removed, WIDTH).

    Returns:
        int32, shape (n,), as `group_copies` gives it.
    """
    if signed.count - len(known) + len(gone) > FEW:
        every = np.arange(signed.count, dtype=np.int32)
        return group_copies(signed.signatures(every), signed.read_days(every))
    groups = np.full(signed.count, NO_GROUP, np.int32)
    groups[: len(known)] = known
    new = np.arange(len(known), signed.count, dtype=np.int32)
    gone = gone[gone.any(axis=1)]
    near = _find_band_matches(signed, np.concatenate((signed.signatures(new), gone)))
    touched = near[_find_changed(signed.signatures(near), near >= len(known), gone)]
    open_groups = np.unique(groups[touched])
    open_groups = open_groups[open_groups != NO_GROUP]
    if len(open_groups):
        touched = np.union1d(touched, _find_members(groups, open_groups))
    older = touched[touched < len(known)]
    if len(older):
        near = np.union1d(near, _find_band_matches(signed, signed.signatures(older)))
    formed = _form_groups(signed, touched, near)
    if not len(open_groups) and not formed.any():
        return groups
    groups[touched] = np.where(formed == NO_GROUP, NO_GROUP, formed + groups.max(initial=NO_GROUP))
    grouped = np.flatnonzero(groups != NO_GROUP)
    groups[grouped] = number_groups(groups[grouped].astype(np.int64))
    return groups


def _find_members(groups: NDArray[np.int32], wanted: NDArray[np.int32]) -> NDArray[np.int32]:
    """The documents of some groups."""
    sought = np.zeros(groups.max() + 1, np.bool_)
    sought[wanted] = True
    return np.flatnonzero(sought[groups]).astype(np.int32)


def _find_changed(
    near: NDArray[np.int32], new: NDArray[np.bool_], gone: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which documents are new, or have a pair that came or went with the new or the gone.

    Args:
        near: signatures of all that agree on a band with a new one or one gone.
        new: which of them are new.
        gone: signatures of those gone.
    """
    texts, owners = find_distinct(np.concatenate((near, gone)))
    changed = _mark_texts(owners, np.concatenate((new, np.ones(len(gone), np.bool_))))
    # Between two texts stand fewer before the update, or after it, than in both together.
    window = WINDOW + int(np.count_nonzero(changed))
    pairs = select_copies(
        texts, _find_candidates(texts, changed, window), lambda pairs: 0 * pairs[:, 0]
    )
    changed[pairs] = True
    return changed[owners[: len(near)]]


def _form_groups(
    signed: SignedDocuments, chosen: NDArray[np.int32], near: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Groups of the chosen documents, which hold whole groups: numbers from 1, NO_GROUP = none.

    Args:
        near: ascending, at least all documents that agree on a band with a chosen one.
    """
    texts, owners = find_distinct(signed.signatures(near))
    among = _mark_texts(owners, np.isin(near, chosen))
    candidates = _find_candidates(texts, among, WINDOW)
    candidates = candidates[among[candidates >> 32] & among[candidates & ROW]]
    pairs = select_copies(texts, candidates, TextDays(signed.read_days(near), owners).measure_gaps)
    return number_groups(label_components(pairs, len(texts))[owners[np.searchsorted(near, chosen)]])


def _find_band_matches(signed: SignedDocuments, signatures: NDArray[np.int32]) -> NDArray[np.int32]:
    """The documents that agree on a band with one of some signatures; those that have none do not.

    A document agrees with itself.
    """
    found = signed.find_band_matches(signatures[signatures.any(axis=1)])
    return found[signed.signatures(found).any(axis=1)]


def _mark_texts(owners: NDArray[np.intp], documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which texts are of some documents."""
    texts = np.zeros(owners.max(initial=-1) + 1, np.bool_)
    texts[owners[documents]] = True
    return texts


def _find_candidates(
    texts: NDArray[np.int32], marked: NDArray[np.bool_], window: int
) -> NDArray[np.int64]:
    """Pairs that agree on a band, as in `grouping`, with a marked text at an end or between."""
    keys = np.array([sort_by_band(texts, start) for start in STARTS])
    return np.unique(
        np.concatenate([np.empty(0, np.int64), *_pair_neighbours(keys, marked, window)])
    )


def _pair_neighbours(
    keys: NDArray[np.int64], marked: NDArray[np.bool_], window: int
) -> Iterator[NDArray[np.int64]]:
    """Such pairs among the texts of each shelf; `keys` in the shape (bands, texts)."""
    bands = keys >> 32
    before = np.zeros((len(keys), keys.shape[1] + 1), np.int64)
    np.cumsum(marked[keys & ROW], axis=1, out=before[:, 1:])
    for distance in range(1, window + 1):
        agree = bands[:, distance:] == bands[:, :-distance]
        if not agree.any():
            return
        met = agree & (before[:, distance + 1 :] > before[:, : -distance - 1])
        low, high = keys[:, :-distance][met], keys[:, distance:][met]
        yield (low & ROW) << 32 | (high & ROW)
