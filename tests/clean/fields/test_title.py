"""The headline among what a page declares and prints."""

import json

import pytest

from indexer.clean.article import clean
from indexer.models import Page

SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning, the brigade said in a statement on its own site."
)
TEXT = f"<p>{SENTENCE}</p>" * 3


def title(body: str, head: str = "") -> str:
    html = f"<html><head>{head}</head><body>{body}{TEXT}</body></html>"
    return clean(Page(name="a.html", data=html.encode())).title


def headline(text: str, kind: str = "NewsArticle") -> str:
    return (
        '<script type="application/ld+json">'
        f"{json.dumps({'@type': kind, 'headline': text})}</script>"
    )


def tag(text: str) -> str:
    return f"<title>{text}</title>"


def test_headline_the_reader_saw_wins_where_a_declared_one_says_the_same():
    site = '<meta property="og:site_name" content="Fen">'
    head = tag("Second Pontoon Laid Across River - Fen") + site + headline("Pontoon number two")
    assert title("<h1>Second pontoon laid across river</h1>", head) == (
        "Second pontoon laid across river"
    )


@pytest.mark.parametrize(
    "h1",
    [
        "<h1><span>Opinion</span>The second pontoon matters</h1>",
        "<h1>War in the fens - The second pontoon matters</h1>",
    ],
)
def test_words_set_above_the_headline_are_no_part_of_it(h1):
    head = '<meta property="og:title" content="The second pontoon matters">'
    assert title(h1, head) == "The second pontoon matters"


def test_word_before_a_declared_title_is_a_part_of_the_headline():
    head = '<meta property="og:title" content="best pontoons of 2024">'
    assert title("<h1>The best pontoons of 2024</h1>", head) == "The best pontoons of 2024"


@pytest.mark.parametrize("href", ["/", "https://fen.example/", "./"])
def test_heading_that_links_to_the_first_page_is_the_outlet_s_name(href):
    body = f'<h1><a href="{href}">Four Years Remaining</a></h1><h2>Second pontoon laid</h2>'
    head = tag("Four Years Remaining » Blog Archive » Second pontoon laid")
    assert title(body, head) == "Second pontoon laid"


def test_heading_that_links_to_the_article_is_its_headline():
    assert title('<h1><a href="/a/b">Second pontoon laid</a></h1>') == "Second pontoon laid"


def test_page_that_gives_its_headline_as_the_outlet_s_name_keeps_it():
    name = "How the second pontoon was laid across the river before dawn"
    head = tag(name) + f'<meta property="og:site_name" content="{name}">'
    assert title(f"<h1>{name}</h1>", head) == name


def test_first_page_of_a_site_has_its_name_for_a_title():
    head = tag("Fen Gazette") + '<meta property="og:site_name" content="Fen Gazette">'
    assert title("<h1>Fen Gazette</h1>", head) == "Fen Gazette"


def test_headline_cut_off_for_its_length_gives_way_to_the_whole_one():
    start = (
        "How the engineers of the northern brigade laid a second pontoon across the river before"
    )
    whole = f"{start} dawn, while it was dark"
    assert title("", headline(f"{start}...", "BlogPosting") + tag(whole)) == whole
    longer = f"{whole} and nobody was there"
    assert title("", headline(whole, "BlogPosting") + tag(longer)) == longer


def test_headline_with_a_name_behind_a_bar_in_another_place_is_whole():
    whole = (
        "How the engineers of the northern brigade laid a second pontoon across the river by night"
    )
    head = headline(f"{whole}, unseen", "BlogPosting") + tag(f"{whole}, unseen - Old Mill Bridge")
    assert title("", head) == f"{whole}, unseen"
