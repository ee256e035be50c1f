"""Hand-written pages, one per hard case, against the fields a reader would note down."""

import json
from pathlib import Path

import pytest

from indexer.clean.article import clean
from indexer.errors import PageError
from indexer.models import Page

GOLDEN = Path(__file__).parents[1] / "data" / "clean"
CASES = sorted(path.stem for path in GOLDEN.glob("*.html"))
SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning."
)


def page(body: str, head: str = "", **more: str) -> Page:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return Page(name="a.html", data=html.encode(), **more)


def record(**fields: object) -> Page:
    return Page(name="rows.jsonl!1", data=json.dumps(fields).encode(), kind="record")


@pytest.mark.parametrize("case", CASES)
def test_page_gives_the_fields_noted_by_hand(case):
    article = clean(Page(name=case, data=(GOLDEN / f"{case}.html").read_bytes()))
    wanted = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))
    for field, value in wanted.items():
        found = getattr(article, field)
        assert (list(found) if isinstance(found, tuple) else found) == value, field


def test_lead_is_the_first_paragraph_of_the_body():
    article = clean(page(f"<article><h1>T</h1><p>{SENTENCE}</p><p>{SENTENCE} Again.</p></article>"))
    assert article.lead == SENTENCE
    assert article.body == f"{SENTENCE}\n\n{SENTENCE} Again."


def test_notes_tell_where_a_field_came_from():
    head = '<title>Pontoon</title><meta name="author" content="Jana Holt">'
    article = clean(page(f"<article><h1>Pontoon</h1><p>{SENTENCE}</p></article>", head))
    assert article.notes["authors"] == "meta"
    assert article.notes["body"] == "page"


def test_text_is_composed_unicode_without_control_characters():
    article = clean(page(f"<article><p>Cafe\u0301 \x07 {SENTENCE}</p></article>"))
    assert article.body == f"Café {SENTENCE}"


def test_page_without_article_is_refused():
    with pytest.raises(PageError, match="no article found"):
        clean(page("<h1>404</h1><p>Not found.</p>"))


def test_list_of_teasers_is_refused():
    teasers = "".join(
        f'<h2><a href="/{i}">Brigade number {i} moves its guns north</a></h2>'
        f"<p>The brigade moved its guns along the river road on day {i}, officials said.</p>"
        for i in range(6)
    )
    with pytest.raises(PageError, match="list of articles"):
        clean(page(f"<div>{teasers}</div>", '<meta property="og:type" content="website">'))


def test_same_address_gives_the_same_id_and_other_address_another():
    link = '<link rel="canonical" href="https://fen.example/a/{}">'
    text = f"<article><p>{SENTENCE}</p></article>"
    first, again, other = (clean(page(text, link.format(n))) for n in ("1", "1#x", "2"))
    assert first.id == again.id != other.id
    assert len(first.id) == 12
    assert first.ref == "https://fen.example/a/1"


def test_page_without_address_has_the_id_of_its_text():
    first, again = (clean(page(f"<article><p>{SENTENCE}</p></article>")) for _ in range(2))
    assert first.id == again.id
    assert first.ref == "a.html"


def test_container_address_counts_where_the_page_gives_none():
    article = clean(page(f"<p>{SENTENCE}</p>", url="https://fen.example/b"))
    assert article.url == "https://fen.example/b"


def test_record_is_an_article_whatever_its_fields_are_called():
    article = clean(
        record(
            id="dvids-7", link="https://fen.example/r/7", headline="Guns", text="One.\n\nTwo.",
            date="March 3, 2024", byline="By Ann Lee and Bo Li", publisher="Fen",
            keywords="air; bases",
        )
    )  # fmt: skip
    assert article.ref == "dvids-7"
    assert (article.title, article.body, article.lead) == ("Guns", "One.\n\nTwo.", "One.")
    assert (article.published, article.authors) == ("2024-03-03", ("Ann Lee", "Bo Li"))
    assert (article.source, article.tags) == ("Fen", ("air", "bases"))
    assert article.notes["title"] == "record"


def test_record_without_text_is_refused():
    with pytest.raises(PageError):
        clean(record(id="1", title="Guns"))


@pytest.mark.parametrize("data", [b"[1]", b"{", b"\xff\xfe{", b'"text"', b"[" * 5000])
def test_broken_record_is_refused(data):
    with pytest.raises(PageError, match="JSON"):
        clean(Page(name="r", data=data, kind="record"))


def test_record_is_believed_when_it_is_older_than_pages_are():
    row = b'{"id": "1", "title": "Guns", "date": "1987-02-26", "body": "Prices fell in London."}'
    assert clean(Page("rows.jsonl!1", row, kind="record")).published == "1987-02-26"
