"""When the article was published and updated, as printed; none rather than a wrong one.

Declared dates come first. Where nothing is declared, the page is read: `<time>` near the headline,
then lines near it that print a date, then elements named as dates, then the address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bs4 import Tag

from indexer.clean.blocks import Layout, names_of
from indexer.clean.candidates import is_running
from indexer.clean.dates import is_day, parse_date
from indexer.clean.page import Document, plain, squeeze, types_of
from indexer.clean.selectors import (
    ARTICLE_TYPES,
    DATE_NAMES,
    NOT_BYLINE_NAMES,
    PUBLISHED_META,
    UPDATED_META,
    UPDATED_NAMES,
)

LINE_SIZE: Final = 160
"""Characters of the longest line that can be one about the article and print its date."""

REACH: Final = 16
"""Lines after the headline looked at."""

MARKED: Final = 12
"""`<time>` elements looked at."""

NAMED: Final = 20
"""Elements named as dates looked at."""

ABOVE: Final = 5
"""Lines before the headline looked at."""

_URL_DAY: Final = re.compile(
    r"/((?:19|20)\d\d)(?:/(\d{1,2})/(\d{1,2})(?=/|$)|[-_](\d{2})[-_](\d{2})(?=[-_/.]|$)|(\d{2})(\d{2})(?=[-_/.]|$))"
)
_UPDATED: Final = re.compile(
    r"\b(?:updated?|modified|revised|reviewed|aktualisiert|mis \u00e0 jour|actualizado|"
    r"atualizad[oa]|aggiornat[oa]|oppdatert|uppdaterad|opdateret|bijgewerkt|stand)\b",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"\b(?:published|posted|publi\w+|ver\u00f6ffentlicht|erschienen|created|written|released|date)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO 8601 as printed, None where the page does not tell; `origin` of each for the notes."""

    published: str | None = None
    published_origin: str = ""
    updated: str | None = None
    updated_origin: str = ""


def find_dates(document: Document, layout: Layout) -> Dates:
    """Return both dates of a page."""
    printed = _printed(document, layout)
    published, origin = next(_published(document, printed), (None, ""))
    updated, updated_origin = next(_updated(document, printed), (None, ""))
    if updated and updated == published:
        updated, updated_origin = None, ""
    return Dates(published, origin, updated, updated_origin)


@dataclass(frozen=True, slots=True)
class _Printed:
    """Dates the page itself prints near the headline."""

    published: str | None
    updated: str | None


def _published(document: Document, printed: _Printed) -> Iterator[tuple[str, str]]:
    for node in (document.article, *document.graph):
        if node is document.article or any(kind in ARTICLE_TYPES for kind in types_of(node)):
            for key in ("datePublished", "dateCreated", "uploadDate"):
                found = parse_date(plain(node.get(key)))
                if found:
                    yield found, "json-ld"
    for name in PUBLISHED_META:
        for content in document.meta.get(name, ()):
            found = parse_date(content)
            if found:
                yield found, "meta"
    if printed.published:
        yield printed.published, "page"
    day = _read_address(document)
    if day:
        yield day, "url"


def _updated(document: Document, printed: _Printed) -> Iterator[tuple[str, str]]:
    found = parse_date(plain(document.article.get("dateModified")))
    if found:
        yield found, "json-ld"
    for name in UPDATED_META:
        for content in document.meta.get(name, ()):
            found = parse_date(content)
            if found:
                yield found, "meta"
    if printed.updated:
        yield printed.updated, "page"


def _printed(document: Document, layout: Layout) -> _Printed:
    published = updated = None
    for read in (_marked(document), _lines(layout), _named(document)):
        for day, is_update in read:
            if is_update:
                updated = updated or day
            else:
                published = published or day
        if published:
            break
    return _Printed(published, updated)


def _marked(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield the dates of marked elements, each with whether it is one of an update."""
    marked = (tag for tag in document.tags if tag.name == "time" or _is_marked(tag))
    for tag in islice(marked, MARKED):
        found = parse_date(str(tag.get("datetime") or tag.get("content") or tag.get_text(" ")))
        if found and not _is_elsewhere(tag):
            yield found, _is_update(tag)


def _lines(layout: Layout) -> Iterator[tuple[str, bool]]:
    """Yield the dates of lines near the headline, up to the third paragraph."""
    blocks = layout.blocks
    head = max((i for i, block in enumerate(blocks) if block.name == "h1"), default=0)
    running = 0
    for block in blocks[max(0, head - ABOVE) : head + REACH]:
        running += is_running(block)
        if running > 2:
            return
        if block.size <= LINE_SIZE and any(char.isdigit() for char in block.text):
            yield from _read_line(block.text)


def _read_line(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the dates of one line; the label before a date says which of the two it is."""
    mark = _UPDATED.search(text)
    if mark is None:
        found = parse_date(text)
        if found:
            yield found, False
        return
    first, second = parse_date(text[: mark.start()]), parse_date(text[mark.start() :])
    if first:
        yield first, False
    if second:
        label = _PUBLISHED.search(text, mark.end())
        if label and not first:
            later = parse_date(text[label.start() :])
            if later and later != second:
                yield later, False
        yield second, True


def _named(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield the dates of elements named as dates, in document order."""
    named = (tag for tag in document.tags if not DATE_NAMES.isdisjoint(names_of(tag)))
    for tag in islice(named, NAMED):
        text = squeeze(tag.get_text(" "))
        if 6 <= len(text) <= LINE_SIZE and not _is_elsewhere(tag):
            yield from _read_line(text)


def _is_marked(tag: Tag) -> bool:
    return tag.attrs.get("itemprop") == "datePublished"


def _is_update(tag: Tag) -> bool:
    parent = tag.parent
    if tag.get("itemprop") == "dateModified" or not UPDATED_NAMES.isdisjoint(names_of(tag)):
        return True
    before = tag.previous_sibling
    label = str(before) if isinstance(before, str) else ""
    return bool(_UPDATED.search(label)) or (
        parent is not None and not UPDATED_NAMES.isdisjoint(names_of(parent))
    )


def _is_elsewhere(tag: Tag) -> bool:
    """Tell whether a date stands in a comment, a teaser or furniture."""
    for depth, parent in enumerate((tag, *tag.parents)):
        if depth > 7 or parent.name in {"body", "html"}:
            return False
        if parent.name in {"nav", "footer", "aside"}:
            return True
        if not NOT_BYLINE_NAMES.isdisjoint(names_of(parent)):
            return True
    return False


def _read_address(document: Document) -> str | None:
    for url in (document.links.get("canonical"), document.first_meta(("og:url",)), document.url):
        found = _URL_DAY.search(url or "")
        if found:
            month, day = found[2] or found[4] or found[6], found[3] or found[5] or found[7]
            if is_day(int(found[1]), int(month), int(day)):
                return f"{found[1]}-{int(month):02}-{int(day):02}"
    return None
