"""Why an article was found: counts by hand from the rows below, parts that add up to the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from indexer.models import Query
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.record_index import index_rows
from web import create_app

if TYPE_CHECKING:
    from indexer.search.index import Index

ROWS = [
    {
        "id": "kyiv", "title": "Tanks reach Kyiv", "date": "2024-05-06", "authors": ["Ana Ruiz"],
        "text": "Kyiv got tanks.\n\nKiev had asked for a tank long ago, said Ruiz in the city.",
    },
    {"id": "ships", "title": "Ships", "date": "2023-05-06", "text": "Ships left the old harbour."},
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("why")
    return open_index(index_rows(folder, ROWS))


def article_id(index: Index, text: str) -> str:
    return index.search(text).hits[0].id


def test_every_word_says_where_it_stands_and_how_it_is_written(index: Index):
    why = index.explain(article_id(index, "tank"), Query("tank kiev"))
    tank, kiev = why.words
    assert (tank.typed, tank.title, tank.lead, tank.text) == ("tank", 1, 1, 1)
    assert set(tank.forms) == {"Tanks", "tanks", "tank"}
    assert (kiev.typed, kiev.title, kiev.lead, kiev.text) == ("kiev", 1, 1, 1)
    assert kiev.forms == ("Kyiv", "Kiev")
    assert (tank.articles, kiev.articles) == (1, 1)


@pytest.mark.parametrize(
    "query",
    [
        Query("tank"),
        Query("tank kiev"),
        Query("tank kiev", fresh=False),
        Query("tank kiev", exact=True),
        Query('"asked for" OR ships'),
        Query("tank author:Ruiz -harbour"),
        Query("city date:2024"),
    ],
)
def test_the_parts_add_up_to_the_score_of_the_hit(index: Index, query: Query):
    hits = {hit.title: hit for hit in index.answer(query).hits}
    hit = hits["Tanks reach Kyiv"]
    why = index.explain(hit.id, query)
    words = sum(word.score for word in why.words)
    assert why.score == pytest.approx(words + why.closeness + why.freshness + why.rest)
    assert why.score == pytest.approx(hit.score, abs=1e-3)


def test_what_is_looked_for_in_a_field_is_counted_there(index: Index):
    (word,) = index.explain(article_id(index, "tank"), Query("author:ruiz")).words
    assert (word.elsewhere, word.title, word.text) == (1, 0, 0)


def test_an_article_that_the_search_does_not_find_says_so(index: Index):
    why = index.explain(article_id(index, "ships"), Query("tank"))
    assert (why.matches, why.words, why.score) == (False, (), 0)


def test_every_hit_leads_to_a_page_that_tells_why(sample: Index):
    client = create_app(sample, Settings()).test_client()
    page = BeautifulSoup(client.get("/?q=moscow+baranovichi&source=Northern+Wire").text, "lxml")
    (link,) = page.select(".hit .ask")
    why = BeautifulSoup(client.get(link["href"]).text, "lxml")
    rows = [[cell.get_text(" ") for cell in row.select("th, td")] for row in why.select(".why tr")]
    # Moscow stands in the title and once in the text, Baranovichi twice in the text (test_web.py).
    assert [row[0] for row in rows[1:3]] == ["moscow", "baranovichi"]
    assert rows[2][1:4] == ["–", "–", "2"]
    assert rows[1][1] == "1"
    shares = [row[-1].removesuffix("\u202f%") for row in rows[1:] if "under" not in row[-1]]
    assert 97 <= sum(map(int, shares)) <= 103
    assert why.select_one("a.back")["href"] == "/?q=moscow+baranovichi&source=Northern+Wire"


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/article/gone/why?q=a", 404, "not in the index"),
        ("/article/{id}/why?q=zebra", 200, "does not match the words"),
        ("/article/{id}/why?from=2000", 200, "There are no words in this search"),
        ("/article/{id}/why", 200, "does not match the words"),
    ],
)
def test_a_page_that_tells_why_has_something_to_say(index, address: str, status: int, said: str):
    client = create_app(index, Settings()).test_client()
    response = client.get(address.format(id=article_id(index, "tank")))
    assert response.status_code == status
    assert said in response.text
