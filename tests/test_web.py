"""The pages as a reader meets them, drawn from a real index of the sample corpus.

Counts come from the gold texts in corpus/judgements, by hand: Baranovichi stands in four articles
(three of them copies of one text), Silistra in none.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from indexer.build import rebuild
from indexer.config import Settings
from indexer.errors import DamageError, NoIndex, SearchTimeout, VersionError
from indexer.models import Query, Results, Stats
from indexer.opening import open_engine, open_index
from indexer.progress import Quiet
from web import create_app
from web.guards import CONTENT_POLICY

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from indexer.search import Index

ROOT = Path(__file__).parent.parent
PAGE = "northern-wire/belarus-says-it-can-assemble-su-25.html"
WIRE = "Northern Wire"
TITLE = "Belarus tells Moscow it can build the Su-25 at home"


@pytest.fixture(scope="module")
def client(sample: Index) -> FlaskClient:
    return create_app(sample, Settings()).test_client()


@pytest.fixture(scope="module")
def gold() -> dict[str, dict]:
    lines = (ROOT / "corpus/judgements/fields.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["name"]: row for row in map(json.loads, lines)}


class Still:
    """An index that finds nothing and whose counts are given."""

    generation = "still"

    def __init__(self, stats: Stats) -> None:
        self._stats = stats

    def stats(self) -> Stats:
        return self._stats

    def answer(self, query: Query, facets: tuple[str, ...] = ()) -> Results:
        return Results(query, total=0, took_ms=1.0)


def soup(response: TestResponse) -> BeautifulSoup:
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "lxml")


def text_of(page: BeautifulSoup, selector: str) -> str:
    return " ".join(page.select_one(selector).get_text(" ").split())


def hit_of(page: BeautifulSoup, title: str) -> BeautifulSoup:
    return next(hit for hit in page.select(".hit") if hit.h2.get_text() == title)


def article_path(client: FlaskClient, query: str, title: str, source: str) -> str:
    """The address of a hit's article; the source keeps it from being folded under a copy."""
    page = soup(client.get("/", query_string={"q": query, "source": source}))
    return hit_of(page, title).h2.a["href"]


# The start page


def test_start_page_says_what_the_index_holds(client: FlaskClient, sample: Index):
    page = soup(client.get("/"))
    assert f"{sample.stats().articles} articles from" in text_of(page, ".holding")
    assert (
        text_of(page, ".latest h3") == "Navy walks away from Constellation frigate after two ships"
    )


def test_every_search_on_the_start_page_finds_as_many_as_it_says(client: FlaskClient):
    links = soup(client.get("/")).select(".tries a, .sources a")
    assert len(links) > 8
    for link in links:
        found = text_of(soup(client.get(link["href"])), ".summary h1")
        assert found.split()[0] == link.span.get_text(), link["href"]


def test_blank_query_gives_the_start_page(client: FlaskClient):
    assert text_of(soup(client.get("/?q=+&size=25")), "h1") == "Dateline"


def test_an_index_without_articles_says_how_to_fill_it(sample: Index):
    empty = replace(sample.stats(), articles=0, oldest=None, newest=None, sources={})
    page = soup(create_app(Still(empty), Settings()).test_client().get("/"))
    assert text_of(page, ".holding").startswith("The index holds no articles yet.")
    assert "dateline rebuild" in text_of(page, ".notices")


@pytest.mark.parametrize(
    ("days", "said"), [(29, ""), (30, "30 days old"), (4000, "4\u202f000 day")]
)
def test_an_old_index_says_its_age_and_how_to_update_it(sample: Index, days: int, said: str):
    built = (datetime.now(UTC) - timedelta(days=days, hours=1)).isoformat()
    old = replace(sample.stats(), built=built, oldest=None)
    page = soup(create_app(Still(old), Settings()).test_client().get("/"))
    notes = page.select(".notices")
    assert len(notes) == bool(said)
    assert not said or said in notes[0].get_text()


# Results


def test_results_page_keeps_the_query_and_says_how_many_and_how_long(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi"))
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"
    assert text_of(page, ".summary h1") == "4 articles"
    assert re.fullmatch(r"in \d+ ms newest 25 Nov 2025", text_of(page, ".summary .quiet"))
    assert page.title.get_text() == "Baranovichi · Dateline"


def test_a_hit_shows_title_source_day_place_author_and_section(client: FlaskClient):
    hit = hit_of(soup(client.get("/?q=Baranovichi&source=Northern+Wire")), TITLE)
    meta = [span.get_text() for span in hit.select(".meta > span")]
    said = ["Northern Wire", "17 Feb 2023", "Warsaw, Poland", "Adela Wirth", "Europe"]
    assert meta == [*said, "Why this?"]
    assert {mark.get_text() for mark in hit.select("mark")} == {"Baranovichi"}


def test_copies_are_folded_under_one_hit_and_each_can_be_opened(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi"))
    assert len(page.select(".hit")) == 2
    line = page.select_one(".copies")
    assert line.get_text().startswith("2 copies: ")
    shown = {line.find_parent(class_="hit").select_one(".meta span").get_text()}
    shown |= {link.get_text() for link in line.select("a")}
    assert shown == {"Northern Wire", "Morning Signal", "Baltic Desk"}
    for link in line.select("a"):
        assert len(soup(client.get(link["href"])).select("mark")) >= 1


def test_titles_are_marked_too(client: FlaskClient):
    hit = hit_of(soup(client.get("/?q=moscow&source=Northern+Wire")), TITLE)
    assert [mark.get_text() for mark in hit.h2.select("mark")] == ["Moscow"]


def test_newest_and_oldest_go_by_the_day_printed(client: FlaskClient):
    for sort, backwards in (("newest", True), ("oldest", False)):
        page = soup(client.get(f"/?q=nuclear&size=50&sort={sort}"))
        days = [time["datetime"][:10] for time in page.select(".hit time")]
        assert len(days) > 15
        assert days == sorted(days, reverse=backwards)
        assert text_of(page, ".sort [aria-current]") == sort.capitalize()


def test_source_counts_are_the_totals_their_links_lead_to(client: FlaskClient):
    links = soup(client.get("/?q=missile")).select('.facet a[href*="source="]')
    assert len(links) >= 5
    for link in links:
        found = text_of(soup(client.get(link["href"])), ".summary h1")
        assert found.split()[0] == link.span.get_text()


def test_a_chosen_filter_is_a_chip_that_takes_it_away(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi&source=Northern+Wire"))
    assert text_of(page, ".summary h1") == "1 article"
    chip = page.select_one(".chips a")
    assert text_of(page, ".chips a") == "Source Northern Wire × , remove"
    assert chip["href"] == "/?q=Baranovichi"
    chosen = page.select_one('.facet a[aria-current="true"]')
    assert chosen["href"] == "/?q=Baranovichi"


def test_two_values_of_one_filter_mean_either(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi&source=Northern+Wire&source=Morning+Signal"))
    assert text_of(page, ".summary h1") == "2 articles"


def test_dates_are_included_at_both_ends(client: FlaskClient):
    for span, count in (("&from=2023-02-17&to=2023-02-17", 1), ("&from=2023-02-17&to=2023-02", 3)):
        page = soup(client.get("/?q=Baranovichi" + span))
        assert text_of(page, ".summary h1").split()[0] == str(count)
    assert page.select_one("input[name=to]")["value"] == "2023-02-28"


def test_a_filter_alone_shows_everything_that_fits(client: FlaskClient, sample: Index):
    page = soup(client.get("/?source=Northern+Wire&size=50"))
    number = sample.stats().sources["Northern Wire"]
    assert text_of(page, ".summary h1") == f"{number} articles"
    shown = {text_of(hit, ".meta span") for hit in page.select(".hit")}
    assert shown == {"Northern Wire"}


def test_every_page_of_results_can_be_reached_and_none_repeats_a_hit(client: FlaskClient):
    address, seen = "/?q=missile", []
    while address:
        page = soup(client.get(address))
        seen += [link["href"].split("?")[0] for link in page.select(".hit h2 a")]
        following = page.select_one(".pages a[rel=next]")
        address = following["href"] if following else ""
    assert len(seen) == len(set(seen)) > 40


def test_a_page_past_the_end_says_so_and_leads_to_the_last(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi&page=9"))
    assert text_of(page, ".reason").startswith("This page is past the end of the results.")
    assert page.select_one(".reason a")["href"] == "/?q=Baranovichi"


def test_what_else_was_searched_is_said_and_can_be_switched_off_and_on(client: FlaskClient):
    page = soup(client.get("/?q=frogfoot"))
    assert "Su-25" in text_of(page, ".widened")
    typed = soup(client.get(page.select_one(".widened a")["href"]))
    assert text_of(typed, ".widened").startswith("Searched only as typed.")
    assert typed.select_one(".widened a")["href"] == "/?q=frogfoot"


def test_an_unclosed_quote_is_a_notice_beside_the_results(client: FlaskClient):
    page = soup(client.get("/?q=%22second+production+base"))
    assert text_of(page, ".summary h1") == "3 articles"
    assert len(page.select(".notices li")) == 1


# Nothing found


def test_zero_hits_say_which_word_has_none_and_set_near_misses_apart(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi+Silistra"))
    assert text_of(page, ".summary h1") == "No articles"
    said = text_of(page, ".reason").replace(" ,", ",").replace(" .", ".")
    assert said == "No article has all of these words. 4 have Baranovichi, none has Silistra."
    assert page.select(".instead .hit")
    assert page.select(".hit") == page.select(".instead .hit")
    assert page.select_one(".ways a")["href"] == "/?q=Baranovichi+Silistra&match=any"


def test_one_word_that_no_article_has(client: FlaskClient):
    assert text_of(soup(client.get("/?q=Silistra")), ".reason") == "No article has “Silistra”."


def test_filters_that_leave_nothing_say_what_there_is_without_them(client: FlaskClient):
    page = soup(client.get("/?q=Baranovichi&source=Nobody"))
    assert text_of(page, ".reason") == "No article is left by the filters chosen."
    assert text_of(page, ".ways a") == "Without the filters: 4 articles"
    assert page.select_one(".chips a")["href"] == "/?q=Baranovichi"


ODD_QUERIES = [
    "*", "?", "a*", "*ing", "-drone", "()", "((((((", "AND", "NOT NOT a", "foo:bar", "&&", "12:30",
    "date:2024-13-45", "x* OR y*", "~9", "\x00", "\u202e", "<b>", "😀", '"', "a" * 64, "http://x/y",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_no_query_is_an_error(client: FlaskClient, query: str):
    assert client.get("/", query_string={"q": query}).status_code == 200
    assert client.get("/api/search", query_string={"q": query}).status_code == 200


# An article


def test_article_page_shows_every_paragraph(client: FlaskClient, sample: Index, gold):
    path = article_path(client, "Baranovichi", TITLE, WIRE)
    page = soup(client.get(path))
    shown = [p.get_text() for p in page.select(".text p")]
    assert shown[0] == gold[PAGE]["body"].split("\n\n")[0]
    stored = sample.document(urlsplit(path).path.split("/")[2]).article.body
    assert "\n\n".join(shown) == stored
    assert text_of(page, "h1") == TITLE


def test_lines_that_head_what_follows_are_set_as_such(client: FlaskClient):
    page = soup(client.get(article_path(client, "Baranovichi", TITLE, WIRE)))
    assert "A fleet worn by war" in [p.get_text() for p in page.select(".sub")]


def test_marks_of_an_article_are_numbered_through_and_the_rail_has_each(client: FlaskClient):
    path = article_path(client, "moscow baranovichi", TITLE, WIRE)
    page = soup(client.get(path))
    marks = page.select("mark")
    assert [mark["id"] for mark in marks] == [f"m{number}" for number in range(1, len(marks) + 1)]
    assert [mark.get_text() for mark in marks] == ["Moscow", "Moscow", "Baranovichi", "Baranovichi"]
    assert [a["href"] for a in page.select(".rail a")] == ["#m1", "#m2", "#m3", "#m4"]
    assert text_of(page, ".marks .at") == "4 marks"


def test_article_leads_back_to_the_results_with_the_whole_search(client: FlaskClient):
    address = "/?q=Baranovichi&sort=newest&source=Northern+Wire"
    page = soup(client.get(soup(client.get(address)).select_one(".hit h2 a")["href"]))
    assert page.select_one("nav a.back")["href"] == address
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"


def test_article_without_a_search_has_no_marks_and_no_way_back(client: FlaskClient):
    page = soup(client.get(article_path(client, "Baranovichi", TITLE, WIRE).split("?")[0]))
    assert page.select("mark, .marks, .rail, a.back") == []


def test_article_that_is_gone_offers_the_search_it_was_found_by(client: FlaskClient):
    response = client.get("/article/gone?q=Baranovichi")
    assert response.status_code == 404
    page = BeautifulSoup(response.text, "lxml")
    assert text_of(page, "h1") == "This article is not in the index"
    assert page.select_one("input[name=q]")["value"] == "Baranovichi"
    assert page.select_one(".ways a")["href"] == "/?q=Baranovichi"


def test_original_is_the_saved_bytes_under_a_sandbox(client: FlaskClient):
    path = article_path(client, "Baranovichi", TITLE, WIRE).split("?")[0]
    response = client.get(path + "/original")
    assert response.data == (ROOT / "corpus/pages" / PAGE).read_bytes()
    assert response.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )
    assert response.headers["Content-Type"] == "text/html"


def test_original_of_a_gzipped_page_is_inflated(client: FlaskClient, gold):
    name = "baltic-desk/patriot-first-kinzhal-kyiv.html.gz"
    path = article_path(client, "kinzhal", gold[name]["title"], gold[name]["source"]).split("?")[0]
    inflated = gzip.decompress((ROOT / "corpus/pages" / name).read_bytes())
    assert client.get(path + "/original").data == inflated


# Help


def test_every_example_of_the_help_page_is_a_link_that_works(client: FlaskClient):
    links = soup(client.get("/help")).select("td a")
    assert len(links) >= 20
    for link in links:
        page = soup(client.get(link["href"]))
        assert page.select_one("input[name=q]")["value"] == link.get_text()


# Guards


ADDRESSES = {
    "/": 200, "/?q=Baranovichi": 200, "/help": 200, "/healthz": 200, "/api/search?q=a": 200,
    "/nowhere": 404, "/article/gone": 404, "/article/gone/original": 404, "/api/article/gone": 404,
    "/api/nowhere": 404, "/static/000000000000/dateline.css": 404, "/static/x/../../guards.py": 404,
    "/?q=" + "a" * 1001: 400, "/?x=" + "a" * 32_000: 400, "/%00": 404,
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40])
def test_every_response_carries_the_guards(client: FlaskClient, address: str):
    response = client.get(address)
    assert response.status_code == ADDRESSES[address]
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_content_policy_opens_only_our_own_files():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_POLICY.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert {rules[name] for name in ("style-src", "script-src", "form-action")} == {"'self'"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["/", "/api/search", "/nowhere"])
def test_only_reading_is_answered(client: FlaskClient, method: str, address: str):
    response = client.open(address, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY


def test_head_answers_as_get_without_a_body(client: FlaskClient):
    response = client.head("/?q=Baranovichi")
    assert (response.status_code, response.data) == (200, b"")


STRANGE_HOSTS = [
    "evil.example", "localhost.evil.example", "127.0.0.1.evil", "", "localhost:8000@evil.example",
    "[::2]", "desk.example.evil",
]  # fmt: skip


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_strange_hosts_are_refused(sample: Index, host: str):
    client = create_app(sample, Settings(trusted_hosts="desk.example")).test_client()
    response = client.get("/?q=a", headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY


KNOWN_HOSTS = [
    "localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80", "desk.example", "Desk.Example:443",
    "other.example",
]  # fmt: skip


@pytest.mark.parametrize("host", KNOWN_HOSTS)
def test_loopback_and_trusted_hosts_are_answered(sample: Index, host: str):
    settings = Settings(trusted_hosts="desk.example, other.example")
    client = create_app(sample, settings).test_client()
    assert client.get("/help", headers={"Host": host}).status_code == 200


def test_an_over_long_query_is_refused_with_the_limit_named(client: FlaskClient):
    response = client.get("/?q=" + "a" * 1001)
    assert response.status_code == 400
    page = BeautifulSoup(response.text, "lxml")
    assert text_of(page, "h1") == "This search is over a limit"
    assert re.search(r"1.?000", text_of(page, ".trouble p"))


# Failures


class Broken:
    """An index that fails the same way whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str):
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NoIndex("No index in data/; run dateline rebuild FOLDER"), 503),
        (VersionError("The index in data/ is of version 0; run dateline rebuild FOLDER"), 503),
        (DamageError("data/000001/pool.bin is missing; run dateline rollback"), 503),
        (SearchTimeout("The search took over 5 s; narrow it by a date"), 503),
        (RuntimeError("a secret"), 500),
    ],
)
@pytest.mark.parametrize("address", ["/", "/?q=a", "/article/a", "/api/search?q=a", "/healthz"])
def test_a_failing_index_is_a_page_with_the_way_out(error, status, address):
    response = create_app(Broken(error), Settings()).test_client().get(address)
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert ("secret" in response.text) is False
    assert status == 500 or str(error).replace("'", "&#39;") in response.text
    assert response.is_json == address.startswith(("/api", "/healthz"))


# Caching


def test_unchanged_results_are_not_sent_again(client: FlaskClient):
    first = client.get("/?q=Baranovichi")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/?q=Baranovichi", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/?q=Lida", headers={"If-None-Match": tag}).status_code == 200


def test_a_new_generation_is_sent_again(tmp_path: Path):
    root, rows = tmp_path / "index", tmp_path / "rows.jsonl"
    row = {"id": "a", "title": "One tank", "text": "A tank stood in the yard of the plant."}
    rows.write_text(json.dumps(row), encoding="utf-8")
    rebuild(open_engine(str(root)), [rows], Settings(workers=1), Quiet())
    client = create_app(open_index(root), Settings()).test_client()
    tag = client.get("/?q=tank").headers["ETag"]
    rebuild(open_engine(str(root)), [rows], Settings(workers=1), Quiet())
    assert client.get("/?q=tank", headers={"If-None-Match": tag}).status_code == 200


def test_static_files_are_kept_for_good_under_the_name_of_their_content(client: FlaskClient):
    page = soup(client.get("/help"))
    for address in (page.select_one("link[rel=stylesheet]")["href"], page.script["src"]):
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
        assert "charset=utf-8" in response.headers["Content-Type"]


# What never happens


HOSTILE = {
    "id": "hostile",
    "title": "<script>alert(1)</script> tank \"'>& <img src=x onerror=alert(2)>",
    "text": "A tank </mark><script>alert(3)</script> stood there.\n\n<b>tank</b> {{ 7*7 }} & more.",
    "url": "javascript:alert(4)//tank",
    "authors": ["<i>tank</i>"],
    "source": '"><svg onload=alert(5)>',
    "section": "a&b",
    "tags": ["</title>"],
    "date": "2024-05-06",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "rows.jsonl").write_text(json.dumps(HOSTILE), encoding="utf-8")
    root = folder / "index"
    rebuild(open_engine(str(root)), [folder / "rows.jsonl"], Settings(workers=1), Quiet())
    return create_app(open_index(root), Settings()).test_client()


@pytest.mark.parametrize("address", ["/", "/?q=tank", "/article/{id}?q=tank+%3Cscript%3E"])
def test_what_an_article_holds_stays_text(hostile: FlaskClient, address: str):
    found = hostile.get("/api/search?q=tank").json["hits"][0]["id"]
    page = soup(hostile.get(address.format(id=found)))
    assert len(page.select("script")) == 1
    assert page.select("img, svg[onload], i, [onerror], [onload]") == []
    assert "<script>alert(1)</script> tank" in page.get_text()
    assert all(not link["href"].startswith("javascript") for link in page.select("[href]"))


def test_what_a_reader_types_stays_text(client: FlaskClient):
    response = client.get("/", query_string={"q": '"><script>alert(1)</script>', "source": "<b>"})
    page = soup(response)
    assert len(page.select("script")) == 1
    assert page.select("b") == []


@pytest.mark.parametrize("address", ["/", "/?q=missile", "/help"])
def test_no_page_loads_anything_from_elsewhere(client: FlaskClient, address: str):
    page = soup(client.get(address))
    loaded = [
        tag.get("src") or tag.get("href")
        for tag in page.select("script, link:not([rel=alternate]), img, iframe")
    ]
    assert loaded
    assert all(urlsplit(one).netloc == "" and one.startswith("/static/") for one in loaded)
    assert page.select("[style], style") == []


def test_a_results_page_is_under_60_kb(client: FlaskClient):
    page = client.get("/?q=missile+OR+nuclear+OR+tank&sort=newest&from=2021-01-01&to=2025-12-31")
    assert len(soup(page).select(".hit")) == 10
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
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    root = tmp_path / "index"
    rebuild(open_engine(str(root)), [tmp_path / "rows.jsonl"], Settings(workers=1), Quiet())
    client = create_app(open_index(root), Settings()).test_client()
    page = client.get("/?q=missile+sea")
    assert len(soup(page).select(".hit")) == 10
    assert len(soup(page).select(".narrow a")) > 100
    assert len(page.data) < 60_000


def test_only_the_mark_filter_makes_markup():
    templates = list((ROOT / "web/templates").iterdir())
    assert templates
    assert [
        one.name for one in templates if re.search(r"\|\s*safe|autoescape", one.read_text())
    ] == []
    users = [one.name for one in (ROOT / "web").glob("*.py") if "Markup" in one.read_text()]
    assert users == ["filters.py"]
