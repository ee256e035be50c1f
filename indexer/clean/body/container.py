"""Chooses the element that holds the article: the one with most running text and least boilerplate.

The blocks of a page and their boilerplate come in, one or more regions go out.
"""

from functools import lru_cache
from typing import Final

from indexer.clean.page.blocks import PageLayout, Region, TextBlock, is_running_text
from indexer.clean.page.selectors import BODY_NAMES, TEXT_TAGS

LONE_LINE_WEIGHT: Final = 0.35
"""Factor for a long line without another one beside it: teasers are alone, paragraphs are not."""

SHORT_LINE_WEIGHT: Final = 0.3
"""Factor for a short line in an element made for text."""

FAR_LINE_COST: Final = 15.0
"""Cost of a line far from running text for the element that holds it, in characters."""

NEAR_LINES: Final = 4
"""Lines from running text within which a short line costs nothing."""

NAMED_FACTOR: Final = 2.0
"""Factor for an element that is named or marked up as an article."""


def weigh_blocks(layout: PageLayout) -> list[float]:
    """Return the weight of each block as running text: weighted characters outside links, or 0."""
    groups: dict[int, int] = {}
    homes = [_find_neighbourhood(layout, block) for block in layout.blocks]
    running = [is_running_text(block) for block in layout.blocks]
    for home, runs in zip(homes, running, strict=True):
        if runs:
            groups[home] = groups.get(home, 0) + 1
    return [
        _weigh_block(block, groups[home] if runs else 0)
        for block, home, runs in zip(layout.blocks, homes, running, strict=True)
    ]


def _weigh_block(block: TextBlock, company: int) -> float:
    """Return the weight of a block.

    Args:
        company: blocks of running text in the same region, itself included; 0 if it is not one.
    """
    own = block.size - block.link_size
    if company:
        return own * (1.0 if company > 1 else LONE_LINE_WEIGHT)
    if block.name in TEXT_TAGS and block.name != "h1" and own > block.size / 2:
        return own * SHORT_LINE_WEIGHT
    return 0.0


def choose_regions(layout: PageLayout, weights: list[float], inside: list[str]) -> list[Region]:
    """Return the regions that hold the article; region 0 if the page has no running text.

    The value of a region is the weight of its lines outside boilerplate, less FAR_LINE_COST for
    every line far from running text, times NAMED_FACTOR if the region is named as an article. Of
    the regions with the highest value the innermost is taken. Regions marked up as the article's
    body are valued and taken together, since a box may divide the body.

    Args:
        weights: weight of each block. inside: the boilerplate around each, "" for none.
    """
    sums = [0.0]
    for value in _score_blocks(weights, inside):
        sums.append(sums[-1] + value)
    best, best_value = [layout.regions[0]], 0.0
    marked: list[Region] = []
    for region in layout.regions:
        value = sums[region.last] - sums[region.first]
        if value <= 0:
            continue
        parts = [region]
        if region.tag.attrs.get("itemprop") == "articleBody":
            marked.append(region)
            parts = marked
        if is_article_region(region):
            value = NAMED_FACTOR * sum(sums[part.last] - sums[part.first] for part in parts)
        if value >= best_value:
            best, best_value = parts, value
    return best


def is_article_region(region: Region) -> bool:
    """Tell whether an element is marked up or named as the text of an article."""
    tag = region.tag
    if tag.name == "article" or tag.attrs.get("itemprop") == "articleBody":
        return True
    return bool(region.names) and _has_body_name(region.names)


@lru_cache(maxsize=4096)
def _has_body_name(names: frozenset[str]) -> bool:
    return any(pair <= names for pair in BODY_NAMES)


def _score_blocks(weights: list[float], inside: list[str]) -> list[float]:
    """Return the value that each line adds to the regions around it.

    Short lines beside running text (subheads, list items) cost nothing; a gap of many lines does.
    """
    values = [0.0 if out else weight for weight, out in zip(weights, inside, strict=True)]
    gap: list[int] = []
    for index, value in enumerate([*values, 1.0]):
        if value:
            for line in gap[NEAR_LINES : len(gap) - NEAR_LINES]:
                values[line] = -FAR_LINE_COST
            gap = []
        else:
            gap.append(index)
    return values


def _find_neighbourhood(layout: PageLayout, block: TextBlock) -> int:
    """Return the index of the region whose long lines are the neighbours of a block."""
    region = layout.regions[block.region]
    return region.parent if region.last - region.first == 1 else block.region
