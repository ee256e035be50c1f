"""Reads a page once for all extractors: a `Page` comes in, a `PageDocument` goes out.

The page is decoded and parsed. Its meta tags, links, JSON-LD and marked elements are collected.
Nothing is decided here: each extractor chooses among these.

Marked elements are found in one pass over the page, .1 ms. Title, dates, section and tags each look
for a few among some hundred elements; five passes took .4 ms.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from lxml import etree

from indexer.clean.page.charset import decode
from indexer.clean.page.html_tree import HtmlTree, parse_html
from indexer.clean.page.selectors import ARTICLE_TYPES
from indexer.models import Page

_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_WRAPPER: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
META_CAP: Final = 60
"""Most values kept of meta tags of one name; scientific papers name some dozens of authors."""

GRAPH_CAP: Final = 400
"""Most JSON-LD nodes read; product lists of shops hold thousands."""


@dataclass(frozen=True, slots=True)
class MarkedElements:
    """Elements that extractors look for by kind, in document order.

    Attributes:
        headings: `<h1>`.
        dated: `<time>` and elements marked as the day of publication.
        properties: elements by their `itemprop`, as written.
        relations: elements by each word of their `rel`.
    """

    headings: tuple[Tag, ...]
    dated: tuple[Tag, ...]
    properties: dict[str, list[Tag]]
    relations: dict[str, list[Tag]]


@dataclass(frozen=True, slots=True)
class PageDocument:
    """A parsed page, as extractors read it.

    Attributes:
        tree: both views of the page.
        meta: contents of meta tags in order, by name, property or itemprop in lower case.
        links: the first `href` by `rel` in lower case, as absolute addresses.
        graph: JSON-LD nodes in order; lists and `@graph` are flattened.
        article: the JSON-LD node of the article, empty if the page has none.
        title_tag: the text of `<title>`.
        lang: the `lang` of `<html>` in lower case, None if it has none.
        url: the address the container gave, None if it gave none.
        marks: elements of the soup by kind.
    """

    tree: HtmlTree
    meta: Mapping[str, tuple[str, ...]]
    links: Mapping[str, str]
    graph: tuple[Mapping[str, Any], ...]
    article: Mapping[str, Any]
    title_tag: str
    lang: str | None
    url: str | None
    marks: MarkedElements

    @property
    def soup(self) -> BeautifulSoup:
        """The soup of all elements that can hold article text."""
        return self.tree.soup

    @property
    def tags(self) -> list[Tag]:
        """The elements of the soup in document order."""
        return self.tree.tags

    def find_meta(self, names: tuple[str, ...]) -> str | None:
        """Return the first content of the first of `names` that has one, None if none has."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None


def read_document(page: Page) -> PageDocument:
    """Decode and parse a page.

    Call `document.tree.release()` when the page is done with: it frees the memory at once.

    Raises:
        PageError: the page cannot be decoded or parsed.

    >>> document = read_document(Page(name="a.html", data=b"<title>Pontoon  laid</title><p>x"))
    >>> document.title_tag
    'Pontoon laid'
    """
    tree = parse_html(decode(page.data, page.charset))
    root = tree.root
    graph = tuple(_read_graph(root))
    return PageDocument(
        tree=tree,
        meta=_read_meta(root),
        links=_read_links(root, page.url),
        graph=graph,
        article=_choose_article_node(graph),
        title_tag=collapse_whitespace(root.findtext(".//title") or ""),
        lang=_read_lang(root),
        url=page.url,
        marks=find_marked_elements(tree.tags),
    )


def collapse_whitespace(text: str) -> str:
    """Return `text` with every run of white space as one space, and none at the ends.

    >>> collapse_whitespace(" Second   pontoon ")
    'Second pontoon'
    """
    return " ".join(text.split())


def to_plain_text(value: object) -> str:
    """Return a JSON-LD or meta value as one line of text, "" if it is not a string.

    Entities are decoded and tags removed.

    >>> to_plain_text("Harbour &amp; <b>Hull</b>")
    'Harbour & Hull'
    """
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = html.unescape(value)
    if "<" in value:
        value = re.sub(r"</?[a-zA-Z][^>]{0,500}>", " ", value)
    return collapse_whitespace(value)


def _read_meta(root: etree._Element) -> dict[str, tuple[str, ...]]:
    """Return the contents of meta tags by name; a tag counts under each name that it has."""
    found: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        content = node.get("content") or node.get("value")
        if not content:
            continue
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = node.get(key)
            if name:
                text = to_plain_text(content)
                for part in name.lower().split():
                    contents = found.setdefault(part, [])
                    if len(contents) < META_CAP:
                        contents.append(text)
    return {name: tuple(contents) for name, contents in found.items()}


def _read_links(root: etree._Element, url: str | None) -> dict[str, str]:
    """Return the first address of each `rel`, made absolute by `<base>` and the page's address."""
    base = next((node.get("href") for node in root.iter("base") if node.get("href")), None)
    found: dict[str, str] = {}
    for node in root.iter("link"):
        href = (node.get("href") or "").strip()
        for rel in (node.get("rel") or "").lower().split():
            if href and rel not in found:
                found[rel] = _resolve(href, base, url)
    return found


def _resolve(href: str, base: str | None, url: str | None) -> str:
    try:
        return urljoin(urljoin(url or "", base or ""), href)
    except ValueError:
        return ""


def _read_lang(root: etree._Element) -> str | None:
    return (root.get("lang") or root.get("xml:lang") or "").strip().lower() or None


def _read_graph(root: etree._Element) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON-LD nodes of a page, GRAPH_CAP at most."""
    count = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for node in _expand_nodes(_load_json(script.text or "")):
            count += 1
            if count > GRAPH_CAP:
                return
            yield node


def _load_json(text: str) -> object:
    """Parse JSON as outlets write it: with raw line breaks, comments around it, stray commas."""
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _WRAPPER.sub("", text)), html.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _expand_nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes of a JSON-LD value in order, with those in lists, `@graph`, `mainEntity`."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += reversed(node)
        elif isinstance(node, dict):
            yield node
            stack += [
                node[key]
                for key in ("mainEntityOfPage", "mainEntity", "@graph")
                if isinstance(node.get(key), (dict, list))
            ]


def read_types(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types of a JSON-LD node in lower case, without the address of schema.org.

    >>> read_types({"@type": "https://schema.org/NewsArticle"})
    ('newsarticle',)
    """
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return tuple(k.rsplit("/", 1)[-1].lower() for k in kinds if isinstance(k, str))


def _choose_article_node(graph: tuple[Mapping[str, Any], ...]) -> Mapping[str, Any]:
    """Return the first node of the best article type that has a headline, {} if there is none."""
    best: tuple[int, Mapping[str, Any]] = (0, {})
    for node in graph:
        kinds = read_types(node)
        rank = max(
            (ARTICLE_TYPES.get(kind, 3 if kind.endswith("article") else 0) for kind in kinds),
            default=0,
        )
        if rank and not (node.get("headline") or node.get("name")):
            rank = 1
        if rank > best[0]:
            best = (rank, node)
    return best[1]


def find_marked_elements(tags: Sequence[Tag]) -> MarkedElements:
    """Return the marked elements among `tags`, all the elements of a page in document order."""
    headings, dated = [], []
    properties: dict[str, list[Tag]] = {}
    relations: dict[str, list[Tag]] = {}
    for tag in tags:
        name, attributes = tag.name, tag.attrs
        if name == "h1":
            headings.append(tag)
        is_dated = name == "time"
        if "itemprop" in attributes:
            mark = str(attributes["itemprop"])
            properties.setdefault(mark, []).append(tag)
            is_dated = is_dated or mark == "datePublished"
        if "rel" in attributes:
            for relation in attributes["rel"]:
                relations.setdefault(relation, []).append(tag)
        if is_dated:
            dated.append(tag)
    return MarkedElements(tuple(headings), tuple(dated), properties, relations)
