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

LINE_BREAK: Final = "\x1e"
"""Stands for `<br>` while a block is read; no page holds it, control characters are stripped."""

_SUPERSCRIPTS: Final = str.maketrans("0123456789", RAISED)
"""Figures in a `<sup>` stay raised: `10<sup>15</sup>` is not 1015, nor a noted Su-25 a Su-252."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME: Final = re.compile(r"[a-z]+")
_NAME_ATTRIBUTES: Final = frozenset(
    {"id", "data-component", "data-testid", "data-module", "data-block"}
)
_NO_WORDS: Final[frozenset[str]] = frozenset()
_PLAIN_CLASSES: Final = re.compile(r"[\w -]*$")
_PLAIN_CLASS: Final = re.compile(r"[\w-]+$")
"""A class name; those with colons or brackets are utilities (`md:w-full`) and name no role."""

RUNNING_SIZE: Final = 60
"""Characters from which a line counts as running text."""


@dataclass(frozen=True, slots=True)
class TextBlock:
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
class PageLayout:
    """All blocks and regions of a page in document order; region 0 holds everything."""

    blocks: list[TextBlock]
    regions: list[Region]


def read_layout(root: Tag) -> PageLayout:
    """Walk the soup once, without recursion."""
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
    """Collects the text of a line until a block-level border."""

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
        """Take a start tag; returns whether the element is to be walked into."""
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
        """Take an end tag; an element without a line of text leaves no trace."""
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
        """Take a string."""
        if self._raised and text.isdigit():
            text = text.translate(_SUPERSCRIPTS)
        self._pieces.append(text.replace("\n", LINE_BREAK) if self._pre else text)
        if self._links:
            self._link_size += len(text.strip())

    def end_line(self) -> None:
        """End the line: two breaks in a row end a paragraph, one ends a line of it."""
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
    """Tell whether a link leads elsewhere than to a place on its page."""
    return not str(tag.attrs.get("href", "")).startswith("#")


def collect_name_words(tag: Tag) -> frozenset[str]:
    """Return the words of an element's class and id, lower case.

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
    """Tell whether a block is a line of running text."""
    return block.size >= RUNNING_SIZE and block.link_size < 0.5 * block.size and block.name != "h1"
