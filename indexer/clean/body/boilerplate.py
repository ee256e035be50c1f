"""Finds boilerplate: navigation, captions, share bars, teasers, comments.

In: the layout of a page. Out: for each block the name of the boilerplate around it. Names can
mislead: a theme calls its article `sidebar-content`, a page builder calls every paragraph `widget`.
So a name whose elements hold more than MAX_NAME_SHARE of the running text of a page does not mean
boilerplate on that page.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from indexer.clean.body.line_rules import HEADINGS
from indexer.clean.page.blocks import PageLayout, Region
from indexer.clean.page.selectors import (
    BOILERPLATE_NAMES,
    BOILERPLATE_ROLES,
    BOILERPLATE_TAGS,
    COMMENT_NAMES,
    DOUBTFUL_NAMES,
    DOUBTFUL_TAGS,
    NAMES_OF_LARGE_ELEMENTS,
    TEXT_TAGS,
)

MAX_NAME_SHARE = 0.45
"""Share of the running text above which a name does not mean boilerplate on the page."""

MAX_LARGE_ELEMENT_SHARE = 0.9
"""The same share for COMMENT_NAMES and NAMES_OF_LARGE_ELEMENTS: comments are often longer than the
article, and elements like footers may surround a whole page.
"""

MIN_HEADED_SHARE = 0.2
"""Share of the running text above which an element with an `<h1>` is not boilerplate."""

MAX_DOUBTFUL_SHARE = 0.08
"""Share of the running text above which an element with only a doubtful name is not boilerplate."""

MIN_ANCHOR_WORDS = 3
"""Least number of words of an id that can be made from a heading."""

PAGE_TAGS = frozenset({"html", "body", "main"})
"""Elements around the whole page, whose names do not count."""

SUSPECT_TAGS = BOILERPLATE_TAGS | DOUBTFUL_TAGS

CERTAIN_NAMES = BOILERPLATE_NAMES | COMMENT_NAMES

SUSPECT_NAMES = CERTAIN_NAMES | DOUBTFUL_NAMES
"""Names of boilerplate: certain and doubtful ones."""

_WORD = re.compile(r"[a-z]+")
_NO_WORDS: frozenset[str] = frozenset()


def find_boilerplate(layout: PageLayout, weights: list[float]) -> list[str]:
    """Return for each block the name of the boilerplate around it, "" if there is none.

    Args:
        weights: weight of each block as running text (`container.weigh_blocks`).
    """
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    total = sums[-1] or 1.0
    covered: dict[str, float] = {}
    reach: dict[str, int] = {}
    heads = [index for index, block in enumerate(layout.blocks) if block.name == "h1"]
    suspects: list[tuple[Region, str, bool]] = []
    for region in layout.regions:
        found = _find_suspect_names(layout, region) if region.first < region.last else ()
        if not found:
            continue
        share = (sums[region.last] - sums[region.first]) / total
        headed = share > MIN_HEADED_SHARE and any(
            region.first <= head < region.last for head in heads
        )
        for name, is_certain in found:
            if region.first >= reach.get(name, 0):
                covered[name] = covered.get(name, 0.0) + share
                reach[name] = region.last
            if not headed and (is_certain or share <= MAX_DOUBTFUL_SHARE):
                suspects.append((region, name, is_certain))
    inside = [""] * len(layout.blocks)
    for region, name, _ in suspects:
        limit = (
            MAX_LARGE_ELEMENT_SHARE
            if name in COMMENT_NAMES or name in NAMES_OF_LARGE_ELEMENTS
            else MAX_NAME_SHARE
        )
        if covered[name] <= limit:
            inside[region.first : region.last] = [name] * (region.last - region.first)
    return inside


def _find_suspect_names(layout: PageLayout, region: Region) -> Sequence[tuple[str, bool]]:
    """Return the names of an element that suggest boilerplate, each with whether it is certain."""
    name, names, attributes = region.tag.name, region.names, region.tag.attrs
    if name in PAGE_TAGS:
        return ()
    by_name = _match_suspect_names(name, names)
    if by_name and "id" in attributes:
        repeated = _find_heading_words(layout, region)
        if repeated:
            by_name = tuple(suspect for suspect in by_name if suspect[0] not in repeated)
    if not (
        "role" in attributes or "hidden" in names or "style" in attributes or "hidden" in attributes
    ):
        return by_name
    found = list(by_name)
    at = int(name in SUSPECT_TAGS)
    if _is_hidden(attributes):
        found.insert(at, ("hidden", True))
    role = attributes.get("role")
    if role in BOILERPLATE_ROLES:
        found.insert(at, (f"role={role}", True))
    return found


@lru_cache(maxsize=8192)
def _match_suspect_names(tag: str, names: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Return the tag, if it is suspect, and the suspect names, each with whether it is certain.

    For an element made for text only the certain names count.
    """
    # The order matters: the last of the names becomes the drop reason, and the line classifier was
    # fitted to these.
    own = ((tag, tag in BOILERPLATE_TAGS),) if tag in SUSPECT_TAGS else ()
    known = names & (CERTAIN_NAMES if tag in TEXT_TAGS else SUSPECT_NAMES)
    return own + tuple((name, name in CERTAIN_NAMES) for name in sorted(known))


def _find_heading_words(layout: PageLayout, region: Region) -> frozenset[str]:
    """Return the words of an id that repeat the heading of its element, if the id is made from it.

    `id="menu-ideas-for-spring"` above "Menu ideas for spring" is a link target and does not mean a
    menu. Words that are in a class too are not returned.
    """
    attributes = region.tag.attrs
    for block in layout.blocks[region.first : region.first + 3]:
        if block.name in HEADINGS:
            words = _WORD.findall(str(attributes["id"]).lower())
            repeated = frozenset(words) & frozenset(_WORD.findall(block.text.lower()))
            if len(words) < MIN_ANCHOR_WORDS or 2 * len(repeated) <= len(words):
                break
            return repeated.difference(
                _WORD.findall(" ".join(attributes.get("class") or ()).lower())
            )
    return _NO_WORDS


def _is_hidden(attributes: Mapping[str, Any]) -> bool:
    """Tell whether an element is not shown. `hidden md:block` is shown on wider screens."""
    if "hidden" in attributes:
        return True
    classes = attributes.get("class") or ()
    if "hidden" in classes and not any(":" in name for name in classes):
        return True
    style = attributes.get("style")
    return bool(style) and "display:none" in str(style).replace(" ", "")
