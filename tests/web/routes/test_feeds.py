"""Feeds and exports over HTTP. Counts are those of test_web.py."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from indexer.models import Article, Query
from indexer.output.atom import FeedMetadata, as_atom
from indexer.output.export import FORMATS

if TYPE_CHECKING:
    from flask.testing import FlaskClient


ATOM = "{http://www.w3.org/2005/Atom}"
DAYS = ["2023-03-27", "2023-02-18", "2023-02-18", "2023-02-17"]


def read_feed(client: FlaskClient, address: str) -> ET.Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.data)


def test_the_feed_is_newest_first_with_copies_whatever_the_page(client: FlaskClient):
    for address in ("/feed.atom?q=Baranovichi", "/feed.atom?q=Baranovichi&sort=oldest&page=3"):
        found = read_feed(client, address)
        days = [one.text[:10] for one in found.findall(f"{ATOM}entry/{ATOM}published")]
        assert days == DAYS
        assert found.find(f"{ATOM}title").text == "Dateline: Baranovichi"


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).parents[2] / "data/atom.rng"))


def list_feed_errors(grammar: etree.RelaxNG, data: bytes) -> list[str]:
    """Return the errors of a feed by RFC 4287: by its grammar and by the rules of its text."""
    found = etree.fromstring(data)
    grammar.validate(found)
    said = [f"{error.line}: {error.message}" for error in grammar.error_log]
    entries = found.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    said += [f"twice: {one}" for one in set(ids) if ids.count(one) > 1]
    if found.find(f"{ATOM}author") is None:
        said += [f"no author: {e}" for e in entries if e.find(f"{ATOM}author") is None]
    for one in (found, *entries):
        kinds = [
            (a.get("rel"), a.get("type"), a.get("hreflang")) for a in one.findall(f"{ATOM}link")
        ]
        said += [f"{kind} twice" for kind in set(kinds) if kinds.count(kind) > 1]
        if one is not found and not any(rel == "alternate" for rel, *_ in kinds):
            said += [] if one.find(f"{ATOM}content") is not None else ["no way to read it"]
    return said


@pytest.mark.parametrize(
    "query",
    ["q=Baranovichi", "q=missile&sort=oldest&source=Northern+Wire", "from=2000&to=2030",
     "q=Silistra", "", "q=%22%3C%26%00%F0%9F%98%80&source=%3Cb%3E"],
)  # fmt: skip
def test_a_feed_is_valid(client: FlaskClient, grammar: etree.RelaxNG, query: str):
    assert list_feed_errors(grammar, client.get(f"/feed.atom?{query}").data) == []


HOSTILE = Article(
    "a", "a", "a", title="\x00<b>&\u202e", body="x", lead="\x0b]]>",
    authors=("\x01",), tags=("\ud800",), url="http://ä/b ü?q=[100%]#a#b", published="0001-01-01",
    updated="yesterday", source="<i>",
)  # fmt: skip
BARE = Article("b", "b", "b", title="", body="")


def test_a_feed_of_articles_that_lack_or_hold_anything_is_valid(grammar: etree.RelaxNG):
    channel = FeedMetadata("\x00", Query(""), "2025-11-19T10:00:00Z")
    pieces = as_atom([HOSTILE, BARE], channel)
    assert list_feed_errors(grammar, "".join(pieces).encode(errors="replace")) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [(b"<updated>", b"<updated>x"), (b"<id>", b"<id/><id>"), (b"</feed>", b"<entry/></feed>")],
)
def test_the_validator_refuses_what_is_no_feed(client, grammar, wrong: bytes, right: bytes):
    data = client.get("/feed.atom?q=Baranovichi").data
    assert list_feed_errors(grammar, data.replace(wrong, right, 1)) != []


def test_the_addresses_in_a_feed_are_whole_and_lead_where_they_say(client: FlaskClient):
    found = read_feed(client, "/feed.atom?q=Baranovichi&source=Baltic+Desk")
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/feed.atom?q=Baranovichi&source=Baltic+Desk"
    assert links["alternate"] == "http://localhost/?q=Baranovichi&sort=newest&source=Baltic+Desk"
    entry = found.find(f"{ATOM}entry")
    page = client.get(entry.find(f"{ATOM}link[@rel='alternate']").get("href"))
    assert entry.find(f"{ATOM}title").text in page.text


def test_a_feed_has_one_id_for_every_order_and_another_for_another_search(client: FlaskClient):
    ids = [
        read_feed(client, address).find(f"{ATOM}id").text
        for address in ("/feed.atom?q=a", "/feed.atom?q=a&sort=oldest", "/feed.atom?q=a&exact=1")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_a_feed_holds_no_more_than_the_newest_fifty(client: FlaskClient):
    assert len(read_feed(client, "/feed.atom?from=2000&to=2030").findall(f"{ATOM}entry")) == 50


def test_a_feed_of_nothing_is_a_feed(client: FlaskClient):
    for address in ("/feed.atom", "/feed.atom?q=Silistra"):
        assert read_feed(client, address).findall(f"{ATOM}entry") == []


@pytest.mark.parametrize(
    ("suffix", "media_type", "record"),
    [
        ("csv", "text/csv", None), ("jsonl", "application/jsonl", '{"name"'),
        ("bib", "application/x-bibtex", "@article{"),
        ("ris", "application/x-research-info-systems", "TY  - NEWS"),
    ],
)  # fmt: skip
def test_an_export_is_a_file_of_every_hit(client, suffix: str, media_type: str, record: str | None):
    response = client.get(f"/export.{suffix}?q=Baranovichi&sort=newest&size=10&page=2")
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="baranovichi.{suffix}"'
    if record:
        assert response.text.count(record) == 4
    else:
        rows = csv.DictReader(io.StringIO(response.text, newline=""))
        assert [row["published"][:10] for row in rows] == DAYS


def test_a_file_name_holds_only_what_any_system_takes(client: FlaskClient):
    response = client.get("/export.csv", query_string={"q": '"../a\r\nb" Ö/x'})
    assert response.headers["Content-Disposition"] == 'attachment; filename="a-b-x.csv"'


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/export.exe?q=a", 404), ("/article/gone/cite.bib", 404),
        ("/export.csv?q=" + "a" * 1001, 400), ("/feed.atom?q=" + "a" * 1001, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_a_page_that_says_so(client: FlaskClient, address: str, status: int):
    response = client.get(address)
    assert response.status_code == status
    assert BeautifulSoup(response.text, "lxml").h1


def test_the_menu_of_the_results_leads_to_each_of_them(client: FlaskClient):
    page = BeautifulSoup(client.get("/?q=Baranovichi&sort=oldest&page=1").text, "lxml")
    links = [link["href"] for link in page.select(".menu a")]
    assert links == [
        "/feed.atom?q=Baranovichi",
        *(f"/export.{form.extension}?q=Baranovichi&sort=oldest" for form in FORMATS),
    ]
    assert all(client.get(link).status_code == 200 for link in links)
    assert page.select_one("link[rel=alternate]")["href"] == links[0]


def test_without_hits_there_is_nothing_to_export(client: FlaskClient):
    assert not BeautifulSoup(client.get("/?q=Silistra").text, "lxml").select(".menu")


def test_an_export_that_did_not_change_is_not_sent_again(client: FlaskClient):
    tag = client.get("/export.csv?q=Baranovichi").headers["ETag"]
    again = client.get("/export.csv?q=Baranovichi", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
