"""Which segments to merge: logarithmic tiers, and neighbours only: documents keep their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MERGE_FACTOR = 8
"""Segments of a tier that are merged into one of the next."""

SMALLEST_TIER = 512
"""Documents up to which a segment is of the lowest tier; each further tier holds FAN times more."""

DELETED_SHARE = 3
"""A segment of which more than one in three documents are deleted is written anew."""


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """How full a segment is: documents in all, and how many of them live."""

    documents: int
    live: int


def plan_merges(loads: Sequence[SegmentSize], *, single: bool = False) -> list[range]:
    """Which segments become one: ranges of one segment or more, ascending, without overlap.

    As soon as the segments at the end hold FAN of one tier, and between them only lower ones,
    they are merged; a cascade over several tiers is done in one go.

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
    """Number of the first segment of the tail that becomes one; len(sizes) where none does."""
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
