"""The section an outlet filed the article under, and its tags."""

from collections.abc import Iterable

from indexer.clean.page import Document, plain
from indexer.clean.selectors import SECTION_META, TAG_META

TAG_CAP = 30
"""Tags kept of an article; keyword stuffing goes on for hundreds."""


def find_section(document: Document) -> tuple[str | None, str]:
    """Return the section and where it stood."""
    section = document.article.get("articleSection")
    for value in section if isinstance(section, list) else [section]:
        name = plain(value)
        if name and len(name) <= 60:
            return name, "json-ld"
    name = document.first_meta(SECTION_META) or ""
    return (name, "meta") if 0 < len(name) <= 60 else (None, "")


def find_tags(document: Document) -> tuple[tuple[str, ...], str]:
    """Return the tags in order, each once, and where they stood."""
    tags = split_tags(_texts(document.article.get("keywords")))
    if tags:
        return tags, "json-ld"
    for name in TAG_META:
        tags = split_tags(document.meta.get(name, ()))
        if tags:
            return tags, "meta"
    return (), ""


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
