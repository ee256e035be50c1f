"""Template filters: marks, days, counts, links; positions of the marks of an article."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from indexer.engines.interface import Document
from indexer.models import Article, Snippet, Span
from indexer.search.index import HighlightedArticle
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.record_index import index_rows
from web import create_app
from web.pages import template_filters
from web.pages.article import find_mark_positions, split_paragraphs
from web.pages.pager import Link
from web.pages.timeline import TimelineBar, TimelineSlot

WEB = Path(template_filters.__file__).parents[1]


def test_marked_text_is_escaped_inside_and_outside_the_marks():
    shown = template_filters.mark("<b>a & b</b>", [Span(3, 4), Span(7, 12)])
    assert shown == "&lt;b&gt;<mark>a</mark> &amp; <mark>b&lt;/b&gt;</mark>"


def test_marks_are_numbered_from_where_they_are_told():
    assert template_filters.mark("ab", [Span(0, 1), Span(1, 2)], 7) == (
        '<mark id="m7">a</mark><mark id="m8">b</mark>'
    )


@given(st.text("<>&\"'/ab\U0001f600é", max_size=30), st.sets(st.integers(0, 30), max_size=6))
def test_a_browser_reads_back_the_text_and_the_marks(text: str, edges: set[int]):
    cuts = sorted(edge for edge in edges if edge <= len(text))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    page = BeautifulSoup(f"<p>{template_filters.mark(text, spans)}</p>", "html.parser")
    assert page.p.get_text() == text
    assert [mark.get_text() for mark in page("mark")] == [text[s.start : s.end] for s in spans]
    assert {tag.name for tag in page.p.find_all()} <= {"mark"}


HOSTILE = st.text("<>&\"'=\x01\x02 ab\n\U0001f600é", max_size=20)


@settings(deadline=None)
@given(HOSTILE, st.sets(st.integers(0, 20), max_size=6))
def test_marks_without_numbers_are_those_with_numbers_without_their_ids(text: str, edges: set[int]):
    cuts = sorted(edge for edge in edges if edge <= len(text))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    numbered = str(template_filters.mark(text, spans, 1))
    assert str(template_filters.mark(text, spans)) == re.sub(
        r'<mark id="m\d+">', "<mark>", numbered
    )


@settings(deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.booleans(), st.integers(0, 12_345)), max_size=4))
def test_a_browser_reads_back_the_values_of_a_facet(given_rows):
    # A letter first: the parser shortens text that is white space alone.
    links = [Link(f"v{text}", url, current, number) for text, url, current, number in given_rows]
    page = BeautifulSoup(f"<ul>{template_filters.render_facet_rows(links)}</ul>", "html.parser")
    anchors = page.select("ul > li > a")
    assert [anchor["href"] for anchor in anchors] == [link.url for link in links]
    assert [anchor.get_text() for anchor in anchors] == [
        f"{link.text} {template_filters.format_count(link.count)}" for link in links
    ]
    assert ["aria-current" in anchor.attrs for anchor in anchors] == [
        link.current for link in links
    ]
    assert {tag.name for tag in page.find_all()} <= {"ul", "li", "a", "span"}


def test_the_value_of_a_facet_is_one_row_and_its_address_is_escaped():
    link = Link("R&D <x>", "/?q=a&tag=R%26D", current=True, count=1200)
    assert template_filters.render_facet_rows([link, Link("\x01", "/", count=2)]) == (
        '<li><a href="/?q=a&amp;tag=R%26D" aria-current="true">R&amp;D &lt;x&gt; '
        "<span>1\u202f200</span></a></li>\n"
        '<li><a href="/">\x01 <span>2</span></a></li>\n'
    )


def test_a_bar_is_a_link_and_only_its_ground_where_nothing_is_counted():
    slot = TimelineSlot("Feb 2024", "2024-02-01", "2024-02-29")
    bar = TimelineBar(
        Link("Feb 2024", "/?q=a&from=2024-02-01", current=True, count=3), slot, 40, 24
    )
    empty = TimelineBar(Link("Feb 2024", "/?q=a", count=0), slot, 0, 0)
    ground = '<rect class="back" data-days="2024-02-01/2024-02-29" x="{}" y="0" width="20" '
    assert template_filters.render_bars([bar, empty]) == (
        '<a href="/?q=a&amp;from=2024-02-01" aria-current="true"><title>Feb 2024: 3</title>'
        + ground.format(40)
        + 'height="50"/><rect x="42" y="25" width="16" height="24"/></a>\n'
        + ground.format(0)
        + 'height="50"/>\n'
    )


def test_hostile_values_of_a_facet_stay_text_on_the_page(tmp_path: Path):
    source = "A&B \"<script>x</script>'"
    row = {"id": "1", "source": source, "title": "Tank", "body": "A tank.", "date": "2024-02-01"}
    index = open_index(index_rows(tmp_path, [row, {**row, "id": "2", "date": "2024-03-01"}]))
    html = create_app(index, Settings()).test_client().get("/?q=tank").get_data(as_text=True)
    assert "<script>x" not in html
    page = BeautifulSoup(html, "html.parser")
    values = {anchor.get_text(): anchor["href"] for anchor in page.select(".facet li a")}
    assert parse_qs(urlsplit(values[f"{source} 2"]).query) == {"q": ["tank"], "source": [source]}


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("2025-02-17", "17 Feb 2025"),
        ("2025-02-01T23:30:00-05:00", "1 Feb 2025"),
        (None, "undated"),
        ("", "undated"),
        ("spring 2025", "spring 2025"),
    ],
)
def test_days_are_shown_as_printed(printed, shown):
    assert template_filters.format_day(printed) == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2024-02-02", "2024-02-02", "2 Feb 2024"),
        ("2024-02-01", "2024-02-29", "Feb 2024"),
        ("2024-02-01", "2024-03-31", "Feb 2024 to Mar 2024"),
        ("2023-12-01", "2023-12-31", "Dec 2023"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2022-01-01", "2024-12-31", "2022 to 2024"),
        ("2024-02-01", "2024-02-28", "1 Feb 2024 to 28 Feb 2024"),
        ("0001-01-01", "9999-12-31", "1 Jan 1 to 31 Dec 9999"),
    ],
)
def test_days_chosen_are_named_as_a_reader_says_them(first, last, shown):
    assert template_filters.format_period(first, last) == shown


@pytest.mark.parametrize(
    ("printed", "shown"),
    [("2025-02-17T14:05:00-05:00", "14:05"), ("2025-02-17", ""), (None, ""), ("Today at 5", "")],
)
def test_the_time_of_day_is_shown_where_one_was_printed(printed, shown):
    assert template_filters.format_time(printed) == shown


def test_counts_have_thin_separators():
    assert [template_filters.format_count(number) for number in (0, 999, 10427)] == [
        "0",
        "999",
        "10\u202f427",
    ]


def test_times_are_shown_in_the_unit_a_reader_takes_in():
    assert [template_filters.format_duration(ms) for ms in (0.2, 4.4, 999, 1240)] == [
        "1 ms",
        "4 ms",
        "999 ms",
        "1.2 s",
    ]


UNLINKED = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
    "//evil.example/x", "/local", "mailto:a@b.example", "http://", "https:", "http://[", "", None,
]  # fmt: skip


@pytest.mark.parametrize("url", UNLINKED)
def test_only_http_addresses_become_links(url):
    assert template_filters.get_safe_url(url) == ""


def test_a_link_names_the_host_it_leads_to():
    assert template_filters.get_safe_url("https://www.northernwire.example/a?b") == (
        "https://www.northernwire.example/a?b"
    )
    assert (
        template_filters.format_site("https://www.northernwire.example/a?b")
        == "northernwire.example"
    )


def test_an_ellipsis_ends_a_snippet_only_within_a_sentence():
    assert template_filters.is_cut_off(Snippet("and then the", closes=True))
    assert not template_filters.is_cut_off(Snippet("It stood there.”", closes=True))
    assert not template_filters.is_cut_off(Snippet("and then the", closes=False))


ARTICLE = Article("n", "i", "r", "One tank", "A tank.\n\nNo.\n\nTank, tank.")
MARKED = HighlightedArticle(
    ARTICLE,
    Document(ARTICLE),
    title_marks=(Span(4, 8),),
    body_marks=(Span(2, 6), Span(14, 18), Span(20, 24)),
)


def test_paragraphs_have_their_own_marks_numbered_after_those_of_the_title():
    found = [(p.text, p.marks, p.first_mark) for p in split_paragraphs(MARKED)]
    assert found == [
        ("A tank.", (Span(2, 6),), 2),
        ("No.", (), 3),
        ("Tank, tank.", (Span(0, 4), Span(6, 10)), 3),
    ]


def test_the_rail_counts_from_the_title_to_the_last_word():
    # Title 8 characters, body 25: starts at 4, 8 + 2, 8 + 14, 8 + 20 of 33.
    assert find_mark_positions(MARKED) == [12.1, 30.3, 66.7, 84.8]


def test_a_name_that_a_template_misspells_is_an_error(tmp_path):
    row = {"id": "a", "title": "Title", "text": "Some text of an article. " * 9}
    app = create_app(open_index(index_rows(tmp_path, [row])), Settings())
    template = app.jinja_env.from_string("{% if article.titel %}{{ article.title }}{% endif %}")
    article = Article(name="a", id="a", ref="a", title="Title", body="Text", lead="Text")
    with pytest.raises(UndefinedError, match="titel"):
        template.render(article=article)


def test_only_the_mark_filter_makes_markup():
    templates = list((WEB / "templates").iterdir())
    assert templates
    assert [
        one.name for one in templates if re.search(r"\|\s*safe|autoescape", one.read_text())
    ] == []
    users = [one.name for one in WEB.rglob("*.py") if "Markup" in one.read_text()]
    assert users == ["template_filters.py"]
