"""The outlet's readable name."""

import re
from typing import Final
from urllib.parse import urlsplit

from indexer.clean.page import Document, plain, squeeze, types_of
from indexer.clean.selectors import SOURCE_META

_TITLE_PART: Final = re.compile(r"\s*[|\u00b7\u2022\u2013\u2014:]\s*|\s+-\s+")
_HOSTLIKE: Final = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")


def find_source(document: Document, url: str | None) -> tuple[str | None, str]:
    """Return the outlet's name (its host where the page gives no name) and where it stood."""
    candidates = [(_publisher(document), "json-ld")]
    candidates += [(document.first_meta((name,)), "meta") for name in SOURCE_META]
    named = [(n, o) for n, o in candidates if n and 1 < len(n) <= 80 and not n.startswith("http")]
    for name, origin in sorted(named, key=lambda pair: bool(_HOSTLIKE.match(pair[0]))):
        return name, origin
    host = urlsplit(url or document.url or "").hostname
    printed = _printed(document, host or "")
    if printed:
        return printed, "page"
    return (host.removeprefix("www."), "url") if host else (None, "")


def _printed(document: Document, host: str) -> str | None:
    """Return the name the page prints for its host: marked as publisher, in the title, on the logo.

    `Harbour & Hull` stands for `harbourandhull.example`: the same letters, `&` read as `and`.
    """
    for node in document.tree.root.iter():
        if node.get("itemprop") == "publisher":
            for inner in node.iter("meta"):
                if inner.get("itemprop") == "name" and inner.get("content"):
                    return plain(inner.get("content"))
    letters = max((_letters(part) for part in host.split(".")), key=len, default="")
    if len(letters) < 3:
        return None
    texts = _TITLE_PART.split(document.title_tag)
    texts += [image.get("alt") or "" for image in document.tree.root.iter("img")][:10]
    for text in map(squeeze, texts):
        if text and _letters(text).removeprefix("the") == letters.removeprefix("the"):
            return text
    return None


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.casefold().replace("&", "and"))


def _publisher(document: Document) -> str | None:
    publisher = document.article.get("publisher")
    if isinstance(publisher, list):
        publisher = publisher[0] if publisher else None
    if isinstance(publisher, dict):
        name = plain(publisher.get("name"))
        if name:
            return name
        publisher = publisher.get("@id")
    for node in document.graph:
        if publisher and node.get("@id") == publisher and plain(node.get("name")):
            return plain(node.get("name"))
    for node in document.graph:
        if "website" in types_of(node) and plain(node.get("name")):
            return plain(node.get("name"))
    return None
