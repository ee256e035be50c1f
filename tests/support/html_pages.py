"""Parse rendered pages and read them by CSS selector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

WIRE = "Northern Wire"
TITLE = "Belarus tells Moscow it can build the Su-25 at home"
"""Title of an article of the sample corpus in the outlet WIRE."""


def parse_page(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """Return the parsed page of a response, which must have that status."""
    assert response.status_code == status, response.text
    return BeautifulSoup(response.text, "lxml")


def read_text(page: BeautifulSoup, selector: str) -> str:
    """Return the text of the first element of a selector, with white space collapsed."""
    return " ".join(page.select_one(selector).get_text(" ").split())


def find_hit(page: BeautifulSoup, title: str) -> BeautifulSoup:
    """Return the hit with that title."""
    return next(hit for hit in page.select(".hit") if hit.h2.get_text() == title)


def find_article_path(client: FlaskClient, query: str, title: str, source: str) -> str:
    """Return the URL of the article of a hit. The filter by source excludes its copies."""
    page = parse_page(client.get("/", query_string={"q": query, "source": source}))
    return find_hit(page, title).h2.a["href"]
