"""The readable name of the outlet, and the address of a reprint."""

import json

import pytest

from indexer.clean.article import clean
from indexer.models import Page

TEXT = "<h1>Second pontoon laid</h1>" + (
    "<p>The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning, the brigade said in a statement on its site.</p>" * 3
)


def read(head: str, url: str = "https://www.fengazette.example/a/b"):
    return clean(Page(name="a", data=f"<head>{head}</head><body>{TEXT}".encode(), url=url))


def publisher(name: str) -> str:
    node = {"@type": "NewsArticle", "headline": "x y z", "publisher": {"name": name}}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def site(name: str) -> str:
    return f'<meta property="og:site_name" content="{name}">'


@pytest.mark.parametrize(
    ("declared", "named", "wanted"),
    [
        ("Associated Press", "Fen Gazette", "Fen Gazette"),
        ("Fen Media Holding AG", "The Fen Gazette", "The Fen Gazette"),
        ("The Fen Gazette", "fengazette", "The Fen Gazette"),
        ("Fen Gazette | News from the fens", "", "Fen Gazette"),
        ("Harbour Watch", "Security", "Harbour Watch"),
        ("", "Every Fen -", "Every Fen"),
        ("", '"Fen Gazette"', "Fen Gazette"),
    ],
)
def test_name_that_is_the_host_s_comes_first_without_its_tagline(declared, named, wanted):
    head = publisher(declared) if declared else ""
    assert read(head + site(named.replace('"', "&quot;"))).source == wanted


def test_declared_title_is_no_name_of_the_outlet():
    title = "Second pontoon laid across the river"
    declared = f'<meta property="og:title" content="{title}">'
    assert read(site(title) + declared).source == "fengazette.example"
    assert read(site("Fen Gazette") + declared).source == "Fen Gazette"


def test_capitals_of_a_name_are_letters_of_its_host():
    head = publisher("Wisconsin State University") + site("WSU")
    assert read(head, "https://www.wsu.example/a").source == "Wisconsin State University"


def test_reprint_has_the_address_of_the_outlet_it_was_saved_from():
    head = (
        '<link rel="canonical" href="https://first.example/a">'
        '<meta property="og:url" content="https://fengazette.example/a/b?utm_source=x">'
    )
    assert read(head).url == "https://fengazette.example/a/b"
    assert read(head, "https://archive.example/1").url == "https://first.example/a"
