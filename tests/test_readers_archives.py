"""Archives of pages: WARC, WACZ, MHTML, zips in zips; sound, damaged and hostile ones."""

from __future__ import annotations

import builtins
import gzip
import io
import json
import os
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from indexer.models import Page, Quarantined
from indexer.readers import read_corpus, stream

if TYPE_CHECKING:
    from pathlib import Path

CAP = 100_000
HTML = "<p>Łódź: Patriot batteries moved."


def read(path: Path) -> list[Page | Quarantined]:
    return list(read_corpus([path], CAP))


def pages(found: list[Page | Quarantined]) -> list[Page]:
    return [one for one in found if isinstance(one, Page)]


def reasons(found: list[Page | Quarantined]) -> dict[str, str]:
    return {one.name: one.reason for one in found if isinstance(one, Quarantined)}


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


# WARC


HTML_ANSWER = ("Content-Type: text/html; charset=utf-8",)


def answer(
    url: str,
    data: bytes = HTML.encode(),
    *,
    status: str = "200 OK",
    kind: str = "response",
    headers: tuple[str, ...] = HTML_ANSWER,
) -> bytes:
    """A WARC record of an HTTP answer (ISO 28500)."""
    http = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + data
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2024-05-01T06:30:00Z",
        f"Content-Type: application/http; msgtype={kind}",
        f"Content-Length: {len(http)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + http + b"\r\n\r\n"


def warc(answers: list[bytes], *, packed: bool = True) -> bytes:
    return b"".join(gzip.compress(one) if packed else one for one in answers)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_pages_of_a_warc_have_address_charset_and_time(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(warc([answer("https://wire.example/a?b=1")], packed=name.endswith("gz")))
    (page,) = pages(read(path))
    assert page.url == "https://wire.example/a?b=1"
    assert page.charset == "utf-8"
    assert page.saved == "2024-05-01T06:30:00+00:00"
    assert page.data.decode() == HTML


def test_warc_gives_answers_that_hold_pages_alone(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    picture = ("Content-Type: image/png",)
    path.write_bytes(
        warc(
            [
                answer("https://wire.example/moved", status="301 Moved"),
                answer("https://wire.example/gone", status="404 Not Found"),
                answer("https://wire.example/logo.png", headers=picture),
                answer("https://wire.example/a", kind="request"),
                answer("https://wire.example/a"),
            ]
        )
    )
    assert [page.url for page in pages(read(path))] == ["https://wire.example/a"]


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
        answer(f"https://a.example/{header[-3:].strip()}", body, headers=(*HTML_ANSWER, header))
        for header, body in answers.items()
    ]
    path.write_bytes(warc(records, packed=False))
    found = read(path)
    assert [page.data for page in pages(found)] == [data, data]
    assert reasons(found) == {
        "crawl.warc!https://a.example/br": "packed in a way that is not read (br)"
    }


def test_one_address_saved_twice_gives_two_pages(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(
        warc([answer("https://a.example/x"), answer("https://a.example/x", b"<p>New")])
    )
    assert [page.name for page in pages(read(path))] == [
        "crawl.warc.gz!https://a.example/x",
        "crawl.warc.gz!https://a.example/x (2)",
    ]


def test_bomb_in_a_warc_is_quarantined_alone(tmp_path: Path):
    path = tmp_path / "crawl.warc.gz"
    bomb = gzip.compress(bytes(20_000_000))
    headers = (*HTML_ANSWER, "Content-Encoding: gzip")
    first = answer("https://a.example/bomb", bomb, headers=headers)
    path.write_bytes(warc([first, answer("https://a.example/b")]))
    found = read(path)
    assert "larger than 0.1 MB" in reasons(found)["crawl.warc.gz!https://a.example/bomb"]
    assert [page.url for page in pages(found)] == ["https://a.example/b"]


@pytest.mark.parametrize("packed", [True, False])
def test_warc_cut_short_keeps_what_was_whole(tmp_path: Path, packed: bool):
    path = tmp_path / "crawl.warc"
    records = [answer(f"https://a.example/{number}") for number in range(20)]
    data = warc(records, packed=packed)
    path.write_bytes(data[: -len(warc(records[-1:], packed=packed)) // 5])
    found = read(path)
    assert [page.url for page in pages(found)] == [f"https://a.example/{n}" for n in range(19)]
    assert "cut short" in reasons(found)["crawl.warc!https://a.example/19"]


@pytest.mark.parametrize(
    "data", [b"", b"WARC/1.0\r\n\r\n", b"\x1f\x8bnothing", os.urandom(3000), b"WARC/1.0\r\n" * 2000]
)
def test_file_that_is_no_warc_is_quarantined(tmp_path: Path, data: bytes):
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    found = read(tmp_path / "crawl.warc.gz")
    assert list(reasons(found)) == ["crawl.warc.gz"]
    assert pages(found) == []


def test_damaged_warcs_never_raise(tmp_path: Path):
    chance = random.Random(1)
    sound = warc([answer(f"https://a.example/{number}") for number in range(5)], packed=False)
    for number in range(60):
        data = bytearray(sound)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.warc"
        path.write_bytes(bytes(data))
        assert all(one.name.startswith(path.name) for one in read(path))


def test_missing_warcio_is_told_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    really_import = builtins.__import__

    def without_warcio(name: str, *rest: object):
        if name.startswith("warcio"):
            raise ImportError(name)
        return really_import(name, *rest)

    (tmp_path / "crawl.warc.gz").write_bytes(warc([answer("https://wire.example/a")]))
    monkeypatch.setattr(builtins, "__import__", without_warcio)
    assert "pip install warcio" in reasons(read(tmp_path))["crawl.warc.gz"]


# MHTML

BLINK = b"""From: <Saved by Blink>\r
Snapshot-Content-Location: https://wire.example/guns\r
Subject: Guns\r
Date: Wed, 19 Feb 2025 14:05:00 -0500\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html";\r
\tboundary="----MultipartBoundary--abc----"\r
\r
\r
------MultipartBoundary--abc----\r
Content-Type: %s\r
Content-ID: <frame-1@mhtml.blink>\r
Content-Transfer-Encoding: %s\r
Content-Location: https://wire.example/other\r
\r
%s\r
------MultipartBoundary--abc----\r
Content-Type: image/png\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
------MultipartBoundary--abc------\r
"""


def mhtml(
    content: bytes = b"<p>=C5=81=C3=B3d=C5=BA: Pat=\r\nriot batteries moved.",
    encoding: bytes = b"quoted-printable",
    kind: bytes = b"text/html; charset=utf-8",
) -> bytes:
    return BLINK % (kind, encoding, content)


def test_page_of_an_mhtml_has_address_charset_and_time(tmp_path: Path):
    (tmp_path / "a.mhtml").write_bytes(mhtml())
    (page,) = pages(read(tmp_path))
    assert page.data.decode().rstrip() == HTML
    assert page.url == "https://wire.example/guns"
    assert page.charset == "utf-8"
    assert page.saved == "2025-02-19T19:05:00+00:00"


def test_page_in_base64_is_decoded(tmp_path: Path):
    (tmp_path / "a.mht").write_bytes(mhtml(b"PHA+\r\nSGltYXJz", b"base64"))
    (page,) = pages(read(tmp_path))
    assert page.data == b"<p>Himars"


def test_message_of_a_page_alone_is_read(tmp_path: Path):
    (tmp_path / "a.mht").write_bytes(b"Content-Type: text/html\nDate: nonsense\n\n<p>Himars")
    (page,) = pages(read(tmp_path))
    assert page.data == b"<p>Himars"
    assert page.url is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no HTML part"),
        (b"\x00" * 5000, "no HTML part"),
        (mhtml(kind=b"text/plain"), "no HTML part"),
        (mhtml(b"QQ", b"base64"), "damaged base64"),
        (mhtml(b"x" * 150_000), "its page is larger than 0.1 MB"),
        (b"Content-Type: text/html\n\n" + b"x" * 1_000_001, "larger than 1 MB"),
        (b"Content-Type: multipart/related; boundary=a\n" + b"\n--a\n" * 100_000, "no HTML part"),
        (b"A: b\n" * 100_000, "no HTML part"),
        (b"Content-Type: multipart/related; boundary=a\n\n--a\n" * 20_000, "no HTML part"),
        (b"Content-Type: multipart/related; boundary*0*=x''%zz; boundary*1=\n\n--x\n", "no HTML"),
    ],
)
def test_damaged_or_hostile_mhtml_is_quarantined(tmp_path: Path, data: bytes, said: str):
    (tmp_path / "a.mhtml").write_bytes(data)
    assert said in reasons(read(tmp_path))["a.mhtml"]


def test_damaged_mhtml_never_raises(tmp_path: Path):
    chance = random.Random(2)
    for number in range(200):
        data = bytearray(mhtml())
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.mhtml"
        path.write_bytes(bytes(data))
        assert len(read(path)) == 1


# Zips


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


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
    monkeypatch.setattr(stream, "ROOM_BYTES", 1_000_000)
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
    monkeypatch.setattr(stream, "MOST_MEMBERS", 10)
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
    monkeypatch.setattr(stream, "ROOM_BYTES", 1_000_000)
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000))
    assert "inflates to more than" in reasons(read(path))["rows.jsonl.gz"]


def test_wacz_passes_over_what_is_no_warc(tmp_path: Path):
    path = tmp_path / "a.wacz"
    members = {
        "datapackage.json": json.dumps({"profile": "data-package"}).encode(),
        "indexes/index.cdx.gz": gzip.compress(b"example"),
        "archive/data.warc.gz": warc([answer("https://a.example/x")]),
    }
    path.write_bytes(zipped(members, zipfile.ZIP_STORED))
    assert [one.name for one in read(path)] == ["a.wacz!archive/data.warc.gz!https://a.example/x"]


# Folders


def test_file_whose_name_is_no_text_is_quarantined(tmp_path: Path):
    (tmp_path / os.fsdecode(b"\xff.html")).write_bytes(HTML.encode())
    (tmp_path / "a.html").write_bytes(HTML.encode())
    found = read(tmp_path)
    assert len(pages(found)) == 1
    assert "not UTF-8; rename it" in reasons(found)["\\udcff.html"]


def test_pipe_under_the_name_of_a_page_is_quarantined(tmp_path: Path):
    os.mkfifo(tmp_path / "a.html")
    assert reasons(read(tmp_path)) == {"a.html": "is no plain file"}


def test_link_in_a_circle_is_quarantined(tmp_path: Path):
    (tmp_path / "a.html").symlink_to("a.html")
    (tmp_path / "b.html").write_bytes(HTML.encode())
    assert list(reasons(read(tmp_path))) == ["a.html"]


def test_file_that_goes_before_it_is_read_is_quarantined(tmp_path: Path):
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(HTML.encode())
    found = []
    for one in read_corpus([tmp_path], CAP):
        found.append(one)
        (tmp_path / "b.html").unlink(missing_ok=True)
    assert "No such file" in reasons(found)["b.html"]
