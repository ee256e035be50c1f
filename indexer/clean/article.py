"""Cleans a page: a `Page` comes in, an `Article` or a `PageError` goes out.

Each field has one extractor. Dateline, place, systems and countries are then read from the title
and the body.
"""

import unicodedata
from dataclasses import replace
from typing import Any, Final

from indexer.analysis.control_characters import strip_controls
from indexer.analysis.designations import find_systems
from indexer.clean import NOT_FROM_PAGE
from indexer.clean.body.extractor import find_body
from indexer.clean.body.headline_position import find_headline
from indexer.clean.fields.authors import find_authors
from indexer.clean.fields.countries import find_countries
from indexer.clean.fields.dateline import find_dateline
from indexer.clean.fields.language import find_language
from indexer.clean.fields.outlet import find_source
from indexer.clean.fields.publication_date import find_dates
from indexer.clean.fields.section_and_tags import find_section, find_tags
from indexer.clean.fields.title import find_title
from indexer.clean.fields.url_and_id import find_url, make_id
from indexer.clean.json_record import NOT_PERSONS, clean_record
from indexer.clean.page.blocks import read_layout
from indexer.clean.page.document import PageDocument, read_document
from indexer.clean.page.html_tree import pause_collector
from indexer.clean.page.outlet_names import OutletNames
from indexer.errors import PageError
from indexer.fields import ARTICLE_ROWS
from indexer.models import Article, Page

MIN_LETTERS: Final = 80
"""Letters that the first 2,000 characters of the body of an HTML page must have. Error pages,
log-in walls and empty templates have fewer. A record declares itself an article, so one letter is
enough.
"""

TEXT_ATTRIBUTES: Final = tuple(
    row.attribute for row in ARTICLE_ROWS if row.attribute not in NOT_FROM_PAGE
)
"""Attributes of `Article` that hold text from the page."""

OPTIONAL_ATTRIBUTES: Final = frozenset(row.attribute for row in ARTICLE_ROWS if row.optional)
"""Attributes that are None, not empty, if the page does not give them."""


def clean(page: Page) -> Article:
    """Return the article of a page.

    Args:
        page: a saved HTML page, or one record of a dump.

    Raises:
        PageError: the page is binary, empty, damaged or without an article. The message says which.

    >>> text = "The brigade moved its guns along the river road before dawn on Friday. "
    >>> html = f"<h1>Brigade moves north</h1><p>By Ann Lee</p><p>{text * 2}</p>"
    >>> article = clean(Page(name="a.html", data=html.encode()))
    >>> article.title, article.authors
    ('Brigade moves north', ('Ann Lee',))
    """
    if page.kind == "record":
        return _derive_fields(page, clean_record(page))
    with pause_collector():
        document = read_document(page)
        try:
            return _derive_fields(page, _strip_controls(_clean_html(page, document)))
        finally:
            document.tree.release()


def _clean_html(page: Page, document: PageDocument) -> Article:
    """Return the fields that are read from an HTML page; `_derive_fields` adds the others."""
    url = find_url(document)
    source, source_origin = find_source(document, url)
    outlet = OutletNames.from_document(document, source)
    title, title_origin = find_title(document, outlet)
    layout = read_layout(document.soup)
    headline = find_headline(layout, title)
    authors = find_authors(document, layout, outlet, headline)
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


def _derive_fields(page: Page, article: Article) -> Article:
    """Add the fields that are read from title and body, both in NFC.

    Raises:
        PageError: the body has fewer letters than an article; its first 2,000 characters are read.
    """
    body = unicodedata.normalize("NFC", article.body)
    title = unicodedata.normalize("NFC", article.title)
    least = MIN_LETTERS if page.kind == "html" else 1
    if sum(map(str.isalpha, body[:2000])) < least:
        raise PageError("no article found in it")
    lead = body.split("\n\n", 1)[0]
    dateline = find_dateline(lead)
    article_id = article.id or make_id("text", f"{title}\n{body}")
    return replace(
        article,
        id=article_id,
        ref=article.ref or article_id,
        title=title or lead[:120],
        body=body,
        lead=lead,
        dateline=dateline.printed if dateline else None,
        place=dateline.place if dateline else None,
        systems=find_systems(title, body),
        countries=find_countries(title, lead, body),
        saved=page.saved,
    )


def _strip_controls(article: Article) -> Article:
    r"""Remove control characters, which JSON (`\ud800`) and references (`&#27;`) can hide.

    A value of nothing else becomes None or empty, and is left out of a list.
    """
    changed: dict[str, Any] = {}
    for name in TEXT_ATTRIBUTES:
        value = getattr(article, name)
        if isinstance(value, tuple):
            stripped: Any = tuple(filter(None, map(_strip_text, value)))
        else:
            stripped = value and _strip_text(value)
        if stripped != value:
            is_absent = not stripped and name in OPTIONAL_ATTRIBUTES
            changed[name] = None if is_absent else stripped
    return replace(article, **changed) if changed else article


def _strip_text(text: str) -> str:
    """Return text without control characters, and without the paragraphs that held nothing else."""
    stripped = strip_controls(text)
    if stripped == text:
        return text
    return "\n\n".join(filter(None, map(str.strip, stripped.split("\n\n"))))
