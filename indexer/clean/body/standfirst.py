"""Finds the standfirst (deck, summary): the sentence between headline and text."""

import re
from typing import Final

from indexer.clean.page.blocks import PageLayout, is_running_text

STANDFIRST_SIZES: Final = range(30, 600)
"""Characters of a standfirst."""

_WORD: Final = re.compile(r"\w+")


def find_standfirst(
    layout: PageLayout, drop_reasons: list[str], descriptions: tuple[str, ...]
) -> int | None:
    """Return the index of the standfirst among the lines left out, None if there is none.

    It is between the headline and the first kept running text, and equals a description that the
    page declares. By names alone (deck, summary, excerpt) a wrong line is found more often than the
    right one.
    """
    blocks = layout.blocks
    first = next(
        (i for i, b in enumerate(blocks) if not drop_reasons[i] and is_running_text(b)), None
    )
    if first is None:
        return None
    heads = [i for i in range(first) if blocks[i].name == "h1"]
    if not heads:
        return None
    known = {_fold_beginning(text) for text in descriptions}
    for index in range(heads[-1] + 1, first):
        block = blocks[index]
        fits = block.size in STANDFIRST_SIZES and block.link_size <= block.size / 2
        if drop_reasons[index] and fits and _fold_beginning(block.text) in known:
            return index
    return None


def _fold_beginning(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))[:80]
