"""Hostile and broken pages: each is indexed or quarantined with a reason, and the batch goes on.

Sizes are those of the measured set behind the reliability table where DATELINE_FULL_FAULTS=1,
else a tenth: the guards are the same.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.ingest.workers import CleanedPage, CleaningPool, PageLimits, clean_one
from indexer.models import Article, Page, QuarantinedPage
from indexer.settings import Settings
from tests.support.numbered_archive import FULL
from tests.support.saved_page import TEXT, make_page

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALE = 10 if FULL else 1
DEFAULTS = Settings()
LIMITS = PageLimits(DEFAULTS.page_s, DEFAULTS.page_memory_bytes, pack=True)

MARK = "the brigade moved its guns"


def repeated(piece: str, thousands: int) -> str:
    return piece * (thousands * 100 * SCALE)


MARKUP = {
    "nested divisions": repeated("<div>", 80),
    "nested inline tags": repeated("<b><i><span>", 30),
    "nested tables": repeated("<table><tr><td>", 20),
    "nested lists": repeated("<ul><li>", 40),
    "nested quotes": repeated("<blockquote>", 40),
    "nested fonts, misnested": repeated("<font><p></font>", 20),
    "anchors never closed": repeated("<a href=x>", 40),
    "comments never closed": repeated("<!--", 100),
    "comments that nearly close": repeated("<!-- -- >", 100),
    "declarations": repeated("<!x", 100),
    "processing instructions": repeated("<?", 100),
    "open brackets": repeated("<", 400),
    "entities never closed": repeated("&", 400),
    "entities of unknown names": repeated("&x" * 5, 60),
    "entities out of range": repeated("&#99999999999;", 40),
    "one attribute of all": f'<p title="{repeated("x", 900)}">',
    "many attributes": f"<p {repeated('a=b ', 100)}>",
    "many attributes of other names": f"<p {' '.join(f'a{n}=b' for n in range(5000 * SCALE))}>",
    "quote never closed": f'<p title="{repeated("<p>", 100)}',
    "one long line of text": f"<p>{repeated('gun ', 100)}</p>",
    "one long word": f"<p>{repeated('x', 900)}</p>",
    "many paragraphs": repeated("<p>guns. ", 50),
    "many headings": repeated("<h1>Guns</h1>", 30),
    "many articles": repeated("<article><p>guns</p></article>", 15),
    "many links": repeated("<a href='/x'>guns</a> ", 20),
    "many breaks": repeated("<br>", 100),
    "many classes": f'<div class="{repeated("ad related ", 40)}">',
    "template and script": repeated("<template><script>", 30),
    "script never closed": "<script>" + repeated("var a = '<p>';", 30),
    "style never closed": "<style>" + repeated("p { }", 60),
    "svg and math": repeated("<svg><math>", 40),
    "select and option": repeated("<select><option>", 30),
    "forms in forms": repeated("<form><input>", 30),
    "frames": repeated("<frameset><frame>", 30),
    "byte order marks": repeated("\ufeff", 100),
    "combining marks": f"<p>a{repeated(chr(0x301), 100)}</p>",
    "right to left marks": f"<p>{repeated(chr(0x202E), 100)}</p>",
    "json-ld, deep": f"<script type='application/ld+json'>{'[' * (9000 * SCALE)}</script>",
    "json-ld, many": repeated('<script type="application/ld+json">{"@type":"x"}</script>', 5),
    "json-ld, wide": "<script type='application/ld+json'>["
    + repeated('{"a":1},', 60)
    + "{}]</script>",
    "json-ld, one huge number": f"<script type='application/ld+json'>{repeated('9', 90)}</script>",
    "json-ld, no strings": '<script type="application/ld+json">{"@type":["NewsArticle",[]],'
    '"headline":{"a":1},"author":[[[]],7],"datePublished":{},"@graph":5}</script>',
    "meta of all names": repeated('<meta name="author" content="x">', 20),
    "dates of many kinds": repeated('<time datetime="9999-99-99T99:99:99+99:99">x</time>', 10),
    "base and links": repeated('<base href="//[::1"><link rel=canonical href="http://[">', 10),
}


def data_of_other_kinds() -> dict[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", TEXT)
    words = make_page("").decode()
    return {
        "nothing": b"",
        "white space": b" \n" * 1000,
        "zeros": bytes(100_000),
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj" + bytes(range(256)) * 100,
        "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        "JPEG": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100,
        "MP4": b"\x00\x00\x00\x18ftypmp42" + bytes(1000),
        "WebP": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(range(256)) * 10,
        "program": b"\x7fELF\x02\x01\x01" + bytes(1000),
        "office document": stream.getvalue(),
        "gzip in gzip": gzip.compress(gzip.compress(make_page(""))),
        "noise": bytes((number * 7919 + number // 3) % 256 for number in range(50_000)),
        "page cut in a character": make_page("")[:-20] + "ł".encode()[:1],
        "page of UTF-16 without a mark": words.encode("utf-16-le"),
        "page of UTF-16 cut in half a character": words.encode("utf-16")[:-1],
        "page of UTF-32": words.encode("utf-32"),
        "page that says it is UTF-7": make_page('<meta charset="utf-7">+ADw-script+AD4-'),
        "page that says it is something else": make_page('<meta charset="shift_jis">é'),
        "page that says it is no charset": make_page(f'<meta charset="{"x" * 5000}">'),
        "page that says it is a codec of bytes": make_page('<meta charset="zlib">'),
        "page that says it is idna": make_page('<meta charset="idna">'),
        "page that says it is punycode": make_page('<meta charset="punycode">é'),
        "surrogates in UTF-8": make_page(
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")
        ),
        "nulls in text": make_page("\x00" * 5),
    }


def hostile_pages() -> dict[str, Page]:
    pages = {name: Page(name, make_page(markup)) for name, markup in MARKUP.items()}
    pages |= {name: Page(name, data) for name, data in data_of_other_kinds().items()}
    records = {
        "record, no JSON": b"{",
        "record, a list": b"[]",
        "record, deep": b"[" * 100_000,
        "record, strange fields": b'{"id": {}, "title": 7, "body": ["a"], "date": -1e999}',
        "record, huge number": b'{"body": "guns", "id": 1' + b"0" * 100_000 + b"}",
        "record, half a surrogate": rb'{"body": "guns \ud800", "title": "\udfff", "id": "\ud800"}',
        "record, controls": rb'{"body": "guns \u001b[2J", "title": "\u0000", "author": "\u0008"}',
        "record, nothing": b'{"body": ""}',
        "record, NaN": b'{"body": "guns", "id": NaN, "date": Infinity}',
    }
    return pages | {name: Page(name, data, kind="record") for name, data in records.items()}


@pytest.mark.slow
def test_hostile_pages_are_indexed_or_quarantined_in_order_within_limits():
    """In workers, as a build has them: a good page after each, to see that the batch goes on."""
    hostile = list(hostile_pages().values())
    good = Page("good", make_page(""))
    batch = list(chain.from_iterable((page, good) for page in hostile))
    with CleaningPool(2, LIMITS) as pool:
        found = list(pool.clean_all(batch))
        peaks = [peak_bytes(worker.process.pid) for worker in pool.started]
    assert [cleaned.name for cleaned in found] == [page.name for page in batch]
    for cleaned in found[::2]:
        assert_sound(cleaned)
    assert all(isinstance(cleaned.outcome, Article) for cleaned in found[1::2])
    assert max(peaks) < LIMITS.memory_bytes


def peak_bytes(pid: int | None) -> int:
    """The most memory a process that runs has held."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def assert_sound(cleaned: CleanedPage) -> None:
    """An article whose text can be stored and shown, or a reason a person can read."""
    outcome = cleaned.outcome
    if isinstance(outcome, QuarantinedPage):
        assert outcome.reason, cleaned.name
        assert "please report" not in outcome.reason, (cleaned.name, outcome.reason)
        assert "died" not in outcome.reason, (cleaned.name, outcome.reason)
        return
    for text in texts_of(outcome):
        text.encode("utf-8")
        assert not set(text) & set(map(chr, [0, 1, 8, 11, 27, 127])), cleaned.name


def texts_of(article: Article) -> Iterator[str]:
    yield from (article.title, article.body, article.lead, article.id, article.ref)
    yield from (*article.authors, *article.tags, article.section or "", article.source or "")


@pytest.mark.parametrize("name", sorted(data_of_other_kinds()))
def test_file_of_another_kind_is_told_apart(name: str):
    """Pages in odd charsets are read; what is no page is quarantined."""
    cleaned = clean_one(Page(name, data_of_other_kinds()[name]), LIMITS)
    assert_sound(cleaned)
    assert isinstance(cleaned.outcome, Article) == name.startswith(("page", "surrogates", "nulls"))
    if isinstance(cleaned.outcome, Article):
        assert MARK in cleaned.outcome.body


def test_utf_7_never_turns_text_into_markup():
    data = make_page('<meta charset="utf-7">').replace(b"Paragraph 3", b"+ADw-script+AD4- 3")
    cleaned = clean_one(Page("a", data, charset="utf-7"), LIMITS)
    assert isinstance(cleaned.outcome, Article)
    assert "+ADw-script+AD4-" in cleaned.outcome.body


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-2", "Łódź"),
        ("windows-1251", "Київ"),
        ("windows-1252", "Zürich"),
        ("euc-kr", "서울"),
    ],
)
def test_wrong_declaration_in_the_page_gives_no_mojibake(charset: str, text: str):
    """The container knows better than the page, which says UTF-8."""
    page = make_page(f'<meta charset="utf-8"><p>{text}</p>').decode().replace("Paragraph 1", text)
    cleaned = clean_one(Page("a", page.encode(charset), charset=charset), LIMITS)
    assert isinstance(cleaned.outcome, Article)
    assert f"{text} tells how" in cleaned.outcome.body
