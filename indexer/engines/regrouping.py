"""Groups of copies after an update: those of `group_copies`, worked out only where they may differ.

In: what `group_copies` takes, the groups before, and the signatures of what was removed. Out: what
`group_copies` gives, to the number.

A text that comes or goes changes the pairs it is in, and those of the texts on either side of it in
a band, which are now further apart or nearer. Where such a pair are copies, the groups of both are
formed anew, from the pairs within them; whatever else was joined, stays so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.fingerprint import HASHES
from indexer.engines.copies import (
    BAND,
    NO_GROUP,
    ROW,
    WINDOW,
    Dates,
    connected,
    copies_of,
    distinct,
    group_copies,
    numbered,
    shelved,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FEW: Final = 100
"""Documents come and gone up to which it pays to look at them alone."""

_BAND_BITS: Final = (1 << 8 * BAND) - 1
_LOW_BITS: Final = (1 << 16) - 1


def regroup(
    signatures: NDArray[np.int32],
    days: NDArray[np.int32],
    known: NDArray[np.int32],
    gone: NDArray[np.int32],
) -> NDArray[np.int32]:
    """The group of each document after an update.

    Args:
        signatures, days: as `group_copies` takes them, of the documents that were kept, in their
            order, and then of the new ones.
        known: int32, shape (kept,), the groups before of the documents kept.
        gone: signatures of the documents removed, shape (removed, WIDTH).

    Returns:
        int32, shape (n,), as `group_copies` gives it.
    """
    if len(signatures) - len(known) + len(gone) > FEW:
        return group_copies(signatures, days)
    groups = np.full(len(signatures), NO_GROUP, np.int32)
    groups[: len(known)] = known
    touched = _touched(np.concatenate((signatures, gone)), len(known))[: len(signatures)]
    open_groups = np.zeros(groups.max(initial=NO_GROUP) + 1, np.bool_)
    open_groups[groups[touched]] = True
    open_groups[NO_GROUP] = False
    touched |= open_groups[groups]
    formed = _formed(signatures, days, touched)
    groups[touched] = np.where(formed == NO_GROUP, NO_GROUP, formed + len(open_groups))
    grouped = np.flatnonzero(groups != NO_GROUP)
    groups[grouped] = numbered(groups[grouped].astype(np.int64))
    return groups


def _touched(signatures: NDArray[np.int32], first: int) -> NDArray[np.bool_]:
    """Which documents have a pair that came or went with those from number `first` on."""
    touched = np.zeros(len(signatures), np.bool_)
    touched[first:] = signatures[first:].any(axis=1)
    near = _near(signatures, touched)
    texts, owners = distinct(signatures[near])
    changed = _of_texts(owners, touched[near])
    # Between two texts stand fewer before the update, or after it, than in both together.
    window = WINDOW + int(np.count_nonzero(changed))
    pairs = copies_of(texts, _candidates(texts, changed, window), lambda pairs: 0 * pairs[:, 0])
    changed[pairs] = True
    touched[near] = changed[owners]
    return touched


def _formed(
    signatures: NDArray[np.int32], days: NDArray[np.int32], chosen: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Groups of the chosen documents, which hold whole groups: numbers from 1, NO_GROUP = none."""
    near = _near(signatures, chosen)
    texts, owners = distinct(signatures[near])
    among = _of_texts(owners, chosen[near])
    candidates = _candidates(texts, among, WINDOW)
    candidates = candidates[among[candidates >> 32] & among[candidates & ROW]]
    pairs = copies_of(texts, candidates, Dates(days[near], owners).gaps)
    return numbered(connected(pairs, len(texts))[owners[chosen[near]]])


def _of_texts(owners: NDArray[np.intp], documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which texts are of some documents."""
    texts = np.zeros(owners.max(initial=-1) + 1, np.bool_)
    texts[owners[documents]] = True
    return texts


def _near(signatures: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Numbers of the documents that agree on a band with a chosen one, themselves included."""
    hashes = np.ascontiguousarray(signatures).view(np.uint8)
    near = np.zeros(len(hashes), np.bool_)
    # By the low bits first: a table of 64 KB stays in the cache, for one of 16 MB it took long.
    sought = np.zeros(_LOW_BITS + 1, np.bool_)
    for band in range(0, HASHES, BAND):
        keys = hashes[:, band : band + 4].view("<u4")[:, 0] & _BAND_BITS
        wanted = np.unique(keys[chosen])
        sought[:] = False
        sought[wanted & _LOW_BITS] = True
        maybe = np.flatnonzero(sought[keys & _LOW_BITS])
        near[maybe[np.isin(keys[maybe], wanted)]] = True
    found = np.flatnonzero(near)
    return found[signatures[found].any(axis=1)]


def _candidates(
    texts: NDArray[np.int32], marked: NDArray[np.bool_], window: int
) -> NDArray[np.int64]:
    """Pairs that agree on a band, as in `copies`, with a marked text at an end or between."""
    found = [np.empty(0, np.int64)]
    for band in range(0, HASHES, BAND):
        found.extend(_neighbours(shelved(texts, band), marked, window))
    return np.unique(np.concatenate(found))


def _neighbours(
    keys: NDArray[np.int64], marked: NDArray[np.bool_], window: int
) -> Iterator[NDArray[np.int64]]:
    bands = keys >> 32
    before = np.cumsum(np.concatenate(([0], marked[keys & ROW])))
    for distance in range(1, window + 1):
        agree = bands[distance:] == bands[:-distance]
        if not agree.any():
            return
        met = np.flatnonzero(agree & (before[distance + 1 :] > before[: -distance - 1]))
        low, high = keys[met], keys[met + distance]
        yield (low & ROW) << 32 | (high & ROW)
