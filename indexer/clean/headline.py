"""Where the page prints its headline, and what that says about the text around it."""

import re
from typing import Final

from indexer.clean.blocks import Block, Layout, Region
from indexer.clean.candidates import is_running

HEADING_TAGS: Final = frozenset({"h1", "h2", "h3"})

TITLE_SHARE: Final = 0.75
"""Share of words a line before the text has in common with a declared title to be it again."""

EXACT_SHARE: Final = 0.9
"""The same for the one heading that is the headline beyond doubt."""

LEAST_WORDS: Final = 3
"""Words of a headline; one or two are a section's name too."""

BELOW_SIZE: Final = 500
"""Characters of running text below a headline that make an article of it."""

STORIES: Final = 2
"""Articles inside one element that make a list of it."""

_WORD: Final = re.compile(r"\w+")


def find_headlines(blocks: list[Block], titles: tuple[str, ...]) -> list[int]:
    """Return the indices of the lines that say a declared title again."""
    declared = {frozenset(_WORD.findall(title.casefold())) for title in titles}
    return [index for index, block in enumerate(blocks) if _repeats(block, declared)]


def _repeats(block: Block, titles: set[frozenset[str]]) -> bool:
    words = _words_of(block)
    for title in titles:
        common = len(words & title)
        if common and common >= TITLE_SHARE * max(len(words), 0.7 * len(title)):
            return True
    return False


def _words_of(block: Block) -> frozenset[str]:
    """Return the words of a line short enough to be a headline."""
    if block.size > 250:
        return frozenset()
    return frozenset(_WORD.findall(block.text.casefold()))


def find_head(blocks: list[Block], headlines: list[int], titles: tuple[str, ...]) -> int | None:
    """Return the index of the headline: the only heading that is a declared title word for word.

    630 of 772 pages have one. None has text of its article above it.
    """
    declared = [frozenset(_WORD.findall(title.casefold())) for title in titles]
    found = [
        index
        for index in headlines
        if blocks[index].name in HEADING_TAGS and _says(blocks[index], declared)
    ]
    return found[0] if len(found) == 1 else None


def _says(block: Block, titles: list[frozenset[str]]) -> bool:
    words = _words_of(block)
    return len(words) >= LEAST_WORDS and any(
        len(words & title) >= EXACT_SHARE * max(len(words), len(title)) for title in titles
    )


def drop_above(blocks: list[Block], verdicts: list[str], head: int) -> None:
    """Drop what stands above the headline, where an article stands below it."""
    below = sum(
        block.size
        for block, out in zip(blocks[head:], verdicts[head:], strict=True)
        if not out and is_running(block)
    )
    if below >= BELOW_SIZE:
        for index in range(head):
            verdicts[index] = verdicts[index] or "above"


def tell_apart(layout: Layout, chosen: list[Region], head: int) -> list[Region]:
    """Return the article the headline stands in, where other articles were chosen in its place.

    Below a short article stand others in full ("you may also like"), longer together than it.
    """
    if any(region.first <= head < region.last for region in chosen):
        return chosen
    articles = [region for region in layout.regions if region.tag.name == "article"]
    own = [region for region in articles if region.first <= head < region.last]
    others = [
        region
        for region in articles
        if region.first > head and any(c.first <= region.first < c.last for c in chosen)
    ]
    if own and len(others) >= STORIES and _running(layout, own[-1]) >= BELOW_SIZE:
        return own[-1:]
    return chosen


def _running(layout: Layout, region: Region) -> int:
    blocks = layout.blocks[region.first : region.last]
    return sum(block.size for block in blocks if is_running(block))
