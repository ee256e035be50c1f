"""The text of the article: which element holds it, and which of its lines belong."""

from dataclasses import dataclass

from bs4 import Tag

from indexer.clean.blocks import Block, Layout, Region, names_of, read_layout
from indexer.clean.page import Document, plain
from indexer.clean.selectors import COMMENT_WORDS, JUNK_ROLES, JUNK_TAGS, JUNK_WORDS

KEEP_SHARE = 0.5
"""A region with more of the page's own text than this is never furniture."""

DESCEND_SHARE = 0.8
"""The article's element is the deepest one with this share of all running text."""


@dataclass(frozen=True, slots=True)
class Body:
    """Paragraphs in order, and where they were read (`page`, `json-ld`)."""

    paragraphs: tuple[str, ...]
    origin: str


def find_body(document: Document, title: str) -> Body:
    """Return the article's paragraphs; none where the page holds no article."""
    layout = read_layout(document.soup)
    kept = _drop_furniture(layout)
    region = _choose(layout, kept)
    blocks = [
        b for i, b in enumerate(layout.blocks[region.first : region.last], region.first) if kept[i]
    ]
    paragraphs = tuple(b.text for b in blocks if _belongs(b, title))
    declared = _declared(document)
    if sum(map(len, declared)) > 3 * sum(map(len, paragraphs)):
        return Body(declared, "json-ld")
    return Body(paragraphs, "page")


def _drop_furniture(layout: Layout) -> list[bool]:
    """Return for each block whether it is outside every element that is furniture."""
    kept = [True] * len(layout.blocks)
    sizes = [b.size - b.link_size for b in layout.blocks]
    total = sum(sizes) or 1
    for region in layout.regions:
        if region.first == region.last or not kept[region.first]:
            continue
        names = names_of(region.tag)
        comment = bool(names & COMMENT_WORDS)
        if not (comment or _is_furniture(region.tag, names)):
            continue
        if comment or sum(sizes[region.first : region.last]) < KEEP_SHARE * total:
            kept[region.first : region.last] = [False] * (region.last - region.first)
    return kept


def _is_furniture(tag: Tag, names: frozenset[str]) -> bool:
    return tag.name in JUNK_TAGS or tag.attrs.get("role") in JUNK_ROLES or bool(names & JUNK_WORDS)


def _score(block: Block) -> int:
    """Weigh a block as running text: long lines outside links."""
    own = block.size - block.link_size
    if block.size < 40 or own < block.size / 2:
        return 0
    return own


def _choose(layout: Layout, kept: list[bool]) -> Region:
    sums = [0]
    for block, keep in zip(layout.blocks, kept, strict=True):
        sums.append(sums[-1] + (_score(block) if keep else 0))
    chosen = layout.regions[0]
    goal = DESCEND_SHARE * (sums[chosen.last] - sums[chosen.first])
    for region in layout.regions:
        inside = chosen.first <= region.first and region.last <= chosen.last
        if inside and goal and sums[region.last] - sums[region.first] >= goal:
            chosen = region
    return chosen


def _belongs(block: Block, title: str) -> bool:
    if block.name == "h1" or block.text == title:
        return False
    return block.link_size < 0.7 * block.size or block.size > 200


def _declared(document: Document) -> tuple[str, ...]:
    text = document.article.get("articleBody")
    if not isinstance(text, str):
        return ()
    return tuple(filter(None, (plain(line) for line in text.split("\n"))))
