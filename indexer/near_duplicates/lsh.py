"""Candidate copies of a few texts: sorted bands of hashes, looked up by binary search.

In: signatures. Out: the texts that may be copies of some others. Two signatures agree on a band if
BAND hashes (a byte each) are the same. Of each band the first two bytes are stored sorted, with the
number of their text: 16 bands of 100,000 texts take 10 MB, and the texts that agree on a band with
ten others are found in .2 ms; a pass over all signatures took 8 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.near_duplicates.minhash import HASHES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BAND: Final = 3
"""Hashes of a band. Of pairs with .5 of their runs in common 88 % agree on one of 16 bands, of
pairs with .6 98 %; with bands of four it would be 54 % and 81 %."""

STARTS: Final = tuple(range(0, HASHES, BAND))
"""The first hash of each band in a signature."""


MAX_PAIRS_COMPARED: Final = 1 << 11
"""Pairs up to which all texts are compared with all: ten texts with twenty take 20 µs, by search
100."""


@dataclass(frozen=True, slots=True)
class BandIndex:
    """Signatures that can be looked up by band.

    Attributes:
        signatures: int32, shape (n, WIDTH).
        keys: uint16, shape (bands, n): `make_band_keys` of each band, ascending.
        order: int32, shape (bands, n): the number of the text of each key.
    """

    signatures: NDArray[np.int32]
    keys: NDArray[np.uint16]
    order: NDArray[np.int32]

    def find_band_matches(self, wanted: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the texts, ascending, that agree on a band with one of some signatures.

        Args:
            wanted: signatures, int32, shape (m, WIDTH).

        Raises:
            IndexError: the order names a text that does not exist.
        """
        hashes, own = _view_bytes(wanted), _view_bytes(self.signatures)
        bands = hashes[:, :HASHES].reshape(-1, len(STARTS), BAND)
        if len(own) * len(wanted) <= MAX_PAIRS_COMPARED:
            each = own[:, None, :HASHES].reshape(len(own), 1, len(STARTS), BAND)
            agree = (each == bands).all(axis=3).any(axis=(1, 2))
            return np.flatnonzero(agree).astype(np.int32)
        sought = bands[..., 0].T | bands[..., 1].T.astype(np.uint16) << 8  # as `make_band_keys`
        pairs = list(zip(self.keys, sought, strict=True))
        firsts = np.array([keys.searchsorted(low) for keys, low in pairs]).ravel()
        stops = np.array([keys.searchsorted(low, "right") for keys, low in pairs]).ravel()
        counts = stops - firsts
        which = np.repeat(np.arange(len(counts)), counts)
        places = np.arange(len(which)) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
        band, one = np.divmod(which, max(len(wanted), 1))
        found = self.order[band, places]
        if (found < 0).any():
            raise IndexError("a text below 0")
        last = band * BAND + BAND - 1
        return np.unique(found[own[found, last] == hashes[one, last]])


def make_band_keys(signatures: NDArray[np.int32], start: int) -> NDArray[np.uint16]:
    """Return the first two bytes of a band of each signature.

    Args:
        signatures: int32, shape (n, WIDTH).
        start: the first hash of the band, one of STARTS.
    """
    hashes = _view_bytes(signatures)
    keys: NDArray[np.uint16] = hashes[:, start].astype(np.uint16)
    keys |= hashes[:, start + 1].astype(np.uint16) << 8
    return keys


def sort_bands(
    columns: Iterator[NDArray[np.uint16]],
) -> Iterator[tuple[NDArray[np.uint16], NDArray[np.int32]]]:
    """Yield the sorted keys and their order for each band.

    Args:
        columns: the keys of each band, in order of the texts.
    """
    for keys in columns:
        order = np.argsort(keys, kind="stable")
        yield keys[order], order.astype(np.int32)


def _view_bytes(signatures: NDArray[np.int32]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(signatures).view(np.uint8)
