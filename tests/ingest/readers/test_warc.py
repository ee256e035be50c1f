"""WARC and WACZ: answers that hold pages, sound, damaged and hostile."""

from __future__ import annotations

import gzip
import json
import os
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support.archives import (
    HTML,
    HTML_ANSWER,
    list_pages,
    make_warc,
    make_warc_record,
    make_zip,
    map_reasons,
    read_entries,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_pages_of_a_warc_have_address_charset_and_time(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(
        make_warc([make_warc_record("https://wire.example/a?b=1")], packed=name.endswith("gz"))
    )
    (page,) = list_pages(read_entries(path))
    assert page.url == "https://wire.example/a?b=1"
    assert page.charset == "utf-8"
    assert page.saved == "2024-05-01T06:30:00+00:00"
    assert page.data.decode() == HTML


def test_warc_gives_answers_that_hold_pages_alone(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    picture = ("Content-Type: image/png",)
    path.write_bytes(
        make_warc(
            [
                make_warc_record("https://wire.example/moved", status="301 Moved"),
                make_warc_record("https://wire.example/gone", status="404 Not Found"),
                make_warc_record("https://wire.example/logo.png", headers=picture),
                make_warc_record("https://wire.example/a", kind="request"),
                make_warc_record("https://wire.example/a"),
            ]
        )
    )
    assert [page.url for page in list_pages(read_entries(path))] == ["https://wire.example/a"]


def test_compressed_and_chunked_answers_are_unpacked(tmp_path: Path):
    path = tmp_path / "crawl.warc"
    data = HTML.encode()
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)
    answers = {
        "Content-Encoding: gzip": gzip.compress(data),
        "Transfer-Encoding: chunked": chunks,
        "Content-Encoding: br": b"\x8b\x02",
    }
    records = [
        make_warc_record(
            f"https://a.example/{header[-3:].strip()}", body, headers=(*HTML_ANSWER, header)
        )
        for header, body in answers.items()
    ]
    path.write_bytes(make_warc(records, packed=False))
    found = read_entries(path)
    assert [page.data for page in list_pages(found)] == [data, data]
    assert map_reasons(found) == {
        "crawl.warc!https://a.example/br": "packed in a way that is not read (br)"
    }


def test_one_address_saved_twice_gives_two_pages(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(
        make_warc(
            [
                make_warc_record("https://a.example/x"),
                make_warc_record("https://a.example/x", b"<p>New"),
            ]
        )
    )
    assert [page.name for page in list_pages(read_entries(path))] == [
        "crawl.warc.gz!https://a.example/x",
        "crawl.warc.gz!https://a.example/x (2)",
    ]


def test_bomb_in_a_warc_is_quarantined_alone(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    bomb = gzip.compress(bytes(20_000_000))
    headers = (*HTML_ANSWER, "Content-Encoding: gzip")
    first = make_warc_record("https://a.example/bomb", bomb, headers=headers)
    path.write_bytes(make_warc([first, make_warc_record("https://a.example/b")]))
    found = read_entries(path)
    assert "larger than 0.1 MB" in map_reasons(found)["crawl.warc.gz!https://a.example/bomb"]
    assert [page.url for page in list_pages(found)] == ["https://a.example/b"]


@pytest.mark.parametrize("packed", [True, False])
def test_warc_cut_short_keeps_what_was_whole(tmp_path: Path, packed: bool):
    path = tmp_path / "crawl.warc"
    records = [make_warc_record(f"https://a.example/{number}") for number in range(20)]
    data = make_warc(records, packed=packed)
    path.write_bytes(data[: -len(make_warc(records[-1:], packed=packed)) // 5])
    found = read_entries(path)
    assert [page.url for page in list_pages(found)] == [f"https://a.example/{n}" for n in range(19)]
    assert "cut short" in map_reasons(found)["crawl.warc!https://a.example/19"]


@pytest.mark.parametrize(
    "data", [b"", b"WARC/1.0\r\n\r\n", b"\x1f\x8bnothing", os.urandom(3000), b"WARC/1.0\r\n" * 2000]
)
def test_file_that_is_no_warc_is_quarantined(tmp_path: Path, data: bytes):
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    found = read_entries(tmp_path / "crawl.warc.gz")
    assert list(map_reasons(found)) == ["crawl.warc.gz"]
    assert list_pages(found) == []


def test_damaged_warcs_never_raise(tmp_path: Path):
    chance = random.Random(1)
    sound = make_warc(
        [make_warc_record(f"https://a.example/{number}") for number in range(5)], packed=False
    )
    for number in range(60):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.warc"
        path.write_bytes(bytes(data))
        assert all(one.name.startswith(path.name) for one in read_entries(path))


def test_wacz_passes_over_what_is_no_warc(tmp_path: Path):
    path = tmp_path / "a.wacz"
    members = {
        "datapackage.json": json.dumps({"profile": "data-package"}).encode(),
        "indexes/index.cdx.gz": gzip.compress(b"example"),
        "archive/data.warc.gz": make_warc([make_warc_record("https://a.example/x")]),
    }
    path.write_bytes(make_zip(members, zipfile.ZIP_STORED))
    assert [one.name for one in read_entries(path)] == [
        "a.wacz!archive/data.warc.gz!https://a.example/x"
    ]
