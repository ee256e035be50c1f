"""Who wrote it, as the byline prints: persons, agencies and desks."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Any, Final

from bs4 import Tag

from indexer.clean.blocks import Layout, names_of
from indexer.clean.names import drop_longer, looks_like_name, read_byline, split_names
from indexer.clean.page import Document, plain, squeeze
from indexer.clean.selectors import ABOUT_NAMES, AUTHOR_META, BYLINE_NAMES, NOT_BYLINE_NAMES
from indexer.clean.title import Site

REACH: Final = 160
"""Elements after the headline within which a byline is looked for first."""

ABOVE: Final = 20
"""Elements before the headline within which it is looked for next."""

LINES: Final = 14
"""Lines after the headline within which one may begin with "By"."""

BYLINE_SIZE: Final = 160
"""Characters of the longest byline."""

_AUTHOR_PAGE: Final = re.compile(
    r"/(?:authors?|people|persons?|staff|staff-members|contributors?|writers?|reporters?|journalists?|"
    r"autor(?:en|es)?|auteurs?|columnists?|byline)/[^/?#]{3,}",
    re.IGNORECASE,
)
_DATE_ONLY: Final = re.compile(
    r"^(?:[^\W\d_]{3,9}\.? \d{1,2},? \d{4}|\d{1,2} [^\W\d_]{3,9}\.?,? \d{4})$"
)
_BY_TITLE: Final = re.compile(r" - by ([A-Z][^|]{2,60}?)(?: - [^-]+)?$")
_BY_LINE: Final = re.compile(
    r"^(?:(?:written|reported|posted|published|story)\s+)?by\s+\S|^von\s+[A-Z]", re.IGNORECASE
)


def find_authors(
    document: Document, layout: Layout, source: str | None
) -> tuple[tuple[str, ...], str]:
    """Return the authors in order, each once, and where they were read.

    A declared author that is the outlet itself gives way to a byline of the page.
    """
    site = Site.of(document, source)
    fallback: tuple[tuple[str, ...], str] = ((), "")
    for origin, names in _declared(document):
        if not names:
            continue
        if any(not site.owns(name) for name in names):
            return (_complete(names, layout) if origin == "meta" else names), origin
        if not fallback[0]:
            fallback = names, origin
    printed = (
        _find_byline(document)
        or _find_line(layout)
        or _find_dated(layout)
        or _find_titled(document)
    )
    return (printed, "page") if printed else fallback


def _complete(names: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    """Return the names of the line "By ..." where it has those of a meta tag and more."""
    printed = _find_line(layout)
    folded = {name.casefold() for name in printed}
    return printed if {name.casefold() for name in names} < folded else names


def _declared(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in ("author", "creator"):
        value = document.article.get(key)
        yield "json-ld", split_names(list(_names(value, document.graph)))
    yield "meta", tuple(map(_unfold, document.meta.get("citation_author", ())))
    for name in AUTHOR_META:
        yield "meta", split_names(list(document.meta.get(name, ())))


def _unfold(name: str) -> str:
    """Write `Lee, Ann`, as catalogues have it, as `Ann Lee`."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _names(value: object, graph: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    """Yield the names in a JSON-LD value; a reference (`@id`) is looked up in the graph."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += reversed(node)
        elif isinstance(node, dict):
            if node.get("name"):
                stack.append(node["name"])
            elif node.get("@id"):
                stack += [n.get("name") for n in graph if n.get("@id") == node["@id"]][:1]
        elif isinstance(node, str):
            yield plain(node)


def _find_byline(document: Document) -> tuple[str, ...]:
    """Return the names of the byline nearest after the headline, else of the first on the page."""
    tags = document.tags
    head = max((i for i, tag in enumerate(tags) if tag.name == "h1"), default=0)
    after, before = tags[head : head + REACH], tags[max(0, head - ABOVE) : head]
    for group in (after, before, tags):
        for is_author in (_is_author_link, _is_byline):
            names = _first_names([tag for tag in group if is_author(tag)])
            if names:
                return names
    return ()


def _find_line(layout: Layout) -> tuple[str, ...]:
    """Return the names of a line near the headline that begins with "By"."""
    blocks = layout.blocks
    head = max((i for i, block in enumerate(blocks) if block.name == "h1"), default=0)
    for block in blocks[max(0, head - 3) : head + LINES]:
        if block.size <= BYLINE_SIZE and _BY_LINE.match(block.text):
            names = read_byline(block.text)
            if names:
                return names
    return ()


def _find_dated(layout: Layout) -> tuple[str, ...]:
    """Return a name that stands alone on the line above the date, under the headline."""
    blocks = layout.blocks
    head = max((i for i, block in enumerate(blocks) if block.name == "h1"), default=0)
    for block, below in pairwise(blocks[head + 1 : head + 6]):
        if " " in block.text and looks_like_name(block.text) and _DATE_ONLY.match(below.text):
            return (block.text,)
    return ()


def _find_titled(document: Document) -> tuple[str, ...]:
    """Return the name in a `<title>` of the form `Headline - by Name - Outlet`."""
    titled = _BY_TITLE.search(document.title_tag)
    return read_byline(titled[1]) if titled else ()


def _first_names(tags: list[Tag]) -> tuple[str, ...]:
    """Return the names of the first byline: of its element, or of links that stand side by side."""
    found: dict[str, str] = {}
    home: Tag | None = None
    for tag in tags:
        if home is not None and home not in tag.parents:
            break
        text = squeeze(tag.get_text(" "))
        if not text or len(text) > BYLINE_SIZE or _is_elsewhere(tag):
            continue
        for name in read_byline(text):
            found.setdefault(name.casefold(), name)
        if found and home is None:
            home = _home(tag)
    return drop_longer(found.values())


def _home(tag: Tag) -> Tag:
    """Return the element two above: names of one byline stand together in it."""
    parent = tag.parent or tag
    return parent.parent or parent


def _is_author_link(tag: Tag) -> bool:
    attributes = tag.attrs
    if "author" in (attributes.get("rel") or ()) or attributes.get("itemprop") == "author":
        return True
    return tag.name == "a" and bool(_AUTHOR_PAGE.search(str(attributes.get("href", ""))))


def _is_byline(tag: Tag) -> bool:
    """Tell whether an element is named as a byline and holds no closer one."""
    return _is_named(tag) and not any(
        isinstance(inner, Tag) and (_is_named(inner) or _is_author_link(inner))
        for inner in tag.descendants
    )


def _is_named(tag: Tag) -> bool:
    return not BYLINE_NAMES.isdisjoint(names_of(tag))


def _is_elsewhere(tag: Tag) -> bool:
    """Tell whether a byline stands in a comment, a teaser or the like."""
    for parent in (tag, *islice(tag.parents, 6)):
        names = names_of(parent)
        if parent.name in {"body", "html", "article"}:
            return False
        if not ABOUT_NAMES.isdisjoint(names):
            continue
        if parent.name in {"nav", "footer", "aside"} or not NOT_BYLINE_NAMES.isdisjoint(names):
            return True
    return False
