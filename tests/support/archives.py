"""Archives of pages as tests make them (WARC, MHTML, zip), and what is read from them."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

from indexer.ingest.readers import read_corpus
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from pathlib import Path

CAP = 100_000
HTML = "<p>Łódź: Patriot batteries moved."


def read_entries(path: Path) -> list[Page | QuarantinedPage]:
    return list(read_corpus([path], CAP))


def list_pages(found: list[Page | QuarantinedPage]) -> list[Page]:
    return [one for one in found if isinstance(one, Page)]


def map_reasons(found: list[Page | QuarantinedPage]) -> dict[str, str]:
    return {one.name: one.reason for one in found if isinstance(one, QuarantinedPage)}


HTML_ANSWER = ("Content-Type: text/html; charset=utf-8",)


def make_warc_record(
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


def make_warc(answers: list[bytes], *, packed: bool = True) -> bytes:
    return b"".join(gzip.compress(one) if packed else one for one in answers)


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


def make_mhtml(
    content: bytes = b"<p>=C5=81=C3=B3d=C5=BA: Pat=\r\nriot batteries moved.",
    encoding: bytes = b"quoted-printable",
    kind: bytes = b"text/html; charset=utf-8",
) -> bytes:
    return BLINK % (kind, encoding, content)


def make_zip(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()
