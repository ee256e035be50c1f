"""Archives in a folder, zips in zips: sound, damaged and hostile ones."""

from __future__ import annotations

import gzip
import io
import random
import warnings
import zipfile
from typing import TYPE_CHECKING

from indexer.ingest.readers import limits
from tests.support.archives import (
    HTML,
    list_pages,
    make_mhtml,
    make_warc,
    make_warc_record,
    make_zip,
    map_reasons,
    read_entries,
    read_entries_directly,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_kind_of_archive_is_read_in_a_folder(tmp_path: Path):
    (tmp_path / "a.warc.gz").write_bytes(make_warc([make_warc_record("https://wire.example/a")]))
    (tmp_path / "b.mht").write_bytes(make_mhtml())
    (tmp_path / "c.zip").write_bytes(make_zip({"d.html": HTML.encode()}))
    (tmp_path / "e.wacz").write_bytes(
        make_zip({"archive/x.warc.gz": make_warc([make_warc_record("https://e.example/e")])})
    )
    assert [page.name for page in list_pages(read_entries(tmp_path))] == [
        "a.warc.gz!https://wire.example/a",
        "b.mht",
        "c.zip!d.html",
        "e.wacz!archive/x.warc.gz!https://e.example/e",
    ]


def test_archives_inside_a_zip_are_read(tmp_path: Path):
    rows = b'{"id": "1"}\n'
    inner = make_zip({"deep.html": HTML.encode(), "rows.jsonl": rows})
    path = tmp_path / "year.zip"
    path.write_bytes(
        make_zip({"may.zip": inner, "a.mht": make_mhtml(), "rows.jsonl.gz": gzip.compress(rows)})
    )
    assert [page.name for page in list_pages(read_entries(path))] == [
        "year.zip!a.mht",
        "year.zip!may.zip!deep.html",
        "year.zip!may.zip!rows.jsonl!1",
        "year.zip!rows.jsonl.gz!1",
    ]


def test_zip_nested_too_deep_is_quarantined(tmp_path: Path):
    data = make_zip({"a.html": HTML.encode()})
    for _ in range(5):
        data = make_zip({"a.zip": data, "b.html": HTML.encode()})
    path = tmp_path / "deep.zip"
    path.write_bytes(data)
    found = read_entries(path)
    assert len(list_pages(found)) == 3
    assert [*map_reasons(found).values()] == ["archives are nested more than 3 deep"]


def test_zip_that_holds_itself_over_and_over_stops_at_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A bomb as 42.zip is one: few bytes, many zips, each of many pages that are all alike."""
    monkeypatch.setattr(limits, "MIN_BUDGET_BYTES", 1_000_000)
    data = make_zip({f"{number}.html": bytes(90_000) for number in range(40)})
    for _ in range(2):
        data = make_zip({f"{number}.zip": data for number in range(40)})
    path = tmp_path / "bomb.zip"
    path.write_bytes(data)
    found = read_entries_directly(path)
    inflated = sum(len(page.data) for page in list_pages(found))
    assert inflated <= 1_000_000 + 100 * len(data)
    assert "inflates to more than 100 times its size" in map_reasons(found)["bomb.zip"]


def test_pages_of_a_zip_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MAX_MEMBERS", 10)
    path = tmp_path / "many.zip"
    path.write_bytes(make_zip({f"{number}.html": b"<p>" for number in range(30)}))
    found = read_entries_directly(path)
    assert len(list_pages(found)) == 10
    assert "holds more than 10 pages" in map_reasons(found)["many.zip"]


def test_encrypted_member_says_so(tmp_path: Path):
    path = tmp_path / "a.zip"
    data = bytearray(make_zip({"a.html": b"<p>", "b.html": HTML.encode()}, zipfile.ZIP_STORED))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    found = read_entries(path)
    assert "encrypted" in map_reasons(found)["a.zip!a.html"]
    assert len(list_pages(found)) == 1


def test_member_name_cannot_upset_a_terminal(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip({"\x1b[2J\nevil.html": HTML.encode()}))
    (page,) = list_pages(read_entries(path))
    assert page.name.isprintable()


def test_member_whose_second_name_is_no_text_is_quarantined(tmp_path: Path):
    """Found by fuzzing: a zip names a member twice, and zipfile decodes the one beside the data."""
    data = bytearray(make_zip({"a.html": HTML.encode(), "b.html": HTML.encode()}))
    data[6:8] = b"\x00\x08"  # "the name is UTF-8"
    data[30] = 0x80
    (tmp_path / "a.zip").write_bytes(bytes(data))
    found = read_entries(tmp_path)
    assert [page.name for page in list_pages(found)] == ["a.zip!b.html"]
    assert "damaged in the zip" in map_reasons(found)["a.zip!a.html"]


def test_damaged_zips_never_raise(tmp_path: Path):
    chance = random.Random(3)
    inner = make_zip({"a.html": HTML.encode(), "b.html": HTML.encode()})
    sound = make_zip({"c.zip": inner, "d.html": HTML.encode()})
    for number in range(200):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        path = tmp_path / f"{number}.zip"
        path.write_bytes(bytes(data))
        assert read_entries(path)


def test_bomb_of_json_lines_stops_at_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MIN_BUDGET_BYTES", 1_000_000)
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000))
    assert "inflates to more than" in map_reasons(read_entries_directly(path))["rows.jsonl.gz"]


def make_zip_of_pairs(members: list[tuple[str, bytes]]) -> bytes:
    """Return a zip in which a name may be met twice."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def test_members_of_one_name_are_two_pages(tmp_path: Path):
    """The same name twice, made the same by stripping, or by an archive inside."""
    inner = make_zip({"x.html": b"<p>inner"})
    pairs = [
        ("a.html", b"<p>1"), ("a.html", b"<p>2"), ("b\x01.html", b"<p>3"), ("b\x02.html", b"<p>4"),
        ("c.zip", inner), ("c.zip!x.html", b"<p>outer"), ("d.html", b"<p>5"),
    ]  # fmt: skip
    path = tmp_path / "twice.zip"
    path.write_bytes(make_zip_of_pairs(pairs))
    assert {page.name: page.data for page in list_pages(read_entries(path))} == {
        "twice.zip!a.html": b"<p>1",
        "twice.zip!a.html (2)": b"<p>2",
        "twice.zip!b\ufffd.html": b"<p>3",
        "twice.zip!b\ufffd.html (2)": b"<p>4",
        "twice.zip!c.zip!x.html": b"<p>inner",
        "twice.zip!c.zip!x.html (2)": b"<p>outer",
        "twice.zip!d.html": b"<p>5",
    }


def test_file_called_as_a_member_of_the_archive_beside_it_has_its_own_name(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(make_zip({"x.html": b"<p>in", "b!y.html": b"<p>in"}))
    (tmp_path / "a.zip!x.html").write_bytes(b"<p>beside")
    (tmp_path / "a.zip!b!y.html").write_bytes(b"<p>beside")
    (tmp_path / "no.zip!x.html").write_bytes(b"<p>alone")
    assert [page.name for page in list_pages(read_entries(tmp_path))] == [
        "a.zip!b!y.html",
        "a.zip!x.html",
        "./a.zip!b!y.html",
        "./a.zip!x.html",
        "no.zip!x.html",
    ]
