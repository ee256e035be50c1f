"""Reads the pages of a `.warc` or `.warc.gz`, the format of crawlers and web archives (ISO 28500).

Each byte is read once, and nothing but the headers of one record and one page is in memory, so that
time grows with the size of the file and memory with the largest page. Headers have a limit, and the
length that a record declares is a limit for reading, never an amount to allocate.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, cast

from indexer.errors import PageError
from indexer.ingest.readers.http_content import decode_content
from indexer.ingest.readers.limits import GZIP_MAGIC, DistinctNames
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Mapping

    from indexer.ingest.readers.http_content import ByteStream
    from indexer.ingest.readers.limits import Budget, NamedStream

PAGE_TYPES = ("text/html", "application/xhtml+xml")

MAX_HEADER_BYTES = 64_000
"""Longest headers of a record or of an HTTP answer; browsers and servers stop at 8 to 64 kB."""

MAX_LENGTH_DIGITS = 16
"""Digits from which on a declared length is damage: no file has 10 petabytes."""

CHUNK_BYTES = 1 << 16

_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


class _DamagedRecord(Exception):
    """The rest of the file cannot be read; the message is the reason to show."""


def read_warc(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read a page from each successful response that holds HTML; its name is `file!address`.

    Requests, pictures, redirects and revisit records are skipped. Records after a damaged one are
    lost: a WARC has no table of contents.
    """
    names = DistinctNames()
    try:
        for record in _read_records(_CountedStream(_open_inflated(entry.stream), budget)):
            if record.is_page() or record.is_damaged:
                name = names.make_distinct(entry.make_member(record.address, entry.stream).name)
                yield _read_page(entry, record, name, budget)
                if record.block.is_cut():
                    return
    except (_DamagedRecord, OSError, EOFError, zlib.error) as exc:
        reason = " ".join(str(exc).split())[:200]
        yield QuarantinedPage(
            entry.name, f"cannot be read to its end: {reason or type(exc).__name__}"
        )
    else:
        if not names:
            yield QuarantinedPage(entry.name, "a WARC without pages")


@dataclass(frozen=True, slots=True)
class _WarcRecord:
    """A record whose headers, and those of its HTTP answer, have been read.

    Attributes:
        headers: of the record, names in lower case.
        status: of the HTTP answer, "" if the record holds none.
        http: headers of the answer, names in lower case.
        is_damaged: whether the headers of the answer cannot be read.
        block: the bytes that follow.
    """

    headers: Mapping[str, str]
    status: str
    http: Mapping[str, str]
    is_damaged: bool
    block: _WarcBlock

    @property
    def address(self) -> str:
        return _normalize_address(self.headers.get("warc-target-uri", ""))

    @property
    def content_type(self) -> str:
        return (self.http or self.headers).get("content-type", "")

    def is_page(self) -> bool:
        kind = self.headers.get("warc-type", "")
        if kind == "resource" or (kind == "response" and self.status == "200"):
            return self.content_type.split(";", 1)[0].strip().lower() in PAGE_TYPES
        return False


class _CountedStream:
    """A stream whose bytes are subtracted from a budget; a gzip file that is cut short ends."""

    def __init__(self, stream: ByteStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int) -> bytes:
        return self._count(self._stream.read, size)

    def readline(self, size: int) -> bytes:
        return self._count(self._stream.readline, size)

    def _count(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            data = read(size)
        except EOFError:
            return b""
        self._budget.spend(len(data))
        return data


class _WarcBlock:
    """The bytes of a record after its headers; reading stops at the length that it declares."""

    def __init__(self, stream: ByteStream, length: int) -> None:
        self._stream = stream
        self._left = length
        self._ended = False

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and self._left and not self._ended:
            part = self._take(self._stream.read, min(size, CHUNK_BYTES))
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def readline(self, size: int) -> bytes:
        return self._take(self._stream.readline, size)

    def skip(self) -> None:
        while self._left and not self._ended:
            self._take(self._stream.read, CHUNK_BYTES)

    def is_cut(self) -> bool:
        """Whether the file ends before the record does; skips the rest of the record."""
        self.skip()
        return bool(self._left)

    def _take(self, read: Callable[[int], bytes], size: int) -> bytes:
        part = read(min(size, self._left)) if self._left else b""
        self._ended = not part
        self._left -= len(part)
        return part


def _open_inflated(stream: IO[bytes]) -> ByteStream:
    """Return the stream, inflated if it is gzip, as most WARC files are, a member a record."""
    peek = cast("io.BufferedReader", stream).peek(2)[:2]
    return gzip.GzipFile(fileobj=stream) if peek == GZIP_MAGIC else stream


def _read_records(stream: ByteStream) -> Iterator[_WarcRecord]:
    """Read the headers of each record; what is left of its block is skipped before the next.

    Raises:
        _DamagedRecord: the file goes on in a way that is no record.
    """
    while line := _find_first_line(stream):
        if not line.startswith(b"WARC/"):
            raise _DamagedRecord("there is no WARC record where one should begin")
        headers = _read_headers(stream)
        if headers is None:
            raise _DamagedRecord(f"headers of a record are cut or over {MAX_HEADER_BYTES:,} bytes")
        block = _WarcBlock(stream, _parse_length(headers))
        status, http = "", {}
        is_answer = headers.get("warc-type") == "response" and _is_http(headers)
        if is_answer:
            status = _parse_status(block.readline(MAX_HEADER_BYTES))
            http = _read_headers(block) or {}
        is_damaged = is_answer and not (status and http)
        yield _WarcRecord(headers, status, http, is_damaged, block)
        if block.is_cut():
            raise _DamagedRecord("cut short: it ends in the middle of a record")


def _find_first_line(stream: ByteStream) -> bytes:
    """Find the first line of the next record after empty lines; empty at the end of the file."""
    while line := stream.readline(MAX_HEADER_BYTES):
        if line.strip():
            return line
    return b""


def _read_headers(stream: ByteStream) -> dict[str, str] | None:
    """Read headers up to their empty line, the first of each name; None if cut or too long."""
    headers: dict[str, str] = {}
    room = MAX_HEADER_BYTES
    while line := stream.readline(room):
        room -= len(line)
        if not line.strip():
            return headers
        if room <= 0 or not line.endswith(b"\n"):
            return None
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return None


def _parse_length(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < MAX_LENGTH_DIGITS):
        raise _DamagedRecord(f"a record declares no length that can be ({length[:30]!r})")
    return int(length)


def _is_http(headers: Mapping[str, str]) -> bool:
    return headers.get("warc-target-uri", "").lstrip("<").startswith(("http:", "https:"))


def _parse_status(line: bytes) -> str:
    parts = line.split(None, 2)
    is_answer = len(parts) > 1 and parts[0].startswith(b"HTTP/")
    return parts[1].decode("ascii", "replace") if is_answer else ""


def _normalize_address(address: str) -> str:
    """Remove the angle brackets that wget wrote, and escape spaces."""
    return address.removeprefix("<").removesuffix(">").replace(" ", "%20")


def _read_page(
    entry: NamedStream, record: _WarcRecord, name: str, budget: Budget
) -> Page | QuarantinedPage:
    if record.is_damaged and not record.block.is_cut():
        return QuarantinedPage(name, "the headers of its HTTP answer are damaged or too long")
    try:
        data = decode_content(record.block, record.http, budget.page_bytes)
    except PageError as exc:
        return QuarantinedPage(name, str(exc))
    if record.block.is_cut():
        return QuarantinedPage(name, "cut short: the archive ends in the middle of it")
    budget.spend(len(data), members=1)
    charset = _CHARSET.search(record.content_type)
    return Page(
        name=name,
        data=data,
        source=entry.source,
        url=record.address or None,
        charset=charset[1] if charset else None,
        saved=_read_saved_time(record.headers.get("warc-date")),
    )


def _read_saved_time(stamp: str | None) -> str | None:
    try:
        return datetime.fromisoformat(stamp or "").astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None
