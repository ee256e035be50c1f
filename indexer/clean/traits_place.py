"""Traits of where a line stands: what the elements around it hold, and their like on the page."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from indexer.clean.blocks import Region
from indexer.clean.evidence import (
    KEPT,
    KEPT_SIZE,
    LINKS,
    SIZE,
    WEIGHT,
    Column,
    Evidence,
    Index,
    Lines,
    Table,
    table,
)

LEVELS: Final = 3
"""Elements around a line that are measured, the innermost first; five judge no better."""


def describe_places(evidence: Evidence, page: Lines, lines: Index) -> tuple[Table, ...]:
    """Return the traits of where some lines of the page stand."""
    regions, blocks = evidence.layout.regions, evidence.layout.blocks
    home = np.array([block.region for block in blocks])
    above = np.maximum(np.array([region.parent for region in regions]), 0)
    shape = np.array(_find_shapes(regions))
    chosen = np.zeros(len(blocks))
    for region in evidence.regions:
        chosen[region.first : region.last] = 1.0
    return (
        _describe_levels(regions, home[lines], above, page),
        _describe_shape("shape", shape[home], lines, page, chosen),
        _describe_shape("outer_shape", shape[above[home]], lines, page, chosen),
    )


def _describe_levels(regions: Sequence[Region], home: Index, above: Index, page: Lines) -> Table:
    """What the elements around lines hold: size, running text, kept text."""
    first = np.array([region.first for region in regions])
    last = np.array([region.last for region in regions])
    found = {}
    at = home
    for level in range(LEVELS):
        held = page.within(first[at], last[at])
        found[f"in{level}_size"] = np.log1p(held[SIZE])
        found[f"in{level}_weight"] = held[WEIGHT] / page.weight
        found[f"in{level}_kept"] = held[KEPT_SIZE] / page.kept_size
        found[f"in{level}_kept_share"] = held[KEPT_SIZE] / held[SIZE]
        at = above[at]
    return table(**found)


def _find_shapes(regions: Sequence[Region]) -> list[int]:
    """Return for each element a number, the same for those of the same tags and classes upwards."""
    numbers: dict[tuple[str, tuple[str, ...], int], int] = {}
    shapes = [0] * len(regions)
    for index, region in enumerate(regions):
        if region.first < region.last:
            classes = region.tag.attrs.get("class")
            outer = shapes[region.parent] if index else 0
            key = (region.tag.name, tuple(classes) if classes else (), outer)
            shapes[index] = numbers.setdefault(key, len(numbers) + 1)
    return shapes


def _describe_shape(name: str, shape: Index, lines: Index, page: Lines, chosen: Column) -> Table:
    """What the lines in elements of the same tags and classes are like, all over the page."""
    at = shape[lines]
    each = np.bincount(shape)[at]
    size, links, weight, kept, inside = (
        np.bincount(shape, values)[at]
        for values in (*page.each[[SIZE, LINKS, WEIGHT, KEPT]], chosen)
    )
    return table(
        **{
            f"{name}_lines": np.log(each),
            f"{name}_weight": weight / page.weight,
            f"{name}_size": np.log1p(size / each),
            f"{name}_links": links / size,
            f"{name}_kept": kept / each,
            f"{name}_inside": inside / each,
        }
    )
