"""Finds the line that prints the headline, and uses its position.

`find_headline` gives the line near which bylines and dates are looked for. The other functions drop
text above the headline, and choose its article among several.
"""

import re
from math import ceil
from typing import Final

from indexer.clean.page.blocks import PageLayout, Region, TextBlock, is_running_text
from indexer.clean.page.outlet_names import fold_words

HEADING_TAGS: Final = frozenset({"h1", "h2", "h3"})

MIN_TITLE_SHARE: Final = 0.75
"""Least share of common words of a line before the text and a declared title that it repeats."""

MIN_DECLARED_SHARE: Final = 0.7
"""Share of a declared title that a shorter line must match: outlets add their name to titles."""

MIN_EXACT_SHARE: Final = 0.9
"""Least share of common words for the one certain headline."""

MAX_HEADLINE_SIZE: Final = 250
"""Characters of the longest headline."""

MIN_HEADLINE_WORDS: Final = 3
"""Least number of words of a headline; one or two can be the name of a section."""

MIN_ARTICLE_SIZE: Final = 500
"""Least number of characters of running text below a headline that make an article."""

MIN_OTHER_ARTICLES: Final = 2
"""Least number of other articles in an element that make it a list."""

_WORD: Final = re.compile(r"\w+")


def find_title_lines(blocks: list[TextBlock], titles: tuple[str, ...]) -> list[int]:
    """Return the indices of the lines that repeat a declared title."""
    declared = {_split_words(title) for title in titles} - {frozenset()}
    if not declared:
        return []
    marks = {mark for title in declared for mark in _choose_probe_words(title)}
    least = min(map(_compute_min_size, declared))
    found = []
    for index, block in enumerate(blocks):
        if block.size > MAX_HEADLINE_SIZE:
            continue
        text = block.text.casefold()
        if (
            len(text) >= least
            and _has_any(text, marks)
            and _is_title_repeated(_split_words(text), declared)
        ):
            found.append(index)
    return found


def _has_any(text: str, words: set[str]) -> bool:
    for word in words:  # noqa: SIM110 - `any` over a generator takes twice as long
        if word in text:
            return True
    return False


def _count_required_words(title: frozenset[str]) -> int:
    """Return how many words of a title are in every line that repeats it."""
    return ceil(MIN_TITLE_SHARE * MIN_DECLARED_SHARE * len(title))


def _compute_min_size(title: frozenset[str]) -> int:
    """Return the least number of characters of a line that repeats a title."""
    count = _count_required_words(title)
    return sum(sorted(map(len, title))[:count]) + count - 1


def _choose_probe_words(title: frozenset[str]) -> list[str]:
    """Return words of which every line that repeats the title has at least one, long ones first.

    Such a line misses fewer words than these. Splitting every line of a page into words took five
    times as long.
    """
    words = sorted(title, key=lambda word: (-len(word), word))
    return words[: len(title) - _count_required_words(title) + 1]


def _is_title_repeated(words: frozenset[str], titles: set[frozenset[str]]) -> bool:
    """Tell whether the words of a line repeat those of a title."""
    for title in titles:
        common = len(words & title)
        if common and common >= MIN_TITLE_SHARE * max(len(words), MIN_DECLARED_SHARE * len(title)):
            return True
    return False


def _split_words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def find_certain_headline(
    blocks: list[TextBlock], headlines: list[int], titles: tuple[str, ...]
) -> int | None:
    """Return the index of the only heading that is a declared title word for word, or None.

    630 of 772 pages have one. On none of them is text of the article above it.
    """
    declared = [_split_words(title) for title in titles]
    found = [
        index
        for index in headlines
        if blocks[index].name in HEADING_TAGS and _is_exact_title(blocks[index], declared)
    ]
    return found[0] if len(found) == 1 else None


def _is_exact_title(block: TextBlock, titles: list[frozenset[str]]) -> bool:
    """Tell whether a heading has enough words, and nearly all those of a title."""
    words = _split_words(block.text)
    return len(words) >= MIN_HEADLINE_WORDS and any(
        len(words & title) >= MIN_EXACT_SHARE * max(len(words), len(title)) for title in titles
    )


def drop_lines_above(blocks: list[TextBlock], drop_reasons: list[str], head: int) -> None:
    """Drop the lines above the headline if there is an article below it."""
    below = sum(
        block.size
        for block, out in zip(blocks[head:], drop_reasons[head:], strict=True)
        if not out and is_running_text(block)
    )
    if below >= MIN_ARTICLE_SIZE:
        for index in range(head):
            drop_reasons[index] = drop_reasons[index] or "above"


def choose_headline_article(layout: PageLayout, chosen: list[Region], head: int) -> list[Region]:
    """Return the article that holds the headline if others were chosen instead, else `chosen`.

    Below a short article there may be others in full ("you may also like"), longer together than
    the short one.
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
    if (
        own
        and len(others) >= MIN_OTHER_ARTICLES
        and _count_running_text(layout, own[-1]) >= MIN_ARTICLE_SIZE
    ):
        return own[-1:]
    return chosen


def _count_running_text(layout: PageLayout, region: Region) -> int:
    """Return the characters of running text in a region."""
    blocks = layout.blocks[region.first : region.last]
    return sum(block.size for block in blocks if is_running_text(block))


def find_headline(layout: PageLayout, title: str) -> int | None:
    """Return the index of the line that is the headline, None if no line is.

    First an `<h1>` equal to the title, then such an `<h2>` or `<h3>`, then the `<h1>` that shares
    most words with it (the first of equals), then any line equal to it. An earlier version took the
    last `<h1>` of the page; on one page in thirty it was in a box below the article.
    """
    wanted = fold_words(title)
    least, most = len(title) / 2, 2 * len(title)
    longest = max(wanted, key=len, default="")
    same = [
        index
        for index, block in enumerate(layout.blocks)
        if least < block.size < most
        and longest in block.text.casefold()
        and fold_words(block.text) == wanted
    ]
    for names in ({"h1"}, {"h2", "h3"}):
        for index in same:
            if layout.blocks[index].name in names:
                return index
    shared = frozenset(wanted)
    heads = [index for index, block in enumerate(layout.blocks) if block.name == "h1"]
    if heads:
        return max(
            heads, key=lambda i: (len(shared & frozenset(fold_words(layout.blocks[i].text))), -i)
        )
    return same[0] if same else None
