"""The line a page has its headline on: bylines and dates are looked for near it."""

from indexer.clean.blocks import Layout
from indexer.clean.title import words


def find_anchor(layout: Layout, title: str) -> int | None:
    """Return the index of the line that is the headline, None where no line is.

    First an `<h1>` that says the title, then an `<h2>` or `<h3>`, then the `<h1>` that shares the
    most words with it (the first of equals), then any line that says it. The last `<h1>` of the
    page, taken before, was that of a box below the article on one page in thirty.
    """
    wanted = words(title)
    least, most = len(title) / 2, 2 * len(title)
    longest = max(wanted, key=len, default="")
    same = [
        index
        for index, block in enumerate(layout.blocks)
        if least < block.size < most
        and longest in block.text.casefold()
        and words(block.text) == wanted
    ]
    for names in ({"h1"}, {"h2", "h3"}):
        for index in same:
            if layout.blocks[index].name in names:
                return index
    shared = frozenset(wanted)
    heads = [index for index, block in enumerate(layout.blocks) if block.name == "h1"]
    if heads:
        return max(heads, key=lambda i: (len(shared & frozenset(words(layout.blocks[i].text))), -i))
    return same[0] if same else None
