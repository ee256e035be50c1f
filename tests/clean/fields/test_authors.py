"""Who wrote a page: what it declares against what its byline prints, persons and desks."""

import json

import pytest

from indexer.clean.article import clean
from indexer.clean.fields.person_names import is_person
from indexer.models import Page

SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning, the brigade said in a statement on its own site."
)
TITLE = "Second pontoon laid across the river"
SITE = '<meta property="og:site_name" content="Fen Gazette">'


def read(*lines: str, head: str = "", above: str = "", after: str = ""):
    body = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    html = (
        f"<html><head><title>{TITLE}</title>{SITE}{head}</head><body>{above}<article>"
        f"<h1>{TITLE}</h1>{body}<p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}</p></article>"
        f"{after}</body></html>"
    )
    return clean(Page(name="a.html", data=html.encode()))


def names(*lines: str, **more: str) -> tuple[str, ...]:
    return read(*lines, **more).authors


def declared(*authors: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": list(authors)}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(*values: str, name: str = "author") -> str:
    return "".join(f'<meta name="{name}" content="{value}">' for value in values)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("By: Ann Lee", ("Ann Lee",)),
        ("By Ann LeeUpdated: May 3, 2024", ("Ann Lee",)),
        ("ByAnn Lee 3 May 2024", ("Ann Lee",)),
        ("3 May 2024 · 4 min read · By Ann Lee", ("Ann Lee",)),
        ("Posted on 2024-05-03 by Ann Lee | Leave a comment", ("Ann Lee",)),
        ("May 3, 2024Ann Lee", ("Ann Lee",)),
        ("Ann Lee | Senior Writer | May 3, 2024", ("Ann Lee",)),
        ("Von Ann Lee, Redakteurin", ("Ann Lee",)),
        ("Af Ann Lee og Bo Li", ("Ann Lee", "Bo Li")),
        ("By Ann Lee, Former Bridge Consultant", ("Ann Lee",)),
        ("Last updated: May 3, 2024", ()),
        ("Sat, 3 May 2024", ()),
        ("Read more 3 May 2024", ()),
    ],
)
def test_line_beside_the_headline_names_the_author(line, wanted):
    assert names(line) == wanted


def test_name_alone_above_the_date_is_the_author():
    assert names("Ann Lee", "May 3, 2024") == ("Ann Lee",)


def test_line_that_names_somebody_else_beats_who_put_the_page_up():
    assert names("By Ann Lee", head=meta("Katie S")) == ("Ann Lee",)
    assert names("By Ann Lee", head=declared({"name": "Katie S"})) == ("Ann Lee",)


def test_declared_author_the_page_prints_as_well_is_kept():
    assert names("Katie Stone", "with photos", "By Ann Lee", head=meta("Katie Stone")) == (
        "Katie Stone",
    )


def test_line_above_the_headline_belongs_to_another_story():
    above = "<div><p>By Ann Lee</p></div>"
    assert names(head=meta("Katie Stone"), above=above) == ("Katie Stone",)


def test_place_behind_a_declared_name_is_not_added():
    assert names("By Ann Lee, Kyiv", head=declared({"name": "Ann Lee"})) == ("Ann Lee",)


def test_outlet_gives_way_to_the_byline_and_is_dropped_beside_a_person():
    assert names("By Ann Lee, Fen Gazette", head=meta("Fen Gazette")) == ("Ann Lee",)
    assert names("By Fen Gazette with Agencies") == ("Fen Gazette", "Agencies")


def test_meta_tag_the_byline_agrees_with_wins():
    head = meta("Conde House") + meta("Ann Lee", name="article:author")
    assert names("<p class=byline>Ann Lee</p>", head=head) == ("Ann Lee",)


def test_meta_tag_printed_beside_the_headline_wins_over_another():
    head = meta("Old Mill Media") + meta("Ann Lee", name="article:author")
    assert names("Ann Lee", head=head) == ("Ann Lee",)
    assert names("Bridges", head=head) == ("Old Mill Media",)


def test_social_card_names_the_author_where_nothing_else_does():
    card = meta("Written by", name="twitter:label1") + meta("Ann Lee", name="twitter:data1")
    card += meta("Est. reading time", name="twitter:label2") + meta("7 min", name="twitter:data2")
    assert names(head=card) == ("Ann Lee",)
    assert names("By Bo Li", head=card) == ("Bo Li",)
    assert names(head=meta("Bo Li") + card) == ("Bo Li",)


def test_profile_s_address_says_which_line_is_the_author():
    profile = meta("https://fen.example/staff/ann-lee/", name="article:author")
    assert names("Ann Lee, @annlee", head=profile) == ("Ann Lee",)
    assert names("Bo Li, @boli", head=profile) == ()


def test_address_beside_the_headline_is_a_byline():
    assert names("<address>Ann Lee</address>") == ("Ann Lee",)
    assert names(after="<address>Fen House</address>") == ()


def test_marked_byline_is_read_line_by_line():
    byline = "<div class=author><div>Ann Lee</div><div>Washington Post</div></div>"
    assert names(byline) == ("Ann Lee",)
    assert names("<div class=author>By <b>Ann Lee</b><br><i>News</i></div>") == ("Ann Lee",)
    box = "<div class=author>By <div>Ann Lee</div><div class=author_box></div></div>"
    assert names(box) == ("Ann Lee",)


def test_catalogue_order_of_a_name_is_turned():
    assert names(head=meta("Lee, Ann", name="parsely-author")) == ("Ann Lee",)
    assert names(head=meta("Lee, Ann", "Li, Bo", name="citation_author")) == ("Ann Lee", "Bo Li")


def test_code_behind_a_name_is_cut():
    assert names(head=declared({"name": "Ann Lee (ale)"})) == ("Ann Lee",)


def test_notes_name_the_authors_that_are_no_persons():
    article = read("By Ann Lee, Gear Team and AP")
    assert article.authors == ("Ann Lee", "Gear Team", "AP")
    assert article.notes["not_persons"] == "Gear Team; AP"
    assert "not_persons" not in read("By Ann Lee").notes


def test_notes_know_the_outlet_and_what_json_ld_calls_an_organization():
    head = declared({"@type": "Organization", "name": "Harbour Watch"})
    assert read(head=head).notes["not_persons"] == "Harbour Watch"
    assert read(head=meta("Fen Gazette")).notes["not_persons"] == "Fen Gazette"


def test_notes_of_a_record_name_its_desks():
    row = b'{"id": "1", "title": "Guns", "authors": ["AP", "Bo Li"], "body": "Prices fell."}'
    article = clean(Page("rows.jsonl!1", row, kind="record"))
    assert article.notes["not_persons"] == "AP"


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Ann Lee", True),
        ("ANN LEE", True),
        ("annlee", True),
        ("Emily Post", True),
        ("AP", False),
        ("DVIDS", False),
        ("dpa", False),
        ("Reuters", False),
        ("The Associated Press", False),
        ("BBC News", False),
        ("Editorial Staff", False),
        ("Redaktion", False),
    ],
)
def test_agencies_and_desks_are_no_persons(name, person):
    assert is_person(name) is person
