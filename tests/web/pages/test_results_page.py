"""The results page: chips, facets, pager, and why nothing was found."""

from __future__ import annotations

import pytest

from indexer.models import FacetValue, Hit, Query, Results, Stats
from web.pages import results

STATS = Stats(99, "000001", "2025-11-19T10:00:00Z", 1, "2021-05-01", "2025-11-01", {})


def make_hits(number: int) -> tuple[Hit, ...]:
    return tuple(
        Hit(str(n), str(n), "t", (), None, None, None, (), None, None, 1.0) for n in range(number)
    )


def build_page(query: Query, total: int = 1, unfiltered: int = 0, **found) -> results.ResultsPage:
    return results.build_results_page(
        Results(query, total, 1.0, **{"listed": total, **found}), STATS, unfiltered
    )


def make_values(*pairs: tuple[str, int], chosen: str = "") -> tuple[FacetValue, ...]:
    return tuple(FacetValue(value, count, value == chosen) for value, count in pairs)


@pytest.mark.parametrize(
    ("page", "total", "shown"),
    [
        (1, 10, []),
        (1, 11, ["1", "2"]),
        (1, 100, ["1", "2", "3", "…", "10"]),
        (5, 100, ["1", "…", "3", "4", "5", "6", "7", "…", "10"]),
        (4, 60, ["1", "2", "3", "4", "5", "6"]),
        (10, 100, ["1", "…", "8", "9", "10"]),
    ],
)
def test_pages_near_this_one_the_first_and_the_last_are_named(page, total, shown):
    query = Query("a", offset=10 * (page - 1))
    pager = build_page(query, total, hits=make_hits(10)).pager
    assert [link.text for link in pager.links] == shown
    assert bool(pager.previous) == (page > 1)
    assert bool(pager.next) == (10 * page < total)


def test_pages_are_those_of_the_list_as_folded():
    pager = build_page(Query("a", offset=10), total=25, listed=19, hits=make_hits(9)).pager
    assert (pager.next, pager.last) == ("", 2)


def test_hits_are_paged_to_the_ten_thousandth():
    pager = build_page(Query("a", offset=9_990), total=50_000, hits=make_hits(10)).pager
    assert (pager.next, pager.last) == ("", 1000)


def test_every_change_to_a_search_is_a_chip_that_takes_it_back():
    query = Query(
        "a", match="any", fresh=False, first="2024-01-01", last="2024-12-31",
        filters={"source": ("B",), "year": ("2024",)}, offset=30,
    )  # fmt: skip
    chips = build_page(query).chips
    assert [(chip.label, chip.text) for chip in chips] == [
        ("", "any of the words"), ("", "old and new alike"), ("Published", "2024"),
        ("Source", "B"), ("Year", "2024"),
    ]  # fmt: skip
    assert chips[3].url == "/?q=a&match=any&fresh=0&from=2024-01-01&to=2024-12-31&year=2024"
    assert build_page(query).unfiltered_url == "/?q=a&match=any&fresh=0"


def test_a_facet_shows_eight_values_and_the_rest_on_demand():
    counted = make_values(*((f"v{n}", 20 - n) for n in range(11)), ("none", 0))
    facet = build_page(Query("a"), facets={"source": counted}).facets[0]
    assert (facet.title, len(facet.first), len(facet.more)) == ("Source", 8, 3)
    assert "none" not in [link.text for link in (*facet.first, *facet.more)]


def test_a_long_facet_says_that_there_are_others():
    counted = make_values(*((f"v{n}", 50 - n) for n in range(21)))
    facet = build_page(Query("a"), facets={"source": counted}).facets[0]
    assert (len(facet.first), len(facet.more), facet.has_others) == (8, 12, True)
    assert not build_page(Query("a"), facets={"source": counted[:20]}).facets[0].has_others


def test_a_chosen_value_stays_though_nothing_has_it():
    query = Query("a", filters={"place": ("Warsaw",)})
    facet = build_page(query, facets={"place": make_values(("Warsaw", 0), chosen="Warsaw")}).facets[
        0
    ]
    assert (facet.first[0].current, facet.first[0].url) == (True, "/?q=a")


def test_a_facet_without_values_is_left_out():
    assert build_page(Query("a"), facets={"place": (), "tag": make_values(("x", 0))}).facets == ()


@pytest.mark.parametrize(
    ("query", "chip", "address"),
    [
        (Query("a", first="2024-02-29"), ("From", "29 Feb 2024"), "/?q=a"),
        (Query("a", last="2024-02-29"), ("To", "29 Feb 2024"), "/?q=a"),
        (
            Query("a", first="2024-02-01", last="2024-02-29", size=25),
            ("Published", "Feb 2024"),
            "/?q=a&size=25",
        ),
    ],
)
def test_days_chosen_are_one_chip(query: Query, chip: tuple[str, str], address: str):
    (found,) = build_page(query).chips
    assert ((found.label, found.text), found.url) == (chip, address)


def test_years_stand_by_time_and_the_chosen_first():
    counted = make_values(("2022", 9), ("2024", 1), ("2023", 5), ("2021", 0), chosen="2022")
    (facet,) = build_page(Query("a", filters={"year": ("2022",)}), facets={"year": counted}).facets
    assert [(link.text, link.current) for link in facet.first] == [
        ("2022", True), ("2024", False), ("2023", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "counts", "unfiltered", "reason", "ways"),
    [
        (Query("a b"), {"a": 3, "b": 2}, 0, "No article has all of these words.", 1),
        (Query("a b"), {"a": 0, "b": 0}, 0, "No article has any of these words.", 0),
        (Query("a"), {"a": 0}, 0, "No article has “a”.", 0),
        (
            Query("a date:1999"),
            {"a": 3},
            0,
            "No article with this word fits the dates or fields asked for.",
            0,
        ),
        (Query("a", exact=True), {"a": 0}, 0, "No article has “a”.", 1),
        (Query("-a"), {}, 0, "There is nothing in this query to search for.", 0),
        (
            Query("a", first="2024-01-01"),
            {"a": 5},
            5,
            "No article is left by the filters chosen.",
            1,
        ),
        (Query("", filters={"tag": ("x",)}), {}, 0, "No article fits the filters chosen.", 0),
    ],
)
def test_nothing_found_says_why_and_what_to_try(query, counts, unfiltered, reason, ways):
    page = build_page(query, 0, unfiltered, word_counts=counts)
    assert (page.nothing.reason, len(page.alternatives)) == (reason, ways)


def test_words_with_most_articles_come_first():
    nothing = build_page(Query("a b c"), 0, word_counts={"a": 0, "b": 9, "c": 312}).nothing
    assert nothing.word_counts == (("c", 312), ("b", 9), ("a", 0))


def test_a_long_list_of_other_names_is_cut_and_counted():
    names = tuple(f"n{number}" for number in range(20))
    page = build_page(Query("a"), widened=names)
    assert (len(page.widened), page.hidden_widened_count) == (14, 6)


def test_without_words_there_is_no_order_by_relevance():
    page = build_page(Query("", sort="newest", filters={"tag": ("x",)}))
    assert [link.text for link in page.sorts] == ["Newest", "Oldest"]
