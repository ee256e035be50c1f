"""Pages of a `.warc` or `.warc.gz`, as crawlers and web archives keep them (ISO 28500).

Read with warcio, an extra (`dateline-search[warc]`): loaded when the first WARC is met; the table
of readers says what to install where it is missing.
"""

from __future__ import annotations

import zlib
from collections import Counter
from datetime import UTC, datetime
from email.message import Message
from typing import TYPE_CHECKING, Any

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped
from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, Found

PAGE_TYPES = ("text/html", "application/xhtml+xml")
DAMAGE = (AttributeError, TypeError, LookupError, ValueError, EOFError, OSError, zlib.error)
"""What warcio 1.8 lets through for damaged records, beside its own ArchiveLoadFailed."""

PACKED_KNOWN = ("", "identity", "gzip", "x-gzip", "deflate", "chunked")


def read_warc(found: Found, budget: Budget) -> Iterator[Page | Quarantined]:
    """One page for each answer that holds HTML and was no error, named `file!address`.

    Requests, pictures, redirections, and records that only say "as before" are passed over. What
    comes after a damaged record is lost: a WARC has no table of contents.
    """
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415  an extra
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    seen: Counter[str] = Counter()
    try:
        for record in ArchiveIterator(found.stream, no_record_parse=False):
            if _is_page(record):
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                seen[address] += 1
                yield _page(found, record, address, seen[address], budget)
    except (ArchiveLoadFailed, *DAMAGE) as exc:
        reason = " ".join(str(exc).split())[:200]
        yield Quarantined(found.name, f"cannot be read to its end: {reason or type(exc).__name__}")
    else:
        if not seen:
            yield Quarantined(found.name, "a WARC without pages")


def _is_page(record: Any) -> bool:  # noqa: ANN401  warcio has no types
    if record.rec_type == "resource":
        return _media_type(record.rec_headers.get_header("Content-Type")) in PAGE_TYPES
    if record.rec_type != "response" or record.http_headers is None:
        return False
    is_answer = record.http_headers.get_statuscode() == "200"
    return is_answer and _media_type(record.http_headers.get_header("Content-Type")) in PAGE_TYPES


def _page(found: Found, record: Any, address: str, time: int, budget: Budget) -> Page | Quarantined:  # noqa: ANN401
    label = address if time == 1 else f"{address} ({time})"
    name = found.inside(label, found.stream).name
    headers = record.http_headers or record.rec_headers
    packed = (headers.get_header("Content-Encoding") or "").lower()
    if packed not in PACKED_KNOWN:
        return Quarantined(name, f"packed in a way that is not read ({packed[:20]})")
    try:
        data = read_capped(record.content_stream(), budget.page_bytes)
    except PageError as exc:
        return Quarantined(name, str(exc))
    if _is_cut(record):
        return Quarantined(name, "cut short: the archive ends in the middle of it")
    budget.spend(len(data), members=1)
    return Page(
        name=name,
        data=data,
        source=found.source,
        url=address.strip("<>") or None,
        charset=_charset(headers.get_header("Content-Type")),
        saved=_saved(record.rec_headers.get_header("WARC-Date")),
    )


def _is_cut(record: Any) -> bool:  # noqa: ANN401
    """Whether the archive ended before the record did; warcio takes that for its end."""
    while record.raw_stream.read(1 << 16):
        pass
    return bool(getattr(record.raw_stream, "limit", 0))


def _media_type(header: str | None) -> str:
    return (header or "").split(";", 1)[0].strip().lower()


def _charset(header: str | None) -> str | None:
    message = Message()
    message["Content-Type"] = " ".join((header or "").split())
    value = message.get_param("charset")
    return value if isinstance(value, str) else None


def _saved(stamp: str | None) -> str | None:
    try:
        return datetime.fromisoformat(stamp or "").astimezone(UTC).isoformat(timespec="seconds")
    except ValueError:
        return None
