"""The article page: copies, neighbouring hits, names, the citation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from indexer.models import Article
from tests.support.html_pages import TITLE, parse_page
from web.pages.article import describe_overlap

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from flask.testing import FlaskClient

    from indexer.search.index import Index

TEXT = " ".join(f"word{number}" for number in range(100))
ONE = Article(name="a", id="a", ref="a", title="A", body=TEXT)


@pytest.fixture(scope="module")
def article(client: FlaskClient, sample: Index) -> BeautifulSoup:
    found = sample.search("Baranovichi", source="Northern Wire").hits[0]
    assert found.title == TITLE
    return parse_page(client.get(f"/article/{found.id}?q=Baranovichi&source=Northern+Wire"))


def find_section(page: BeautifulSoup, title: str) -> BeautifulSoup:
    return next(one for one in page.select(".below section") if one.h2.get_text() == title)


def test_copies_tell_outlet_day_and_how_alike_they_are(client: FlaskClient, article: BeautifulSoup):
    rows = find_section(article, "The same story elsewhere").select("li")
    facts = [[span.get_text() for span in row.select(".meta > span")] for row in rows]
    assert sorted(fact[:2] for fact in facts) == [
        ["Baltic Desk", "18 Feb 2023, 06:20"], ["Morning Signal", "18 Feb 2023"],
    ]  # fmt: skip
    assert all(fact[2:] == [fact[2], "what differs"] for fact in facts)
    assert all(fact[2].endswith("\u202f% alike") for fact in facts)
    for row in rows:
        assert row.a.get_text() == parse_page(client.get(row.a["href"])).h1.get_text()


def test_alike_is_whole_only_where_nothing_differs():
    assert describe_overlap(ONE, ONE) == "the same text"
    # One word of 100 is in 3 of 98 runs of three: 95 of 98 are left, 96.9 %.
    assert (
        describe_overlap(ONE, replace(ONE, body=TEXT.replace("word50", "other")))
        == "96\u202f% alike"
    )
    assert describe_overlap(ONE, replace(ONE, body=TEXT + ".")) == "99\u202f% alike"
    assert describe_overlap(ONE, replace(ONE, body="nothing of it is here")) == "0\u202f% alike"


def test_similar_articles_are_others_and_no_copies(article: BeautifulSoup):
    titles = [link.get_text() for link in find_section(article, "Similar articles").select("a")]
    copies = [
        link.get_text() for link in find_section(article, "The same story elsewhere").select("a")
    ]
    assert titles
    assert not {TITLE, *copies} & set(titles)


def test_the_citation_stands_there_to_read_with_its_records(client: FlaskClient, article):
    cite = find_section(article, "Cite")
    assert cite.p.get_text() == (
        f"Adela Wirth, “{TITLE}”, Northern Wire, 17 February 2023, "
        "https://www.northernwire.example/2023/02/17/belarus-says-it-can-assemble-su-25/"
    )
    bibtex, ris = (client.get(link["href"]) for link in cite.select("a"))
    assert bibtex.text.count("@article{") == 1
    assert ris.text.startswith("TY  - NEWS")
    assert TITLE in bibtex.text
    assert bibtex.headers["Content-Disposition"].endswith(
        '="belarus-tells-moscow-it-can-build-the-su.bib"'
    )


def test_names_lead_to_as_many_articles_as_they_say(client: FlaskClient, article: BeautifulSoup):
    links = [link for link in article.select(".steps li a") if link.span]
    assert {"Su-25", "Belarus"} <= {link.contents[0].strip() for link in links}
    for link in links:
        found = parse_page(client.get(link["href"])).select_one(".summary h1").get_text()
        assert found.split()[0] == link.span.get_text(), link["href"]


def follow_links(client: FlaskClient, address: str, rel: str) -> list[str]:
    titles = []
    while address:
        page = parse_page(client.get(address))
        titles.append(page.h1.get_text())
        step = page.select_one(f".beside-hit a[rel={rel}]")
        address = step["href"] if step else ""
    return titles


def test_the_hits_of_a_search_can_be_read_one_after_the_other_over_its_pages(client: FlaskClient):
    hits = [
        link
        for number in (1, 2)
        for link in parse_page(client.get(f"/?q=nuclear&sort=newest&page={number}")).select(
            ".hit h2 a"
        )
    ]
    assert len(hits) > 10
    titles = [link.get_text() for link in hits]
    assert follow_links(client, hits[0]["href"], "next")[: len(titles)] == titles
    last = parse_page(client.get(hits[-1]["href"]))
    assert last.select_one(".beside-hit span").get_text() == f"Hit {len(hits)}"
    assert follow_links(client, hits[-1]["href"], "prev") == titles[::-1]


def test_a_step_keeps_the_search_and_remembers_its_page(client: FlaskClient):
    tenth = parse_page(client.get("/?q=nuclear&sort=newest")).select(".hit h2 a")[9]["href"]
    following = parse_page(client.get(tenth)).select_one(".beside-hit a[rel=next]")["href"]
    assert following.endswith("?q=nuclear&sort=newest&page=2")
    page = parse_page(client.get(following))
    assert page.select_one(".back")["href"] == "/?q=nuclear&sort=newest&page=2"
    assert page.select_one(".beside-hit span").get_text() == "Hit 11"


def test_a_copy_folded_under_a_hit_stands_at_its_place(client: FlaskClient):
    copy = parse_page(client.get("/?q=Baranovichi")).select_one(".copies a")["href"]
    assert parse_page(client.get(copy)).select_one(".beside-hit span").get_text() in (
        "Hit 1",
        "Hit 2",
    )


@pytest.mark.parametrize("asked", ["", "?q=Silistra", "?q=Baranovichi&page=900"])
def test_an_article_that_is_not_from_the_list_has_no_neighbours(client, sample, asked: str):
    found = sample.search("Baranovichi").hits[0].id
    assert not parse_page(client.get(f"/article/{found}{asked}")).select(".beside-hit")
