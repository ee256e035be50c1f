"""Headers of every response, refused requests, and the pages of errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from indexer.errors import DamageError, NoIndex, SearchTimeout, VersionError
from indexer.settings import Settings
from tests.support.html_pages import parse_page, read_text
from web import create_app
from web.security.request_guards import CONTENT_POLICY

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from indexer.search.index import Index


ADDRESSES = {
    "/": 200, "/?q=Baranovichi": 200, "/help": 200, "/healthz": 200, "/api/search?q=a": 200,
    "/nowhere": 404, "/article/gone": 404, "/article/gone/original": 404, "/api/article/gone": 404,
    "/api/nowhere": 404, "/static/000000000000/dateline.css": 404, "/static/x/../../urls.py": 404,
    "/?q=" + "a" * 1001: 400, "/?x=" + "a" * 32_000: 400, "/%00": 404,
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40])
def test_every_response_carries_the_guards(client: FlaskClient, address: str):
    response = client.get(address)
    assert response.status_code == ADDRESSES[address]
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_content_policy_opens_only_our_own_files():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_POLICY.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert {rules[name] for name in ("style-src", "script-src", "form-action")} == {"'self'"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["/", "/api/search", "/nowhere"])
def test_only_reading_is_answered(client: FlaskClient, method: str, address: str):
    response = client.open(address, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY


def test_head_answers_as_get_without_a_body(client: FlaskClient):
    response = client.head("/?q=Baranovichi")
    assert (response.status_code, response.data) == (200, b"")


STRANGE_HOSTS = [
    "evil.example", "localhost.evil.example", "127.0.0.1.evil", "", "localhost:8000@evil.example",
    "[::2]", "desk.example.evil",
]  # fmt: skip


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_strange_hosts_are_refused(sample: Index, host: str):
    client = create_app(sample, Settings(trusted_hosts="desk.example")).test_client()
    response = client.get("/?q=a", headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY


KNOWN_HOSTS = [
    "localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80", "desk.example", "Desk.Example:443",
    "other.example",
]  # fmt: skip


@pytest.mark.parametrize("host", KNOWN_HOSTS)
def test_loopback_and_trusted_hosts_are_answered(sample: Index, host: str):
    settings = Settings(trusted_hosts="desk.example, other.example")
    client = create_app(sample, settings).test_client()
    assert client.get("/help", headers={"Host": host}).status_code == 200


def test_an_over_long_query_is_refused_with_the_limit_named(client: FlaskClient):
    response = client.get("/?q=" + "a" * 1001)
    assert response.status_code == 400
    page = BeautifulSoup(response.text, "lxml")
    assert read_text(page, "h1") == "This search is over a limit"
    assert re.search(r"1.?000", read_text(page, ".trouble p"))


@pytest.mark.parametrize("address", ["/", "/?q=missile", "/help"])
def test_no_page_loads_anything_from_elsewhere(client: FlaskClient, address: str):
    page = parse_page(client.get(address))
    loaded = [
        tag.get("src") or tag.get("href")
        for tag in page.select("script, link:not([rel=alternate]), img, iframe")
    ]
    assert loaded
    assert all(urlsplit(one).netloc == "" and one.startswith("/static/") for one in loaded)
    assert page.select("[style], style") == []


# Failures


class Broken:
    """An index that fails the same way whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str):
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NoIndex("No index in data/; run dateline rebuild FOLDER"), 503),
        (VersionError("The index in data/ is of version 0; run dateline rebuild FOLDER"), 503),
        (DamageError("data/000001/pool.bin is missing; run dateline rollback"), 503),
        (SearchTimeout("The search took over 5 s; narrow it by a date"), 503),
        (RuntimeError("a secret"), 500),
    ],
)
@pytest.mark.parametrize("address", ["/", "/?q=a", "/article/a", "/api/search?q=a", "/healthz"])
def test_a_failing_index_is_a_page_with_the_way_out(error, status, address):
    response = create_app(Broken(error), Settings()).test_client().get(address)
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert ("secret" in response.text) is False
    assert status == 500 or str(error).replace("'", "&#39;") in response.text
    assert response.is_json == address.startswith(("/api", "/healthz"))
