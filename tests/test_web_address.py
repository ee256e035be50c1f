"""Addresses of the web: which may be linked, and the host of one."""

from __future__ import annotations

import pytest

from indexer.web_address import find_host, find_site, split_web_address


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://wire.example/a?b#c", "wire.example"),
        ("HTTP://WWW.Wire.Example:8080/a", "www.wire.example"),
        ("https://user:secret@wire.example/", "wire.example"),
        ("http://[2001:db8::1]/a", "2001:db8::1"),
    ],
)
def test_address_of_the_web_may_be_linked(url: str, host: str):
    parts = split_web_address(url)
    assert parts is not None
    assert parts.hostname == find_host(url) == host


@pytest.mark.parametrize(
    "url",
    [
        None, "", "wire.example/a", "/a", "javascript:alert(1)", "JavaScript://wire.example/%0aalert(1)",
        "data:text/html,a", "ftp://wire.example/a", "file:///etc/passwd", "http:///a", "http://[bad/a",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_may_not_be_linked(url: str | None):
    assert split_web_address(url) is None


def test_host_of_what_has_none_is_empty():
    assert [find_host(url) for url in (None, "", "a/b", "http://[bad/a")] == [""] * 4


def test_site_is_the_host_without_www():
    assert find_site("https://www.wire.example/a") == "wire.example"
    assert find_site("https://news.wire.example/a") == "news.wire.example"
