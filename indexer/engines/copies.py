"""Signatures -> groups of copies: the same text from several outlets, lightly edited.

In: a signature (`analysis.fingerprint`) and a day a document. Out: a group number a document.
Groups depend on the set of documents alone, not on their order, so that an update gives what a
rebuild gives.

Two texts are copies when they share enough runs of words, when the one keeps the other's figures,
and when they were published within days of each other. Copies of copies are one group, and equal
signatures are of any age. Pairs are looked for among texts that agree on a band of three hashes,
and judged by the whole signature.

Figures and days are there for form letters (declarations of disaster, bond issues, tallies), which
keep the words and change the facts, and come back by the week. Of 29,000 news texts of 1987 to
2026, 3,750 pairs have half their runs in common and three days or more between them, all other
articles: DAYS leaves 55 of these, figures 16, and 98.5 % of the 1,145 pairs of one day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.analysis.fingerprint import HASHES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

NO_GROUP: Final = 0

SHARE: Final = 0.5
"""Least share of runs in common, estimated within .07 (one standard deviation)."""

FIGURES: Final = 0.85
"""Least share of the figures of the text with fewer of them that the other has too."""

DAYS: Final = 6
"""Most days between copies."""

ALMOST: Final = 0.9
"""Share of runs in common from which copies may be LATE_DAYS apart: of the texts above, 6 pairs
more, all of the same words."""

LATE_DAYS: Final = 30

BAND: Final = 3
"""Hashes of a band. Of pairs with .5 of their runs in common 88 % agree on one of 16 bands, of
those with .6 98 %; by bands of four it were 54 % and 81 %."""

_WINDOW: Final = 16
"""Neighbours in a band that each text is compared with; more agree only on a stock phrase."""

_BATCH: Final = 1 << 17
"""Pairs compared at once, about 60 MB."""

_ROW: Final = (1 << 32) - 1
_EVER: Final = 1 << 31
_FACTORS: Final = np.cumprod(np.full(WIDTH // 2, 0x9E3779B97F4A7C15, np.uint64))


def group_copies(signatures: NDArray[np.int32], days: NDArray[np.int32]) -> NDArray[np.int32]:
    """The group of each document.

    Args:
        signatures: shape (n, WIDTH); all 0 where a text has none.
        days: shape (n,), day ordinals, 0 = undated, which is near every day.

    Returns:
        int32, shape (n,): groups numbered from 1 by their first document; NO_GROUP for a
        document without copies.
    """
    signed = np.flatnonzero(signatures.any(axis=1))
    texts, owners = _distinct(signatures[signed])
    pairs = _candidates(texts)
    first, last = _spans(days[signed], owners, len(texts))
    shares = _shares(texts, pairs)
    near = _gaps(first, last, pairs) <= np.where(shares >= ALMOST, LATE_DAYS, DAYS)
    pairs = pairs[(shares >= SHARE) & near]
    groups = np.full(len(signatures), NO_GROUP, np.int32)
    groups[signed] = _numbered(_connected(pairs, len(texts))[owners])
    return groups


def _distinct(
    signatures: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """The distinct signatures, in an order that only they decide, and which one each row is."""
    words = np.ascontiguousarray(signatures).view(np.uint64)
    keys = (words * _FACTORS).sum(axis=1, dtype=np.uint64)
    _, firsts, owners = np.unique(keys, return_index=True, return_inverse=True)
    return signatures[firsts], owners


def _candidates(texts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Pairs of texts that agree on a band, shape (pairs, 2), the lower number first."""
    hashes = texts.view(np.uint8)[:, :HASHES].astype(np.int64)
    rows = np.arange(len(texts))
    found = [np.empty(0, np.int64)]
    for band in range(0, HASHES, BAND):
        keys = rows.copy()
        for place in range(BAND):
            keys |= hashes[:, band + place] << (32 + 8 * place)
        keys.sort()
        found.extend(_neighbours(keys))
    packed = np.unique(np.concatenate(found))
    return np.stack((packed >> 32, packed & _ROW), axis=1)


def _neighbours(keys: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Packed pairs of rows whose sorted keys agree above the low 32 bits, with the next few."""
    bands = keys >> 32
    for distance in range(1, _WINDOW + 1):
        agree = np.flatnonzero(bands[distance:] == bands[:-distance])
        if not len(agree):
            return
        yield (keys[agree] & _ROW) << 32 | (keys[agree + distance] & _ROW)


def _shares(texts: NDArray[np.int32], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each pair the estimated share of runs in common; 0 where their figures differ."""
    rows = texts.view(np.uint8)
    shares = np.empty(len(pairs))
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH]
        shares[start : start + _BATCH] = _share(rows[batch[:, 0]], rows[batch[:, 1]])
    return shares


def _share(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    equal = np.count_nonzero(one[:, :HASHES] == other[:, :HASHES], axis=1) / HASHES
    first, second = one[:, HASHES:], other[:, HASHES:]
    fewer = np.minimum(_bit_counts(first), _bit_counts(second))
    same_figures = _bit_counts(first & second) >= FIGURES * fewer
    # Of two different hashes 1 in 256 ends alike.
    return np.where(same_figures, (equal - 1 / 256) / (1 - 1 / 256), 0.0)


def _bit_counts(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.unpackbits(rows, axis=1).sum(axis=1, dtype=np.int64)
    return counts


def _spans(
    days: NDArray[np.int32], owners: NDArray[np.intp], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last day of each text; an undated document makes it near every day."""
    first = np.full(count, _EVER, np.int64)
    last = np.zeros(count, np.int64)
    np.minimum.at(first, owners, days.astype(np.int64))
    np.maximum.at(last, owners, np.where(days == 0, np.int64(_EVER), days))
    return first, last


def _gaps(
    first: NDArray[np.int64], last: NDArray[np.int64], pairs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Days between the spans of the texts of each pair, below 0 where they overlap."""
    one, other = pairs[:, 0], pairs[:, 1]
    gaps: NDArray[np.int64] = np.maximum(first[one] - last[other], first[other] - last[one])
    return gaps


def _connected(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """For each text the lowest text that pairs lead to, itself where there is none."""
    labels = np.arange(count)
    one, other = pairs[:, 0], pairs[:, 1]
    while True:
        lowest = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, labels[one], lowest)
        np.minimum.at(labels, labels[other], lowest)
        while (labels[labels] != labels).any():
            labels = labels[labels]
        if (labels == before).all():
            return labels


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int32]:
    """Labels of several documents as numbers from 1, in order of first documents; else NO_GROUP."""
    _, firsts, which, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    grouped = np.flatnonzero(counts > 1)
    numbers = np.full(len(counts), NO_GROUP, np.int32)
    numbers[grouped[np.argsort(firsts[grouped])]] = np.arange(1, len(grouped) + 1)
    return numbers[which]
