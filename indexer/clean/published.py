"""When the article was published and updated, as printed; none rather than a wrong one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indexer.clean.dates import is_day, parse_date
from indexer.clean.page import Document, plain
from indexer.clean.selectors import PUBLISHED_META, UPDATED_META

_URL_DAY: Final = re.compile(r"/((?:19|20)\d\d)[/-]?(\d{1,2})[/-]?(\d{1,2})(?:/|-|$)")


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO 8601 as printed, None where the page does not tell; `origin` of each for the notes."""

    published: str | None = None
    published_origin: str = ""
    updated: str | None = None
    updated_origin: str = ""


def find_dates(document: Document) -> Dates:
    """Return both dates of a page."""
    published, origin = next(_published(document), (None, ""))
    updated, updated_origin = next(_updated(document), (None, ""))
    if updated and updated == published:
        updated, updated_origin = None, ""
    return Dates(published, origin, updated, updated_origin)


def _published(document: Document) -> Iterator[tuple[str, str]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        found = parse_date(plain(document.article.get(key)))
        if found:
            yield found, "json-ld"
    for name in PUBLISHED_META:
        for content in document.meta.get(name, ()):
            found = parse_date(content)
            if found:
                yield found, "meta"
    for selector in (
        "[itemprop=datePublished]",
        "time[pubdate]",
        "header time",
        "article time",
        "time",
    ):
        for tag in document.soup.select(selector)[:3]:
            found = parse_date(str(tag.get("datetime") or tag.get("content") or tag.get_text(" ")))
            if found:
                yield found, "page"
    day = _read_address(document)
    if day:
        yield day, "url"


def _updated(document: Document) -> Iterator[tuple[str, str]]:
    found = parse_date(plain(document.article.get("dateModified")))
    if found:
        yield found, "json-ld"
    for name in UPDATED_META:
        for content in document.meta.get(name, ()):
            found = parse_date(content)
            if found:
                yield found, "meta"


def _read_address(document: Document) -> str | None:
    for url in (document.links.get("canonical"), document.first_meta(("og:url",)), document.url):
        found = _URL_DAY.search(url or "")
        if found and is_day(int(found[1]), int(found[2]), int(found[3])):
            return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return None
