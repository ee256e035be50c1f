"""Make archives of pages (WARC, MHTML, zip) in memory, and read them back."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

from indexer.ingest.readers import SourceFile, list_files, read_corpus
from indexer.ingest.readers.reader_process import read_directly
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from pathlib import Path

CAP = 100_000
HTML = "<p>Łódź: Patriot batteries moved."


def read_entries(path: Path) -> list[Page | QuarantinedPage]:
    """Read every page and every quarantined entry of a file or folder."""
    return list(read_corpus([path], CAP))


def read_entries_directly(path: Path) -> list[Page | QuarantinedPage]:
    """Read without a process of its own, which does not see what a test replaces in this one."""
    files = [one for one in list_files(path) if isinstance(one, SourceFile)]
    return [entry for file in files for entry in read_directly(file, CAP)]


def list_pages(entries: list[Page | QuarantinedPage]) -> list[Page]:
    """Return the pages among the entries."""
    return [entry for entry in entries if isinstance(entry, Page)]


def map_reasons(entries: list[Page | QuarantinedPage]) -> dict[str, str]:
    """Return the reason of each quarantined entry by its name."""
    return {entry.name: entry.reason for entry in entries if isinstance(entry, QuarantinedPage)}


HTML_ANSWER = ("Content-Type: text/html; charset=utf-8",)


def make_warc_record(
    url: str,
    data: bytes = HTML.encode(),
    *,
    status: str = "200 OK",
    kind: str = "response",
    headers: tuple[str, ...] = HTML_ANSWER,
) -> bytes:
    """Return a WARC record of an HTTP response (ISO 28500), not compressed."""
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


def make_warc(records: list[bytes], *, packed: bool = True) -> bytes:
    """Return a WARC file of records, each of them gzipped if `packed`."""
    return b"".join(gzip.compress(record) if packed else record for record in records)


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
    """Return an MHTML file as Chromium saves it, with one part of these bytes and an image."""
    return BLINK % (kind, encoding, content)


def make_zip(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file of members by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()
