"""Web addresses of articles: which may be linked, and their hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def split_web_address(url: str | None) -> SplitResult | None:
    """Split an address that may be linked: http or https, with a host. Return None for others.

    >>> split_web_address("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(url or "")
        return parts if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def find_host(url: str | None) -> str:
    """Find the host of an address, in lower case; empty if it has none.

    >>> find_host("https://WWW.News.example:8080/a")
    'www.news.example'
    """
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def find_site(url: str | None) -> str:
    """Find the host of an address without `www.`, as a reader knows the site.

    >>> find_site("https://WWW.News.example:8080/a")
    'news.example'
    """
    return find_host(url).removeprefix("www.")
