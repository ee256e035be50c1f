"""After any update the groups are those of a rebuild: `group_copies` over the same documents.

Signatures are random, of so few byte values that bands are crowded: with more texts in a band than
are compared there, an added text separates others and a removed one brings them together.
"""

from __future__ import annotations

import random

import numpy as np
import pytest

from indexer.near_duplicates import incremental, lsh
from indexer.near_duplicates.grouping import group_copies
from indexer.near_duplicates.incremental import regroup
from indexer.near_duplicates.lsh import BAND, STARTS, BandIndex, make_band_keys, sort_bands
from indexer.near_duplicates.minhash import HASHES, WIDTH


def some_signature(chance, families):
    """A family's hashes, in each band but the first one changed, or fewer; now and then none."""
    if chance.random() < 0.05:
        return np.zeros(WIDTH * 4, np.uint8)
    signature = families[chance.randrange(len(families))].copy()
    for band in range(BAND, HASHES, BAND):
        if chance.random() < 0.9:
            signature[band + chance.randrange(BAND)] = chance.randrange(256)
    return signature


class Signed:
    """Documents with their signatures."""

    def __init__(self, signatures, days):
        self.count = len(days)
        self.read_signatures = signatures.__getitem__
        self.read_days = days.__getitem__
        pairs = list(sort_bands(make_band_keys(signatures, start) for start in STARTS))
        keys, order = (np.array(parts) for parts in zip(*pairs, strict=True))
        self.find_band_matches = BandIndex(signatures, keys, order).find_band_matches


class Index:
    """Documents in order, grouped anew by every update."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        few = np.random.default_rng(seed).integers(0, 256, (4, WIDTH * 4)).astype(np.uint8)
        few[:, :BAND] = few[0, :BAND]
        self.families = list(few)
        self.signatures = np.zeros((0, WIDTH), np.int32)
        self.days = np.zeros(0, np.int32)
        self.groups = np.zeros(0, np.int32)

    def update(self, removed, added):
        kept = np.ones(len(self.days), np.bool_)
        kept[self.chance.sample(range(len(kept)), min(removed, len(kept)))] = False
        gone = self.signatures[~kept]
        fresh = [some_signature(self.chance, self.families) for _ in range(added)]
        if len(self.days) and added:
            fresh[0] = self.signatures[self.chance.randrange(len(self.days))].view(np.uint8)
        new = np.array(fresh, np.uint8).reshape(-1, WIDTH * 4).view(np.int32)
        days = [self.chance.choice((0, 9, 700_000 + self.chance.randrange(40))) for _ in fresh]
        self.signatures = np.concatenate((self.signatures[kept], new))
        self.days = np.concatenate((self.days[kept], np.array(days, np.int32)))
        self.groups = regroup(Signed(self.signatures, self.days), self.groups[kept], gone)


@pytest.mark.parametrize("seed", range(8))
def test_groups_after_updates_are_those_of_a_rebuild(monkeypatch, seed):
    monkeypatch.setattr(lsh, "MAX_PAIRS_COMPARED", (0, lsh.MAX_PAIRS_COMPARED)[seed % 2])
    index = Index(seed)
    shapes = set()
    for _ in range(60):
        index.update(index.chance.randrange(6), index.chance.randrange(8))
        expected = group_copies(index.signatures, index.days)
        assert index.groups.tolist() == expected.tolist()
        shapes.add(int(expected.max(initial=0)))
    assert len(shapes) > 4  # groups were formed and split


@pytest.mark.parametrize("few", [0, 10_000])
def test_texts_near_others_are_those_with_three_hashes_of_a_band_alike(monkeypatch, few):
    monkeypatch.setattr(lsh, "MAX_PAIRS_COMPARED", few)
    rows = np.random.default_rng(5).integers(0, 4, (300, WIDTH * 4)).astype(np.uint8)
    wanted = rows[[7, 7, 250]]
    bands = [slice(start, start + BAND) for start in STARTS]
    near = [
        number
        for number, row in enumerate(rows)
        if any((row[band] == one[band]).all() for one in wanted for band in bands)
    ]
    signatures = rows.view(np.int32)
    found = Signed(signatures, np.zeros(300)).find_band_matches(wanted.view(np.int32))
    assert 3 < len(near) < 300
    assert found.tolist() == near


def test_an_update_of_many_is_grouped_whole(monkeypatch):
    monkeypatch.setattr(incremental, "MAX_CHANGES", 3)
    index = Index(1)
    for _ in range(10):
        index.update(2, 6)
        assert index.groups.tolist() == group_copies(index.signatures, index.days).tolist()


def test_an_update_of_nothing_changes_nothing():
    index = Index(2)
    index.update(0, 50)
    before = index.groups.tolist()
    assert max(before) > 1
    index.update(0, 0)
    assert index.groups.tolist() == before
