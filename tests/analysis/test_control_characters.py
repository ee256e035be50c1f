"""Characters that steer a terminal: removed by ingest, never printed, whoever wrote them."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from indexer.analysis.control_characters import (
    escape_json,
    make_printable,
    may_need_stripping,
    strip_controls,
)
from indexer.clean.article import clean
from indexer.engines.interface import Document
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.models import Article, Page
from tests.support.command_runner import run_dateline
from tests.support.saved_page import make_page

if TYPE_CHECKING:
    from pathlib import Path

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
C1 = "".join(map(chr, range(0x80, 0xA0)))
HOSTILE = f"\x9b31m\x9d0;evil\x07\x1b[2J{DIRECTIONS}"


def steers(text: str) -> bool:
    kinds = {unicodedata.category(char) for char in text.replace("\n", "")}
    return bool({"Cc", "Cs"} & kinds) or any(char in text for char in DIRECTIONS)


def test_every_character_that_is_stripped_is_told_from_its_bytes():
    for code in [*range(0xD800), *range(0xE000, 0x10000), 0x1F680]:
        char = chr(code)
        if strip_controls(f"a{char}b") != f"a{char}b":
            assert may_need_stripping(f"a{char}b".encode()), hex(code)


def test_text_of_every_script_is_kept():
    text = "می\u200cخواهم क्\u200dष „Łódź“ — 東京 5\u00a0km\tx\r\nsoft\u00adhyphen \U0001f680"
    assert strip_controls(text) == text
    assert not may_need_stripping("„Łódź“ — \u00a0x\tx\r\n\U0001f680".encode())


def test_windows_1252_taken_for_latin_1_becomes_what_browsers_show():
    assert strip_controls("Moscow\x92s \x93guns\x94 \x97 \x85") == "Moscow’s “guns” — …"
    assert not steers(strip_controls(C1))


@pytest.mark.parametrize("char", [*C1, *DIRECTIONS, "\x1b", "\x00", "\x7f", "\r", "\u2028"])
def test_nothing_that_steers_is_printable(char: str):
    assert make_printable(f"a{char}b") == "a\ufffdb"
    shown = escape_json(json.dumps(f"a{char}b", ensure_ascii=False))
    assert not steers(shown)
    assert json.loads(shown) == f"a{char}b"


@pytest.mark.parametrize("hostile", [HOSTILE, "&#155;31m&#x9d;0;evil&#7;&#27;[2J&#x202e;&#8294;"])
def test_page_loses_them_however_they_are_written(hostile: str):
    page = make_page(f"<h2>{hostile}</h2>").replace(b"guns", f"guns{hostile}".encode())
    article = clean(Page("a.html", page))
    assert "guns" in article.body
    assert not any(map(steers, [article.title, article.body, *article.authors]))


@pytest.fixture
def older_index(tmp_path: Path) -> Path:
    """An index of a version that stored them, and that lost a ref of control characters alone."""
    engine = WhooshEngine(tmp_path / "index")
    article = Article(
        name=f"a{HOSTILE}.html", id="a", ref="", title=f"Tank {HOSTILE}", source=f"Wire{HOSTILE}",
        body=f"The tank {HOSTILE} moved.", lead=f"The tank {HOSTILE} moved.",
        authors=(f"Ann {HOSTILE}",), published="2024-05-01",
    )  # fmt: skip
    with engine.open_writer(fresh=True) as writer:
        writer.add(Document(article))
        writer.add(Document(replace(article, id="b", body=f"Another tank{HOSTILE} stopped.")))
        writer.publish()
    return tmp_path / "index"


COMMANDS = [
    ("search", "tank"),
    ("search", f"tank {HOSTILE}"),
    ("search", "tank", "--json"),
    ("search", f"no{HOSTILE}thing", "--source", HOSTILE),
    ("digest", "tank", "--since", "SEEN"),
    ("digest", "tank", "--since", "SEEN", "--json"),
    ("show", "a"),
    ("show", "a", "--json"),
    ("suggest", "tank"),
    ("stats",),
    ("check",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: ascii(words[:2]))
def test_index_that_holds_them_prints_none(
    older_index: Path, tmp_path: Path, words: tuple[str, ...]
):
    words = tuple(word.replace("SEEN", str(tmp_path / "seen")) for word in words)
    result = run_dateline(*words, index=older_index)
    assert result.exit_code == 0, result.output
    assert result.output.strip()
    assert not steers(result.output)


def test_run_names_an_article_without_ref_by_its_id(older_index: Path, tmp_path: Path):
    (tmp_path / "queries.jsonl").write_text('{"id": "1", "text": "tank"}', encoding="utf-8")
    result = run_dateline("run", str(tmp_path / "queries.jsonl"), index=older_index)
    assert sorted(line.split()[2] for line in result.output.splitlines()) == ["a", "b"]


@pytest.mark.parametrize(
    "words",
    [
        ("show", f"x{HOSTILE}\udcff"),
        ("search", "tank", "--from", HOSTILE),
        ("search", "tank", "--sort", HOSTILE),
        ("search", f"--{HOSTILE}"),
        (f"--{HOSTILE}",),
        (HOSTILE,),
        ("rebuild", f"no{HOSTILE}folder"),
        ("quarantine", HOSTILE),
        ("run", f"no{HOSTILE}\nfile"),
    ],
    ids=ascii,
)
def test_errors_quote_arguments_without_them(older_index: Path, words: tuple[str, ...]):
    result = run_dateline(*words, index=older_index)
    assert result.exit_code in {1, 2}
    assert "Error: " in result.output
    assert not steers(result.output)


def test_names_of_files_are_printed_without_them(tmp_path: Path):
    source = tmp_path / f"source{HOSTILE}"
    source.mkdir()
    (source / f"empty{HOSTILE}\nforged.html").write_bytes(b"")
    (source / "good.html").write_bytes(make_page(""))
    index = tmp_path / "index"
    for words in (("rebuild", str(source), "--quiet"), ("quarantine", "list"), ("stats",)):
        result = run_dateline(*words, index=index)
        assert result.exit_code == 0, result.output
        assert not steers(result.output)
        assert not any(line.startswith("forged") for line in result.output.splitlines())
    for words in (("quarantine", "list", "--json"), ("clean", str(source))):
        assert not steers(run_dateline(*words, index=index).output)
