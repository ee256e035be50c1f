"""MHTML: the page of a saved message, sound, damaged and hostile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.support.archives import HTML, list_pages, make_mhtml, map_reasons, read_entries

if TYPE_CHECKING:
    from pathlib import Path


def test_page_of_an_mhtml_has_address_charset_and_time(tmp_path: Path):
    (tmp_path / "a.mhtml").write_bytes(make_mhtml())
    (page,) = list_pages(read_entries(tmp_path))
    assert page.data.decode().rstrip() == HTML
    assert page.url == "https://wire.example/guns"
    assert page.charset == "utf-8"
    assert page.saved == "2025-02-19T19:05:00+00:00"


def test_page_in_base64_is_decoded(tmp_path: Path):
    (tmp_path / "a.mht").write_bytes(make_mhtml(b"PHA+\r\nSGltYXJz", b"base64"))
    (page,) = list_pages(read_entries(tmp_path))
    assert page.data == b"<p>Himars"


def test_message_of_a_page_alone_is_read(tmp_path: Path):
    (tmp_path / "a.mht").write_bytes(b"Content-Type: text/html\nDate: nonsense\n\n<p>Himars")
    (page,) = list_pages(read_entries(tmp_path))
    assert page.data == b"<p>Himars"
    assert page.url is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no HTML part"),
        (b"\x00" * 5000, "no HTML part"),
        (make_mhtml(kind=b"text/plain"), "no HTML part"),
        (make_mhtml(b"QQ", b"base64"), "damaged base64"),
        (make_mhtml(b"x" * 150_000), "its page is larger than 0.1 MB"),
        (b"Content-Type: text/html\n\n" + b"x" * 1_000_001, "larger than 1 MB"),
        (b"Content-Type: multipart/related; boundary=a\n" + b"\n--a\n" * 100_000, "no HTML part"),
        (b"A: b\n" * 100_000, "no HTML part"),
        (b"Content-Type: multipart/related; boundary=a\n\n--a\n" * 20_000, "no HTML part"),
        (b"Content-Type: multipart/related; boundary*0*=x''%zz; boundary*1=\n\n--x\n", "no HTML"),
    ],
)
def test_damaged_or_hostile_mhtml_is_quarantined(tmp_path: Path, data: bytes, said: str):
    (tmp_path / "a.mhtml").write_bytes(data)
    assert said in map_reasons(read_entries(tmp_path))["a.mhtml"]


def test_damaged_mhtml_never_raises(tmp_path: Path):
    chance = random.Random(2)
    for number in range(200):
        data = bytearray(make_mhtml())
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.mhtml"
        path.write_bytes(bytes(data))
        assert len(read_entries(path)) == 1
