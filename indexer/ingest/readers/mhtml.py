"""Reads the page of a `.mhtml` or `.mht`, a MIME message of a page and its pictures.

The message is split at its boundaries here, in one pass, and only headers go through Python's mail
parser: a whole hostile message would take it minutes, and this runs outside the limits of a worker.
Sources: RFC 2557, RFC 2045; the headers that Blink adds (Snapshot-Content-Location).
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from indexer.ingest.readers.limits import Budget, NamedStream

PICTURES_RATIO = 10
"""A message may be this many times larger than the largest page, for its pictures."""

MAX_HEADER_BYTES = 16_000
"""Longest headers of a message or part; the rest is not read."""

MAX_NESTING = 3
"""Levels of multipart parts; browsers write one, mail programs two."""

MAX_PARTS = 1_000
"""Parts searched for the page; browsers write it first."""

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

PAGE_TYPES = ("text/html", "application/xhtml+xml")


def read_mhtml(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read the page of a message, with its address and the time at which it was saved."""
    try:
        data = read_capped(entry.stream, PICTURES_RATIO * budget.page_bytes)
        message, body = _split_head(data)
        part, content = next(_find_pages(message, body, 0), (None, b""))
        if part is None:
            raise PageError("holds no HTML part")
        page = _decode(part, content, budget.page_bytes)
    except PageError as exc:
        yield QuarantinedPage(entry.name, str(exc))
        return
    budget.spend(len(page), members=1)
    yield Page(
        name=entry.name,
        data=page,
        source=entry.source,
        url=_read_header(message, "Snapshot-Content-Location")
        or _read_header(part, "Content-Location"),
        charset=_read_parameter(part, "charset"),
        saved=_read_saved_time(message) or entry.saved,
    )


def _split_head(data: bytes) -> tuple[Message, bytes]:
    """Split a message or part into its headers and the bytes after the first empty line."""
    ends = [end for end in (data.find(b"\n\n"), data.find(b"\n\r\n")) if end >= 0]
    end = min(ends, default=len(data))
    head, body = data[: min(end, MAX_HEADER_BYTES)], data[end:].lstrip(b"\r\n")
    return BytesHeaderParser().parsebytes(head), body


def _find_pages(message: Message, body: bytes, depth: int) -> Iterator[tuple[Message, bytes]]:
    """Find the parts that are pages, in order; the first is the page, others are its frames."""
    kind = message.get_content_type()
    if kind in PAGE_TYPES:
        yield message, body
    boundary = _read_parameter(message, "boundary")
    if kind.startswith("multipart/") and boundary and depth < MAX_NESTING:
        mark = b"\n--" + boundary.encode("ascii", "replace")
        for part in (b"\n" + body).split(mark, MAX_PARTS)[1:]:
            if part.startswith(b"--"):
                break
            yield from _find_pages(*_split_head(part.lstrip(b"\r\n")), depth + 1)


def _decode(part: Message, content: bytes, cap: int) -> bytes:
    encoding = (_read_header(part, "Content-Transfer-Encoding") or "8bit").lower()
    try:
        if encoding == "quoted-printable":
            content = binascii.a2b_qp(content)
        elif encoding == "base64":
            content = binascii.a2b_base64(content)
    except binascii.Error as exc:
        raise PageError(f"damaged {encoding}: {exc}") from exc
    if len(content) > cap:
        raise PageError(f"its page is larger than {cap / 1e6:g} MB (setting page_bytes)")
    return content


def _read_header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return str(value).strip() or None if value is not None else None


def _read_parameter(message: Message, name: str) -> str | None:
    """Read a parameter of the Content-Type.

    The mail parser of Python 3.11 takes time by the square of the length of a header, and raises
    TypeError for `a=1;a*0=2`.
    """
    for parameter in _PARAMETER.finditer(_read_header(message, "Content-Type") or ""):
        if parameter[1].lower() == name:
            quoted, plain = parameter[2], parameter[3]
            value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
            return value.strip() or None
    return None


def _read_saved_time(message: Message) -> str | None:
    try:
        when = parsedate_to_datetime(str(message["Date"]))
        return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
