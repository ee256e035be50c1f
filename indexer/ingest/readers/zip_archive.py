"""What a `.zip` holds: pages, and other archives inside it; a `.wacz` is a zip of WARCs."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.ingest.readers.limits import Budget, Found

CHUNK_BYTES = 1 << 20

DAMAGE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, UnicodeDecodeError,
)  # fmt: skip
"""What zipfile raises for a damaged archive, or one packed in a way that Python cannot read."""


def read_zip(
    found: Found,
    budget: Budget,
    can_hold_pages: Callable[[str], bool],
    read: Callable[[Found], Iterator[Page | Quarantined]],
) -> Iterator[Page | Quarantined]:
    """The pages of the members of a zip, sorted by member name.

    Args:
        can_hold_pages: tells by its name whether a member is read or passed over.
        read: reads one member.
    """
    with tempfile.TemporaryFile() as spool:
        try:
            archive = zipfile.ZipFile(_seekable(found.stream, spool, budget))
        except (*DAMAGE, ValueError) as exc:
            yield Quarantined(found.name, f"damaged zip: {exc}")
            return
        with archive:
            members = [info for info in archive.infolist() if can_hold_pages(info.filename)]
            if not members:
                yield Quarantined(found.name, "a zip without pages")
            for info in sorted(members, key=lambda info: info.filename):
                yield from _member(found, archive, info, read)


def _seekable(stream: IO[bytes], spool: IO[bytes], budget: Budget) -> IO[bytes]:
    """A zip is read from its end: one inside another is unpacked into a file of its own first."""
    if stream.seekable() and not isinstance(stream, zipfile.ZipExtFile):
        return stream
    while chunk := stream.read(CHUNK_BYTES):
        budget.spend(len(chunk))
        spool.write(chunk)
    return spool


def _member(
    found: Found,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    read: Callable[[Found], Iterator[Page | Quarantined]],
) -> Iterator[Page | Quarantined]:
    name = found.inside(info.filename, found.stream).name
    if info.flag_bits & 1:
        yield Quarantined(name, "encrypted; unpack the zip with its password first")
        return
    try:
        with archive.open(info) as stream:
            yield from read(found.inside(info.filename, stream, _saved(info)))
    except DAMAGE as exc:
        yield Quarantined(name, f"damaged in the zip: {exc}")


def _saved(info: zipfile.ZipInfo) -> str | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).isoformat()
    except ValueError:
        return None
