"""Addresses of the web as articles give them: whether one may be linked, and its host."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def split_web_address(url: str | None) -> SplitResult | None:
    """The parts of an address that may be linked: http or https, with a host. Else None.

    >>> split_web_address("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(url or "")
        return parts if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def find_host(url: str | None) -> str:
    """The host of an address in lower case, empty if it has none.

    >>> find_host("https://WWW.News.example:8080/a")
    'www.news.example'
    """
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def find_site(url: str | None) -> str:
    """The host of an address without `www.`: the name by which a reader knows the site."""
    return find_host(url).removeprefix("www.")
