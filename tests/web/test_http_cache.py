"""ETags of pages, and static files that a browser caches without a time limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.html_pages import parse_page
from tests.support.record_index import index_rows
from web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient


def test_unchanged_results_are_not_sent_again(client: FlaskClient):
    first = client.get("/?q=Baranovichi")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/?q=Baranovichi", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/?q=Lida", headers={"If-None-Match": tag}).status_code == 200


def test_a_new_generation_is_sent_again(tmp_path: Path):
    row = {"id": "a", "title": "One tank", "text": "A tank stood in the yard of the plant."}
    client = create_app(open_index(index_rows(tmp_path, [row])), Settings()).test_client()
    tag = client.get("/?q=tank").headers["ETag"]
    index_rows(tmp_path, [row])
    assert client.get("/?q=tank", headers={"If-None-Match": tag}).status_code == 200


def test_static_files_are_kept_for_good_under_the_name_of_their_content(client: FlaskClient):
    page = parse_page(client.get("/help"))
    for address in (page.select_one("link[rel=stylesheet]")["href"], page.script["src"]):
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "charset=utf-8" in response.headers["Content-Type"]
