"""Soup -> the lines of text a reader sees (`Block`) and the elements that hold them (`Region`).

Both are lists in document order; a region is a range of blocks, so that weighing an element is
arithmetic on ranges and nothing is ever copied or recursed into.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from bs4 import Tag
from bs4.element import NavigableString

from indexer.analysis.normalization import RAISED
from indexer.clean.page.selectors import HIDDEN_CLASSES, INLINE

BREAK: Final = "\x1e"
"""Stands for `<br>` while a block is read; no page holds it, control characters are stripped."""

_RAISED: Final = str.maketrans("0123456789", RAISED)
"""Figures in a `<sup>` stay raised: `10<sup>15</sup>` is not 1015, nor a noted Su-25 a Su-252."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME: Final = re.compile(r"[a-z]+")
_NAMING: Final = frozenset({"id", "data-component", "data-testid", "data-module", "data-block"})
_NAMELESS: Final[frozenset[str]] = frozenset()
_ALL_PLAIN: Final = re.compile(r"[\w -]*$")
_PLAIN: Final = re.compile(r"[\w-]+$")
"""A class name; those with colons or brackets are utilities (`md:w-full`) and name no role."""

LONG: Final = 60
"""Characters from which a line counts as running text."""


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
    outer: list[tuple[Tag, Iterator[Any]]] = []
    tag, nodes = root, cast("Iterator[Any]", iter(root.contents))
    reader.open(root)
    while True:
        for node in nodes:
            if node.__class__ is NavigableString:
                reader.text(node)
            elif reader.open(node):
                outer.append((tag, nodes))
                tag, nodes = node, iter(node.contents)
                break
        else:
            reader.close(tag)
            if not outer:
                return Layout(reader.blocks, reader.regions)
            tag, nodes = outer.pop()


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
        self._raised = 0

    def open(self, tag: Tag) -> bool:
        """Take a start tag; returns whether the element is to be walked into."""
        name = tag.name
        inline = name in INLINE
        if not tag.contents:
            if name == "br":
                self._pieces.append(BREAK)
            elif not inline:
                self.flush()
            return False
        classes = tag.attrs.get("class")
        if classes and not HIDDEN_CLASSES.isdisjoint(classes):
            return False
        if not inline:
            self.flush()
            self._pre += name == "pre"
            parent = self._open[-1] if self._open else -1
            self._open.append(len(self.regions))
            self.regions.append(Region(tag, names_of(tag), parent, len(self.blocks)))
        elif name == "a":
            self._links += _leads_away(tag)
        elif name == "sup":
            self._raised += 1
        return True

    def close(self, tag: Tag) -> None:
        """Take an end tag; an element without a line of text leaves no trace."""
        name = tag.name
        if name not in INLINE:
            self.flush()
            self._pre -= name == "pre"
            index = self._open.pop()
            region = self.regions[index]
            region.last = len(self.blocks)
            if region.first == region.last and 0 < index == len(self.regions) - 1:
                self.regions.pop()
        elif name == "a":
            self._links -= _leads_away(tag)
        elif name == "sup":
            self._raised -= 1

    def text(self, text: str) -> None:
        """Take a string."""
        if self._raised and text.isdigit():
            text = text.translate(_RAISED)
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


def _leads_away(tag: Tag) -> bool:
    """Tell whether a link leads elsewhere than to a place on its page."""
    return not str(tag.attrs.get("href", "")).startswith("#")


def names_of(tag: Tag) -> frozenset[str]:
    """Return the words of an element's class and id, lower case.

    >>> from bs4 import BeautifulSoup
    >>> sorted(names_of(BeautifulSoup('<p class="articleBody-text">', "lxml").p))
    ['article', 'body', 'text']
    """
    attributes = tag.attrs
    if not attributes:
        return _NAMELESS
    classes = attributes.get("class")
    named = "" if _NAMING.isdisjoint(attributes) else _read_naming(attributes)
    return _names(" ".join(classes) if classes else "", named)


def _read_naming(attributes: Mapping[str, Any]) -> str:
    return " ".join(attributes[key] for key in attributes if key in _NAMING)


@lru_cache(maxsize=1 << 14)
def _names(classes: str, named: str) -> frozenset[str]:
    if not _ALL_PLAIN.match(classes):
        classes = " ".join(filter(_PLAIN.match, classes.split()))
    text = f"{classes} {named}"
    if not text.islower():
        text = _CAMEL.sub(" ", text).lower()
    return frozenset(_NAME.findall(text))


def is_running(block: Block) -> bool:
    """Tell whether a block is a line of running text."""
    return block.size >= LONG and block.link_size < 0.5 * block.size and block.name != "h1"
