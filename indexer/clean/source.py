"""The outlet's readable name."""

import re
from typing import Final
from urllib.parse import urlsplit

from indexer.clean.page import Document, plain, types_of
from indexer.clean.selectors import SOURCE_META

_HOSTLIKE: Final = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")


def find_source(document: Document, url: str | None) -> tuple[str | None, str]:
    """Return the outlet's name (its host where the page gives no name) and where it stood."""
    candidates = [(_publisher(document), "json-ld")]
    candidates += [(document.first_meta((name,)), "meta") for name in SOURCE_META]
    named = [(n, o) for n, o in candidates if n and 1 < len(n) <= 80 and not n.startswith("http")]
    for name, origin in sorted(named, key=lambda pair: bool(_HOSTLIKE.match(pair[0]))):
        return name, origin
    host = urlsplit(url or "").hostname
    return (host.removeprefix("www."), "url") if host else (None, "")


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
