"""The section a page files its article under."""

import pytest

from indexer.clean.article import clean
from indexer.models import Page

SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning, the brigade said in a statement on its own site."
)
TITLE = "Second pontoon laid in Ukraine"


def section(head: str = "", trail: str = "") -> str | None:
    body = f"{trail}<h1>{TITLE}</h1>" + f"<p>{SENTENCE}</p>" * 3
    return clean(Page(name="a", data=f"<head>{head}</head><body>{body}".encode())).section


def crumbs(*steps: str) -> str:
    links = "".join(f'<a href="/{i}">{step}</a>' for i, step in enumerate(steps))
    return f'<div class="breadcrumb">{links}</div>'


def test_declared_section_is_taken():
    assert section('<meta property="article:section" content="World">') == "World"


@pytest.mark.parametrize("name", ["Uncategorized", "Sin categoría", "undefined", "All", "18"])
def test_what_a_system_writes_where_none_was_chosen_is_no_section(name):
    assert section(f'<meta property="article:section" content="{name}">') is None


def test_trail_gives_its_last_step_before_the_article_itself():
    assert section(trail=crumbs("Home", "World", TITLE)) == "World"
    assert section(trail=crumbs("Home", "Ukraine")) == "Ukraine"


def test_headline_in_a_trail_is_no_section():
    assert section(trail=crumbs("Eating well on a tight budget: 6 top tips")) is None


def test_anchor_in_a_trail_is_no_step():
    assert section(trail='<div class="breadcrumb"><a href="#main">Skip to text</a></div>') is None
