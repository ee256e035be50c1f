"""Readers: what a source holds, in order, with caps, and nothing lost without a reason."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from indexer.errors import SourceError
from indexer.ingest.readers import read_corpus
from indexer.models import Page, QuarantinedPage
from tests.support.archives import list_pages, map_reasons

if TYPE_CHECKING:
    from pathlib import Path

CAP = 10_000
HTML = b"<p>Patriot batteries moved."


def read(*sources: Path) -> list[Page | QuarantinedPage]:
    return list(read_corpus(sources, CAP))


def names(found: list[Page | QuarantinedPage]) -> list[str]:
    return [one.name for one in found]


def only(found: list[Page | QuarantinedPage]) -> Page | QuarantinedPage:
    assert len(found) == 1
    return found[0]


def test_folder_is_searched_deep_and_sorted_by_name(tmp_path: Path):
    for name in ("b.html", "a/z.htm", "a/c.xhtml", "a.HTML", "style.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(HTML)
    assert names(read(tmp_path)) == ["a.HTML", "a/c.xhtml", "a/z.htm", "b.html"]


def test_gzipped_page_is_inflated(tmp_path: Path):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(HTML))
    page = only(read(tmp_path))
    assert isinstance(page, Page)
    assert page.data == HTML


def test_page_gzipped_under_a_plain_name_is_inflated(tmp_path: Path):
    (tmp_path / "a.html").write_bytes(gzip.compress(HTML))
    page = only(read(tmp_path))
    assert isinstance(page, Page)
    assert page.data == HTML


def test_page_remembers_when_it_was_saved(tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_bytes(HTML)
    os.utime(path, (1_739_974_000, 1_739_974_000))
    page = only(read(tmp_path))
    assert isinstance(page, Page)
    assert page.saved == "2025-02-19T14:06:40+00:00"


def test_gzip_bomb_is_quarantined_at_the_cap(tmp_path: Path):
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(b"0" * 50_000_000))
    bad = only(read(tmp_path))
    assert isinstance(bad, QuarantinedPage)
    assert "larger than 0.01 MB" in bad.reason


@pytest.mark.parametrize("cut", [15, 20])
def test_damaged_gzip_is_quarantined(tmp_path: Path, cut: int):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(HTML)[:cut])
    bad = only(read(tmp_path))
    assert isinstance(bad, QuarantinedPage)
    assert "damaged gzip" in bad.reason


def test_zip_members_are_read_by_name(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        archive.writestr("z.html", HTML)
        archive.writestr("sub/a.html.gz", gzip.compress(HTML))
        archive.writestr("style.css", "p {}")
    found = read(tmp_path / "day.zip")
    assert names(found) == ["day.zip!sub/a.html.gz", "day.zip!z.html"]
    assert all(isinstance(page, Page) and page.data == HTML for page in found)


def test_file_that_is_no_zip_is_quarantined(tmp_path: Path):
    (tmp_path / "day.zip").write_bytes(b"PK\x03\x04 and then nothing")
    bad = only(read(tmp_path))
    assert isinstance(bad, QuarantinedPage)
    assert "damaged zip" in bad.reason


def test_zip_member_that_fails_its_checksum_is_quarantined_alone(tmp_path: Path):
    path = tmp_path / "day.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.html", HTML)
        archive.writestr("b.html", b"<p>Himars")
    path.write_bytes(path.read_bytes().replace(b"<p>Himars", b"<p>HImars", 1))
    good, bad = read(path)
    assert isinstance(good, Page)
    assert isinstance(bad, QuarantinedPage)
    assert bad.name == "day.zip!b.html"


def test_json_lines_are_records_named_by_line(tmp_path: Path):
    rows = [{"id": "1", "body": "one"}, {"id": "2", "body": "two"}]
    text = "\n\n".join(map(json.dumps, rows))
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    found = read(tmp_path)
    assert names(found) == ["rows.jsonl.gz!1", "rows.jsonl.gz!3"]
    assert [page.kind for page in found if isinstance(page, Page)] == ["record", "record"]


def test_too_long_json_line_is_quarantined_alone(tmp_path: Path):
    (tmp_path / "rows.jsonl").write_bytes(b'{"a": 1}\n' + b"x" * 30_000 + b"\n" + b'{"b": 2}\n')
    good, bad, last = read(tmp_path)
    assert isinstance(bad, QuarantinedPage)
    assert isinstance(good, Page)
    assert isinstance(last, Page)
    assert last.name == "rows.jsonl!3"


def test_json_lines_cut_short_keep_what_was_read(tmp_path: Path):
    lines = b"".join(
        b'{"id": "%d", "body": "%s"}\n' % (n, os.urandom(20).hex().encode()) for n in range(2000)
    )
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(lines)[:-100])
    *good, bad = read(tmp_path)
    assert len(good) > 1000
    assert isinstance(bad, QuarantinedPage)
    assert "cannot be read to its end" in bad.reason


def test_link_out_of_the_source_is_quarantined(tmp_path: Path):
    (tmp_path / "secret.html").write_bytes(HTML)
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.html").symlink_to(tmp_path / "secret.html")
    (source / "b.html").write_bytes(HTML)
    bad, good = read(source)
    assert isinstance(bad, QuarantinedPage)
    assert "leads out" in bad.reason
    assert isinstance(good, Page)


def test_file_whose_name_is_no_text_is_quarantined(tmp_path: Path):
    (tmp_path / os.fsdecode(b"\xff.html")).write_bytes(HTML)
    (tmp_path / "a.html").write_bytes(HTML)
    found = read(tmp_path)
    assert len(list_pages(found)) == 1
    assert "not UTF-8; rename it" in map_reasons(found)["\\udcff.html"]


def test_pipe_under_the_name_of_a_page_is_quarantined(tmp_path: Path):
    os.mkfifo(tmp_path / "a.html")
    assert map_reasons(read(tmp_path)) == {"a.html": "is no plain file"}


def test_link_in_a_circle_is_quarantined(tmp_path: Path):
    (tmp_path / "a.html").symlink_to("a.html")
    (tmp_path / "b.html").write_bytes(HTML)
    assert list(map_reasons(read(tmp_path))) == ["a.html"]


def test_file_that_goes_before_it_is_read_is_quarantined(tmp_path: Path):
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(HTML)
    found = []
    for one in read_corpus([tmp_path], CAP):
        found.append(one)
        (tmp_path / "b.html").unlink(missing_ok=True)
    assert "No such file" in map_reasons(found)["b.html"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("missing", "No such file or folder"), ("empty", "No pages in"), ("a.pdf", "is no page")],
)
def test_source_that_cannot_be_read_says_why(tmp_path: Path, name: str, said: str):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(SourceError, match=said):
        read(tmp_path / name)
