"""The lean soup is a soup like any other, and hostile markup costs little."""

import pytest

from indexer.clean.article import clean
from indexer.clean.page import html_tree
from indexer.clean.page.html_tree import parse_html
from indexer.errors import PageError
from indexer.models import Page

SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning."
)


@pytest.fixture
def planted():
    grown = parse_html(
        "<html><head><title>T</title><script>1</script></head><body class='a b'>"
        "<p id=x>One <b>two</b> <i>three</i></p><script>no</script><ul><li>Four</ul></body></html>"
    )
    yield grown
    grown.release()


def test_find_all_select_and_get_text_work(planted):
    soup = planted.soup
    assert [tag.name for tag in soup.find_all(["b", "i"])] == ["b", "i"]
    assert soup.select_one("body.a p#x > b").get_text() == "two"
    assert soup.find("p").get_text() == "One two three"
    assert soup.body["class"] == ["a", "b"]


def test_elements_are_linked_in_document_order(planted):
    tags = [tag.name for tag in planted.tags]
    assert tags == ["html", "body", "p", "b", "i", "ul", "li"]
    assert tags == [tag.name for tag in planted.soup.find_all(True)]
    assert planted.soup.b.find_next_sibling("i").string == "three"
    assert planted.soup.i.parent.name == "p"
    assert planted.soup.li.find_previous("p")["id"] == "x"


def test_soup_holds_no_script_and_lxml_does(planted):
    assert planted.soup.find("script") is None
    assert len(planted.root.findall(".//script")) == 2


def test_white_space_between_inline_tags_stays(planted):
    assert "two three" in planted.soup.p.get_text()


@pytest.mark.parametrize("empty", ["<wbr>", "<embed src=a>", "<source src=a>", "<track src=a>"])
def test_text_behind_what_has_no_end_tag_stays(empty):
    page = f"<body><main><p>{SENTENCE} The Su{empty}-25 flew, and <b>all</b> saw it.</p></main>"
    article = clean(Page(name="a", data=page.encode()))
    assert article.body == f"{SENTENCE} The Su-25 flew, and all saw it."


def test_figures_of_notes_and_powers_stay_raised():
    marked = (
        "The Su-25<sup>2</sup> flew<sup><a href='#n1'>[1]</a></sup> 10<sup>15</sup> m "
        "on the 1<sup>st</sup>."
    )
    page = f"<body><main><p>{SENTENCE}</p><p>{SENTENCE} {marked}</p></main>"
    article = clean(Page(name="a", data=page.encode()))
    assert article.body.endswith("The Su-25\u00b2 flew[1] 10\u00b9\u2075 m on the 1st.")
    assert article.systems == ("Su-25",)


def test_paragraphs_behind_an_embedded_film_stay():
    page = f"<body><main><embed src=film><p>{SENTENCE}</p><p>{SENTENCE[:60]}, twice.</p></main>"
    article = clean(Page(name="a", data=page.encode()))
    assert article.body.split("\n\n") == [SENTENCE, f"{SENTENCE[:60]}, twice."]


def test_broken_markup_that_wraps_the_page_in_a_button_keeps_the_page():
    article = clean(
        Page(name="a", data=f"<body><button>Menu<main><p>{SENTENCE}</p></main>".encode())
    )
    assert article.body == SENTENCE


@pytest.mark.parametrize("depth", [300, 1_500])
def test_deep_nesting_is_read(depth):
    html = f"<html><body>{'<div>' * depth}<p>{SENTENCE}</p><p>{SENTENCE}</p>"
    assert clean(Page(name="a", data=html.encode())).body == f"{SENTENCE}\n\n{SENTENCE}"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 50_000, id="nested"),
        pytest.param("<!--" * 300_000, id="comments"),
        pytest.param("<b><i>" * 100_000, id="nested in a line"),
        pytest.param("<" * 500_000, id="brackets"),
        pytest.param("<p " + " ".join(f"a{i}=1" for i in range(50_000)), id="attributes"),
        pytest.param("<table><tr><td>" * 20_000, id="tables"),
        pytest.param("&#0;&#xD800;&bogus;" * 1_000, id="characters"),
        "no markup at all",
        "a.html",
    ],
)
def test_hostile_markup_is_refused_with_a_reason(html):
    with pytest.raises(PageError):
        clean(Page(name="a", data=html.encode()))


def test_more_elements_than_the_cap_are_refused(monkeypatch):
    monkeypatch.setattr(html_tree, "ELEMENT_CAP", 100)
    with pytest.raises(PageError, match="more than 100 elements"):
        parse_html("<p>" * 200)


def test_elements_of_one_parent_are_not_made_beyond_the_cap(monkeypatch):
    made = []
    monkeypatch.setattr(html_tree, "ELEMENT_CAP", 100)
    monkeypatch.setattr(
        html_tree, "_make_tag", lambda node, make=html_tree._make_tag: made.append(1) or make(node)
    )
    with pytest.raises(PageError, match="more than 100 elements"):
        parse_html("<br>" * 10_000)
    assert len(made) == 101


def test_comment_flood_around_an_article_is_passed_over():
    html = f"<body><p>{SENTENCE}</p>{'<!-- x --><!' * 20_000}><p>{SENTENCE}</p>"
    assert clean(Page(name="a", data=html.encode())).body.startswith(SENTENCE)


def test_article_of_a_page_without_head_and_body_tags_is_in_the_soup():
    tree = parse_html("<title>Guns</title><article><h1>Guns</h1><p>They were moved.</p></article>")
    assert [tag.name for tag in tree.tags] == ["html", "head", "article", "h1", "p"]
    assert tree.root.findtext(".//title") == "Guns"
