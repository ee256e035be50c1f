"""`Page` to `Article`, one extractor a field."""

import unicodedata
from dataclasses import replace
from typing import Any, Final

from indexer.analysis.countries import countries
from indexer.analysis.designations import systems
from indexer.clean import record as records
from indexer.clean.anchor import find_anchor
from indexer.clean.authors import find_authors
from indexer.clean.blocks import read_layout
from indexer.clean.body import find_body
from indexer.clean.dateline import find_dateline
from indexer.clean.decode import strip_controls
from indexer.clean.identity import canonical, find_url, make_id
from indexer.clean.language import find_language
from indexer.clean.names import is_person
from indexer.clean.page import Document, read, squeeze
from indexer.clean.published import find_dates
from indexer.clean.section import find_section, find_tags
from indexer.clean.source import find_source
from indexer.clean.title import Site, find_title
from indexer.clean.tree import collector_paused
from indexer.errors import PageError
from indexer.fields import ARTICLE_ROWS, RECORD_KEYS
from indexer.models import Article, Page

LEAST_LETTERS: Final = 80
"""Letters the body of a page must have. Below stand error pages, log-in walls and empty templates;
a record says itself that it is an article, so one letter is enough there."""

NOT_PERSONS: Final = "not_persons"
"""Note that names, joined by "; ", the authors that are agencies, desks, offices or the outlet."""

NOT_FROM_PAGE: Final = {"name", "id", "systems", "countries", "saved", "notes"}
"""Attributes of an article that hold no text from the page."""

TEXTS: Final = tuple(row.attribute for row in ARTICLE_ROWS if row.attribute not in NOT_FROM_PAGE)
"""Attributes of an article that hold text from the page."""

__all__ = ["clean"]


def clean(page: Page) -> Article:
    """Return the article a page holds.

    Args:
        page: a saved page, or one record of a dump.

    Raises:
        PageError: the page is binary, empty or damaged, or holds no article; the reason is plain.
    """
    if page.kind == "record":
        return _strip(_finish(page, _clean_record(page)))
    with collector_paused():
        document = read(page)
        try:
            return _strip(_finish(page, _clean_html(page, document)))
        finally:
            document.tree.fell()


def _clean_html(page: Page, document: Document) -> Article:
    url = find_url(document)
    source, source_origin = find_source(document, url)
    site = Site.of(document, source)
    title, title_origin = find_title(document, site)
    layout = read_layout(document.soup)
    headline = find_anchor(layout, title)
    authors = find_authors(document, layout, site, headline)
    body = find_body(document, layout, title, authors.names)
    dates = find_dates(document, layout, headline)
    section, section_origin = find_section(document, layout, title)
    tags, tags_origin = find_tags(document)
    notes = {
        "title": title_origin,
        "body": body.origin,
        "authors": authors.origin,
        NOT_PERSONS: "; ".join(authors.not_persons),
        "published": dates.published_origin,
        "updated": dates.updated_origin,
        "section": section_origin,
        "source": source_origin,
        "tags": tags_origin,
    }
    text = "\n\n".join(body.paragraphs)
    return Article(
        name=page.name,
        id=make_id("url", url) if url else "",
        ref=url or page.name,
        title=title,
        body=text,
        url=url,
        authors=authors.names,
        published=dates.published,
        updated=dates.updated,
        section=section,
        source=source,
        tags=tags,
        lang=find_language(text, document.lang),
        notes={name: origin for name, origin in notes.items() if origin},
    )


def _clean_record(page: Page) -> Article:
    record = records.load(page.data)
    own_id = records.first_text(record, RECORD_KEYS["id"])
    url = canonical(records.first_text(record, RECORD_KEYS["url"]) or page.url or "")
    body = "\n\n".join(_split(records.first_text(record, RECORD_KEYS["body"]) or ""))
    fields = records.read_fields(record)
    fields["title"] = squeeze(fields["title"] or "")
    notes = {name: "record" for name, found in fields.items() if found}
    desks = "; ".join(name for name in fields["authors"] if not is_person(name))
    kind, value = ("id", own_id) if own_id else ("url", url) if url else ("", None)
    return Article(
        name=page.name,
        id=make_id(kind, value) if value else "",
        ref=own_id or url or page.name,
        body=body,
        url=url,
        lang=find_language(body, records.first_text(record, RECORD_KEYS["lang"])),
        notes=notes | ({NOT_PERSONS: desks} if desks else {}),
        **fields,
    )


def _finish(page: Page, article: Article) -> Article:
    """Add what follows from title and body, in NFC; refuse a page without an article."""
    body = unicodedata.normalize("NFC", article.body)
    title = unicodedata.normalize("NFC", article.title)
    least = LEAST_LETTERS if page.kind == "html" else 1
    if sum(map(str.isalpha, body[:2000])) < least:
        raise PageError("no article found in it")
    lead = body.split("\n\n", 1)[0]
    dateline = find_dateline(lead)
    return replace(
        article,
        id=article.id or make_id("text", f"{title}\n{body}"),
        title=title or lead[:120],
        body=body,
        lead=lead,
        dateline=dateline.printed if dateline else None,
        place=dateline.place if dateline else None,
        systems=systems(title, body),
        countries=countries(title, lead, body),
        saved=page.saved,
    )


def _strip(article: Article) -> Article:
    r"""Take out of every field what JSON (`\ud800`) and character references (`&#27;`) slip in."""
    changed: dict[str, Any] = {}
    for name in TEXTS:
        value = getattr(article, name)
        stripped = tuple(map(strip_controls, value)) if isinstance(value, tuple) else value
        if isinstance(value, str):
            stripped = strip_controls(value)
        if stripped != value:
            changed[name] = stripped
    return replace(article, **changed) if changed else article


def _split(text: str) -> list[str]:
    """Split plain text into paragraphs: at blank lines, else at line ends."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    if len(parts) == 1:
        parts = text.split("\n")
    return [line for line in map(squeeze, parts) if line]
