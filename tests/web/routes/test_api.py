"""The JSON API has exactly the names that scripts rely on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from indexer.fields import ARTICLE_ROWS
from indexer.models import FacetValue, Query, Results
from indexer.output import as_json
from tests.support.html_pages import TITLE

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from indexer.search.index import Index


def fetch_hit(client: FlaskClient) -> dict:
    found = client.get("/api/search?q=Baranovichi&source=Northern+Wire").json
    assert found["total"] == 1
    return found["hits"][0]


def test_search_has_exactly_these_names(client: FlaskClient):
    answer = client.get("/api/search?q=Baranovichi").json
    assert list(answer) == [
        "query", "total", "took_ms", "hits", "facets", "months", "searched", "notices",
        "suggestion", "instead",
    ]  # fmt: skip
    assert (answer["query"], answer["total"], answer["instead"]) == ("Baranovichi", 4, [])
    assert list(answer["hits"][0]) == [
        "id", "ref", "title", "title_marks", "url", "source", "published", "authors", "place",
        "section", "score", "copies", "snippets",
    ]  # fmt: skip
    assert list(answer["facets"]["source"][0]) == ["value", "count", "selected"]


def test_a_value_of_a_facet_has_every_attribute_by_its_name():
    value = FacetValue("Air & <Space>", 3, selected=True)
    given = as_json.encode_results(Results(Query("a"), 3, 1.0, facets={"section": (value,)}))
    assert given["facets"] == {"section": [asdict(value)]}


def test_a_hit_has_the_fields_of_its_page(client: FlaskClient):
    found = fetch_hit(client)
    assert found["title"] == TITLE
    assert found["published"] == "2023-02-17T21:40:00-05:00"
    assert (found["source"], found["authors"]) == ("Northern Wire", ["Adela Wirth"])
    assert (found["place"], found["section"]) == ("Warsaw, Poland", "Europe")
    assert found["url"].endswith("/2023/02/17/belarus-says-it-can-assemble-su-25/")


def test_marks_are_offsets_into_the_text_beside_them(client: FlaskClient):
    marked = [
        snippet["text"][start:end]
        for snippet in fetch_hit(client)["snippets"]
        for start, end in snippet["marks"]
    ]
    assert marked
    assert set(marked) == {"Baranovichi"}


def test_parameters_that_make_no_sense_are_notices(client: FlaskClient):
    answer = client.get("/api/search?q=%22Baranovichi&size=7&from=never").json
    assert answer["total"] == 4
    assert [notice["kind"] for notice in answer["notices"][:2]] == ["limit", "date"]
    assert len(answer["notices"]) == 3


def test_near_misses_stand_apart_from_hits(client: FlaskClient):
    answer = client.get("/api/search?q=Baranovichi+Silistra").json
    assert (answer["total"], answer["hits"]) == (0, [])
    assert answer["instead"]


def test_an_article_has_the_names_of_a_cleaned_page(client: FlaskClient):
    answer = client.get(f"/api/article/{fetch_hit(client)['id']}").json
    assert set(answer) == {row.attribute for row in ARTICLE_ROWS} - {"saved"}
    assert answer["title"] == TITLE
    assert answer["body"].startswith("WARSAW, Poland — The leadership of Belarus")


def test_text_is_sent_as_it_is_in_utf_8(client: FlaskClient):
    response = client.get(f"/api/article/{fetch_hit(client)['id']}")
    assert response.headers["Content-Type"] == "application/json"
    assert "WARSAW, Poland — The".encode() in response.data


@pytest.mark.parametrize(
    ("address", "status"),
    [("/api/article/gone", 404), ("/api/nowhere", 404), ("/api/search?q=" + "a" * 1001, 400)],
)
def test_errors_are_one_sentence_in_json(client: FlaskClient, address: str, status: int):
    response = client.get(address)
    assert response.status_code == status
    assert list(response.json) == ["error"]
    assert len(response.json["error"]) > 20


def test_health_names_generation_articles_and_age(client: FlaskClient, sample: Index):
    answer = client.get("/healthz").json
    stats = sample.read_stats()
    assert answer["generation"] == stats.generation
    assert answer["articles"] == stats.articles
    built = datetime.fromisoformat(answer["built"])
    # age_s is rounded to a tenth of a second.
    assert 0 <= answer["age_s"] <= (datetime.now(UTC) - built).total_seconds() + 0.1
