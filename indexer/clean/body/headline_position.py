"""Where the page prints its headline, and what that says about the text around it.

`find_anchor` gives the line a page has its headline on: bylines and dates are looked for near it.
"""

import re
from math import ceil
from typing import Final

from indexer.clean.page.blocks import PageLayout, Region, TextBlock, is_running_text
from indexer.clean.page.outlet_names import fold_words

HEADING_TAGS: Final = frozenset({"h1", "h2", "h3"})

MIN_TITLE_SHARE: Final = 0.75
"""Share of words a line before the text has in common with a declared title to be it again."""

MIN_DECLARED_SHARE: Final = 0.7
"""Share of a declared title a shorter line is measured against: outlets add their name."""

MIN_EXACT_SHARE: Final = 0.9
"""The same for the one heading that is the headline beyond doubt."""

MAX_HEADLINE_SIZE: Final = 250
"""Characters of the longest headline."""

MIN_HEADLINE_WORDS: Final = 3
"""Words of a headline; one or two are a section's name too."""

MIN_ARTICLE_SIZE: Final = 500
"""Characters of running text below a headline that make an article of it."""

MIN_OTHER_ARTICLES: Final = 2
"""Articles inside one element that make a list of it."""

_WORD: Final = re.compile(r"\w+")


def find_title_lines(blocks: list[TextBlock], titles: tuple[str, ...]) -> list[int]:
    """Return the indices of the lines that say a declared title again."""
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
    """Return how many words of a title a line has that says it again."""
    return ceil(MIN_TITLE_SHARE * MIN_DECLARED_SHARE * len(title))


def _compute_min_size(title: frozenset[str]) -> int:
    """Return how many characters such a line has."""
    count = _count_required_words(title)
    return sum(sorted(map(len, title))[:count]) + count - 1


def _choose_probe_words(title: frozenset[str]) -> list[str]:
    """Return words of a title one of which is in every line that says it again, long ones first.

    Such a line misses fewer words than these. Splitting every line of a page into words to see
    took five times as long.
    """
    words = sorted(title, key=lambda word: (-len(word), word))
    return words[: len(title) - _count_required_words(title) + 1]


def _is_title_repeated(words: frozenset[str], titles: set[frozenset[str]]) -> bool:
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
    """Return the index of the headline: the only heading that is a declared title word for word.

    630 of 772 pages have one. None has text of its article above it.
    """
    declared = [_split_words(title) for title in titles]
    found = [
        index
        for index in headlines
        if blocks[index].name in HEADING_TAGS and _is_exact_title(blocks[index], declared)
    ]
    return found[0] if len(found) == 1 else None


def _is_exact_title(block: TextBlock, titles: list[frozenset[str]]) -> bool:
    words = _split_words(block.text)
    return len(words) >= MIN_HEADLINE_WORDS and any(
        len(words & title) >= MIN_EXACT_SHARE * max(len(words), len(title)) for title in titles
    )


def drop_lines_above(blocks: list[TextBlock], verdicts: list[str], head: int) -> None:
    """Drop what stands above the headline, where an article stands below it."""
    below = sum(
        block.size
        for block, out in zip(blocks[head:], verdicts[head:], strict=True)
        if not out and is_running_text(block)
    )
    if below >= MIN_ARTICLE_SIZE:
        for index in range(head):
            verdicts[index] = verdicts[index] or "above"


def choose_headline_article(layout: PageLayout, chosen: list[Region], head: int) -> list[Region]:
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
    if (
        own
        and len(others) >= MIN_OTHER_ARTICLES
        and _count_running_text(layout, own[-1]) >= MIN_ARTICLE_SIZE
    ):
        return own[-1:]
    return chosen


def _count_running_text(layout: PageLayout, region: Region) -> int:
    blocks = layout.blocks[region.first : region.last]
    return sum(block.size for block in blocks if is_running_text(block))


def find_headline(layout: PageLayout, title: str) -> int | None:
    """Return the index of the line that is the headline, None where no line is.

    First an `<h1>` that says the title, then an `<h2>` or `<h3>`, then the `<h1>` that shares the
    most words with it (the first of equals), then any line that says it. The last `<h1>` of the
    page, taken before, was that of a box below the article on one page in thirty.
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
