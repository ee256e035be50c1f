"""Reads the pages of a `.warc` or `.warc.gz`, the format of crawlers and web archives (ISO 28500).

It uses warcio, an extra (`dateline-search[warc]`), imported when the first WARC is read; the table
of readers reports a missing package.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from email.message import Message
from typing import TYPE_CHECKING, Any

from indexer.errors import PageError
from indexer.ingest.readers.limits import DistinctNames, read_capped
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, NamedStream

PAGE_TYPES = ("text/html", "application/xhtml+xml")
DAMAGE = (AttributeError, TypeError, LookupError, ValueError, EOFError, OSError, zlib.error)
"""Exceptions that warcio 1.8 raises for damaged records, besides its own ArchiveLoadFailed."""

KNOWN_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate", "chunked")


def read_warc(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read a page from each successful response that holds HTML; its name is `file!address`.

    Requests, pictures, redirects and revisit records are skipped. Records after a damaged one are
    lost: a WARC has no table of contents.
    """
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415  an extra
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    names = DistinctNames()
    try:
        for record in ArchiveIterator(entry.stream, no_record_parse=False):
            if _is_page(record):
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                name = names.make_distinct(entry.make_member(address, entry.stream).name)
                yield _read_page(entry, record, name, address, budget)
    except (ArchiveLoadFailed, *DAMAGE) as exc:
        reason = " ".join(str(exc).split())[:200]
        yield QuarantinedPage(
            entry.name, f"cannot be read to its end: {reason or type(exc).__name__}"
        )
    else:
        if not names:
            yield QuarantinedPage(entry.name, "a WARC without pages")


def _is_page(record: Any) -> bool:  # noqa: ANN401  warcio has no types
    if record.rec_type == "resource":
        return _parse_media_type(record.rec_headers.get_header("Content-Type")) in PAGE_TYPES
    if record.rec_type != "response" or record.http_headers is None:
        return False
    is_answer = record.http_headers.get_statuscode() == "200"
    return (
        is_answer
        and _parse_media_type(record.http_headers.get_header("Content-Type")) in PAGE_TYPES
    )


def _read_page(
    entry: NamedStream,
    record: Any,  # noqa: ANN401
    name: str,
    address: str,
    budget: Budget,
) -> Page | QuarantinedPage:
    headers = record.http_headers or record.rec_headers
    packed = (headers.get_header("Content-Encoding") or "").lower()
    if packed not in KNOWN_ENCODINGS:
        return QuarantinedPage(name, f"packed in a way that is not read ({packed[:20]})")
    try:
        data = read_capped(record.content_stream(), budget.page_bytes)
    except PageError as exc:
        return QuarantinedPage(name, str(exc))
    if _is_cut(record):
        return QuarantinedPage(name, "cut short: the archive ends in the middle of it")
    budget.spend(len(data), members=1)
    return Page(
        name=name,
        data=data,
        source=entry.source,
        url=address.strip("<>") or None,
        charset=_parse_charset(headers.get_header("Content-Type")),
        saved=_read_saved_time(record.rec_headers.get_header("WARC-Date")),
    )


def _is_cut(record: Any) -> bool:  # noqa: ANN401
    """Whether the archive ended before the record did; warcio takes that for the record's end."""
    while record.raw_stream.read(1 << 16):
        pass
    return bool(getattr(record.raw_stream, "limit", 0))


def _parse_media_type(header: str | None) -> str:
    return (header or "").split(";", 1)[0].strip().lower()


def _parse_charset(header: str | None) -> str | None:
    message = Message()
    message["Content-Type"] = " ".join((header or "").split())
    value = message.get_param("charset")
    return value if isinstance(value, str) else None


def _read_saved_time(stamp: str | None) -> str | None:
    try:
        return datetime.fromisoformat(stamp or "").astimezone(UTC).isoformat(timespec="seconds")
    except ValueError:
        return None
