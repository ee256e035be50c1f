"""URLs are read as queries and queries written as URLs, with any content."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.fields import FILTERS
from indexer.models import Query
from web import urls as page_urls


def read_url(address: str) -> page_urls.UrlQuery:
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return page_urls.read_query(MultiDict(pairs))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
years = st.integers(1, 9999).map("{:04d}".format)
days = st.dates().map(lambda day: day.isoformat())


@st.composite
def queries(draw: st.DrawFn) -> Query:
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and first > last:
        first, last = last, first
    filters = {}
    for name in draw(st.sets(st.sampled_from(FILTERS), max_size=4)):
        values = draw(st.lists(years if name == "year" else names, min_size=1, unique=True))
        filters[name] = tuple(values[:9])
    size = draw(st.sampled_from(page_urls.SIZES))
    return Query(
        text=draw(words),
        sort=draw(st.sampled_from(["relevance", "newest", "oldest"])),
        match=draw(st.sampled_from(["all", "any"])),
        exact=draw(st.booleans()),
        fresh=draw(st.booleans()),
        first=first,
        last=last,
        filters=filters,
        size=size,
        offset=size * draw(st.integers(0, page_urls.MOST_HITS // size - 1)),
    )


@given(queries())
def test_an_address_reads_as_the_query_it_was_written_from(query: Query):
    assert read_url(page_urls.build_search_url(query)) == page_urls.UrlQuery(query)


@given(queries())
def test_an_article_remembers_the_search_it_was_found_by(query: Query):
    assert read_url(page_urls.build_article_url("a/b?c", query)) == page_urls.UrlQuery(query)
    assert urlsplit(page_urls.build_article_url("a/b?c", query)).path == "/article/a%2Fb%3Fc"


@given(
    st.lists(
        st.tuples(st.sampled_from([*FILTERS, *["q", "sort", "size", "page", "from", "to"]]), words)
    )
)
def test_any_parameters_give_a_query_that_can_be_written_again(pairs: list[tuple[str, str]]):
    asked = page_urls.read_query(MultiDict(pairs))
    assert read_url(page_urls.build_search_url(asked.query)).query == asked.query


def test_defaults_are_left_out_of_an_address():
    assert page_urls.build_search_url(Query(text="")) == "/"
    assert page_urls.build_search_url(Query(text="su-25 belarus")) == "/?q=su-25+belarus"
    full = Query(
        text='"a&b"', sort="newest", match="any", exact=True, fresh=False, first="2024-01-01",
        last="2024-02-29", filters={"year": ("2024",), "source": ("A & B", "C")}, size=25,
        offset=50,
    )  # fmt: skip
    assert page_urls.build_search_url(full) == (
        "/?q=%22a%26b%22&sort=newest&match=any&exact=1&fresh=0&from=2024-01-01&to=2024-02-29"
        "&source=A+%26+B&source=C&year=2024&size=25&page=3"
    )


@pytest.mark.parametrize(
    ("address", "name", "notice"),
    [
        ("/?size=7", "size", "“7” was not used: size can be 10, 25, 50."),
        ("/?sort=best", "sort", "“best” was not used: sort can be relevance, newest, oldest."),
        ("/?match=some", "match", "“some” was not used: match can be all, any."),
        ("/?exact=yes", "exact", "“yes” was not used: exact can be 1, 0."),
        ("/?page=0", "offset", "“0” was not used: page is a number from 1 to 1000."),
        ("/?page=-3", "offset", "“-3” was not used: page is a number from 1 to 1000."),
        ("/?page=two", "offset", "“two” was not used: page is a number from 1 to 1000."),
        ("/?page=%D9%A3", "offset", "“٣” was not used: page is a number from 1 to 1000."),
        ("/?year=24", "filters", "“24” was not used: year is four digits, such as 2024."),
        (
            "/?from=2024-13-45",
            "first",
            "“2024-13-45” was not used: from is a day such as 2024-02-29, a month or a year.",
        ),
        (
            "/?to=%3E%3D2024",
            "last",
            "“>=2024” was not used: to is a day such as 2024-02-29, a month or a year.",
        ),
    ],
)
def test_a_value_that_makes_no_sense_becomes_a_notice_and_the_default(address, name, notice):
    asked = read_url(address)
    assert [one.text for one in asked.notices] == [notice]
    assert getattr(asked.query, name) == getattr(Query(text=""), name)


@pytest.mark.parametrize("page", ["1001", "999999", "9" * 5000])
def test_a_page_beyond_the_last_that_can_be_shown_becomes_that_one(page):
    asked = read_url(f"/?page={page}")
    assert asked.query.offset == 9_990
    assert asked.notices[0].text.endswith("page ends at 1000; narrow the search to see the rest.")


def test_a_month_or_a_year_spans_its_days():
    query = read_url("/?from=2024&to=2024-02").query
    assert (query.first, query.last) == ("2024-01-01", "2024-02-29")


def test_dates_the_wrong_way_round_are_swapped_and_said_so():
    asked = read_url("/?from=2024-03-01&to=2024-01-31")
    assert (asked.query.first, asked.query.last) == ("2024-01-31", "2024-03-01")
    assert "2024-01-31 to 2024-03-01" in asked.notices[0].text
    years = read_url("/?from=2025&to=2020").query
    assert (years.first, years.last) == ("2020-01-01", "2025-12-31")


def test_filters_repeat_and_each_value_counts_once():
    query = read_url("/?source=B&source=A&source=B&source=&place=Warsaw").query
    assert query.filters == {"source": ("B", "A"), "place": ("Warsaw",)}


def test_too_many_filter_values_are_refused_together():
    asked = read_url("/?" + "&".join(f"author=a{number}" for number in range(41)))
    assert asked.query.filters == {}
    assert [notice.kind for notice in asked.notices] == ["limit"]


def test_a_filter_value_of_over_200_characters_is_not_used():
    asked = read_url("/?tag=" + "x" * 201)
    assert asked.query.filters == {}
    assert asked.notices[0].text.endswith("tag has at most 200 characters.")


def test_unknown_parameters_are_passed_over():
    assert read_url("/?q=a&utm_source=mail&lang=en") == page_urls.UrlQuery(Query(text="a"))


@given(
    st.sampled_from(FILTERS),
    st.dictionaries(st.sampled_from(FILTERS), st.tuples(st.text(min_size=1))),
    st.text(min_size=1),
    st.text(),
)
def test_address_with_one_more_value_is_that_of_the_search_with_it(name, filters, value, text):
    query = Query(text, filters=filters, size=25, offset=50)
    if value not in filters.get(name, ()):
        expected = page_urls.build_search_url(page_urls.toggle_filter(query, name, value))
        assert page_urls.make_filter_url_builder(query, name)(value) == expected


@settings(deadline=None)
@given(queries(), st.dates(), st.dates())
def test_address_over_other_days_is_that_of_the_search_over_them(query: Query, first, last):
    begin, end = first.isoformat(), last.isoformat()
    expected = page_urls.build_search_url(page_urls.change_query(query, first=begin, last=end))
    assert page_urls.make_period_url_builder(query)(begin, end) == expected


def test_names_and_days_in_the_words_of_a_search_are_not_taken_for_its_own():
    query = Query(text="from=0&to=0", filters={"tag": ("from=0&to=0",)}, first="2020-01-01")
    url = page_urls.make_period_url_builder(query)("2024-02-01", "2024-02-29")
    asked = Query(query.text, first="2024-02-01", last="2024-02-29", filters=query.filters)
    assert read_url(url) == page_urls.UrlQuery(asked)


def test_searches_that_differ_in_anything_have_their_own_addresses():
    searches = [
        Query("a", filters={"tag": (tag,)}, size=size) for tag in "bcb" for size in (10, 25)
    ]
    urls = [page_urls.build_article_url("x", query) for query in searches]
    assert urls[:2] == urls[4:] == ["/article/x?q=a&tag=b", "/article/x?q=a&tag=b&size=25"]
    assert urls[2:4] == ["/article/x?q=a&tag=c", "/article/x?q=a&tag=c&size=25"]


def test_toggling_a_value_twice_gives_the_first_page_of_the_same_search():
    query = Query(text="a", filters={"source": ("A",)}, offset=20)
    with_b = page_urls.toggle_filter(query, "source", "B")
    assert (with_b.filters, with_b.offset) == ({"source": ("A", "B")}, 0)
    assert page_urls.toggle_filter(with_b, "source", "B").filters == {"source": ("A",)}
    assert (
        page_urls.toggle_filter(Query(text="a", filters={"source": ("A",)}), "source", "A").filters
        == {}
    )


def test_a_form_keeps_the_search_but_not_its_page_or_its_own_fields():
    query = Query(text="a", first="2024-01-01", filters={"source": ("A",)}, offset=20)
    assert page_urls.list_form_parameters(query, "from", "to") == [("q", "a"), ("source", "A")]
