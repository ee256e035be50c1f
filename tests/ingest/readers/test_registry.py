"""The table of readers: what discovery, archives, help and error sentences draw from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from indexer.errors import SourceError
from indexer.ingest.readers import registry
from indexer.ingest.readers.registry import READERS, Reader, find_reader
from indexer.models import Page
from tests.support.archives import list_pages, make_zip, read_entries, read_entries_directly
from tests.support.command_runner import run_dateline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.ingest.readers.limits import Budget, NamedStream


def read_notes(entry: NamedStream, budget: Budget) -> Iterator[Page]:
    """A `.note` file: its title in the first line, its text below."""
    title, _, body = entry.stream.read(budget.page_bytes).decode().partition("\n")
    record = json.dumps({"title": title, "body": body}).encode()
    yield Page(name=entry.name, data=record, kind="record", source=entry.source)


NOTES = Reader(name="note", endings=(".note",), read=read_notes)


def test_no_ending_has_two_readers():
    endings = [ending for reader in READERS for ending in reader.all_endings]
    assert len(endings) == len(set(endings))
    for reader in READERS:
        for ending in reader.all_endings:
            assert find_reader(f"A{ending.upper()}") is reader


def test_file_with_another_ending_has_no_reader():
    assert find_reader("html") is None
    assert find_reader("style.css") is None


def test_one_row_has_files_found_read_in_archives_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry, "READERS", (*READERS, NOTES))
    (tmp_path / "a.note").write_text("Guns\nHimars moved.", encoding="utf-8")
    (tmp_path / "b.zip").write_bytes(make_zip({"c.NOTE": b"Jets\nSu-25 moved."}))
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    found = list_pages(read_entries_directly(tmp_path))
    assert [page.name for page in found] == ["a.note", "b.zip!c.NOTE"]
    assert json.loads(found[1].data) == {"title": "Jets", "body": "Su-25 moved."}
    with pytest.raises(SourceError, match=r", \.note, pages also as \.gz"):
        read_entries(tmp_path / "a.pdf")
    assert " and .note, and archives: .zip" in registry.describe_sources()


def test_help_of_rebuild_lists_what_is_read():
    shown = " ".join(run_dateline("rebuild", "--help").output.split())
    assert "SOURCES are folders (searched deep), .html, .htm, .xhtml pages (also .gz)" in shown
    assert "and archives: .zip, .jsonl, .jsonl.gz, .warc, .warc.gz, .wacz" in shown
    for reader in READERS:
        assert all(ending in shown for ending in reader.endings)
