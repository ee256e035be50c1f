"""Names that are no furniture, and text that is."""

import pytest
from bs4 import BeautifulSoup

from indexer.clean.body.boilerplate import find_boilerplate
from indexer.clean.page.blocks import read_layout

LINE = "The pontoon was laid across the river before dawn, the colonel said, and held all day."


def furniture_of(markup: str) -> list[str]:
    """The furniture the first two lines stand in; a long story stands below them."""
    layout = read_layout(BeautifulSoup(f"<body>{markup}<p>{LINE * 20}</p></body>", "lxml"))
    return find_boilerplate(layout, [float(block.size) for block in layout.blocks])[:2]


@pytest.mark.parametrize(
    "marked",
    ['id="menu-ideas-for-spring"', 'id="2-heading-menu-ideas"', 'id="spring_menu_ideas" class="x"'],
)
def test_id_made_of_its_heading_names_no_furniture(marked):
    markup = f"<div {marked}><h2>Menu ideas for spring</h2><p>{LINE}</p></div>"
    assert furniture_of(markup) == ["", ""]


@pytest.mark.parametrize(
    "marked",
    [
        'id="menu"',
        'id="spring-menu"',
        'id="menu-left-column-top"',
        'id="menu-ideas-for-spring" class="menu"',
    ],
)
def test_id_of_a_role_names_furniture_whatever_the_heading(marked):
    markup = f"<div {marked}><h2>Menu ideas for spring</h2><p>{LINE}</p></div>"
    assert furniture_of(markup) == ["menu", "menu"]


def test_heading_linked_to_by_its_own_words_is_no_furniture():
    markup = f'<h2 id="what-the-comments-say">What the comments say</h2><p>{LINE}</p>'
    assert furniture_of(markup) == ["", ""]


@pytest.mark.parametrize("name", ["tooltiptext", "popover-content", "hovercard__body"])
def test_text_shown_when_resting_on_a_word_is_no_part_of_its_line(name):
    markup = f'<p>The <b>pontoon</b><span class="{name}"> See: all on pontoons</span> held.</p>'
    layout = read_layout(BeautifulSoup(markup, "lxml"))
    assert [block.text for block in layout.blocks] == ["The pontoon held."]


def test_tooltip_around_the_word_it_explains_stays():
    markup = '<p>The <span class="tooltip">pontoon</span> held.</p>'
    layout = read_layout(BeautifulSoup(markup, "lxml"))
    assert [block.text for block in layout.blocks] == ["The pontoon held."]
