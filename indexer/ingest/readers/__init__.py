"""Sources to pages: bytes in, `Page` out; nothing is parsed here.

A source is a folder (searched deep), a page file, or an archive of pages; `registry` has the table
of what is read. `list_files` names the files of a source without reading them, `read_file` yields
the pages of one file. What cannot be read is yielded as `Quarantined`, never raised: one bad file
does not stop a batch.

The pages of one file, and of whole sources, in a fixed order.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.ingest.readers.discovery import SourceFile, list_files
from indexer.ingest.readers.limits import Budget, Found, Overflow
from indexer.ingest.readers.registry import describe_sources, read_found
from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["SourceFile", "describe_sources", "list_files", "read_corpus", "read_file"]


def read_file(file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    """The pages of one file; `cap` is the largest page in bytes, after inflating."""
    try:
        with file.path.open("rb") as stream:
            found = Found(file.name, file.source, stream, _saved(file))
            yield from read_found(found, Budget(file.size, cap))
    except OSError as exc:
        yield Quarantined(file.name, f"cannot be read: {exc.strerror or exc}")
    except Overflow as exc:
        yield Quarantined(file.name, str(exc))


def read_corpus(sources: Iterable[Path], cap: int) -> Iterator[Page | Quarantined]:
    """Every page of the sources, source by source, sorted by name within one."""
    for source in sources:
        for file in list_files(source):
            if isinstance(file, Quarantined):
                yield file
            else:
                yield from read_file(file, cap)


def _saved(file: SourceFile) -> str | None:
    try:
        when = datetime.fromtimestamp(file.modified_ns / 1e9, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.isoformat(timespec="seconds")
