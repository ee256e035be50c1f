"""Articles as an Atom feed (RFC 4287)."""

from __future__ import annotations

import json
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.output import as_json
from indexer.output.article_facts import format_instant, link_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.models import Article, Query

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_ATOM: Final = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class FeedMetadata:
    """What a feed says of itself.

    Attributes:
        title: shown by readers.
        query: the search; the feed's id is made of it.
        updated: ISO 8601, when what it is drawn from last changed.
        address: where the feed itself is, None where it is a file.
        page: where the search is shown, None where nowhere.
    """

    title: str
    query: Query
    updated: str
    address: str | None = None
    page: str | None = None


def as_atom(
    articles: Iterable[Article],
    metadata: FeedMetadata,
    page: Callable[[Article], str] | None = None,
) -> Iterator[str]:
    """A feed (RFC 4287), an entry each. Ids stay the same for as long as those of articles do.

    Args:
        page: the absolute address where an article can be read; its own address by default.
    """
    head = _serialized(_feed(metadata)).removesuffix("</feed>")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + head + "\n"
    for article in articles:
        yield _serialized(_entry(article, metadata, page)) + "\n"
    yield "</feed>\n"


def _feed(metadata: FeedMetadata) -> ET.Element:
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "id", _urn(f"dateline:search:{json.dumps(as_json.asked(metadata.query))}"))
    _add(feed, "title", metadata.title)
    _add(feed, "updated", format_instant(metadata.updated) or metadata.updated)
    _add(ET.SubElement(feed, "author"), "name", "Dateline")
    if metadata.address:
        ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=metadata.address)
    if metadata.page:
        ET.SubElement(feed, "link", rel="alternate", type="text/html", href=metadata.page)
    return feed


def _entry(
    article: Article, metadata: FeedMetadata, page: Callable[[Article], str] | None
) -> ET.Element:
    entry = ET.Element("entry")
    published = format_instant(article.published)
    _add(entry, "id", _urn(f"dateline:article:{article.id}"))
    _add(entry, "title", article.title or "Untitled")
    # An entry must say when it changed; an undated article did when the index was made.
    updated = format_instant(article.updated) or published or format_instant(metadata.updated)
    _add(entry, "updated", updated or metadata.updated)
    if published:
        _add(entry, "published", published)
    for name in article.authors or ((article.source,) if article.source else ()):
        _add(ET.SubElement(entry, "author"), "name", name)
    original = link_to(article)
    shown = page(article) if page else original
    if shown:
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=shown)
    if original and original != shown:
        ET.SubElement(entry, "link", rel="via", href=original)
    for tag in article.tags:
        ET.SubElement(entry, "category", term=_xml_text(tag))
    # Without an address to read it at, RFC 4287 wants the content itself.
    _add(entry, "summary" if shown else "content", article.lead if shown else article.body)
    return entry


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _xml_text(text)


def _serialized(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", short_empty_elements=element.tag != "feed")


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _urn(key: str) -> str:
    """A permanent id (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key.encode(errors="replace").decode()).urn
