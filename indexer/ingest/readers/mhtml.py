"""The page of a `.mhtml` or `.mht`, as browsers save one: a MIME message of page and pictures.

Cut at its boundaries by hand, in one pass, and only headers go through Python's mail parser: the
whole of a hostile message would take it minutes, and this runs outside the limits of a worker.
Sources: RFC 2557, RFC 2045; the headers that Blink adds (Snapshot-Content-Location).
"""

from __future__ import annotations

import binascii
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped
from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from indexer.ingest.readers.limits import Budget, Found

PICTURES_RATIO = 10
"""A message may be so many times larger than the largest page: its pictures are passed over."""

HEADER_BYTES = 16_000
"""Headers of a message or part, at most; what comes after is not looked at."""

MOST_DEPTH = 3
"""Multipart parts inside others; browsers write one level, mail programs two."""

MOST_PARTS = 1_000
"""Parts looked at to find the page; it is the first one browsers write."""

PAGE_TYPES = ("text/html", "application/xhtml+xml")


def read_mhtml(found: Found, budget: Budget) -> Iterator[Page | Quarantined]:
    """The page of a message, with the address and the time it was saved at."""
    try:
        data = read_capped(found.stream, PICTURES_RATIO * budget.page_bytes)
        message, body = _split_head(data)
        part, content = next(_pages(message, body, 0), (None, b""))
        if part is None:
            raise PageError("holds no HTML part")
        page = _decoded(part, content, budget.page_bytes)
    except PageError as exc:
        yield Quarantined(found.name, str(exc))
        return
    budget.spend(len(page), members=1)
    yield Page(
        name=found.name,
        data=page,
        source=found.source,
        url=_header(message, "Snapshot-Content-Location") or _header(part, "Content-Location"),
        charset=_parameter(part, "charset"),
        saved=_saved(message) or found.saved,
    )


def _split_head(data: bytes) -> tuple[Message, bytes]:
    """Headers and what follows the first empty line."""
    ends = [end for end in (data.find(b"\n\n"), data.find(b"\n\r\n")) if end >= 0]
    end = min(ends, default=len(data))
    head, body = data[: min(end, HEADER_BYTES)], data[end:].lstrip(b"\r\n")
    return BytesHeaderParser().parsebytes(head), body


def _pages(message: Message, body: bytes, depth: int) -> Iterator[tuple[Message, bytes]]:
    """The parts that are pages, in order; the first is the page itself, others its frames."""
    kind = message.get_content_type()
    if kind in PAGE_TYPES:
        yield message, body
    boundary = _parameter(message, "boundary")
    if kind.startswith("multipart/") and boundary and depth < MOST_DEPTH:
        mark = b"\n--" + boundary.encode("ascii", "replace")
        for part in (b"\n" + body).split(mark, MOST_PARTS)[1:]:
            if part.startswith(b"--"):
                break
            yield from _pages(*_split_head(part.lstrip(b"\r\n")), depth + 1)


def _decoded(part: Message, content: bytes, cap: int) -> bytes:
    encoding = (_header(part, "Content-Transfer-Encoding") or "8bit").lower()
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


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return str(value).strip() or None if value is not None else None


def _parameter(message: Message, name: str) -> str | None:
    value = message.get_param(name)
    return value.strip() or None if isinstance(value, str) else None


def _saved(message: Message) -> str | None:
    try:
        when = parsedate_to_datetime(str(message["Date"]))
        return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
