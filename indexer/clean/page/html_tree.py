"""Parses HTML: text comes in, one lxml tree and one small BeautifulSoup go out (`HtmlTree`).

lxml parses. BeautifulSoup takes time for every object, so the tree builder makes objects only for
elements that can hold article text or visible metadata. `find_all`, `select` and `get_text` work on
this soup as on any other. Head, scripts and JSON-LD are read from the lxml tree.
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
"""Most elements of a page; the largest of 1,048 real pages has 21,000."""


@dataclass(frozen=True, slots=True)
class HtmlTree:
    """Two views of one page.

    `tags` replaces `find_all(True)` where an extractor looks at every element: a CSS selector took
    ten times as long (2 ms each).

    Attributes:
        root: everything, as lxml parsed it.
        soup: the elements that can hold article text.
        tags: the elements of the soup in document order.
    """

    root: etree._Element
    soup: BeautifulSoup
    tags: list[Tag]

    def release(self) -> None:
        """Cut all links between the objects of the soup, so that they are freed at once.

        A soup is one large reference cycle. The garbage collector takes 4 ms per page to free it.
        The soup cannot be used afterwards.
        """
        element: Any = self.soup
        while element is not None:
            fields = element.__dict__
            element = fields.get("next_element")
            fields.clear()


def parse_html(text: str) -> HtmlTree:
    """Parse the text of a page.

    Raises:
        PageError: the text has no element, or more than ELEMENT_CAP.

    >>> tree = parse_html("<title>T</title><p>One <b>two</b>")
    >>> tree.root.findtext(".//title"), tree.soup.get_text()
    ('T', 'One two')
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
    """A bs4 tag whose constant fields are attributes of the class.

    `Tag.__init__` sets 22 fields of each object, of which 8 vary here. Measured on 131 pages: 11 ms
    per page with all fields set, half of that with this class.
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
"""Size of a buffer that is allocated while the objects are made. It is freed when they are made, or
when memory runs out: CPython needs an object to pass an exception through a handler, and without
memory for it tries again for ever (seen with 3.11, and 3.13 failed alike). The buffer is never
written to, so it costs nothing.
"""


class LeanTreeBuilder(HTMLTreeBuilder):
    """A bs4 tree builder that parses with lxml and builds only what can hold article text."""

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
        """Yield the text unchanged; its charset is already decided."""
        yield markup, None, None, False

    def feed(self, markup: _RawMarkup) -> None:
        """Parse `markup` and build its soup.

        Without `huge_tree` libxml2 drops everything below 255 nested tags. With it the limit is
        2,048, and the reader's cap limits the size.
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
    """Make the objects of the soup in document order, without recursion, and link them.

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
    """Return the text after an element; white space alone counts only after an inline element."""
    tail = node.tail
    return tail if tail and (node.tag in INLINE or not tail.isspace()) else ""


def _starts_inline(node: etree._Element) -> bool:
    """Tell whether white space before the first child separates words."""
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
    """Append an element to `parent`, link it to the `last` one made and return it."""
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
    """Pause the garbage collector, which frees nothing while a tree is built and takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
