"""The section an outlet filed the article under, and its tags."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from bs4 import Tag

from indexer.clean.blocks import Layout
from indexer.clean.page import Document, plain, squeeze, types_of
from indexer.clean.selectors import SECTION_META, TAG_META

SECTION_SIZE: Final = 60
"""Characters of the longest section name."""

TRAIL_REACH: Final = 200
"""Lines from the top of the page among which a trail is looked for."""

_TRAIL: Final = re.compile(r"\s+[\u00bb\u203a>/]\s+")

HOME: Final = frozenset({"home", "homepage", "start", "startseite", "accueil", "inicio", "news"})
"""First steps of a printed trail, no sections."""

TAG_CAP: Final = 30
"""Tags kept of an article; keyword stuffing goes on for hundreds."""


def find_section(document: Document, layout: Layout) -> tuple[str | None, str]:
    """Return the section and where it stood."""
    section = document.article.get("articleSection")
    for value in section if isinstance(section, list) else [section]:
        name = plain(value)
        if name and len(name) <= SECTION_SIZE:
            return name, "json-ld"
    name = document.first_meta(SECTION_META) or ""
    if 0 < len(name) <= SECTION_SIZE:
        return name, "meta"
    name = _declared_crumb(document) or _printed_crumb(document, layout) or ""
    return (name, "page") if 0 < len(name) <= SECTION_SIZE else (None, "")


def _declared_crumb(document: Document) -> str | None:
    """Return the last step but the article itself of a declared trail, where there are three."""
    for node in document.graph:
        steps = node.get("itemListElement")
        if "breadcrumblist" in types_of(node) and isinstance(steps, list):
            names = [_step_name(step) for step in steps if isinstance(step, dict)]
            return names[-2] if len(names) > 2 else None
    return None


def _step_name(step: Mapping[str, Any]) -> str:
    item = step.get("item")
    return plain(step.get("name") or (item.get("name") if isinstance(item, dict) else ""))


def _printed_crumb(document: Document, layout: Layout) -> str | None:
    """Return the marked section, the last link of a printed trail, or the category link."""
    for is_step in (_is_section, _is_crumb, _is_category):
        texts = [_text(tag) for tag in document.tags if is_step(tag)]
        texts = [text for text in texts if text and text.casefold() not in HOME]
        if texts:
            return texts[-1]
    for block in layout.blocks[:TRAIL_REACH]:
        steps = _TRAIL.split(block.text)
        if len(steps) > 1 and block.link_size > block.size / 2 and steps[0].casefold() in HOME:
            return steps[1]
    return None


def _text(tag: Tag) -> str:
    return squeeze(str(tag.get("content") or tag.get_text()))


def _is_section(tag: Tag) -> bool:
    return tag.attrs.get("itemprop") == "articleSection"


def _is_category(tag: Tag) -> bool:
    return tag.name == "a" and "category" in (tag.attrs.get("rel") or ())


def _is_crumb(tag: Tag) -> bool:
    """Tell whether a link is a step of a printed trail."""
    return tag.name == "a" and any(
        "readcrumb" in f"{parent.attrs.get('class')} {parent.attrs.get('id')}"
        for parent in islice(tag.parents, 4)
    )


def find_tags(document: Document) -> tuple[tuple[str, ...], str]:
    """Return the tags in order, each once, and where they stood."""
    tags = split_tags(_texts(document.article.get("keywords")))
    if tags:
        return tags, "json-ld"
    for name in TAG_META:
        tags = split_tags(document.meta.get(name, ()))
        if tags:
            return tags, "meta"
    tags = split_tags(_text(tag) for tag in document.tags if _is_tag(tag))
    return (tags, "page") if tags else ((), "")


def _is_tag(tag: Tag) -> bool:
    attributes = tag.attrs
    return attributes.get("itemprop") == "keywords" or "tag" in (attributes.get("rel") or ())


def split_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Split lists at commas and semicolons; the same tag twice counts once."""
    found: dict[str, str] = {}
    for text in texts:
        for part in text.replace(";", ",").split(","):
            tag = part.strip()
            if 1 < len(tag) <= 60:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:TAG_CAP]


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [plain(v.get("name") if isinstance(v, dict) else v) for v in values]
