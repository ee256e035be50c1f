"""Traits of where a line stands: the elements around it, their names, their like on the page."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from indexer.clean.blocks import Layout, Region
from indexer.clean.candidates import is_named
from indexer.clean.evidence import Column, Index, Lines
from indexer.clean.traits_words import FURNITURE_FAMILIES, PLACE_NAMES

LEVELS: Final = 5
"""Elements around a line that are measured, the innermost first."""

PLACE_TAGS: Final = {
    "article": 1, "aside": 2, "header": 0, "footer": 0, "nav": 0, "figure": 4, "ul": 8, "ol": 8,
    "table": 16, "blockquote": 32, "section": 64, "li": 128,
}  # fmt: skip
"""Elements that say what they hold, as bits; those with 0 are furniture and nothing else."""

FURNITURE_TAGS: Final = frozenset({"aside", "header", "footer", "nav"})

TAG_BITS: Final = ("article", "aside", "figure", "ul", "table", "blockquote", "section", "li")

CLIMB: Final = 40
"""Elements climbed to the one that holds the chosen region too."""

_BITS: Final = {
    name: sum(1 << i for i, family in enumerate(PLACE_NAMES.values()) if name in family)
    for family in PLACE_NAMES.values()
    for name in family
}
_FURNITURE: Final = sum(
    1 << i for i, family in enumerate(PLACE_NAMES) if family in FURNITURE_FAMILIES
)


class Places:
    """The regions of a page as columns: parents before children, so one pass inherits."""

    def __init__(self, layout: Layout, page: Lines) -> None:
        regions = layout.regions
        count = len(regions)
        self.first = np.array([region.first for region in regions])
        self.last = np.array([region.last for region in regions])
        self.parent = np.array([region.parent for region in regions])
        self.weight = page.weight_sum[self.last] - page.weight_sum[self.first]
        self.names = [0] * count
        self.inherited = [0] * count
        self.tags = [0] * count
        self.depth = [0] * count
        self.named = [0] * count
        self.furniture_depth = [9] * count
        self.furniture_share = [1.0] * count
        self.shape = [0] * count
        self._inherit(regions, page.weight)

    def _inherit(self, regions: Sequence[Region], total: float) -> None:
        shapes: dict[tuple[str, tuple[str, ...], int], int] = {}
        for index, region in enumerate(regions):
            if region.first == region.last:
                continue
            tag, parent = region.tag, region.parent
            names = 0 if tag.name in {"html", "body"} else _bits_of(region.names)
            classes = tuple(tag.attrs.get("class") or ())
            key = (tag.name, classes, self.shape[parent] if parent >= 0 else 0)
            self.shape[index] = shapes.setdefault(key, len(shapes) + 1)
            self.names[index] = self.inherited[index] = names
            self.tags[index] = PLACE_TAGS.get(tag.name, 0)
            self.named[index] = is_named(region)
            if parent >= 0:
                self.inherited[index] |= self.inherited[parent]
                self.tags[index] |= self.tags[parent]
                self.named[index] += self.named[parent]
                self.depth[index] = self.depth[parent] + 1
                self.furniture_depth[index] = min(self.furniture_depth[parent] + 1, 9)
                self.furniture_share[index] = self.furniture_share[parent]
            if names & _FURNITURE or tag.name in FURNITURE_TAGS:
                self.furniture_depth[index] = 0
                self.furniture_share[index] = self.weight[index] / total

    def up(self, at: Index, levels: int = 1) -> Index:
        """Return the regions `levels` above."""
        for _ in range(levels):
            above = self.parent[at]
            at = np.where(above >= 0, above, at)
        return at


@lru_cache(maxsize=8192)
def _bits_of(names: frozenset[str]) -> int:
    bits = 0
    for name in names:
        bits |= _BITS.get(name, 0)
    return bits


def describe_places(layout: Layout, chosen: Sequence[Region], page: Lines) -> dict[str, Column]:
    """Return the traits of where every line of the page stands."""
    places = Places(layout, page)
    home = np.array([block.region for block in layout.blocks])
    found = _describe_levels(places, home, page)
    found |= _describe_names(places, home)
    found |= _describe_distance(places, home, chosen)
    for name, at in (("shape", home), ("outer_shape", places.up(home))):
        found |= _describe_shape(name, np.array(places.shape)[at], chosen, page)
    shape = np.array(places.shape)[home]
    alike = np.concatenate(([0.0], (shape[1:] == shape[:-1]).astype(np.float64)))
    found["alike"], found["alike_after"] = alike, np.concatenate((alike[1:], [0.0]))
    return found


def _describe_levels(places: Places, home: Index, page: Lines) -> dict[str, Column]:
    """What the elements around a line hold: size, links, running text, kept text."""
    first, last = places.first, places.last
    size = np.maximum(page.size_sum[last] - page.size_sum[first], 1.0)
    links = page.link_sum[last] - page.link_sum[first]
    kept = page.kept_size_sum[last] - page.kept_size_sum[first]
    running = page.running_sum[last] - page.running_sum[first]
    count = np.maximum(last - first, 1)
    found = {}
    at = home
    for level in range(LEVELS):
        found[f"in{level}_size"] = np.log1p(size[at])
        found[f"in{level}_links"] = links[at] / size[at]
        found[f"in{level}_weight"] = places.weight[at] / page.weight
        found[f"in{level}_lines"] = np.log(count[at])
        found[f"in{level}_kept"] = kept[at] / page.kept_size
        found[f"in{level}_running"] = running[at] / count[at]
        found[f"in{level}_kept_share"] = kept[at] / size[at]
        at = places.up(at)
    return found


def _describe_names(places: Places, home: Index) -> dict[str, Column]:
    """The families of the names around a line; nearer ones count more."""
    inherited, own = np.array(places.inherited), np.array(places.names)
    outer = places.up(home)
    found = {}
    for bit, family in enumerate(PLACE_NAMES):
        found[f"name_{family}"] = (
            ((inherited[home] >> bit) & 1)
            + ((own[home] >> bit) & 1)
            + 0.5 * ((own[outer] >> bit) & 1)
        )
    tags = np.array(places.tags)[home]
    for name in TAG_BITS:
        found[f"tag_{name}"] = ((tags & PLACE_TAGS[name]) > 0).astype(np.float64)
    found["named"] = np.minimum(np.array(places.named, dtype=np.float64)[home], 4)
    found["furniture_depth"] = np.array(places.furniture_depth, dtype=np.float64)[home]
    found["furniture_share"] = np.array(places.furniture_share, dtype=np.float64)[home]
    return found


def _describe_distance(places: Places, home: Index, chosen: Sequence[Region]) -> dict[str, Column]:
    """How far a line's element is from the chosen one, in steps up and down the tree."""
    start, end = chosen[0].first, chosen[-1].last
    depth = np.array(places.depth, dtype=np.float64)
    first = int(np.nonzero((places.first == start) & (places.last == chosen[0].last))[0][-1])
    inside = np.zeros(len(home), dtype=bool)
    for region in chosen:
        inside[region.first : region.last] = True
    at = home
    climbed = np.zeros(len(home))
    for _ in range(CLIMB):
        apart = ~((places.first[at] <= start) & (places.last[at] >= end)) & (places.parent[at] >= 0)
        if not apart.any():
            break
        climbed += apart
        at = np.where(apart, places.parent[at], at)
    return {
        "climb": climbed,
        "descent": np.clip(depth[first] - depth[at], 0, 20),
        "depth": np.where(inside, depth[home] - depth[first], -1.0),
    }


def _describe_shape(
    name: str, shape: Index, chosen: Sequence[Region], page: Lines
) -> dict[str, Column]:
    """What the lines in elements of the same tags and classes are like, all over the page."""
    inside = np.zeros(len(shape))
    for region in chosen:
        inside[region.first : region.last] = 1.0
    count = np.bincount(shape)
    size = np.bincount(shape, page.size)
    each = np.maximum(count, 1)
    return {
        f"{name}_lines": np.log(count[shape]),
        f"{name}_weight": np.bincount(shape, np.diff(page.weight_sum))[shape] / page.weight,
        f"{name}_size": np.log1p(size / each)[shape],
        f"{name}_links": (np.bincount(shape, np.diff(page.link_sum)) / np.maximum(size, 1))[shape],
        f"{name}_kept": (np.bincount(shape, page.kept) / each)[shape],
        f"{name}_inside": (np.bincount(shape, inside) / each)[shape],
    }
