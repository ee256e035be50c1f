"""Reads the pages of sources, in a fixed order.

In: folders (searched deep), page files and archives of pages; `registry` has the table of formats.
Out: a `Page` for each saved page, its bytes unparsed. `list_files` lists the files of a source
without reading them, `read_file` yields the pages of one file. A page or file that cannot be read
is yielded as `QuarantinedPage`, never raised: one bad file does not stop a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.ingest.readers.discovery import SourceFile, list_files
from indexer.ingest.readers.reader_process import read_directly, read_in_process
from indexer.ingest.readers.registry import describe_sources, is_archive
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["SourceFile", "describe_sources", "list_files", "read_corpus", "read_file"]


def read_file(file: SourceFile, cap: int) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of one file; an archive is read in a process of its own.

    Args:
        file: as `list_files` gives it.
        cap: largest page, bytes after inflating.

    Raises:
        WorkerError: the script that was run starts reading without a guard on `__main__`.
    """
    return read_in_process(file, cap) if is_archive(file.name) else read_directly(file, cap)


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
