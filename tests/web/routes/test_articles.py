"""The pages of an article, and its saved original."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.support.html_pages import TITLE, WIRE, find_article_path, parse_page, read_text
from tests.support.sample_corpus import CORPUS, PAGES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from indexer.search.index import Index

PAGE = "northern-wire/belarus-says-it-can-assemble-su-25.html"


@pytest.fixture(scope="module")
def gold() -> dict[str, dict]:
    lines = (CORPUS / "judgements/fields.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["name"]: row for row in map(json.loads, lines)}


def test_article_page_shows_every_paragraph(client: FlaskClient, sample: Index, gold):
    path = find_article_path(client, "Baranovichi", TITLE, WIRE)
    page = parse_page(client.get(path))
    shown = [p.get_text() for p in page.select(".text p")]
    assert shown[0] == gold[PAGE]["body"].split("\n\n")[0]
    stored = sample.read_document(urlsplit(path).path.split("/")[2]).article.body
    assert "\n\n".join(shown) == stored
    assert read_text(page, "h1") == TITLE


def test_lines_that_head_what_follows_are_set_as_such(client: FlaskClient):
    page = parse_page(client.get(find_article_path(client, "Baranovichi", TITLE, WIRE)))
    assert "A fleet worn by war" in [p.get_text() for p in page.select(".sub")]


def test_marks_of_an_article_are_numbered_through_and_the_rail_has_each(client: FlaskClient):
    path = find_article_path(client, "moscow baranovichi", TITLE, WIRE)
    page = parse_page(client.get(path))
    marks = page.select("mark")
    assert [mark["id"] for mark in marks] == [f"m{number}" for number in range(1, len(marks) + 1)]
    assert [mark.get_text() for mark in marks] == ["Moscow", "Moscow", "Baranovichi", "Baranovichi"]
    assert [a["href"] for a in page.select(".rail a")] == ["#m1", "#m2", "#m3", "#m4"]
    assert read_text(page, ".marks .at") == "4 marks"


def test_article_leads_back_to_the_results_with_the_whole_search(client: FlaskClient):
    address = "/?q=Baranovichi&sort=newest&source=Northern+Wire"
    page = parse_page(client.get(parse_page(client.get(address)).select_one(".hit h2 a")["href"]))
    assert page.select_one("nav a.back")["href"] == address
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"


def test_article_without_a_search_has_no_marks_and_no_way_back(client: FlaskClient):
    page = parse_page(
        client.get(find_article_path(client, "Baranovichi", TITLE, WIRE).split("?")[0])
    )
    assert page.select("mark, .marks, .rail, a.back") == []


def test_article_that_is_gone_offers_the_search_it_was_found_by(client: FlaskClient):
    response = client.get("/article/gone?q=Baranovichi")
    assert response.status_code == 404
    page = BeautifulSoup(response.text, "lxml")
    assert read_text(page, "h1") == "This article is not in the index"
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"
    assert page.select_one(".ways a")["href"] == "/?q=Baranovichi"


def test_original_is_the_saved_bytes_under_a_sandbox(client: FlaskClient):
    path = find_article_path(client, "Baranovichi", TITLE, WIRE).split("?")[0]
    response = client.get(path + "/original")
    assert response.data == (PAGES / PAGE).read_bytes()
    assert response.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )
    assert response.headers["Content-Type"] == "text/html"


def test_original_of_a_gzipped_page_is_inflated(client: FlaskClient, gold):
    name = "baltic-desk/patriot-first-kinzhal-kyiv.html.gz"
    path = find_article_path(client, "kinzhal", gold[name]["title"], gold[name]["source"]).split(
        "?"
    )[0]
    inflated = gzip.decompress((PAGES / name).read_bytes())
    assert client.get(path + "/original").data == inflated
