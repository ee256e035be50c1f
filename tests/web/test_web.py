"""The pages of the application over a real index of the sample corpus.

Counts come from the gold texts in corpus/judgements, by hand: Baranovichi is in four articles
(three of them copies of one text), Silistra in none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from indexer.models import Query, Results, Stats
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.html_pages import TITLE, find_hit, parse_page, read_text
from tests.support.record_index import index_rows
from web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from indexer.search.index import Index


class EmptyIndex:
    """An index that finds nothing and has given statistics."""

    generation = "empty"

    def __init__(self, stats: Stats) -> None:
        self._stats = stats

    def read_stats(self) -> Stats:
        return self._stats

    def answer(self, query: Query, facets: tuple[str, ...] = ()) -> Results:
        return Results(query, total=0, took_ms=1.0)


# The start page


def test_start_page_says_what_the_index_holds(client: FlaskClient, sample: Index):
    page = parse_page(client.get("/"))
    assert f"{sample.read_stats().articles} articles from" in read_text(page, ".holding")
    assert (
        read_text(page, ".latest h3")
        == "Navy walks away from Constellation frigate after two ships"
    )


def test_every_search_on_the_start_page_finds_as_many_as_it_says(client: FlaskClient):
    links = parse_page(client.get("/")).select(".tries a, .sources a")
    assert len(links) > 8
    for link in links:
        found = read_text(parse_page(client.get(link["href"])), ".summary h1")
        assert found.split()[0] == link.span.get_text(), link["href"]


def test_blank_query_gives_the_start_page(client: FlaskClient):
    assert read_text(parse_page(client.get("/?q=+&size=25")), "h1") == "Dateline"


def test_an_index_without_articles_says_how_to_fill_it(sample: Index):
    empty = replace(sample.read_stats(), articles=0, oldest=None, newest=None, sources={})
    page = parse_page(create_app(EmptyIndex(empty), Settings()).test_client().get("/"))
    assert read_text(page, ".holding").startswith("The index holds no articles yet.")
    assert "dateline rebuild" in read_text(page, ".notices")


@pytest.mark.parametrize(
    ("days", "said"), [(29, ""), (30, "30 days old"), (4000, "4\u202f000 day")]
)
def test_an_old_index_says_its_age_and_how_to_update_it(sample: Index, days: int, said: str):
    built = (datetime.now(UTC) - timedelta(days=days, hours=1)).isoformat()
    old = replace(sample.read_stats(), built=built, oldest=None)
    page = parse_page(create_app(EmptyIndex(old), Settings()).test_client().get("/"))
    notes = page.select(".notices")
    assert len(notes) == bool(said)
    assert not said or said in notes[0].get_text()


# Results


def test_results_page_keeps_the_query_and_says_how_many_and_how_long(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi"))
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"
    assert read_text(page, ".summary h1") == "4 articles"
    assert re.fullmatch(r"in \d+ ms newest 25 Nov 2025", read_text(page, ".summary .quiet"))
    assert page.title.get_text() == "Baranovichi · Dateline"


def test_a_hit_shows_title_source_day_place_author_and_section(client: FlaskClient):
    hit = find_hit(parse_page(client.get("/?q=Baranovichi&source=Northern+Wire")), TITLE)
    meta = [span.get_text() for span in hit.select(".meta > span")]
    said = ["Northern Wire", "17 Feb 2023", "Warsaw, Poland", "Adela Wirth", "Europe"]
    assert meta == [*said, "Why this?"]
    assert {mark.get_text() for mark in hit.select("mark")} == {"Baranovichi"}


def test_copies_are_folded_under_one_hit_and_each_can_be_opened(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi"))
    assert len(page.select(".hit")) == 2
    line = page.select_one(".copies")
    assert line.get_text().startswith("2 copies: ")
    shown = {line.find_parent(class_="hit").select_one(".meta span").get_text()}
    shown |= {link.get_text() for link in line.select("a")}
    assert shown == {"Northern Wire", "Morning Signal", "Baltic Desk"}
    for link in line.select("a"):
        assert len(parse_page(client.get(link["href"])).select("mark")) >= 1


def test_titles_are_marked_too(client: FlaskClient):
    hit = find_hit(parse_page(client.get("/?q=moscow&source=Northern+Wire")), TITLE)
    assert [mark.get_text() for mark in hit.h2.select("mark")] == ["Moscow"]


def test_newest_and_oldest_go_by_the_day_printed(client: FlaskClient):
    for sort, backwards in (("newest", True), ("oldest", False)):
        page = parse_page(client.get(f"/?q=nuclear&size=50&sort={sort}"))
        days = [time["datetime"][:10] for time in page.select(".hit time")]
        assert len(days) > 15
        assert days == sorted(days, reverse=backwards)
        assert read_text(page, ".sort [aria-current]") == sort.capitalize()


def test_source_counts_are_the_totals_their_links_lead_to(client: FlaskClient):
    links = parse_page(client.get("/?q=missile")).select('.facet a[href*="source="]')
    assert len(links) >= 5
    for link in links:
        found = read_text(parse_page(client.get(link["href"])), ".summary h1")
        assert found.split()[0] == link.span.get_text()


def test_a_chosen_filter_is_a_chip_that_takes_it_away(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi&source=Northern+Wire"))
    assert read_text(page, ".summary h1") == "1 article"
    chip = page.select_one(".chips a")
    assert read_text(page, ".chips a") == "Source Northern Wire × , remove"
    assert chip["href"] == "/?q=Baranovichi"
    chosen = page.select_one('.facet a[aria-current="true"]')
    assert chosen["href"] == "/?q=Baranovichi"


def test_two_values_of_one_filter_mean_either(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi&source=Northern+Wire&source=Morning+Signal"))
    assert read_text(page, ".summary h1") == "2 articles"


def test_dates_are_included_at_both_ends(client: FlaskClient):
    for span, count in (("&from=2023-02-17&to=2023-02-17", 1), ("&from=2023-02-17&to=2023-02", 3)):
        page = parse_page(client.get("/?q=Baranovichi" + span))
        assert read_text(page, ".summary h1").split()[0] == str(count)
    assert page.select_one("input[name=to]")["value"] == "2023-02-28"


def test_a_filter_alone_shows_everything_that_fits(client: FlaskClient, sample: Index):
    page = parse_page(client.get("/?source=Northern+Wire&size=50"))
    number = sample.read_stats().sources["Northern Wire"]
    assert read_text(page, ".summary h1") == f"{number} articles"
    shown = {read_text(hit, ".meta span") for hit in page.select(".hit")}
    assert shown == {"Northern Wire"}


def test_every_page_of_results_can_be_reached_and_none_repeats_a_hit(client: FlaskClient):
    address, seen = "/?q=missile", []
    while address:
        page = parse_page(client.get(address))
        seen += [link["href"].split("?")[0] for link in page.select(".hit h2 a")]
        following = page.select_one(".pages a[rel=next]")
        address = following["href"] if following else ""
    assert len(seen) == len(set(seen)) > 40


def test_a_page_past_the_end_says_so_and_leads_to_the_last(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi&page=9"))
    assert read_text(page, ".reason").startswith("This page is past the end of the results.")
    assert page.select_one(".reason a")["href"] == "/?q=Baranovichi"


def test_what_else_was_searched_is_said_and_can_be_switched_off_and_on(client: FlaskClient):
    page = parse_page(client.get("/?q=frogfoot"))
    assert "Su-25" in read_text(page, ".widened")
    typed = parse_page(client.get(page.select_one(".widened a")["href"]))
    assert read_text(typed, ".widened").startswith("Searched only as typed.")
    assert typed.select_one(".widened a")["href"] == "/?q=frogfoot"


def test_an_unclosed_quote_is_a_notice_beside_the_results(client: FlaskClient):
    page = parse_page(client.get("/?q=%22second+production+base"))
    assert read_text(page, ".summary h1") == "3 articles"
    assert len(page.select(".notices li")) == 1


# Nothing found


def test_zero_hits_say_which_word_has_none_and_set_near_misses_apart(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi+Silistra"))
    assert read_text(page, ".summary h1") == "No articles"
    said = read_text(page, ".reason").replace(" ,", ",").replace(" .", ".")
    assert said == "No article has all of these words. 4 have Baranovichi, none has Silistra."
    assert page.select(".instead .hit")
    assert page.select(".hit") == page.select(".instead .hit")
    assert page.select_one(".ways a")["href"] == "/?q=Baranovichi+Silistra&match=any"


def test_one_word_that_no_article_has(client: FlaskClient):
    assert (
        read_text(parse_page(client.get("/?q=Silistra")), ".reason") == "No article has “Silistra”."
    )


def test_a_phrase_that_no_article_has_can_be_asked_for_without_its_quotes(client: FlaskClient):
    page = parse_page(client.get("/?q=%22production+second+base"))
    assert read_text(page, ".reason") == "No article has “production second base”."
    assert page.select_one(".ways a")["href"] == "/?q=production+second+base"


def test_filters_that_leave_nothing_say_what_there_is_without_them(client: FlaskClient):
    page = parse_page(client.get("/?q=Baranovichi&source=Nobody"))
    assert read_text(page, ".reason") == "No article is left by the filters chosen."
    assert read_text(page, ".ways a") == "Without the filters: 4 articles"
    assert page.select_one(".chips a")["href"] == "/?q=Baranovichi"


ODD_QUERIES = [
    "*", "?", "a*", "*ing", "-drone", "()", "((((((", "AND", "NOT NOT a", "foo:bar", "&&", "12:30",
    "date:2024-13-45", "x* OR y*", "~9", "\x00", "\u202e", "<b>", "😀", '"', "a" * 64, "http://x/y",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_no_query_is_an_error(client: FlaskClient, query: str):
    assert client.get("/", query_string={"q": query}).status_code == 200
    assert client.get("/api/search", query_string={"q": query}).status_code == 200


# Help


def test_every_example_of_the_help_page_is_a_link_that_works(client: FlaskClient):
    links = parse_page(client.get("/help")).select("td a")
    assert len(links) >= 20
    for link in links:
        page = parse_page(client.get(link["href"]))
        assert page.select_one("input[name=q]")["value"] == link.get_text()


# Size


def test_a_results_page_is_under_60_kb(client: FlaskClient):
    page = client.get("/?q=missile+OR+nuclear+OR+tank&sort=newest&from=2021-01-01&to=2025-12-31")
    assert len(parse_page(page).select(".hit")) == 10
    assert len(page.data) < 60_000


def test_a_results_page_over_hundreds_of_names_is_under_60_kb(tmp_path: Path):
    """Long headlines, names and bodies; every facet full, the chart at its widest, ten hits."""
    names = [
        f"{one} of the {two} {three}" for one in "abcdef" for two in "ghijkl" for three in "mnop"
    ]
    rows = [
        {
            "id": str(number), "title": f"Missile {'and long headline words ' * 4}{number}",
            "text": " ".join(f"A missile {number}a{n} over sea {number}b{n}." for n in range(99)),
            "date": f"{1987 + number % 39}-0{1 + number % 9}-03", "source": f"The Wire {name}",
            "section": f"Section {name}", "authors": [f"Ana {name}"], "dateline": f"Town {name}",
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    client = create_app(open_index(index_rows(tmp_path, rows)), Settings()).test_client()
    page = client.get("/?q=missile+sea")
    assert len(parse_page(page).select(".hit")) == 10
    assert len(parse_page(page).select(".narrow a")) > 100
    assert len(page.data) < 60_000
