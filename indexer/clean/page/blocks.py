"""Divides a soup into lines of text (`TextBlock`) and the elements that hold them (`Region`).

A soup comes in, a `PageLayout` goes out: two lists in document order. A region is a range of
blocks, so the text of an element is summed over the range without copying or recursion. The other
modules of cleaning call a block a line.
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

LINE_BREAK: Final = "\x1e"
"""Stands in for `<br>` while a block is read. No page holds this character: control characters are
stripped before.
"""

_SUPERSCRIPTS: Final = str.maketrans("0123456789", RAISED)
"""Figures in a `<sup>` become superscript characters: `10<sup>15</sup>` is not 1015, and Su-25 with
a note 2 is not Su-252.
"""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME: Final = re.compile(r"[a-z]+")
_NAME_ATTRIBUTES: Final = frozenset(
    {"id", "data-component", "data-testid", "data-module", "data-block"}
)
_NO_WORDS: Final[frozenset[str]] = frozenset()
_PLAIN_CLASSES: Final = re.compile(r"[\w -]*$")
_PLAIN_CLASS: Final = re.compile(r"[\w-]+$")
"""A class whose words describe the element. Classes with colons or brackets (`md:w-full`) only set
its style.
"""

RUNNING_SIZE: Final = 60
"""Least size of a line of running text, in characters."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One paragraph, heading, list item or cell.

    Attributes:
        text: its text as one line.
        size: characters of the text. link_size: those of them inside links to other pages.
        region: index of the innermost region that holds it. name: the tag of that region.
    """

    text: str
    size: int
    link_size: int
    region: int
    name: str


@dataclass(slots=True)
class Region:
    """A block-level element and the range of blocks inside it, `first` to `last` (exclusive).

    Attributes:
        names: the words of its class, id and `data-` names (`collect_name_words`).
        parent: index of the region around it, -1 for the outermost.
    """

    tag: Tag
    names: frozenset[str]
    parent: int
    first: int
    last: int = 0


@dataclass(frozen=True, slots=True)
class PageLayout:
    """All blocks and regions of a page in document order; region 0 is the whole page."""

    blocks: list[TextBlock]
    regions: list[Region]


def read_layout(root: Tag) -> PageLayout:
    """Return the blocks and regions of a soup, in one walk without recursion."""
    reader = _LayoutReader()
    outer: list[tuple[Tag, Iterator[Any]]] = []
    tag, nodes = root, cast("Iterator[Any]", iter(root.contents))
    reader.open_element(root)
    while True:
        for node in nodes:
            if node.__class__ is NavigableString:
                reader.add_text(node)
            elif reader.open_element(node):
                outer.append((tag, nodes))
                tag, nodes = node, iter(node.contents)
                break
        else:
            reader.close_element(tag)
            if not outer:
                return PageLayout(reader.blocks, reader.regions)
            tag, nodes = outer.pop()


class _LayoutReader:
    """Collects pieces of text into a block until a block-level element begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[TextBlock] = []
        self.regions: list[Region] = []
        self._open: list[int] = []
        self._pieces: list[str] = []
        self._links = 0
        self._link_size = 0
        self._pre = 0
        self._raised = 0

    def open_element(self, tag: Tag) -> bool:
        """Read a start tag; returns whether the contents of the element are to be read."""
        name = tag.name
        inline = name in INLINE
        if not tag.contents:
            if name == "br":
                self._pieces.append(LINE_BREAK)
            elif not inline:
                self.end_line()
            return False
        classes = tag.attrs.get("class")
        if classes and not HIDDEN_CLASSES.isdisjoint(classes):
            return False
        if not inline:
            self.end_line()
            self._pre += name == "pre"
            parent = self._open[-1] if self._open else -1
            self._open.append(len(self.regions))
            self.regions.append(Region(tag, collect_name_words(tag), parent, len(self.blocks)))
        elif name == "a":
            self._links += _is_outbound_link(tag)
        elif name == "sup":
            self._raised += 1
        return True

    def close_element(self, tag: Tag) -> None:
        """Read an end tag; a region without text and without inner regions is removed."""
        name = tag.name
        if name not in INLINE:
            self.end_line()
            self._pre -= name == "pre"
            index = self._open.pop()
            region = self.regions[index]
            region.last = len(self.blocks)
            if region.first == region.last and 0 < index == len(self.regions) - 1:
                self.regions.pop()
        elif name == "a":
            self._links -= _is_outbound_link(tag)
        elif name == "sup":
            self._raised -= 1

    def add_text(self, text: str) -> None:
        """Add a string to the current block."""
        if self._raised and text.isdigit():
            text = text.translate(_SUPERSCRIPTS)
        self._pieces.append(text.replace("\n", LINE_BREAK) if self._pre else text)
        if self._links:
            self._link_size += len(text.strip())

    def end_line(self) -> None:
        """End the current block; a `<br>` in it divides it."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        link_size, self._pieces, self._link_size = self._link_size, [], 0
        if text.isspace():
            return
        region = self._open[-1] if self._open else 0
        name = self.regions[region].tag.name if self.regions else "body"
        if LINE_BREAK not in text:
            line = " ".join(text.split())
            self.blocks.append(TextBlock(line, len(line), min(link_size, len(line)), region, name))
            return
        parts = [" ".join(part.split()) for part in text.split(LINE_BREAK)]
        total = sum(map(len, parts))
        for part in parts:
            if part:
                share = link_size * len(part) // total
                self.blocks.append(TextBlock(part, len(part), min(share, len(part)), region, name))


def _is_outbound_link(tag: Tag) -> bool:
    """Tell whether a link leads to another page, not to a place on its own page."""
    return not str(tag.attrs.get("href", "")).startswith("#")


def collect_name_words(tag: Tag) -> frozenset[str]:
    """Return the words of an element's class, id and `data-` names, in lower case.

    >>> from bs4 import BeautifulSoup
    >>> sorted(collect_name_words(BeautifulSoup('<p class="articleBody-text">', "lxml").p))
    ['article', 'body', 'text']
    """
    attributes = tag.attrs
    if not attributes:
        return _NO_WORDS
    classes = attributes.get("class")
    named = "" if _NAME_ATTRIBUTES.isdisjoint(attributes) else _join_name_attributes(attributes)
    return _split_name_words(" ".join(classes) if classes else "", named)


def _join_name_attributes(attributes: Mapping[str, Any]) -> str:
    return " ".join(attributes[key] for key in attributes if key in _NAME_ATTRIBUTES)


@lru_cache(maxsize=1 << 14)
def _split_name_words(classes: str, named: str) -> frozenset[str]:
    if not _PLAIN_CLASSES.match(classes):
        classes = " ".join(filter(_PLAIN_CLASS.match, classes.split()))
    text = f"{classes} {named}"
    if not text.islower():
        text = _CAMEL.sub(" ", text).lower()
    return frozenset(_NAME.findall(text))


def is_running_text(block: TextBlock) -> bool:
    """Tell whether a block is running text: RUNNING_SIZE or longer, mostly not links, no `<h1>`."""
    return block.size >= RUNNING_SIZE and block.link_size < 0.5 * block.size and block.name != "h1"
