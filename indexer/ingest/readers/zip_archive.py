"""Reads the pages of a `.zip`, and of archives inside it; a `.wacz` is a zip of WARCs."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.ingest.readers.limits import Budget, NamedStream

CHUNK_BYTES = 1 << 20

DAMAGE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, UnicodeDecodeError,
)  # fmt: skip
"""Exceptions of zipfile for an archive that is damaged or compressed by an unknown method."""


def read_zip(
    entry: NamedStream,
    budget: Budget,
    can_hold_pages: Callable[[str], bool],
    read: Callable[[NamedStream], Iterator[Page | QuarantinedPage]],
) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of the members of a zip, sorted by member name.

    Args:
        entry: the zip.
        budget: of the source file.
        can_hold_pages: whether a member of that name is read; others are skipped.
        read: reads the pages of one member.
    """
    with tempfile.TemporaryFile() as spool:
        try:
            archive = zipfile.ZipFile(_make_seekable(entry.stream, spool, budget))
        except (*DAMAGE, ValueError) as exc:
            yield QuarantinedPage(entry.name, f"damaged zip: {exc}")
            return
        with archive:
            members = [info for info in archive.infolist() if can_hold_pages(info.filename)]
            if not members:
                yield QuarantinedPage(entry.name, "a zip without pages")
            for info in sorted(members, key=lambda info: info.filename):
                yield from _read_member(entry, archive, info, read)


def _make_seekable(stream: IO[bytes], spool: IO[bytes], budget: Budget) -> IO[bytes]:
    """Return a seekable stream: a zip inside another is first unpacked into `spool`.

    A zip is read from its end.
    """
    if stream.seekable() and not isinstance(stream, zipfile.ZipExtFile):
        return stream
    while chunk := stream.read(CHUNK_BYTES):
        budget.spend(len(chunk))
        spool.write(chunk)
    return spool


def _read_member(
    entry: NamedStream,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    read: Callable[[NamedStream], Iterator[Page | QuarantinedPage]],
) -> Iterator[Page | QuarantinedPage]:
    name = entry.make_member(info.filename, entry.stream).name
    if info.flag_bits & 1:
        yield QuarantinedPage(name, "encrypted; unpack the zip with its password first")
        return
    try:
        with archive.open(info) as stream:
            yield from read(entry.make_member(info.filename, stream, _read_saved_time(info)))
    except DAMAGE as exc:
        yield QuarantinedPage(name, f"damaged in the zip: {exc}")


def _read_saved_time(info: zipfile.ZipInfo) -> str | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).isoformat()
    except ValueError:
        return None
