"""Payloads in what an article holds: text stays text on every page, and no link leads to them.

A real index, the real application, and lxml to read what a browser would.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from indexer.engines.storage.files import OriginalLocation, inflate
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import DamageError
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.record_index import index_rows
from tests.support.saved_page import make_page
from web import create_app
from web.routes.articles import ORIGINAL_POLICY

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></p><svg onload=alert(1)>",
    '"><iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "' autofocus onfocus=alert(1) x='",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }}{% include 'x' %}${7*7}",
    "<!--<style>--><base href=//evil.example>",
    "]]></title></textarea><math><mtext><a xlink:href=javascript:alert(1)>",
    "\u2028<form action=//evil.example><button formaction=javascript:alert(1)>",
]

LINKS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)",
    "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript://a.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "file:///etc/passwd",
    "//evil.example/x", "blob:https://a.example/1", "view-source:javascript:alert(1)",
    "https:javascript:alert(1)",
]  # fmt: skip

HOSTILE_TAGS = (
    "iframe, svg[onload], math, base, form[action^='//'], [onerror], [onload], [onfocus], "
    "[srcdoc], [formaction]"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    root = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": f"p{number}",
            "title": f"Tank {number} {payload}",
            "body": f"A tank {payload} stood there, number {number}.\n\n{payload} tank.",
            "author": f"Tank {payload}",
            "source": f"Tank {payload}",
            "section": payload,
            "tags": [payload, "tank"],
            "date": "2024-05-06",
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    rows += [
        {
            "id": f"l{number}",
            "title": f"Link {number}",
            "body": f"A truck of kind k{number}.",
            "url": url,
        }
        for number, url in enumerate(LINKS)
    ]
    index = open_index(index_rows(root, rows))
    assert index.read_stats().articles == len(rows)
    return create_app(index, Settings()).test_client()


def ids(client: FlaskClient, word: str) -> list[str]:
    hits = client.get(f"/api/search?q={word}&size=50").json["hits"]
    return [key for hit in hits for key in (hit["id"], *(copy["id"] for copy in hit["copies"]))]


def assert_harmless(page: BeautifulSoup) -> None:
    assert all(script.get("src", "").startswith("/static/") for script in page.select("script"))
    assert page.select(HOSTILE_TAGS) == []
    for tag in page.select("[href], [src], [action]"):
        address = tag.get("href") or tag.get("src") or tag.get("action") or "/"
        assert address.startswith(("/", "#", "?", "https://", "http://")), address
        assert not address.startswith("//"), address


def test_payloads_stay_text_on_the_start_page(client: FlaskClient):
    page = BeautifulSoup(client.get("/").data, "lxml")
    assert_harmless(page)
    assert PAYLOADS[-1].split("\u2028")[-1] in page.get_text()


def test_payloads_stay_text_in_results_and_their_snippets(client: FlaskClient):
    page = BeautifulSoup(client.get("/?q=tank&size=50").data, "lxml")
    assert_harmless(page)
    text = page.get_text()
    for payload in PAYLOADS:
        assert payload.split("\u2028")[-1] in text, payload


def test_payloads_stay_text_on_article_pages(client: FlaskClient):
    found = ids(client, "tank")
    assert len(found) == len(PAYLOADS)
    for key in found:
        assert_harmless(BeautifulSoup(client.get(f"/article/{key}?q=tank").data, "lxml"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_an_address_stay_text(client: FlaskClient, payload: str):
    for name in ("q", "source", "from", "sort", "page", "author", "anything"):
        response = client.get(f"/?{name}={quote(payload)}&{quote(payload)}=1")
        assert response.status_code == 200
        assert_harmless(BeautifulSoup(response.data, "lxml"))
    assert_harmless(BeautifulSoup(client.get(f"/{quote(payload)}").data, "lxml"))
    assert_harmless(BeautifulSoup(client.get(f"/article/{quote(payload)}").data, "lxml"))


def test_feed_with_payloads_is_well_formed_and_text(client: FlaskClient):
    feed = ET.fromstring(client.get("/feed.atom?q=tank").data)
    titles = [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert any(PAYLOADS[0] in title for title in titles)
    assert not [one for one in feed.iter() if one.tag.endswith(("script", "svg", "img"))]


@pytest.mark.parametrize("number", range(len(LINKS)))
def test_link_payloads_are_never_links(client: FlaskClient, number: int):
    for key in ids(client, f"k{number}"):
        for address in (f"/article/{key}", f"/?q=k{number}"):
            page = BeautifulSoup(client.get(address).data, "lxml")
            assert_harmless(page)
            hrefs = [link["href"] for link in page.select("a[href]")]
            assert not any("alert" in one or "evil" in one or "passwd" in one for one in hrefs)


# The saved page


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    page = make_page('<script src="https://evil.example/x.js"></script><script>alert(1)</script>')
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.html").write_bytes(page)
    rebuild(
        WhooshEngine(tmp_path / "index"),
        [tmp_path / "source"],
        Settings(workers=1),
        SilentProgress(),
    )
    return tmp_path / "index"


def test_original_with_scripts_is_served_in_a_sandbox(saved: Path):
    client = create_app(open_index(saved), Settings()).test_client()
    (key,) = ids(client, "guns")
    response = client.get(f"/article/{key}/original")
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == ORIGINAL_POLICY
    assert "allow-" not in ORIGINAL_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_original_follows_no_link_out_of_the_index(saved: Path, tmp_path: Path):
    """The pack is replaced by a link to a secret while the index is open."""
    secret = tmp_path / "secret"
    secret.write_bytes(zlib.compress(b"a secret of another folder") * 50)
    index = open_index(saved)
    client = create_app(index, Settings()).test_client()
    (key,) = ids(client, "guns")
    (pack,) = saved.glob("originals/*.pack")
    pack.unlink()
    pack.symlink_to(secret)
    response = client.get(f"/article/{key}/original")
    assert response.status_code == 503
    assert b"secret of another" not in response.data
    for name in ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/original", key + "/../.."):
        assert client.get(f"/article/{name}/original").status_code in {404, 308}


@pytest.mark.parametrize("place", [(-5, 10), (0, -1), (10**15, 10), (1, 3)])
def test_original_at_a_place_that_makes_no_sense_is_damage(saved: Path, place: tuple[int, int]):
    snapshot = WhooshEngine(saved).open_snapshot()
    with pytest.raises(DamageError, match="pack is damaged"):
        snapshot.read_original(OriginalLocation("000001", *place))


def test_bomb_in_an_index_is_cut_while_inflating():
    bomb = zlib.compress(bytes(20_000_000))
    with pytest.raises(zlib.error, match=r"more than 1,000,000 bytes"):
        inflate(bomb, 1_000_000)
    assert len(inflate(bomb, 20_000_000)) == 20_000_000
    with pytest.raises(zlib.error):
        inflate(bomb[:-5], 20_000_000)
