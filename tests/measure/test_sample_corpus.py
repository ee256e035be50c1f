"""The sample corpus is what its README says: pages, gold fields, copies, queries and judgements.

The corpus is read here as data, with BeautifulSoup and the standard library, never with the
indexer: a fault in the cleaner must not hide a fault in the gold values.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = CORPUS / "pages"
JUDGEMENTS = CORPUS / "judgements"

# One visible mark of each page layout; the mark of one layout stands in no other.
LAYOUTS = {
    "react": 'id="__NEXT_DATA__"',
    "wordpress": "wp-embed-responsive",
    "tables": "XHTML 1.0 Transitional",
    "microdata": 'itemprop="articleBody"',
    "amp": "<html amp",
    "drupal": "data-drupal-selector",
    "letter": "subscription-widget-wrap",
}
FIELDS = {
    "name", "title", "authors", "published", "updated", "dateline", "place",
    "section", "source", "tags", "lang", "url", "body",
}  # fmt: skip


def gold_rows() -> list[dict[str, Any]]:
    text = (JUDGEMENTS / "fields.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def table(name: str) -> list[list[str]]:
    text = (JUDGEMENTS / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def page_names() -> list[str]:
    files = (path for path in PAGES.rglob("*") if path.is_file())
    return sorted(path.relative_to(PAGES).as_posix() for path in files)


def read_bytes(name: str) -> bytes:
    raw = (PAGES / name).read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


def encoding_of(raw: bytes) -> str:
    """Return the encoding by the order a browser-like reader would use: mark, UTF-8, declared."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"charset=[\"']?([\w-]+)", raw)
        name = declared[1].decode("ascii").lower() if declared else "windows-1252"
        # The WHATWG table reads a declared ISO-8859-1 as windows-1252.
        return "windows-1252" if name == "iso-8859-1" else name
    return "utf-8-sig"


@functools.cache
def decoded(name: str) -> str:
    raw = read_bytes(name)
    return raw.decode(encoding_of(raw))


@functools.cache
def page_text(name: str) -> str:
    """Return the text of a page in one line, as a parser that keeps inline text joined reads it."""
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded(name))
    soup = BeautifulSoup(markup, "lxml")
    for tag in soup(["script", "style"]):
        tag.decompose()
    return " ".join(soup.get_text().split())


GOLD = gold_rows()
ARTICLES = [row for row in GOLD if "error" not in row]


def refs() -> set[str]:
    return {row["url"] or row["name"] for row in ARTICLES}


def test_at_least_sixty_stories_of_250_to_700_words() -> None:
    lengths = {row["body"]: len(row["body"].split()) for row in ARTICLES}
    assert [words for words in lengths.values() if not 250 <= words <= 700] == []
    copies = sum(len(group) - 1 for group in copy_groups().values())
    assert len(lengths) - copies >= 60


def test_every_page_has_one_judgement_and_every_judgement_a_page() -> None:
    assert sorted(row["name"] for row in GOLD) == page_names()


def test_every_judgement_has_all_fields() -> None:
    assert all(set(row) == FIELDS for row in ARTICLES)
    assert [set(row) for row in GOLD if "error" in row] == [{"name", "error"}]


def test_every_page_has_one_layout_and_each_layout_several_pages() -> None:
    found = Counter[str]()
    for name in page_names():
        marks = [layout for layout, mark in LAYOUTS.items() if mark in decoded(name)]
        assert len(marks) == 1, name
        found[marks[0]] += 1
    assert len(found) == 7
    assert min(found.values()) >= 4


def test_encodings_are_the_ones_the_readme_names() -> None:
    by_encoding = defaultdict(set)
    for name in page_names():
        by_encoding[encoding_of(read_bytes(name))].add(name)
    assert set(by_encoding) == {"utf-8-sig", "utf-16", "windows-1252", "iso-8859-15"}
    assert len(by_encoding["utf-16"]) == 2
    assert sum(read_bytes(name).startswith(b"\xef\xbb\xbf") for name in page_names()) == 1


@pytest.mark.parametrize("name", page_names())
def test_page_decodes_without_replacement_characters(name: str) -> None:
    assert "\ufffd" not in decoded(name)
    assert len(read_bytes(name)) > 8_000


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row["name"])
def test_gold_text_stands_on_the_page_in_order(row: dict[str, Any]) -> None:
    text, at = page_text(row["name"]), 0
    assert row["title"] in text
    for paragraph in row["body"].split("\n\n"):
        at = text.find(paragraph, at)
        assert at >= 0, paragraph[:60]
        at += len(paragraph)


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row["name"])
def test_gold_fields_stand_on_the_page(row: dict[str, Any]) -> None:
    page = decoded(row["name"]).replace("&amp;", "&").replace("\\u0026", "&")
    text = page_text(row["name"]).casefold()
    assert all(author.casefold() in text for author in row["authors"])
    assert row["dateline"] is None or row["body"].startswith(row["dateline"])
    assert row["section"] is None or row["section"] in page
    assert row["url"] is None or row["url"] in page or "<base href" in page
    assert all(tag in page for tag in row["tags"])


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row["name"])
def test_gold_dates_are_iso_and_in_order(row: dict[str, Any]) -> None:
    days = [row[key] and date.fromisoformat(row[key][:10]) for key in ("published", "updated")]
    for value in (row["published"], row["updated"]):
        if value and "T" in value:
            assert datetime.fromisoformat(value).tzinfo is not None
    published, updated = days
    assert published is None or date(2021, 1, 1) <= published <= date(2025, 12, 31)
    assert published is None or updated is None or published <= updated


def test_no_page_holds_a_paragraph_of_another_story() -> None:
    group_of = {name: group for group, names in copy_groups().items() for name in names}
    owner: dict[str, set[str]] = defaultdict(set)
    for row in ARTICLES:
        story = group_of.get(row["name"], row["url"] or row["name"])
        for paragraph in row["body"].split("\n\n"):
            if len(paragraph.split()) > 20:
                owner[paragraph].add(story)
    assert [paragraph[:60] for paragraph, stories in owner.items() if len(stories) > 1] == []


def test_no_page_embeds_the_body_of_another() -> None:
    group_of = {name: group for group, names in copy_groups().items() for name in names}
    for row in ARTICLES:
        middle = max(row["body"].split("\n\n"), key=len)
        for other in ARTICLES:
            same = row["url"] == other["url"] and row["url"] is not None
            kin = group_of.get(row["name"], row["name"]) == group_of.get(other["name"])
            if not (same or kin or row is other):
                assert middle not in page_text(other["name"]), (row["name"], other["name"])


def copy_groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group, name in table("copies.tsv"):
        groups[group].append(name)
    return groups


def test_five_syndicated_copies_differ_in_outlet_title_and_text() -> None:
    groups = copy_groups()
    rows = {row["name"]: row for row in ARTICLES}
    assert sum(len(names) - 1 for names in groups.values()) == 5
    for names in groups.values():
        for field in ("source", "title", "body"):
            assert len({rows[name][field] for name in names}) == len(names)


def test_one_address_was_saved_twice_and_one_file_is_an_exact_duplicate() -> None:
    by_url: dict[str, list[str]] = defaultdict(list)
    for row in ARTICLES:
        if row["url"]:
            by_url[row["url"]].append(row["name"])
    twice = [names for names in by_url.values() if len(names) > 1]
    hashes = [{hashlib.sha256(read_bytes(name)).digest() for name in names} for names in twice]
    assert sorted(len(names) for names in twice) == [2, 2]
    assert sorted(len(found) for found in hashes) == [1, 2]


def test_forty_queries_are_each_judged() -> None:
    text = (JUDGEMENTS / "queries.jsonl").read_text(encoding="utf-8")
    queries = [json.loads(line) for line in text.splitlines()]
    assert [query["id"] for query in queries] == [f"q{n:02}" for n in range(1, 41)]
    assert all(query["text"].strip() and len(query["text"]) <= 200 for query in queries)
    judged = {query for query, _, grade in table("qrels.tsv") if grade != "0"}
    assert judged == {query["id"] for query in queries}


def test_judgements_refer_to_articles_once_each() -> None:
    rows = table("qrels.tsv")
    assert {ref for _, ref, _ in rows} <= refs()
    assert {grade for _, _, grade in rows} <= {"0", "1", "2"}
    assert max(Counter((query, ref) for query, ref, _ in rows).values()) == 1


def test_copies_are_judged_alike_unless_the_query_asks_for_an_outlet_or_a_day() -> None:
    ref_of = {row["name"]: row["url"] or row["name"] for row in ARTICLES}
    text = (JUDGEMENTS / "queries.jsonl").read_text(encoding="utf-8")
    queries = {row["id"]: row["text"] for row in map(json.loads, text.splitlines())}
    particular = re.compile(r"\b(?:source|date|place|author|section|tag|title|lead):")
    grades = {(query, ref): grade for query, ref, grade in table("qrels.tsv")}
    for query, words in queries.items():
        if particular.search(words):
            continue
        for names in copy_groups().values():
            assert len({grades.get((query, ref_of[name])) for name in names}) == 1, (query, names)


def test_readme_counts_the_pages_of_each_outlet_and_names_only_pages_that_exist() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    counted = Counter(name.split("/")[0] for name in page_names())
    told = re.findall(r"^\| `([\w-]+)` \|.*\| (\d+) \|$", readme, flags=re.MULTILINE)
    assert {outlet: int(count) for outlet, count in told} == counted
    assert f"holds {len(page_names())} saved pages" in readme
    named = re.findall(r"`([\w-]+/[\w-]+\.x?html?)`", readme)
    assert len(named) > 15
    assert set(named) <= set(page_names())


def test_readme_says_what_the_pages_are_and_under_which_licence() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert "samples written for this project" in readme
    assert "not news" in readme
    assert "Licence: MIT" in readme
