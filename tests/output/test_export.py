"""Articles as other programs read them: each format is read back by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.models import Article, Query
from indexer.output.atom import FeedMetadata, as_atom
from indexer.output.export import BY_EXTENSION, FORMAT_NAMES, FORMATS, as_csv, as_jsonl
from indexer.output.references import as_bibtex, as_ris, format_citation
from indexer.search.open import open_engine, open_index
from indexer.settings import Settings
from tests.support.command_runner import run_dateline

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.search.index import Index

ATOM = "{http://www.w3.org/2005/Atom}"
CHANNEL = FeedMetadata("Dateline: a", Query("a"), "2025-11-19T10:00:00+00:00")
PLAIN = Article(
    name="a.html", id="x1", ref="r", title="Su-25 line", body="One.\n\nTwo.", lead="One.",
    url="https://wire.example/a", authors=("Adela Wirth", "Jan Novak"),
    published="2023-02-17T21:40:00-05:00", source="Northern Wire", place="Warsaw, Poland",
    section="Europe", tags=("jets",), systems=("Su-25",), countries=("Belarus",), lang="en",
)  # fmt: skip
BARE = Article(name="b.html", id="x2", ref="r", title="", body="Text.", lead="Text.")


def rows(*articles: Article) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(as_csv(articles)), newline="")))


def atom(*articles: Article, **given) -> ET.Element:
    return ET.fromstring("".join(as_atom(articles, CHANNEL, **given)))


def bibtex(article: Article) -> str:
    return "".join(as_bibtex([article]))


def test_csv_has_a_row_an_article_and_joins_several_values():
    row, bare = rows(PLAIN, BARE)
    assert row["title"] == "Su-25 line"
    assert row["authors"] == "Adela Wirth; Jan Novak"
    assert row["published"] == "2023-02-17T21:40:00-05:00"
    assert (bare["id"], bare["published"], bare["authors"]) == ("x2", "", "")


def test_csv_lines_end_as_the_rfc_says_and_quotes_are_doubled():
    text = "".join(as_csv([replace(PLAIN, title='A "B", C\nD')]))
    assert text.count("\r\n") == 2
    assert '"A ""B"", C\nD"' in text


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "\n-1"])
def test_no_cell_of_the_csv_is_a_formula(title: str):
    assert rows(replace(PLAIN, title=title))[0]["title"] == f"'{title}"


def test_json_lines_are_read_again_by_a_rebuild(sample: Index, tmp_path: Path):
    lines = "".join(as_jsonl(sample.stream(Query("Baranovichi"))))
    assert len(lines.splitlines()) == 4
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    root = str(tmp_path / "data")
    report = rebuild(
        open_engine(root), [tmp_path / "a.jsonl"], Settings(workers=1), SilentProgress()
    )
    assert report.indexed == 4
    assert open_index(root).search("Baranovichi").total == 4


def test_bibtex_names_each_author_and_the_outlet_as_the_journal():
    text = bibtex(PLAIN)
    assert text.startswith("@article{dateline-x1,\n")
    assert "  author = {Adela Wirth and Jan Novak},\n" in text
    assert "  journal = {Northern Wire},\n" in text
    assert "  year = {2023},\n  month = feb,\n  day = {17},\n" in text
    assert "  url = {https://wire.example/a},\n" in text


def test_bibtex_without_outlet_day_or_author_is_misc():
    assert bibtex(BARE) == "@misc{dateline-x2,\n  title = {{Untitled}},\n}\n\n"


def test_bibtex_escapes_what_latex_would_obey():
    text = bibtex(replace(PLAIN, title=r"50% of $1bn & #1 {a}_b~c^d \input"))
    assert (
        r"{{50\% of \$1bn \& \#1 \{a\}\_b\textasciitilde{}c\textasciicircum{}d "
        r"\textbackslash{}input}}" in text
    )


def test_bibtex_braces_are_balanced_whatever_the_text():
    odd = replace(PLAIN, title="}}, evil = {", url="https://a.example/{}%7B\\", authors=("{",))
    text = re.sub(r"\\[{}]", "", bibtex(odd))
    assert text.count("{") == text.count("}")
    assert "url = {https://a.example/%7B%7D%7B%5C}" in text


@pytest.mark.parametrize("name", ["Northern Wire", "Army, U.S.", "Sons and Co"])
def test_bibtex_keeps_a_name_that_is_no_person_in_one_piece(name: str):
    assert f"author = {{{{{name}}}}}" in bibtex(replace(PLAIN, authors=(name,)))


def test_ris_is_a_record_of_tags_that_ends():
    lines = "".join(as_ris([PLAIN])).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-3:] == ["ER  - ", "", ""]
    wanted = {
        "AU  - Adela Wirth", "AU  - Jan Novak", "T2  - Northern Wire", "PY  - 2023",
        "DA  - 2023/02/17/", "UR  - https://wire.example/a", "KW  - jets",
    }  # fmt: skip
    assert wanted <= set(lines)


def test_ris_values_cannot_begin_a_tag_of_their_own():
    lines = "".join(as_ris([replace(PLAIN, title="A\nER  - \nTY  - X")])).split("\r\n")
    assert "TI  - A ER - TY - X" in lines
    assert sum(line.startswith("ER") for line in lines) == 1


def test_atom_has_what_the_rfc_wants_of_a_feed_and_of_each_entry():
    feed = atom(PLAIN, BARE)
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
            assert element.find(ATOM + name).text
        assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo
        assert element.find(f"{ATOM}id").text.startswith("urn:uuid:")
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Dateline"


def test_an_atom_entry_says_when_by_whom_and_where():
    entry = atom(PLAIN).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published").text == "2023-02-17T21:40:00-05:00"
    names = [one.text for one in entry.findall(f"{ATOM}author/{ATOM}name")]
    assert names == ["Adela Wirth", "Jan Novak"]
    assert entry.find(f"{ATOM}link").attrib["href"] == "https://wire.example/a"
    assert entry.find(f"{ATOM}summary").text == "One."


def test_an_atom_entry_without_an_address_holds_the_text_and_the_day_of_the_index():
    entry = atom(BARE).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link") is None
    assert entry.find(f"{ATOM}content").text == "Text."
    assert entry.find(f"{ATOM}updated").text == "2025-11-19T10:00:00+00:00"


def test_atom_links_to_our_page_and_names_the_original():
    links = atom(PLAIN, page=lambda article: f"http://us/{article.id}").findall(f".//{ATOM}link")
    assert [(link.get("rel"), link.get("href")) for link in links] == [
        ("alternate", "http://us/x1"), ("via", "https://wire.example/a"),
    ]  # fmt: skip


def test_a_day_alone_is_its_midnight_and_a_time_without_a_zone_is_utc():
    first, second = replace(PLAIN, published="2023-02-17"), replace(
        PLAIN, published="2023-02-17T08:00"
    )  # fmt: skip
    found = [one.text for one in atom(first, second).findall(f".//{ATOM}published")]
    assert found == ["2023-02-17T00:00:00+00:00", "2023-02-17T08:00:00+00:00"]


def test_atom_parses_whatever_the_text():
    odd = replace(PLAIN, title="<b>&\x00\ud800]]>\x0b", tags=('"<\x01',), lead="\ufffe")
    assert atom(odd).find(f".//{ATOM}entry/{ATOM}title").text == "<b>&\ufffd\ufffd]]>\ufffd"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example/", "http://[", None])
def test_only_addresses_of_the_web_are_given_on(url: str | None):
    odd = replace(PLAIN, url=url)
    assert "url =" not in bibtex(odd)
    assert "UR  -" not in "".join(as_ris([odd]))
    assert atom(odd).find(f".//{ATOM}entry/{ATOM}link") is None


def test_a_citation_is_one_line_of_what_is_known():
    assert format_citation(PLAIN) == (
        "Adela Wirth and Jan Novak, “Su-25 line”, Northern Wire, 17 February 2023, "
        "https://wire.example/a"
    )
    assert format_citation(BARE) == "“Untitled”"
    many = replace(PLAIN, authors=("A", "B", "C", "D"), source=None, url=None, published=None)
    assert format_citation(many) == "A and others, “Su-25 line”"
    assert format_citation(replace(many, authors=("A", "B", "C"))) == "A, B and C, “Su-25 line”"


def test_formats_write_as_they_read_so_that_an_archive_need_not_be_held():
    def endless():
        yield PLAIN
        raise AssertionError("read ahead")

    for form in FORMATS:
        assert any("Su-25 line" in piece for piece in form.write(endless()))
    pieces = as_atom(endless(), CHANNEL)
    assert "<feed" in next(pieces)
    assert "Su-25 line" in next(pieces)


def test_a_stream_is_every_hit_with_its_copies_in_order_whatever_the_page(sample: Index):
    query = Query("Baranovichi", sort="oldest", size=1, offset=3)
    days = [article.published[:10] for article in sample.stream(query)]
    assert days == ["2023-02-17", "2023-02-18", "2023-02-18", "2023-03-27"]


def test_every_json_line_is_one_object():
    text = "".join(as_jsonl([replace(PLAIN, title="a\u2028b\nc")]))
    assert text.count("\n") == 1
    assert json.loads(text)["title"] == "a\u2028b\nc"


def test_no_two_formats_share_a_name_or_an_extension():
    assert len({form.name for form in FORMATS}) == len(FORMATS) == len(BY_EXTENSION)


def test_command_line_offers_every_format_and_the_feed():
    assert FORMAT_NAMES[-1] == "atom"
    assert f"--format [{'|'.join(FORMAT_NAMES)}]" in run_dateline("export", "--help").output
