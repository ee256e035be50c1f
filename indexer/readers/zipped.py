"""Pages inside a `.zip`."""

from __future__ import annotations

import zipfile
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.models import Page, Quarantined
from indexer.readers.folder import SourceFile, is_page
from indexer.readers.inflate import read_capped

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_zip(file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    """The pages of a zip, sorted by member name; other members are passed over."""
    try:
        archive = zipfile.ZipFile(file.path)
    except (zipfile.BadZipFile, OSError) as exc:
        yield Quarantined(file.name, f"damaged zip: {exc}")
        return
    with archive:
        members = [info for info in archive.infolist() if is_page(info.filename)]
        if not members:
            yield Quarantined(file.name, "a zip without pages")
        for info in sorted(members, key=lambda info: info.filename):
            yield _member(archive, info, file, cap)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: SourceFile, cap: int
) -> Page | Quarantined:
    name = f"{file.name}!{info.filename}"
    if info.flag_bits & 1:
        return Quarantined(name, "encrypted; unpack the zip with its password first")
    try:
        with archive.open(info) as stream:
            data = read_capped(stream, cap)
    except PageError as exc:
        return Quarantined(name, str(exc))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError) as exc:
        return Quarantined(name, f"damaged in the zip: {exc}")
    return Page(name=name, data=data, source=file.source, saved=_saved(info))


def _saved(info: zipfile.ZipInfo) -> str | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).isoformat()
    except ValueError:
        return None
