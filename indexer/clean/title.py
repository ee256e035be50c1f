"""The headline as the outlet declares it and the reader saw it, the outlet's own name cut off."""

import re
from typing import Final

from bs4 import Tag

from indexer.clean.page import Document, plain, squeeze
from indexer.clean.selectors import TITLE_META

_SEPARATOR: Final = re.compile(
    r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u00ab~:/>-]{1,2}\s+|\s*\|\s*|\s+::\s+"
)
_WORD: Final = re.compile(r"\w+")


def find_title(document: Document, source: str | None) -> tuple[str, str]:
    """Return the title ("" where there is none) and where it came from."""
    declared = _declared(document)
    heads = _headings(document)
    for head in heads:
        for text, origin in declared:
            if words(head) == words(text):
                return head, origin
    for head in heads:
        for text, _ in declared:
            if _contains(words(text), words(head)) and len(words(head)) >= 3:
                return head, "page"
    for text, origin in declared:
        cut = cut_site(text, source)
        if cut:
            return cut, origin
    return (heads[0], "page") if heads else ("", "page")


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, case folded: what two spellings of one headline share."""
    return tuple(_WORD.findall(text.casefold()))


def cut_site(title: str, source: str | None) -> str:
    """Return `title` without the outlet's name at either end."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    longest = max(parts, key=lambda part: len(words(part)))
    if source and words(source) in {words(parts[0]), words(parts[-1])}:
        start, end = title.find(parts[0]), title.rfind(parts[-1])
        if words(source) == words(parts[-1]):
            return re.sub(r"[\s|\u2013\u2014\u00b7\u2022\u00bb~:/>-]+$", "", title[:end])
        return re.sub(
            r"^[\s|\u2013\u2014\u00b7\u2022\u00bb~:/>-]+", "", title[start + len(parts[0]) :]
        )
    if len(words(parts[-1])) <= 4 < len(words(longest)) and "|" in title:
        return squeeze(title[: title.rfind("|")]) or title
    return title


def _declared(document: Document) -> list[tuple[str, str]]:
    found = []
    headline = plain(document.article.get("headline")) or plain(document.article.get("name"))
    if headline:
        found.append((headline, "json-ld"))
    for name in TITLE_META:
        content = document.first_meta((name,))
        if content:
            found.append((content, "meta"))
    if document.title_tag:
        found.append((document.title_tag, "meta"))
    return found


def _headings(document: Document) -> list[str]:
    found = []
    for tag in document.soup.find_all("h1"):
        if isinstance(tag, Tag):
            text = squeeze(tag.get_text())
            if text and len(text) < 400:
                found.append(text)
    return found


def _contains(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    return len(long) >= len(short) and any(
        long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1)
    )
