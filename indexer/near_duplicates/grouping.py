"""Signatures -> groups of copies: the same text from several outlets, lightly edited.

In: a signature (`minhash.sign_texts`) and a day per document. Out: a group number per document.
Groups depend on the set of documents alone, not on their order, so that an update gives the same
result as a rebuild.

Two texts are copies if they share enough runs of words, if one keeps the figures of the other, and
if they were published within days of each other. Copies of copies are one group, and texts with
equal signatures are copies whatever their days. Candidate pairs are texts that agree on a band of
three hashes; each pair is then judged by the whole signature.

The rules about figures and days exclude form letters (declarations of disaster, bond issues,
tallies), which keep the words, change the facts, and are published every week. Of 29,000 news texts
of 1987 to 2026, 3,750 pairs have half their runs in common and three days or more between them, all
other articles: the rule about days leaves 55 of these, the rule about figures 16, and 98.7 % of the
1,145 pairs of one day. That was measured before the rule for one changed figure, on exact shares;
with it, groups were only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.near_duplicates.lsh import BAND, STARTS
from indexer.near_duplicates.minhash import HASHES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

NO_GROUP: Final = 0

MIN_RUN_SHARE: Final = 0.5
"""Least share of runs in common, estimated within .07 (one standard deviation)."""

MIN_FIGURE_SHARE: Final = 0.85
"""Least share of the figures of the text with fewer of them that the other text has too."""

ONE_FIGURE: Final = 0.7
"""Share of runs in common from which one figure may change, even of few figures, within a day: sums
granted week by week in the same words are not copies."""

MAX_DAYS_APART: Final = 6
"""Most days between copies."""

MIN_LATE_SHARE: Final = 0.9
"""Share of runs in common from which copies may be LATE_DAYS apart: of the texts above, 6 pairs
more, all of the same words."""

LATE_DAYS: Final = 30

MAX_BAND_NEIGHBOURS: Final = 16
"""Neighbours in a band that each text is compared with; if more agree, it is by a stock phrase."""

_BATCH: Final = 1 << 17
"""Pairs compared at once, about 60 MB."""

ROW: Final = (1 << 32) - 1
_EVER: Final = 1 << 31
_FACTORS: Final = np.cumprod(np.full(WIDTH // 2, 0x9E3779B97F4A7C15, np.uint64))


def group_copies(signatures: NDArray[np.int32], days: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the group of each document.

    Args:
        signatures: shape (n, WIDTH); all 0 if a text has none.
        days: shape (n,), day ordinals; 0 = undated, which is near every day.

    Returns:
        int32, shape (n,): groups numbered from 1 by their first document; NO_GROUP for a document
        without copies.
    """
    signed = np.flatnonzero(signatures.any(axis=1))
    texts, owners = find_distinct(signatures[signed])
    dates = TextDays(days[signed], owners)
    pairs = select_copies(texts, _find_candidates(texts), dates.measure_gaps)
    groups = np.full(len(signatures), NO_GROUP, np.int32)
    groups[signed] = number_groups(label_components(pairs, len(texts))[owners])
    return groups


def find_distinct(
    signatures: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the distinct signatures, and for each row the number of its distinct signature.

    The order of the distinct signatures depends on the signatures alone.
    """
    words = np.ascontiguousarray(signatures).view(np.uint64)
    keys = (words * _FACTORS).sum(axis=1, dtype=np.uint64)
    _, firsts, owners = np.unique(keys, return_index=True, return_inverse=True)
    return signatures[firsts], owners


def _find_candidates(texts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return pairs of texts that agree on a band, packed: the lower number above 32 bits of the
    other.
    """
    found = [np.empty(0, np.int64)]
    for band in STARTS:
        found.extend(_pair_neighbours(sort_by_band(texts, band)))
    return np.unique(np.concatenate(found))


def sort_by_band(texts: NDArray[np.int32], band: int) -> NDArray[np.int64]:
    """Return the texts sorted by one band, packed: its three hashes above 32 bits of the text's
    number.

    Args:
        texts: signatures, shape (n, WIDTH).
        band: the first hash of the band, one of `lsh.STARTS`.
    """
    hashes = texts.view(np.uint8)
    keys = np.arange(len(texts))
    for place in range(BAND):
        # A column at a time: all of a million texts as int64 were 400 MB.
        keys |= hashes[:, band + place].astype(np.int64) << (32 + 8 * place)
    keys.sort()
    return keys


def select_copies(
    texts: NDArray[np.int32],
    candidates: NDArray[np.int64],
    gaps: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Return the candidate pairs that are copies, shape (copies, 2).

    Args:
        texts: signatures, shape (n, WIDTH).
        candidates: packed pairs.
        gaps: returns the days between the texts of each pair.
    """
    # In batches: a million texts had ten million candidates, and 1.5 GB of arrays over them.
    batches = (
        _unpack_pairs(candidates[start : start + _BATCH])
        for start in range(0, len(candidates), _BATCH)
    )
    return np.concatenate(
        [_unpack_pairs(candidates[:0])]
        + [batch[_judge_pairs(_compare(texts, batch), gaps(batch))] for batch in batches]
    )


def _unpack_pairs(packed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return packed pairs as shape (pairs, 2)."""
    return np.stack((packed >> 32, packed & ROW), axis=1)


def _pair_neighbours(keys: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield packed pairs of rows whose sorted keys agree above the low 32 bits, with the next few
    rows.
    """
    bands = keys >> 32
    for distance in range(1, MAX_BAND_NEIGHBOURS + 1):
        agree = np.flatnonzero(bands[distance:] == bands[:-distance])
        if not len(agree):
            return
        yield (keys[agree] & ROW) << 32 | (keys[agree + distance] & ROW)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The result of comparing pairs of texts: arrays with one value per pair.

    Attributes:
        shares: estimated share of runs in common.
        figures: number of figures of the text that has fewer.
        lost: number of those figures that the other text lacks.
    """

    shares: NDArray[np.float64]
    figures: NDArray[np.int64]
    lost: NDArray[np.int64]


def _judge_pairs(compared: _Comparison, gaps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each pair whether the two texts are copies."""
    shares, lost = compared.shares, compared.lost
    keeps_figures = lost <= (1 - MIN_FIGURE_SHARE) * compared.figures
    same_day = (gaps <= 1) & (shares >= ONE_FIGURE) & (lost <= 1)
    near = (gaps <= MAX_DAYS_APART) & (shares >= MIN_RUN_SHARE) & keeps_figures
    late = (gaps <= LATE_DAYS) & (shares >= MIN_LATE_SHARE) & keeps_figures
    copies: NDArray[np.bool_] = same_day | near | late
    return copies


def _compare(texts: NDArray[np.int32], pairs: NDArray[np.int64]) -> _Comparison:
    """Compare the texts of each pair by their signatures."""
    rows = texts.view(np.uint8)
    one, other = rows[pairs[:, 0]], rows[pairs[:, 1]]
    equal = np.count_nonzero(one[:, :HASHES] == other[:, :HASHES], axis=1) / HASHES
    first, second = one[:, HASHES:], other[:, HASHES:]
    figures = np.minimum(_count_bits(first), _count_bits(second))
    # Of two different hashes 1 in 256 has the same low byte.
    shares = (equal - 1 / 256) / (1 - 1 / 256)
    return _Comparison(shares, figures, figures - _count_bits(first & second))


def _count_bits(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.unpackbits(rows, axis=1).sum(axis=1, dtype=np.int64)
    return counts


class TextDays:
    """The days on which each text was published.

    Args:
        days: day ordinal of each document, 0 = undated.
        owners: number of the text of each document.
    """

    def __init__(self, days: NDArray[np.int32], owners: NDArray[np.intp]) -> None:
        self._dated = np.unique(owners.astype(np.int64) << 32 | days)
        self._starts = self._dated.searchsorted(np.arange(len(owners) + 1) << 32)
        firsts = self._starts[:-1].clip(max=len(self._dated) - 1)
        self._undated = (self._dated[firsts] & ROW) == 0

    def measure_gaps(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the days between the nearest documents of two texts; 0 if a document of one is
        undated.
        """
        dated, starts = self._dated, self._starts
        one, other = pairs[:, 0], pairs[:, 1]
        counts = starts[one + 1] - starts[one]
        which = np.repeat(np.arange(len(pairs)), counts)
        places = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        wanted = (dated[starts[one][which] + places] & ROW) | other[which] << 32
        after = np.minimum(dated.searchsorted(wanted), starts[other + 1][which] - 1)
        before = np.maximum(after - 1, starts[other][which])
        nearest = np.minimum(abs(dated[after] - wanted), abs(dated[before] - wanted))
        gaps = np.full(len(pairs), _EVER)
        np.minimum.at(gaps, which, nearest)
        return np.where(self._undated[one] | self._undated[other], 0, gaps)


def label_components(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return for each text the lowest text connected to it by pairs, itself if it is in no pair.

    Args:
        pairs: shape (pairs, 2).
        count: number of texts.
    """
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


def number_groups(labels: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return group numbers from 1, in order of first documents; NO_GROUP for a label of one
    document.

    Args:
        labels: one per document, from 0 to about the number of documents.
    """
    counts = np.bincount(labels)
    firsts = np.empty(len(counts), np.int64)
    firsts[labels[::-1]] = np.arange(len(labels))[::-1]  # the first document is written last
    grouped = np.flatnonzero(counts > 1)
    numbers = np.full(len(counts), NO_GROUP, np.int32)
    numbers[grouped[np.argsort(firsts[grouped])]] = np.arange(1, len(grouped) + 1)
    return numbers[labels]
