"""HTML text -> one lxml tree and one lean BeautifulSoup over it.

lxml parses; BeautifulSoup costs per object, so the tree builder here makes its objects only of
elements that can hold article text or visible metadata. `find_all`, `select` and `get_text` work
on the result as on any soup. Head, scripts and JSON-LD are read from the lxml tree.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

from bs4 import BeautifulSoup, Tag
from bs4._typing import _RawMarkup
from bs4.builder import HTMLTreeBuilder
from bs4.element import AttributeValueList, NavigableString, PageElement
from lxml import etree

from indexer.clean.page.selectors import INLINE, MOSTLY_EMPTY, NEVER_ARTICLE
from indexer.errors import PageError

ELEMENT_CAP: Final = 120_000
"""Elements a page may hold; the largest of 1,048 real pages has 21,000."""


@dataclass(frozen=True, slots=True)
class HtmlTree:
    """Both views of one page: everything as lxml parsed it, and the soup of what can be article.

    `tags` are the soup's elements in document order: `find_all(True)` for nothing. Extractors that
    look at every element go over them; a CSS selector took ten times as long (2 ms each).
    """

    root: etree._Element
    soup: BeautifulSoup
    tags: list[Tag]

    def release(self) -> None:
        """Cut every link between the objects, so that they are freed at once.

        A soup is one large cycle; left to the cyclic collector it costs 4 ms a page.
        """
        element: Any = self.soup
        while element is not None:
            fields = element.__dict__
            element = fields.get("next_element")
            fields.clear()


def parse_html(text: str) -> HtmlTree:
    """Parse a page.

    Args:
        text: the page, decoded.

    Raises:
        PageError: there is no element in it, or more than ELEMENT_CAP.
    """
    if "<" not in text:
        raise PageError("no markup in it")
    builder = LeanTreeBuilder()
    with pause_collector():
        soup = BeautifulSoup(text, builder=builder)
    if builder.root is None:
        raise PageError("no markup in it")
    return HtmlTree(builder.root, soup, builder.tags)


class LeanTag(Tag):
    """A bs4 tag whose unvarying fields stand on the class.

    `Tag.__init__` sets 22 fields an object; 8 of them vary here. Measured on 131 pages: 11 ms a
    page with copied fields, half with these.
    """

    parser_class = BeautifulSoup
    namespace = None
    prefix = None
    _namespaces: dict[str, str] = {}  # noqa: RUF012 - bs4 reads it, nothing writes it
    sourceline = None
    sourcepos = None
    known_xml = False
    hidden = False
    can_be_empty_element = False
    parent = None
    next_element = None
    previous_element = None
    next_sibling = None
    previous_sibling = None
    interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES
    cdata_list_attributes = HTMLTreeBuilder.DEFAULT_CDATA_LIST_ATTRIBUTES
    preserve_whitespace_tags = HTMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS
    attribute_value_list_class = AttributeValueList


RESERVE_BYTES = 4_000_000
"""Held while the objects are made, given back when they are, or when there is room for no more:
CPython needs an object to pass an error on through a handler, and where there is no room for it
tries again for ever (seen with 3.11, and 3.13 failed alike). Never written to, so it costs nothing.
"""


class LeanTreeBuilder(HTMLTreeBuilder):
    """A bs4 tree builder that parses with lxml and wires only what can be article."""

    NAME = "dateline-lean"
    ALTERNATE_NAMES: Iterable[str] = ()
    features: Iterable[str] = (NAME, "lxml", "html")
    is_xml = False
    processing_instruction_class = None

    def __init__(self) -> None:
        super().__init__()
        self.root: etree._Element | None = None
        self.tags: list[Tag] = []

    def prepare_markup(self, markup: _RawMarkup, *_: object, **__: object) -> Iterator[Any]:
        """Hand the text on: the charset was decided before."""
        yield markup, None, None, False

    def feed(self, markup: _RawMarkup) -> None:
        """Parse `markup` and hang the lean tree under the soup.

        `huge_tree` is on because libxml2 else drops everything below 255 nested tags; with it the
        limit is 2,048, and the reader's cap bounds the size.
        """
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
        )
        try:
            data = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
            self.root = cast("etree._Element | None", etree.fromstring(data, parser))
        except (etree.LxmlError, AssertionError) as exc:
            raise PageError(f"cannot be parsed as HTML: {exc}") from exc
        if self.root is not None and self.soup is not None:
            reserve = bytearray(RESERVE_BYTES)
            try:
                self.tags = _build_soup(self.root, self.soup)
            finally:
                del reserve


def _build_soup(root: etree._Element, soup: BeautifulSoup) -> list[Tag]:
    """Make the soup's objects in document order, without recursion, each linked to the last.

    Returns:
        The elements made, in document order.
    """
    tags: list[Tag] = []
    outer: list[tuple[Iterator[Any], Tag, str]] = []
    nodes: Iterator[Any] = iter((root,))
    parent: Tag = soup
    last: PageElement = soup
    while True:
        for node in nodes:
            name, tail = node.tag, _read_tail(node)
            if name not in NEVER_ARTICLE and (
                name not in MOSTLY_EMPTY or node.find(".//p") is not None
            ):
                element = _make_tag(node)
                last = _append_node(element, parent, last)
                tags.append(element)
                if len(tags) > ELEMENT_CAP:
                    raise PageError(f"more than {ELEMENT_CAP:,} elements")
                text = node.text
                if text and (not text.isspace() or name in INLINE or _starts_inline(node)):
                    last = _append_node(_make_string(text), element, last)
                if len(node):
                    outer.append((nodes, parent, tail))
                    nodes, parent = node.iterchildren(), element
                    break
            if tail:
                last = _append_node(_make_string(tail), parent, last)
        else:
            if not outer:
                return tags
            nodes, parent, tail = outer.pop()
            if tail:
                last = _append_node(_make_string(tail), parent, last)


def _read_tail(node: etree._Element) -> str:
    """Return the text behind an element; white space counts behind what stands in a line."""
    tail = node.tail
    return tail if tail and (node.tag in INLINE or not tail.isspace()) else ""


def _starts_inline(node: etree._Element) -> bool:
    """Tell whether white space before the first child stands between words."""
    return len(node) > 0 and node[0].tag in INLINE


def _make_tag(node: etree._Element) -> Tag:
    element = LeanTag.__new__(LeanTag)
    element.name = node.tag
    element.contents = []
    attributes: dict[Any, Any] = dict(node.items())
    for name in ("class", "rel"):
        if name in attributes:
            attributes[name] = attributes[name].split()
    element.attrs = attributes
    return element


def _make_string(text: str) -> NavigableString:
    element = str.__new__(NavigableString, text)
    element.next_element = element.next_sibling = element.previous_sibling = None
    return element


def _append_node(element: PageElement, parent: Tag, last: PageElement) -> PageElement:
    """Hang an element under `parent` and behind the `last` one made; returns it."""
    element.parent = parent
    element.previous_element = last
    last.next_element = element
    contents = parent.contents
    if contents:
        before = contents[-1]
        element.previous_sibling = before
        before.next_sibling = element
    contents.append(element)
    return element


@contextmanager
def pause_collector() -> Iterator[None]:
    """Pause the cyclic collector: it finds nothing in a tree being built and costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
