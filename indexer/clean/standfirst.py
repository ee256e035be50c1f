"""The sentence between headline and text (deck, summary, excerpt), wherever the page keeps it."""

import re
from typing import Final

from indexer.clean.blocks import Block, Layout, names_of
from indexer.clean.candidates import is_running
from indexer.clean.selectors import STANDFIRST_NAMES

SIZES: Final = range(30, 600)
"""Characters of a standfirst."""

_WORD: Final = re.compile(r"\w+")


def find_standfirst(
    layout: Layout, verdicts: list[str], descriptions: tuple[str, ...]
) -> int | None:
    """Return the index of the standfirst among lines left out, None where there is none.

    It stands between the headline and the first kept running text, and is named so or says what
    the page declares as its description.
    """
    blocks = layout.blocks
    first = next((i for i, b in enumerate(blocks) if not verdicts[i] and is_running(b)), None)
    if first is None:
        return None
    heads = [i for i in range(first) if blocks[i].name == "h1"]
    if not heads:
        return None
    known = {_fold(text) for text in descriptions}
    for index in range(heads[-1] + 1, first):
        block = blocks[index]
        if block.size in SIZES and verdicts[index] and not block.link_size > block.size / 2:
            if _fold(block.text) in known:
                return index
    return None


def _is_named(layout: Layout, block: Block) -> bool:
    region = layout.regions[block.region]
    for _ in range(2):
        if names_of(region.tag) & STANDFIRST_NAMES:
            return True
        if region.parent < 0 or layout.regions[region.parent].last - region.first > 2:
            return False
        region = layout.regions[region.parent]
    return False


def _fold(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))[:80]
