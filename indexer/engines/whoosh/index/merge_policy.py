"""The choice of segments to merge: logarithmic tiers, as in Lucene's LogMergePolicy.

In: the sizes of the segments, oldest first. Out: ranges of neighbours; only neighbours are merged,
so documents keep their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MERGE_FACTOR = 8
"""Segments of a tier that are merged into one of the next."""

SMALLEST_TIER = 512
"""Most documents of a segment of the lowest tier; each further tier has MERGE_FACTOR times more."""

DELETED_SHARE = 3
"""A segment with more than one deleted document in so many is written anew."""


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """Documents of a segment: all, and those that are not deleted."""

    documents: int
    live: int


def plan_merges(loads: Sequence[SegmentSize], *, single: bool = False) -> list[range]:
    """Choose the segments to merge: ranges of one segment or more, ascending, without overlap.

    As soon as the last segments are MERGE_FACTOR of one tier, with only lower ones between them,
    they are merged; a cascade over several tiers is one merge.

    Args:
        loads: the segments, oldest first.
        single: merge all into one, without deleted documents.
    """
    if single:
        clean = len(loads) <= 1 and all(load.live == load.documents for load in loads)
        return [] if clean else [range(len(loads))]
    start = _find_tail([load.live for load in loads])
    worn = [
        range(number, number + 1)
        for number, load in enumerate(loads[:start])
        if (load.documents - load.live) * DELETED_SHARE > load.documents
    ]
    return [*worn, range(start, len(loads))] if start < len(loads) else worn


def _find_tail(sizes: Sequence[int]) -> int:
    """Find the first segment of the tail to merge; len(sizes) if no tail is merged."""
    start = len(sizes)
    for tier in range(_find_tier(max(sizes, default=0)) + 1):
        planned = [_find_tier(sum(sizes[start:]))] if start < len(sizes) else []
        if planned > [tier]:
            continue
        first = start
        while first > 0 and _find_tier(sizes[first - 1]) <= tier:
            first -= 1
        tiers = [_find_tier(size) for size in sizes[first:start]] + planned
        # Left alone, small segments between large ones would never be of the tier that merges.
        if tiers.count(tier) >= MERGE_FACTOR or len(tiers) >= MERGE_FACTOR * (tier + 1):
            start = first
    return start


def _find_tier(size: int) -> int:
    tier = 0
    while size > SMALLEST_TIER * MERGE_FACTOR**tier:
        tier += 1
    return tier
