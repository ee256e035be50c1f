"""Finds the readable name of the outlet that published a page."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from indexer.clean.page.document import PageDocument, collapse_whitespace, read_types, to_plain_text
from indexer.clean.page.selectors import SOURCE_META, TITLE_META
from indexer.web_address import find_host

MAX_NAME_SIZE: Final = 80
"""Characters of the longest name."""

MAX_TITLE_NAME_WORDS: Final = 5
"""Most words of a name that equals the title of the page, as on sites that title all pages alike.
"""

_PUBLISHER_NAMES: Final = etree.XPath(
    "//*[@itemprop='publisher']/descendant-or-self::meta[@itemprop='name']"
)
_TITLE_PART: Final = re.compile(r"\s*[|\u00b7\u2022\u2013\u2014:]\s*|\s+-\s+")
_TAGLINE: Final = re.compile(r"\s*[|\uff5c]\s*|\s+[-\u2013\u2014:\u00b7]+(?:\s+|$)")
_HOSTLIKE: Final = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")


@dataclass(frozen=True, slots=True)
class _OutletName:
    text: str
    origin: str


def find_source(document: PageDocument, url: str | None) -> tuple[str | None, str]:
    """Return the outlet's name and its origin (`json-ld`, `meta`, `page`, `url`).

    Without a name the host is returned; without a host, None and "". A declared name that equals
    the host's letter for letter comes first, then one that shares letters with it: `publisher` may
    be an agency or the company that owns the outlet. Then JSON-LD, then meta tags.

    Args:
        url: canonical address of the page, None if unknown.
    """
    host = find_host(url or document.url)
    letters = _find_main_letters(host)
    candidates = [_OutletName(_find_declared_name(document) or "", "json-ld")]
    candidates += [_OutletName(document.find_meta((name,)) or "", "meta") for name in SOURCE_META]
    named = [
        _OutletName(_strip_tagline(one.text, letters), one.origin) for one in candidates if one.text
    ]
    title = document.find_meta(TITLE_META) or to_plain_text(document.article.get("headline"))
    named = [one for one in named if _is_outlet_name(one.text, title)]
    if named:
        best = min(
            named, key=lambda one: (_is_hostlike(one.text), -_rank_host_match(one.text, letters))
        )
        return best.text, best.origin
    printed = _find_printed_name(document, letters)
    if printed:
        return printed, "page"
    return (host.removeprefix("www."), "url") if host else (None, "")


def _is_outlet_name(text: str, title: str) -> bool:
    if text == title and len(text.split()) > MAX_TITLE_NAME_WORDS:
        return False
    return 1 < len(text) <= MAX_NAME_SIZE and "://" not in text


def _find_main_letters(host: str) -> str:
    """Return the longest part of a host: the letters of the outlet's name."""
    return max((_fold_letters(part) for part in host.split(".")), key=len, default="")


def _is_hostlike(name: str) -> bool:
    """Tell whether a name is a host or is written as one (`detroitnews`)."""
    return _HOSTLIKE.match(name) is not None or (
        name.islower() and name.isascii() and " " not in name
    )


def _rank_host_match(name: str, host: str) -> int:
    """Return 2 if a name equals the host's letter for letter, 1 if one contains the other, else 0.

    The capitals of a name count as its letters too: `Wisconsin State University` is `wsu`.
    """
    theirs = host.removeprefix("the")
    capitals = "".join(filter(str.isupper, name))
    kinship = 0
    for mine in (_fold_letters(name).removeprefix("the"), _fold_letters(capitals)):
        if mine == theirs:
            return 2
        if min(len(mine), len(theirs)) > 2 and (mine in theirs or theirs in mine):
            kinship = 1
    return kinship


def _strip_tagline(name: str, host: str) -> str:
    """Return the part of `Fen Gazette | News from the fens` that is the name."""
    parts = [part for part in _TAGLINE.split(name.strip(" \"'")) if part]
    if len(parts) < 2:
        return "".join(parts)
    parts = [parts[0], *(part for part in parts[1:] if not _HOSTLIKE.match(part))]
    for part in parts:
        if _rank_host_match(part, host) == 2:
            return part
    return parts[0] if len(parts) == 1 or _rank_host_match(parts[0], host) else name.strip(" -|")


def _find_printed_name(document: PageDocument, letters: str) -> str | None:
    """Return the name that the page prints for its host, None if it prints none.

    It is marked as publisher, in `<title>`, or the text of an image. `Harbour & Hull` matches
    `harbourandhull.example`: the letters are the same if `&` is read as `and`.
    """
    for node in cast("list[etree._Element]", _PUBLISHER_NAMES(document.tree.root)):
        if node.get("content"):
            return to_plain_text(node.get("content"))
    if len(letters) < 3:
        return None
    texts = _TITLE_PART.split(document.title_tag)
    texts += [image.get("alt") or "" for image in document.tree.root.iter("img")][:10]
    for text in map(collapse_whitespace, texts):
        if text and _rank_host_match(text, letters) == 2:
            return text
    return None


def _fold_letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("&", "and"))
    return re.sub(r"\W", "", folded)


def _find_declared_name(document: PageDocument) -> str | None:
    """Return the name of the publisher in JSON-LD, else that of its web site, else None."""
    publisher = document.article.get("publisher")
    if isinstance(publisher, list):
        publisher = publisher[0] if publisher else None
    if isinstance(publisher, dict):
        name = to_plain_text(publisher.get("name"))
        if name:
            return name
        publisher = publisher.get("@id")
    for node in document.graph:
        if publisher and node.get("@id") == publisher and to_plain_text(node.get("name")):
            return to_plain_text(node.get("name"))
    for node in document.graph:
        if "website" in read_types(node) and to_plain_text(node.get("name")):
            return to_plain_text(node.get("name"))
    return None
