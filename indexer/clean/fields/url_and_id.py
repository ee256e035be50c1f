"""Finds the address of an article and makes its id.

Both are the same after every rebuild, on every machine and however the page was saved.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from indexer.clean.page.document import PageDocument
from indexer.web_address import find_site

ID_LENGTH: Final = 12
"""Characters of an id: 60 bits, one collision expected in a thousand million articles."""

_TRACKING_PARAMETER: Final = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|"
    r"_ga|_gl|ocid|ncid|cmpid|smid|taid|ito|ref_src|ref_url|guccounter|guce_\w+|share_id|at_\w+|xtor)$",
    re.IGNORECASE,
)
_PORTS: Final = {"http": 80, "https": 443}


def make_id(kind: str, value: str) -> str:
    """Return the id for a value: the first ID_LENGTH characters of its BLAKE2b in base32.

    Args:
        kind: `id`, `url` or `text`; equal values of two kinds have different ids.

    >>> len(make_id("url", "https://news.example/a"))
    12
    """
    digest = hashlib.blake2b(
        f"{kind}:{value}".encode("utf-8", "surrogatepass"), digest_size=8
    ).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:ID_LENGTH]


def find_url(document: PageDocument) -> str | None:
    """Return the canonical address of a page, None if it has none with a path.

    Order: `<link rel=canonical>`, Open Graph, JSON-LD, the address that the container gave. A
    reprint names the first outlet's page as canonical, but is an article of its own. So Open Graph
    comes first if it names the host the page was saved from and the canonical link names another.
    """
    article = document.article
    entity = article.get("mainEntityOfPage")
    own = document.find_meta(("og:url",))
    candidates = (
        own if _is_reprint(document, own) else None,
        document.links.get("canonical"),
        own,
        article.get("url"),
        entity.get("@id") if isinstance(entity, dict) else entity,
        document.url,
    )
    return find_canonical_url(candidates)


def _is_reprint(document: PageDocument, own: str | None) -> bool:
    hosts = [find_site(url) for url in (own, document.url, document.links.get("canonical"))]
    return all(hosts) and hosts[0] == hosts[1] != hosts[2]


def find_canonical_url(candidates: Iterable[object]) -> str | None:
    """Return the first candidate that is an address with a path, in canonical form; else None."""
    for candidate in candidates:
        url = canonicalize_url(candidate) if isinstance(candidate, str) else None
        if url:
            return url
    return None


def canonicalize_url(url: str) -> str | None:
    """Return an http(s) address without fragment and tracking parameters, None if it is not one.

    >>> canonicalize_url("HTTPS://News.Example:443/a?utm_source=x&id=7#top")
    'https://news.example/a?id=7'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or "." not in host or any(c.isspace() for c in url.strip()):
        return None
    query = _strip_tracking(parts.query)
    if parts.path in {"", "/"} and not query:
        return None
    place = host if port in {None, _PORTS[scheme]} else f"{host}:{port}"
    return urlunsplit((scheme, place, parts.path, query, ""))


def _strip_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _TRACKING_PARAMETER.match(pair[0])]
    return query if len(kept) == len(pairs) else urlencode(kept)
