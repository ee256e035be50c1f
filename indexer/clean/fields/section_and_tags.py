"""Finds the section in which the outlet published an article, and its tags."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from bs4 import Tag

from indexer.clean.page.blocks import PageLayout
from indexer.clean.page.document import PageDocument, collapse_whitespace, read_types, to_plain_text
from indexer.clean.page.selectors import SECTION_META, TAG_META

MAX_SECTION_SIZE: Final = 60
"""Characters of the longest section name."""

MAX_BREADCRUMB_LINES: Final = 200
"""Lines from the top of the page among which a printed breadcrumb is looked for."""

_STEP_SEPARATOR: Final = re.compile(r"\s+[\u00bb\u203a>/]\s+")

HOME_NAMES: Final = frozenset(
    {"home", "homepage", "start", "startseite", "accueil", "inicio", "news"}
)
"""First steps of a breadcrumb, which are not sections."""

PLACEHOLDER_SECTIONS: Final = frozenset(
    """
    uncategorized|uncategorised|allgemein|non classé|sin categoría|senza categoria|sem categoria|
    geen categorie|okategoriserade|ukategorisert|без рубрики|все|all|post|posts|article|articles|
    tags|home|undefined|nil|null|none|other|latest|latest headlines|main|featured|front page|
    front-page|search results|page|print article|email me|read more|in this article
    """.replace("\n    ", "")
    .strip()
    .split("|")
)
"""Names that systems and templates write if no section was chosen."""

MAX_SECTION_WORDS: Final = 6
"""Most words of a printed section name; a longer one is a headline."""

MIN_TITLE_PART_WORDS: Final = 3
"""Words from which a name inside the title is a part of it, as the last step of a breadcrumb may
be.
"""

TAG_CAP: Final = 30
"""Most tags of an article; keyword stuffing goes on for hundreds."""


def find_section(document: PageDocument, layout: PageLayout, title: str) -> tuple[str | None, str]:
    """Return the section, None if there is none, and its origin (`json-ld`, `meta`, `page`).

    A name that is the article's title is not a section.
    """
    section = document.article.get("articleSection")
    for value in section if isinstance(section, list) else [section]:
        name = to_plain_text(value)
        if _is_section_name(name, title):
            return name, "json-ld"
    name = document.find_meta(SECTION_META) or ""
    if _is_section_name(name, title):
        return name, "meta"
    for step in (_find_declared_section(document), _find_printed_section(document, layout, title)):
        if step and _is_section_name(step, title) and len(step.split()) <= MAX_SECTION_WORDS:
            return step, "page"
    return None, ""


def _is_section_name(name: str, title: str) -> bool:
    """Tell whether a name can be a section: no placeholder, no part of the title, no question."""
    low = name.casefold()
    return (
        1 < len(name) <= MAX_SECTION_SIZE
        and low not in PLACEHOLDER_SECTIONS
        and low != title.casefold()
        and not (len(low.split()) >= MIN_TITLE_PART_WORDS and low in title.casefold())
        and not name.endswith("?")
        and any(map(str.isalpha, name))
    )


def _find_declared_section(document: PageDocument) -> str | None:
    """Return the step before the last of a declared breadcrumb with three or more steps."""
    for node in document.graph:
        steps = node.get("itemListElement")
        if "breadcrumblist" in read_types(node) and isinstance(steps, list):
            names = [_read_step_name(step) for step in steps if isinstance(step, dict)]
            return names[-2] if len(names) > 2 else None
    return None


def _read_step_name(step: Mapping[str, Any]) -> str:
    item = step.get("item")
    return to_plain_text(step.get("name") or (item.get("name") if isinstance(item, dict) else ""))


def _find_printed_section(document: PageDocument, layout: PageLayout, title: str) -> str | None:
    """Return the marked section, the last link of a breadcrumb, or the category link."""
    for find in (_find_section_elements, _find_breadcrumb_links, _find_category_links):
        texts = [_read_text(tag) for tag in find(document)]
        texts = [t for t in texts if t.casefold() not in HOME_NAMES and _is_section_name(t, title)]
        if texts:
            return texts[-1]
    for block in layout.blocks[:MAX_BREADCRUMB_LINES]:
        if block.link_size > block.size / 2:
            steps = _STEP_SEPARATOR.split(block.text)
            if len(steps) > 1 and steps[0].casefold() in HOME_NAMES:
                return steps[1]
    return None


def _read_text(tag: Tag) -> str:
    return collapse_whitespace(str(tag.get("content") or tag.get_text()))


def _find_section_elements(document: PageDocument) -> list[Tag]:
    return document.marks.properties.get("articleSection", [])


def _find_category_links(document: PageDocument) -> list[Tag]:
    return [tag for tag in document.marks.relations.get("category", ()) if tag.name == "a"]


def _find_breadcrumb_links(document: PageDocument) -> list[Tag]:
    """Return the links inside printed breadcrumbs, at most four elements deep."""
    trails = _find_breadcrumbs(document.tags)
    if not trails:
        return []
    return [
        tag
        for tag in document.tags
        if tag.name == "a"
        and not str(tag.attrs.get("href", "#")).startswith(("#", "mailto:", "javascript:"))
        and any(id(parent) in trails for parent in islice(tag.parents, 4))
    ]


def _find_breadcrumbs(tags: list[Tag]) -> set[int]:
    """Return the `id()` of each element whose class or id contains "readcrumb"."""
    found = set()
    for tag in tags:
        attributes = tag.attrs
        if "class" in attributes and "readcrumb" in " ".join(attributes["class"]):
            found.add(id(tag))
        if "id" in attributes and "readcrumb" in attributes["id"]:
            found.add(id(tag))
    return found


def find_tags(document: PageDocument) -> tuple[tuple[str, ...], str]:
    """Return the tags in order, each once, and their origin (`json-ld`, `meta`, `page`)."""
    tags = split_tags(_read_texts(document.article.get("keywords")))
    if tags:
        return tags, "json-ld"
    for name in TAG_META:
        tags = split_tags(document.meta.get(name, ()))
        if tags:
            return tags, "meta"
    marks = document.marks
    found = [*marks.properties.get("keywords", ()), *marks.relations.get("tag", ())]
    tags = split_tags(map(_read_text, found))
    return (tags, "page") if tags else ((), "")


def split_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Split texts into tags at commas and semicolons, each once; case does not matter.

    >>> split_tags(["Bridges, rivers", "bridges;Poland"])
    ('Bridges', 'rivers', 'Poland')
    """
    found: dict[str, str] = {}
    for text in texts:
        for part in text.replace(";", ",").split(","):
            tag = part.strip()
            if 1 < len(tag) <= 60:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:TAG_CAP]


def _read_texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [to_plain_text(v.get("name") if isinstance(v, dict) else v) for v in values]
