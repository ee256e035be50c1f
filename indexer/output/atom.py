"""Articles as an Atom feed (RFC 4287)."""

from __future__ import annotations

import json
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.output import as_json
from indexer.output.article_facts import build_link, format_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.models import Article, Query

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_ATOM: Final = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class FeedMetadata:
    """The metadata of a feed.

    Attributes:
        title: the title that feed readers show.
        query: the search; the id of the feed is made of it.
        updated: when the index last changed, ISO 8601.
        address: address of the feed itself; None if it is a file.
        page: address of the page of results; None if no page shows the search.
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
    """Yield the pieces of a feed (RFC 4287) with an entry for each article.

    The id of an entry is made of the id of its article, so it does not change with a rebuild.

    Args:
        articles: in the order of the feed.
        metadata: of the feed.
        page: returns the absolute address of the page that shows an article; None to link to the
            article's own address.
    """
    head = _serialize(_build_feed(metadata)).removesuffix("</feed>")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + head + "\n"
    for article in articles:
        yield _serialize(_build_entry(article, metadata, page)) + "\n"
    yield "</feed>\n"


def _build_feed(metadata: FeedMetadata) -> ET.Element:
    feed = ET.Element("feed", xmlns=_ATOM)
    _add_text(
        feed,
        "id",
        _make_urn(f"dateline:search:{json.dumps(as_json.encode_search(metadata.query))}"),
    )
    _add_text(feed, "title", metadata.title)
    _add_text(feed, "updated", format_instant(metadata.updated) or metadata.updated)
    _add_text(ET.SubElement(feed, "author"), "name", "Dateline")
    if metadata.address:
        ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=metadata.address)
    if metadata.page:
        ET.SubElement(feed, "link", rel="alternate", type="text/html", href=metadata.page)
    return feed


def _build_entry(
    article: Article, metadata: FeedMetadata, page: Callable[[Article], str] | None
) -> ET.Element:
    entry = ET.Element("entry")
    published = format_instant(article.published)
    _add_text(entry, "id", _make_urn(f"dateline:article:{article.id}"))
    _add_text(entry, "title", article.title or "Untitled")
    # An entry must say when it changed; an undated article did when the index was made.
    updated = format_instant(article.updated) or published or format_instant(metadata.updated)
    _add_text(entry, "updated", updated or metadata.updated)
    if published:
        _add_text(entry, "published", published)
    for name in article.authors or ((article.source,) if article.source else ()):
        _add_text(ET.SubElement(entry, "author"), "name", name)
    original = build_link(article)
    shown = page(article) if page else original
    if shown:
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=shown)
    if original and original != shown:
        ET.SubElement(entry, "link", rel="via", href=original)
    for tag in article.tags:
        ET.SubElement(entry, "category", term=_replace_forbidden(tag))
    # Without an address to read it at, RFC 4287 wants the content itself.
    _add_text(entry, "summary" if shown else "content", article.lead if shown else article.body)
    return entry


def _add_text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _replace_forbidden(text)


def _serialize(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", short_empty_elements=element.tag != "feed")


def _replace_forbidden(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _make_urn(key: str) -> str:
    """Make a permanent id (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key.encode(errors="replace").decode()).urn
