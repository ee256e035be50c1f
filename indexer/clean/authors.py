"""Who wrote it, as the byline prints: persons, agencies and desks."""

import re
from collections.abc import Iterator
from typing import Final

from indexer.clean.page import Document, plain, squeeze
from indexer.clean.selectors import AUTHOR_META

_BY: Final = re.compile(
    r"^(?:(?:written|story|words|text|reported|posted|review|article)\s+)?(?:by|von|par|por|di|door|av|af)[\s:]+|^(?:author|authors|autor)s?\s*:\s*",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(
    r"\s*(?:[;|\u2022\u00b7]|,\s*(?:and|und|et|y)\s+|\s(?:and|und|et|&)\s|,)\s*", re.IGNORECASE
)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def find_authors(document: Document) -> tuple[tuple[str, ...], str]:
    """Return the authors in order, each once, and where they were read."""
    for origin, texts in _sources(document):
        names = clean_names(texts)
        if names:
            return names, origin
    return (), ""


def clean_names(texts: list[str]) -> tuple[str, ...]:
    """Split and clean printed bylines; the same name twice counts once."""
    found: dict[str, str] = {}
    for text in texts:
        for part in _SPLIT.split(_BY.sub("", _MAIL.sub("", squeeze(text)))):
            name = _BY.sub("", part).strip(" .,-\u2013\u2014/()")
            if name and not name.startswith(("http", "@", "www.")) and 1 < len(name) < 80:
                found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _sources(document: Document) -> Iterator[tuple[str, list[str]]]:
    yield (
        "json-ld",
        list(_names(document.article.get("author")))
        or list(_names(document.article.get("creator"))),
    )
    for name in AUTHOR_META:
        contents = document.meta.get(name)
        if contents:
            yield "meta", list(contents)
    for selector in ("[rel~=author]", "[itemprop=author]", ".byline", ".author", ".author-name"):
        texts = [tag.get_text() for tag in document.soup.select(selector)[:4]]
        if texts:
            yield "page", texts


def _names(value: object) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += reversed(node)
        elif isinstance(node, dict):
            stack.append(node.get("name"))
        elif isinstance(node, str):
            yield plain(node)
