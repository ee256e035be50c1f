"""Quarantine: what could not be read is kept with its bytes, listed, tried again, forgotten."""

from __future__ import annotations

import contextlib
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from indexer.clean.fields.url_and_id import make_id
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import DamageError, NoArticle, SourceError
from indexer.ingest.pipeline import rebuild, retry_quarantined, update
from indexer.ingest.progress import SilentProgress
from indexer.ingest.quarantine import Quarantine, make_entry_key
from indexer.settings import Settings
from tests.support.command_runner import run_dateline

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(workers=1)
ROWS = "\n".join(
    json.dumps({"id": str(number), "title": f"Report {number}", "body": f"Guns, {number} of them."})
    for number in range(3)
)
BAD_ROW = b'{"id": "9", "title": "Half a record", "body": "Gu'
GOOD_ROW = b'{"id": "9", "title": "A whole record", "body": "Guns, nine of them."}'


class Archive:
    def __init__(self, root: Path) -> None:
        self.source = root / "source"
        self.source.mkdir()
        self.index = root / "data"
        self.engine = WhooshEngine(self.index)
        self.quarantine = Quarantine(self.index)
        (self.source / "good.jsonl").write_text(ROWS, encoding="utf-8")

    def save_bad(self, name: str = "bad.html", data: bytes = b"%PDF-1.7 and so on") -> None:
        (self.source / name).write_bytes(data)

    def rebuild(self, settings: Settings = SETTINGS):
        return rebuild(self.engine, [self.source], settings, SilentProgress())

    def update(self):
        return update(self.engine, [self.source], SETTINGS, SilentProgress())

    def retry(self, settings: Settings = SETTINGS):
        return retry_quarantined(self.engine, settings, SilentProgress())

    def names(self) -> list[str]:
        return [kept.name for kept in self.quarantine.list_entries()]

    def titles(self) -> set[str]:
        snapshot = self.engine.open_snapshot()
        keys = [key for one in snapshot.index.segments for key in one.get_text_column("id")]
        found = set()
        for key in keys:
            with contextlib.suppress(NoArticle):
                found.add(snapshot.read_document(key).article.title)
        return found


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_page_is_kept_with_bytes_reason_time_and_source(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    (kept,) = archive.quarantine.list_entries()
    assert kept.name == kept.file == "bad.html"
    assert kept.source == str(archive.source)
    assert kept.reason == "not a page but a PDF"
    assert kept.time.endswith("+00:00")
    page = archive.quarantine.read_page(kept)
    assert page is not None
    assert page.data == b"%PDF-1.7 and so on"
    packed = archive.quarantine.folder / f"{make_entry_key(kept)}.gz"
    assert gzip.decompress(packed.read_bytes()) == page.data


def test_page_that_was_never_read_is_kept_without_bytes(archive: Archive):
    archive.save_bad("huge.html", b"<p>x" * 1000)
    archive.rebuild(Settings(workers=1, page_bytes=1000))
    (kept,) = archive.quarantine.list_entries()
    assert kept.bytes is None
    assert archive.quarantine.read_page(kept) is None


def test_page_leaves_quarantine_when_it_is_mended(archive: Archive):
    archive.save_bad("a.jsonl", BAD_ROW)
    archive.rebuild()
    assert archive.names() == ["a.jsonl!1"]
    archive.save_bad("a.jsonl", GOOD_ROW)
    archive.update()
    assert archive.names() == []
    assert list(archive.quarantine.folder.iterdir()) == []


def test_page_leaves_quarantine_when_it_is_gone(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    (archive.source / "bad.html").unlink()
    archive.update()
    assert archive.names() == []


def test_update_keeps_what_stays_in_quarantine(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    archive.save_bad("other.html", b"GIF89a")
    archive.update()
    assert archive.names() == ["bad.html", "other.html"]


def test_failed_build_changes_nothing_in_quarantine(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    archive.save_bad("other.html", b"GIF89a")
    (archive.source / "good.jsonl").unlink()
    with pytest.raises(SourceError):
        archive.rebuild()
    assert archive.names() == ["bad.html"]
    assert not list(archive.quarantine.folder.glob("*.partial"))


def test_what_a_killed_writer_staged_is_brought_in_where_it_was_published(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    live = archive.quarantine.folder / "000001.partial"
    live.mkdir()
    for path in archive.quarantine.folder.glob("*.*"):
        if path != live:
            path.rename(live / path.name)
    lost = archive.quarantine.folder / "000002.partial"
    lost.mkdir()
    for path in live.iterdir():
        (lost / path.name).write_bytes(path.read_bytes())
    archive.update()
    assert archive.names() == ["bad.html"]
    assert not list(archive.quarantine.folder.glob("*.partial"))


def test_retry_reads_again_what_was_over_a_limit(archive: Archive):
    row = b'{"id": "9", "title": "A long record", "body": "%s"}' % (b"Guns. " * 300)
    archive.save_bad("long.jsonl", row)
    archive.rebuild(Settings(workers=1, page_bytes=1000))
    assert archive.names() == ["long.jsonl!1"]
    report = archive.retry()
    assert (report.read, report.indexed, report.removed) == (1, 1, 0)
    assert "A long record" in archive.titles()
    assert archive.names() == []
    assert archive.update().unchanged == 4


def test_retry_cleans_kept_bytes_though_the_source_is_gone(archive: Archive):
    """A page that took longer than was allowed."""
    text = "".join(
        f"<p>Paragraph {number} tells how the brigade moved its guns along the river road.</p>"
        for number in range(6)
    )
    page = f"<html><title>Slow</title><body><article><h1>Slow</h1>{text}</article></body></html>"
    archive.rebuild()
    archive.save_bad("slow.html", page.encode())
    update(archive.engine, [archive.source], Settings(workers=1, page_s=0), SilentProgress())
    assert archive.names() == ["slow.html"]
    (archive.source / "slow.html").unlink()
    report = archive.retry()
    assert report.indexed == 1
    assert "Slow" in archive.titles()
    assert archive.names() == []


def test_retry_that_mends_nothing_publishes_nothing(archive: Archive):
    archive.save_bad()
    first = archive.rebuild()
    report = archive.retry()
    assert report.generation == first.generation == archive.engine.open_snapshot().generation
    assert [bad.name for bad in report.quarantined] == ["bad.html"]
    assert archive.names() == ["bad.html"]


def test_retry_leaves_other_articles_as_they_are(archive: Archive):
    archive.save_bad("long.jsonl", GOOD_ROW + b" " * 2000)
    archive.rebuild(Settings(workers=1, page_bytes=1000))
    before = archive.titles()
    (archive.source / "good.jsonl").unlink()
    archive.retry()
    assert archive.titles() == before | {"A whole record"}


def test_damaged_entry_is_named_with_the_way_out(archive: Archive):
    archive.save_bad()
    archive.rebuild()
    (path,) = archive.quarantine.folder.glob("*.json")
    path.write_text("{")
    with pytest.raises(DamageError, match=f"{path.name}.*delete it"):
        archive.quarantine.list_entries()


def test_version_whose_source_is_out_of_reach_stays(archive: Archive, tmp_path: Path):
    """Another source holds the newer version of an article; its older source is unplugged."""
    other = tmp_path / "other"
    other.mkdir()
    row = {"id": "7", "title": "Old", "body": "Ten guns.", "date": "2024-05-01"}
    (other / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    rebuild(archive.engine, [archive.source, other], SETTINGS, SilentProgress())
    other.rename(tmp_path / "unplugged")
    row |= {"title": "New", "body": "Twelve guns.", "date": "2024-05-02"}
    (archive.source / "b.jsonl").write_text(json.dumps(row), encoding="utf-8")
    archive.update()
    document = archive.engine.open_snapshot().read_document(make_id("id", "7"))
    assert document.article.title == "New"
    assert [version.title for version in document.versions] == ["Old"]


# The command line


def test_rebuild_ends_with_what_was_not_indexed(archive: Archive):
    for number in range(8):
        archive.save_bad(f"bad{number}.html")
    archive.save_bad("worse.html", b"")
    done = run_dateline("rebuild", str(archive.source), index=archive.index)
    *_, head, pdf, first, _, _, _, _, more, empty, worse, last = done.stdout.splitlines()
    assert head == "NOT INDEXED: 9 of 12 pages are in quarantine"
    assert pdf.split(maxsplit=1) == ["8", "not a page but a PDF"]
    assert (first.strip(), more.strip()) == ("bad0.html", "and 3 more")
    assert empty.split(maxsplit=1) == ["1", "the file is empty"]
    assert worse.strip() == "worse.html"
    assert "quarantine list" in last
    assert "quarantine retry" in last


def test_list_and_retry_on_the_command_line(archive: Archive):
    assert (
        "Nothing is in quarantine" in run_dateline("quarantine", "list", index=archive.index).stdout
    )
    archive.save_bad("a\x1b[2J.html")
    run_dateline("rebuild", str(archive.source), "--quiet", index=archive.index)
    listed = run_dateline("quarantine", "list", index=archive.index).stdout
    assert "not a page but a PDF" in listed
    assert "\x1b" not in listed
    listed = run_dateline("quarantine", "list", "--json", index=archive.index).stdout
    told = json.loads(listed)["quarantined"]
    assert [(one["reason"], one["bytes"]) for one in told] == [("not a page but a PDF", 18)]
    retried = json.loads(run_dateline("quarantine", "retry", "--json", index=archive.index).stdout)
    assert (retried["read"], retried["indexed"]) == (1, 0)


@pytest.mark.parametrize("command", ["list", "retry"])
def test_quarantine_commands_have_help_with_an_example(archive: Archive, command: str):
    done = run_dateline("quarantine", command, "--help", index=archive.index)
    assert f"dateline quarantine {command}" in done.stdout
