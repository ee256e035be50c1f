"""Soup -> the lines of text a reader sees (`Block`) and the elements that hold them (`Region`).

Both are lists in document order; a region is a range of blocks, so that weighing an element is
arithmetic on ranges and nothing is ever copied or recursed into.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bs4 import Tag

from indexer.clean.selectors import HIDDEN_CLASSES, INLINE

BREAK: Final = "\x1e"
"""Stands for `<br>` while a block is read; no page holds it, control characters are stripped."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME: Final = re.compile(r"[a-z]+")
_NAMING: Final = ("id", "data-component", "data-testid", "data-module", "data-block")
_PLAIN: Final = re.compile(r"[\w-]+$")
"""A class name; those with colons or brackets are utilities (`md:w-full`) and name no role."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or cell.

    Attributes:
        text: its text, one line.
        size: characters of it. link_size: of these, inside links to elsewhere.
        region: index of the innermost region around it. name: that region's tag.
    """

    text: str
    size: int
    link_size: int
    region: int
    name: str


@dataclass(slots=True)
class Region:
    """An element that is no inline one: blocks `first` to `last` (exclusive) stand in it.

    `names` are the words of its class and id.
    """

    tag: Tag
    names: frozenset[str]
    parent: int
    first: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """All blocks and regions of a page in document order; region 0 holds everything."""

    blocks: list[Block]
    regions: list[Region]


def read_layout(root: Tag) -> Layout:
    """Walk the soup once, without recursion."""
    reader = _Reader()
    inside: list[Tag] = []
    stack: list[object] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            reader.close(inside.pop())
        elif not isinstance(node, Tag):
            reader.text(str(node))
        elif reader.open(node):
            inside.append(node)
            stack.append(None)
            stack.extend(reversed(node.contents))
    reader.flush()
    return Layout(reader.blocks, reader.regions)


class _Reader:
    """Collects the text of a line until a block-level border."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.regions: list[Region] = []
        self._open: list[int] = []
        self._pieces: list[str] = []
        self._links = 0
        self._link_size = 0
        self._pre = 0

    def open(self, tag: Tag) -> bool:
        """Take a start tag; returns whether the element is to be walked into."""
        name = tag.name
        if name == "br":
            self._pieces.append(BREAK)
            return False
        classes = tag.attrs.get("class")
        if classes and not HIDDEN_CLASSES.isdisjoint(classes):
            return False
        if name == "a":
            self._links += not str(tag.attrs.get("href", "")).startswith("#")
        elif name not in INLINE:
            self.flush()
            self._pre += name == "pre"
            parent = self._open[-1] if self._open else -1
            self.regions.append(Region(tag, names_of(tag), parent, len(self.blocks)))
            self._open.append(len(self.regions) - 1)
        return True

    def close(self, tag: Tag) -> None:
        """Take an end tag."""
        if tag.name == "a":
            self._links -= not str(tag.attrs.get("href", "")).startswith("#")
        elif tag.name not in INLINE:
            self.flush()
            self._pre -= tag.name == "pre"
            self.regions[self._open.pop()].last = len(self.blocks)

    def text(self, text: str) -> None:
        """Take a string."""
        self._pieces.append(text.replace("\n", BREAK) if self._pre else text)
        if self._links:
            self._link_size += len(text.strip())

    def flush(self) -> None:
        """End the line: two breaks in a row end a paragraph, one ends a line of it."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        link_size, self._pieces, self._link_size = self._link_size, [], 0
        if text.isspace():
            return
        region = self._open[-1] if self._open else 0
        name = self.regions[region].tag.name if self.regions else "body"
        if BREAK not in text:
            line = " ".join(text.split())
            self.blocks.append(Block(line, len(line), min(link_size, len(line)), region, name))
            return
        parts = [" ".join(part.split()) for part in text.split(BREAK)]
        total = sum(map(len, parts))
        for part in parts:
            if part:
                share = link_size * len(part) // total
                self.blocks.append(Block(part, len(part), min(share, len(part)), region, name))


def names_of(tag: Tag) -> frozenset[str]:
    """Return the words of an element's class and id, lower case.

    >>> from bs4 import BeautifulSoup
    >>> sorted(names_of(BeautifulSoup('<p class="articleBody-text">', "lxml").p))
    ['article', 'body', 'text']
    """
    attributes = tag.attrs
    raw = attributes.get("class")
    text = " ".join(filter(_PLAIN.match, raw)) if raw else ""
    if len(attributes) > (raw is not None):
        for key in _NAMING:
            if key in attributes:
                text = f"{text} {attributes[key]}"
    return _names(text)


@lru_cache(maxsize=4096)
def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(_CAMEL.sub(" ", text).lower()))
