"""Reads the pages of sources, in a fixed order.

In: folders (searched deep), page files and archives of pages; `registry` has the table of formats.
Out: a `Page` for each saved page, its bytes unparsed. `list_files` lists the files of a source
without reading them, `read_file` yields the pages of one file. A page or file that cannot be read
is yielded as `QuarantinedPage`, never raised: one bad file does not stop a batch.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.ingest.readers.discovery import SourceFile, list_files
from indexer.ingest.readers.limits import Budget, BudgetExceeded, DistinctNames, NamedStream
from indexer.ingest.readers.registry import describe_sources, is_container, read_stream
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["SourceFile", "describe_sources", "list_files", "read_corpus", "read_file"]


def read_file(file: SourceFile, cap: int) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of one file.

    Args:
        file: as `list_files` gives it.
        cap: largest page, bytes after inflating.
    """
    try:
        with file.path.open("rb") as stream:
            entry = NamedStream(file.page_name, file.source, stream, _read_saved_time(file))
            pages = read_stream(entry, Budget(file.size, cap))
            yield from _make_names_distinct(pages) if is_container(file.name) else pages
    except OSError as exc:
        yield QuarantinedPage(file.page_name, f"cannot be read: {exc.strerror or exc}")
    except BudgetExceeded as exc:
        yield QuarantinedPage(file.page_name, str(exc))


def read_corpus(sources: Iterable[Path], cap: int) -> Iterator[Page | QuarantinedPage]:
    """Read every page of some sources, in their order, sorted by file name within a source.

    Args:
        sources: folders, page files or archives.
        cap: largest page, bytes after inflating.

    Raises:
        SourceError: as `list_files`.
    """
    for source in sources:
        for file in list_files(source):
            if isinstance(file, QuarantinedPage):
                yield file
            else:
                yield from read_file(file, cap)


def _make_names_distinct(
    pages: Iterable[Page | QuarantinedPage],
) -> Iterator[Page | QuarantinedPage]:
    """Number the pages whose name an earlier page of the file has, as two members of a zip may."""
    names = DistinctNames()
    for page in pages:
        name = names.make_distinct(page.name)
        yield page if name == page.name else replace(page, name=name)


def _read_saved_time(file: SourceFile) -> str | None:
    try:
        when = datetime.fromtimestamp(file.modified_ns / 1e9, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.isoformat(timespec="seconds")
