"""Which lines of a page stand in furniture: navigation, captions, share bars, teasers, comments.

Names lie: a theme calls its article `sidebar-content`, a page builder every paragraph `widget`.
So a name is believed only as far as the text agrees, and a name that covers much of the page's
running text names no furniture on that page.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from indexer.clean.body.line_rules import HEADINGS
from indexer.clean.page.blocks import Layout, Region
from indexer.clean.page.selectors import (
    COMMENT_NAMES,
    DOUBTFUL_NAMES,
    DOUBTFUL_TAGS,
    FIRM_NAMES,
    JUNK_NAMES,
    JUNK_ROLES,
    JUNK_TAGS,
    TEXT_TAGS,
)

VOID_SHARE = 0.45
"""A name over more of the running text than this names no furniture on the page."""

FIRM_VOID_SHARE = 0.9
"""The same for comment threads, often longer than the article, and for what frames every page."""

HEADED_SHARE = 0.2
"""An element with a headline and more of the running text than this is no furniture."""

RUNNING_SHARE = 0.08
"""A doubtful element with more of the running text than this is kept."""

ANCHOR_WORDS = 3
"""Words of the shortest id that is taken for a heading's."""

FRAMES = frozenset({"html", "body", "main"})
"""Elements around everything, whose names are no reason."""

SUSPECT_TAGS = JUNK_TAGS | DOUBTFUL_TAGS

SURE_NAMES = JUNK_NAMES | COMMENT_NAMES

SUSPECT_NAMES = SURE_NAMES | DOUBTFUL_NAMES
"""Names looked at; in order, since the last one given is the verdict the forest is told."""

_WORD = re.compile(r"[a-z]+")
_NOTHING: frozenset[str] = frozenset()


def find_furniture(layout: Layout, weights: list[float]) -> list[str]:
    """Return for each block the name of the furniture it stands in, "" where it stands in none."""
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    total = sums[-1] or 1.0
    covered: dict[str, float] = {}
    reach: dict[str, int] = {}
    heads = [index for index, block in enumerate(layout.blocks) if block.name == "h1"]
    suspects: list[tuple[Region, str, bool]] = []
    for region in layout.regions:
        found = _suspect(layout, region) if region.first < region.last else ()
        if not found:
            continue
        share = (sums[region.last] - sums[region.first]) / total
        headed = share > HEADED_SHARE and any(region.first <= head < region.last for head in heads)
        for name, sure in found:
            if region.first >= reach.get(name, 0):
                covered[name] = covered.get(name, 0.0) + share
                reach[name] = region.last
            if not headed and (sure or share <= RUNNING_SHARE):
                suspects.append((region, name, sure))
    inside = [""] * len(layout.blocks)
    for region, name, _ in suspects:
        limit = FIRM_VOID_SHARE if name in COMMENT_NAMES or name in FIRM_NAMES else VOID_SHARE
        if covered[name] <= limit:
            inside[region.first : region.last] = [name] * (region.last - region.first)
    return inside


def _suspect(layout: Layout, region: Region) -> Sequence[tuple[str, bool]]:
    """Return the names that make an element suspect, each with whether it is sure."""
    name, names, attributes = region.tag.name, region.names, region.tag.attrs
    if name in FRAMES:
        return ()
    by_name = _suspect_names(name, names)
    if by_name and "id" in attributes:
        said = _words_of_heading(layout, region)
        if said:
            by_name = tuple(suspect for suspect in by_name if suspect[0] not in said)
    if not (
        "role" in attributes or "hidden" in names or "style" in attributes or "hidden" in attributes
    ):
        return by_name
    found = list(by_name)
    at = int(name in SUSPECT_TAGS)
    if _is_hidden(attributes):
        found.insert(at, ("hidden", True))
    role = attributes.get("role")
    if role in JUNK_ROLES:
        found.insert(at, (f"role={role}", True))
    return found


@lru_cache(maxsize=8192)
def _suspect_names(tag: str, names: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Return the tag where it is suspect, then names; of an element for text only the sure ones."""
    own = ((tag, tag in JUNK_TAGS),) if tag in SUSPECT_TAGS else ()
    known = names & (SURE_NAMES if tag in TEXT_TAGS else SUSPECT_NAMES)
    return own + tuple((name, name in SURE_NAMES) for name in sorted(known))


def _words_of_heading(layout: Layout, region: Region) -> frozenset[str]:
    """Return the words of an id that is made of the heading it stands at; of no other.

    `id="menu-ideas-for-spring"` over "Menu ideas for spring" is a place to link to and names no
    menu. Words that a class says too are not among them.
    """
    attributes = region.tag.attrs
    for block in layout.blocks[region.first : region.first + 3]:
        if block.name in HEADINGS:
            words = _WORD.findall(str(attributes["id"]).lower())
            said = frozenset(words) & frozenset(_WORD.findall(block.text.lower()))
            if len(words) < ANCHOR_WORDS or 2 * len(said) <= len(words):
                break
            return said.difference(_WORD.findall(" ".join(attributes.get("class") or ()).lower()))
    return _NOTHING


def _is_hidden(attributes: Mapping[str, Any]) -> bool:
    """Tell whether an element is not shown; `hidden md:block` is, on wider screens."""
    if "hidden" in attributes:
        return True
    classes = attributes.get("class") or ()
    if "hidden" in classes and not any(":" in name for name in classes):
        return True
    style = attributes.get("style")
    return bool(style) and "display:none" in str(style).replace(" ", "")
