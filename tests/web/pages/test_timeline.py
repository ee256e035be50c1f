"""The timeline: its slots, the heights of its bars, and their links."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.models import Query, Results, Stats
from tests.support.html_pages import parse_page
from web.pages.timeline import Timeline, build_timeline

if TYPE_CHECKING:
    from flask.testing import FlaskClient


SHORT = Stats(99, "000001", "2025-11-19T10:00:00Z", 1, "2023-11-05", "2024-02-01", {})
LONG = replace(SHORT, oldest="2019-05-01")


def make_chart(query: Query, stats: Stats = SHORT, *months: tuple[str, int]) -> Timeline | None:
    return build_timeline(Results(query, 1, 1.0, months=months), stats)


def list_names(timeline: Timeline) -> list[str]:
    return [bar.link.text for bar in timeline.bars]


def test_a_short_index_is_drawn_by_month_and_the_tallest_is_full():
    timeline = make_chart(Query("a"), SHORT, ("2023-12", 8), ("2024-02", 4))
    assert (timeline.unit, list_names(timeline)) == (
        "month",
        ["Nov 2023", "Dec 2023", "Jan 2024", "Feb 2024"],
    )
    assert [bar.height for bar in timeline.bars] == [0, 48, 0, 24]
    assert timeline.bars[3].link.url == "/?q=a&from=2024-02-01&to=2024-02-29"
    assert timeline.wider_links == ()


def test_a_long_index_is_drawn_by_year():
    timeline = make_chart(Query("a"), LONG, ("2019-06", 1), ("2023-11", 2), ("2023-12", 2))
    assert (timeline.unit, list_names(timeline)) == (
        "year",
        ["2019", "2020", "2021", "2022", "2023", "2024"],
    )
    assert [bar.link.count for bar in timeline.bars] == [1, 0, 0, 0, 4, 0]
    assert timeline.bars[4].link.url == "/?q=a&from=2023-01-01&to=2023-12-31"


def test_centuries_are_drawn_by_decade():
    timeline = make_chart(
        Query("a"), replace(LONG, oldest="1889-01-01"), ("1893-06", 3), ("1899-01", 4)
    )
    assert (timeline.unit, len(timeline.bars), timeline.bars[1].link.text) == (
        "decade",
        15,
        "1890s",
    )
    assert timeline.bars[1].link.count == 7
    assert timeline.bars[1].link.url == "/?q=a&from=1890-01-01&to=1899-12-31"


def test_within_a_long_index_the_months_of_a_chosen_year_are_drawn_with_a_way_back():
    year = Query("a", first="2023-01-01", last="2023-12-31")
    timeline = make_chart(year, LONG, ("2023-11", 2), ("2021-01", 9))
    assert (list_names(timeline)[0], list_names(timeline)[-1]) == ("Jan 2023", "Dec 2023")
    assert all(bar.link.current for bar in timeline.bars)
    assert [bar.height for bar in timeline.bars][9:] == [0, 48, 0]
    assert [(link.text, link.url) for link in timeline.wider_links] == [("All dates", "/?q=a")]
    month = replace(year, first="2023-11-01", last="2023-11-30")
    assert [link.text for link in make_chart(month, LONG, ("2023-11", 2)).wider_links] == [
        "2023",
        "All dates",
    ]


def test_a_chosen_bar_takes_its_days_away_again():
    timeline = make_chart(Query("a", first="2023-12-01", last="2023-12-31"), SHORT, ("2023-12", 8))
    assert [bar.link.current for bar in timeline.bars] == [False, True, False, False]
    assert timeline.bars[1].link.url == "/?q=a"


def test_days_chosen_take_the_place_of_years_chosen():
    timeline = make_chart(
        Query("a", filters={"year": ("2023",), "source": ("B",)}), LONG, ("2023-12", 8)
    )
    assert len(timeline.bars) == 12
    assert timeline.bars[11].link.url == "/?q=a&from=2023-12-01&to=2023-12-31&source=B"
    assert timeline.undated_url == "/?q=a&source=B"


@pytest.mark.parametrize(
    "timeline",
    [
        make_chart(Query("a"), SHORT),
        make_chart(Query("a"), replace(SHORT, oldest=None, newest=None), ("2024-01", 1)),
        make_chart(Query("a"), replace(SHORT, oldest="2024-02-01"), ("2024-02", 1)),
    ],
    ids=["no hit is dated", "no article is dated", "all in one month"],
)
def test_where_there_is_nothing_to_compare_there_is_no_chart(timeline: Timeline | None):
    assert timeline is None


def test_every_bar_counts_what_its_link_leads_to_under_the_other_filters(client: FlaskClient):
    address = "/?q=missile&source=Northern+Wire&from=2023&to=2023"
    bars = parse_page(client.get(address)).select(".timeline a")
    assert len(bars) == 3
    for bar in bars:
        name, count = bar.title.get_text().split(": ")
        found = parse_page(client.get(bar["href"]))
        assert found.select_one(".summary h1").get_text().split()[0] == count, name
        assert parse_qs(urlsplit(bar["href"]).query)["source"] == ["Northern Wire"]


def test_the_api_counts_by_month_as_if_no_days_were_chosen(client: FlaskClient):
    # The four articles with Baranovichi: 17 Feb, twice 18 Feb, 27 Mar 2023 (test_feeds.py).
    for address in ("/api/search?q=Baranovichi", "/api/search?q=Baranovichi&to=2023-02"):
        assert client.get(address).json["months"] == [
            {"month": "2023-02", "count": 3}, {"month": "2023-03", "count": 1},
        ]  # fmt: skip
