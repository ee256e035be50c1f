"""Earlier saved versions and copies can be read, and their differences are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.html_pages import parse_page
from tests.support.record_index import index_rows
from web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup
    from flask.testing import FlaskClient

MIDDLE = "The plant near the river has two halls, and both stood empty for years."
ROWS = [
    {
        "id": "plant", "title": "Plant to build forty tanks", "date": "2024-05-06T10:00:00+02:00",
        "source": "Northern Wire",
        "text": f"The plant will build forty tanks.\n\n{MIDDLE}\n\nWork begins in May.",
    },
    {
        "id": "plant", "title": "Plant to build fifty tanks", "date": "2024-05-07T09:30:00+02:00",
        "source": "Northern Wire",
        "text": f"The plant will build fifty tanks.\n\n{MIDDLE}\n\nWork begins in May.",
    },
    {
        "id": "mayor", "title": "Mayor welcomes the work", "date": "2024-05-08",
        "text": "“Two halls stood empty for years,” said Mayor Ana Ruiz on Wednesday.",
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return make_client(index_rows(tmp_path_factory.mktemp("versions"), ROWS))


def make_client(index: Path) -> FlaskClient:
    return create_app(open_index(index), Settings()).test_client()


@pytest.fixture(scope="module")
def path(client: FlaskClient) -> str:
    return f"/article/{client.get('/api/search?q=tanks').json['hits'][0]['id']}"


@pytest.fixture(scope="module")
def newest(client: FlaskClient, path: str) -> BeautifulSoup:
    return parse_page(client.get(f"{path}?q=tanks"))


def read_words(page: BeautifulSoup, selector: str) -> str:
    return " ".join(page.select_one(selector).get_text().split())


def test_an_earlier_version_is_listed_with_its_day_and_opens_marked(client, newest, path):
    (row,) = newest.select(".elsewhere li")
    assert row.a.get_text() == "Plant to build forty tanks"
    assert row.select_one(".meta span").get_text() == "dated 6 May 2024, 10:00"
    page = parse_page(client.get(row.a["href"]))
    assert read_words(page, ".text p") == "The plant will build forty tanks."
    assert [mark.get_text() for mark in page.select("mark")] == ["tanks", "tanks"]


def test_an_earlier_version_says_so_and_leads_to_the_newest(client, newest, path):
    page = parse_page(client.get(newest.select_one(".elsewhere a")["href"]))
    assert read_words(page, ".notices").startswith("An earlier version of this page.")
    links = [link["href"] for link in page.select(".notices a")]
    assert links[0] == f"{path}?q=tanks"
    assert read_words(parse_page(client.get(links[1])), "h1 del") == "forty"


def test_what_changed_is_struck_out_and_underlined_and_the_rest_folded(client, newest, path):
    page = parse_page(client.get(newest.select_one("a.differs")["href"]))
    first = page.select_one(".changes .text > p")
    assert [tag.get_text() for tag in first.select("del, ins")] == ["forty", "fifty"]
    assert read_words(page, ".changes summary") == "2 paragraphs the same"
    assert read_words(page, ".sides + p").startswith("1 word struck out, 1 underlined; ")
    assert page.select_one("a.back")["href"] == f"{path}?q=tanks"
    assert [link["href"].split("?")[0] for link in page.select(".sides a")][1] == path


def test_the_address_of_a_version_is_the_same_after_a_rebuild(client, path, tmp_path: Path):
    again = make_client(index_rows(tmp_path, ROWS))
    links = [
        parse_page(one.get(path)).select_one(".elsewhere a")["href"] for one in (client, again)
    ]
    assert links[0] == links[1]


@pytest.mark.parametrize("address", ["/version/gone", "/changes/gone"])
def test_a_version_that_is_gone_is_a_page_that_says_so(client, path: str, address: str):
    page = parse_page(client.get(path + address), status=404)
    assert "version" in read_words(page, ".trouble p")


def test_what_differs_between_copies_of_two_outlets_is_shown(sample):
    client = create_app(sample, Settings()).test_client()
    found = sample.search("Baranovichi", source="Northern Wire").hits[0]
    page = parse_page(client.get(f"/article/{found.id}?q=Baranovichi"))
    links = [link["href"] for link in page.select(".elsewhere a.differs")]
    assert len(links) == 2
    for link in links:
        differs = parse_page(client.get(link))
        assert differs.select(".changes ins, .changes del")
        assert read_words(differs, ".sides li:nth-of-type(2) a") == "Northern Wire"


def test_people_who_speak_lead_to_what_names_them(client: FlaskClient):
    found = client.get("/api/search?q=mayor").json["hits"][0]["id"]
    page = parse_page(client.get(f"/article/{found}"))
    title = next(one for one in page.select(".steps h2") if one.get_text() == "People who speak")
    (link,) = title.find_next_sibling("ul").select("a")
    assert link.get_text().strip() == "Ana Ruiz"
    marks = parse_page(client.get(link["href"])).select(".hit mark")
    assert [mark.get_text() for mark in marks] == ["Ana Ruiz"]
