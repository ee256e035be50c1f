"""Names that do not mean boilerplate, and text that is boilerplate."""

import pytest
from bs4 import BeautifulSoup

from indexer.clean.body.boilerplate import find_boilerplate
from indexer.clean.page.blocks import read_layout

LINE = "The pontoon was laid across the river before dawn, the colonel said, and held all day."


def find_names(markup: str) -> list[str]:
    """Return the boilerplate around the first two lines; a long story follows them."""
    layout = read_layout(BeautifulSoup(f"<body>{markup}<p>{LINE * 20}</p></body>", "lxml"))
    return find_boilerplate(layout, [float(block.size) for block in layout.blocks])[:2]


@pytest.mark.parametrize(
    "marked",
    ['id="menu-ideas-for-spring"', 'id="2-heading-menu-ideas"', 'id="spring_menu_ideas" class="x"'],
)
def test_id_made_of_its_heading_does_not_mean_boilerplate(marked):
    markup = f"<div {marked}><h2>Menu ideas for spring</h2><p>{LINE}</p></div>"
    assert find_names(markup) == ["", ""]


@pytest.mark.parametrize(
    "marked",
    [
        'id="menu"',
        'id="spring-menu"',
        'id="menu-left-column-top"',
        'id="menu-ideas-for-spring" class="menu"',
    ],
)
def test_id_of_a_role_means_boilerplate_whatever_the_heading(marked):
    markup = f"<div {marked}><h2>Menu ideas for spring</h2><p>{LINE}</p></div>"
    assert find_names(markup) == ["menu", "menu"]


def test_heading_linked_to_by_its_own_words_is_not_boilerplate():
    markup = f'<h2 id="what-the-comments-say">What the comments say</h2><p>{LINE}</p>'
    assert find_names(markup) == ["", ""]


@pytest.mark.parametrize("name", ["tooltiptext", "popover-content", "hovercard__body"])
def test_text_shown_when_resting_on_a_word_is_no_part_of_its_line(name):
    markup = f'<p>The <b>pontoon</b><span class="{name}"> See: all on pontoons</span> held.</p>'
    layout = read_layout(BeautifulSoup(markup, "lxml"))
    assert [block.text for block in layout.blocks] == ["The pontoon held."]


def test_tooltip_around_the_word_it_explains_stays():
    markup = '<p>The <span class="tooltip">pontoon</span> held.</p>'
    layout = read_layout(BeautifulSoup(markup, "lxml"))
    assert [block.text for block in layout.blocks] == ["The pontoon held."]
