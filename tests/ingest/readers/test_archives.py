"""Archives in a folder, zips in zips: sound, damaged and hostile ones."""

from __future__ import annotations

import gzip
import random
import zipfile
from typing import TYPE_CHECKING

from indexer.ingest.readers import limits
from tests.support.archives import HTML, answer, mhtml, pages, read, reasons, warc, zipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_kind_of_archive_is_read_in_a_folder(tmp_path: Path):
    (tmp_path / "a.warc.gz").write_bytes(warc([answer("https://wire.example/a")]))
    (tmp_path / "b.mht").write_bytes(mhtml())
    (tmp_path / "c.zip").write_bytes(zipped({"d.html": HTML.encode()}))
    (tmp_path / "e.wacz").write_bytes(
        zipped({"archive/x.warc.gz": warc([answer("https://e.example/e")])})
    )
    assert [page.name for page in pages(read(tmp_path))] == [
        "a.warc.gz!https://wire.example/a",
        "b.mht",
        "c.zip!d.html",
        "e.wacz!archive/x.warc.gz!https://e.example/e",
    ]


def test_archives_inside_a_zip_are_read(tmp_path: Path):
    rows = b'{"id": "1"}\n'
    inner = zipped({"deep.html": HTML.encode(), "rows.jsonl": rows})
    path = tmp_path / "year.zip"
    path.write_bytes(
        zipped({"may.zip": inner, "a.mht": mhtml(), "rows.jsonl.gz": gzip.compress(rows)})
    )
    assert [page.name for page in pages(read(path))] == [
        "year.zip!a.mht",
        "year.zip!may.zip!deep.html",
        "year.zip!may.zip!rows.jsonl!1",
        "year.zip!rows.jsonl.gz!1",
    ]


def test_zip_nested_too_deep_is_quarantined(tmp_path: Path):
    data = zipped({"a.html": HTML.encode()})
    for _ in range(5):
        data = zipped({"a.zip": data, "b.html": HTML.encode()})
    path = tmp_path / "deep.zip"
    path.write_bytes(data)
    found = read(path)
    assert len(pages(found)) == 3
    assert [*reasons(found).values()] == ["archives are nested more than 3 deep"]


def test_zip_that_holds_itself_over_and_over_stops_at_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A bomb as 42.zip is one: few bytes, many zips, each of many pages that are all alike."""
    monkeypatch.setattr(limits, "ROOM_BYTES", 1_000_000)
    data = zipped({f"{number}.html": bytes(90_000) for number in range(40)})
    for _ in range(2):
        data = zipped({f"{number}.zip": data for number in range(40)})
    path = tmp_path / "bomb.zip"
    path.write_bytes(data)
    found = read(path)
    inflated = sum(len(page.data) for page in pages(found))
    assert inflated <= 1_000_000 + 100 * len(data)
    assert "inflates to more than 100 times its size" in reasons(found)["bomb.zip"]


def test_pages_of_a_zip_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_MEMBERS", 10)
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{number}.html": b"<p>" for number in range(30)}))
    found = read(path)
    assert len(pages(found)) == 10
    assert "holds more than 10 pages" in reasons(found)["many.zip"]


def test_encrypted_member_says_so(tmp_path: Path):
    path = tmp_path / "a.zip"
    data = bytearray(zipped({"a.html": b"<p>", "b.html": HTML.encode()}, zipfile.ZIP_STORED))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    found = read(path)
    assert "encrypted" in reasons(found)["a.zip!a.html"]
    assert len(pages(found)) == 1


def test_member_name_cannot_upset_a_terminal(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"\x1b[2J\nevil.html": HTML.encode()}))
    (page,) = pages(read(path))
    assert page.name.isprintable()


def test_member_whose_second_name_is_no_text_is_quarantined(tmp_path: Path):
    """Found by fuzzing: a zip names a member twice, and zipfile decodes the one beside the data."""
    data = bytearray(zipped({"a.html": HTML.encode(), "b.html": HTML.encode()}))
    data[6:8] = b"\x00\x08"  # "the name is UTF-8"
    data[30] = 0x80
    (tmp_path / "a.zip").write_bytes(bytes(data))
    found = read(tmp_path)
    assert [page.name for page in pages(found)] == ["a.zip!b.html"]
    assert "damaged in the zip" in reasons(found)["a.zip!a.html"]


def test_damaged_zips_never_raise(tmp_path: Path):
    chance = random.Random(3)
    inner = zipped({"a.html": HTML.encode(), "b.html": HTML.encode()})
    sound = zipped({"c.zip": inner, "d.html": HTML.encode()})
    for number in range(200):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        path = tmp_path / f"{number}.zip"
        path.write_bytes(bytes(data))
        assert read(path)


def test_bomb_of_json_lines_stops_at_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "ROOM_BYTES", 1_000_000)
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000))
    assert "inflates to more than" in reasons(read(path))["rows.jsonl.gz"]
