"""The table of readers: the reader of a file is chosen by the ending of the file's name.

In: a stream with a name. Out: its pages. Discovery, reading inside archives, the help of the
command line and the error sentences use `READERS`; a new reader is its module and a row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from indexer.ingest.readers.html import read_html
from indexer.ingest.readers.jsonl import read_jsonl
from indexer.ingest.readers.limits import MAX_NESTING, Budget, NamedStream
from indexer.ingest.readers.mhtml import read_mhtml
from indexer.ingest.readers.warc import read_warc
from indexer.ingest.readers.zip_archive import read_zip
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader of files of one kind.

    Attributes:
        name: of the kind of file, as an error sentence says it.
        endings: of file names, in lower case; the help lists them all.
        rare_endings: further endings, which the help does not list.
        gzipped: whether each ending may be followed by `.gz`; the reader inflates.
        is_archive: whether a file holds several articles rather than one page; it is read in a
            process of its own.
        is_container: whether a file holds files, which are read by this table again.
        read: yields the pages of a file, and a `QuarantinedPage` for each that cannot be read.
    """

    name: str
    endings: tuple[str, ...]
    rare_endings: tuple[str, ...] = ()
    gzipped: bool = False
    is_archive: bool = False
    is_container: bool = False
    read: Callable[[NamedStream, Budget], Iterator[Page | QuarantinedPage]]

    @property
    def all_endings(self) -> tuple[str, ...]:
        """Every ending of such a file, those with `.gz` included."""
        plain = (*self.endings, *self.rare_endings)
        return plain + tuple(f"{ending}.gz" for ending in plain if self.gzipped)


def _read_zip(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    return read_zip(entry, budget, can_hold_pages, lambda member: read_stream(member, budget))


READERS: Final = (
    Reader(name="HTML", endings=(".html", ".htm", ".xhtml"), gzipped=True, read=read_html),
    Reader(name="zip", endings=(".zip",), is_archive=True, is_container=True, read=_read_zip),
    Reader(
        name="JSON Lines", endings=(".jsonl",), gzipped=True, is_archive=True, read=read_jsonl
    ),
    Reader(name="MHTML", endings=(".mhtml",), rare_endings=(".mht",), read=read_mhtml),
    Reader(name="WARC", endings=(".warc",), gzipped=True, is_archive=True, read=read_warc),
    Reader(name="WACZ", endings=(".wacz",), is_archive=True, is_container=True, read=_read_zip),
)  # fmt: skip
"""In the order in which sentences list them."""


def find_reader(name: str) -> Reader | None:
    """Find the reader of a file by its name; None if no reader has that ending."""
    lower = name.lower()
    return next((reader for reader in READERS if lower.endswith(reader.all_endings)), None)


def can_hold_pages(name: str) -> bool:
    """Whether a file name has an ending of a saved page or an archive of pages.

    >>> can_hold_pages("story.html.gz"), can_hold_pages("story.pdf")
    (True, False)
    """
    return find_reader(name) is not None


def is_archive(name: str) -> bool:
    """Whether a file name has an ending of a file that holds several pages."""
    reader = find_reader(name)
    return reader is not None and reader.is_archive


def is_container(name: str) -> bool:
    """Whether a file name has an ending of an archive that holds files, as `.zip` is."""
    reader = find_reader(name)
    return reader is not None and reader.is_container


def read_stream(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of a file, or of a member of a container."""
    # A file that an older version took in may have an ending that is no longer in the table.
    reader = find_reader(entry.name) or READERS[0]
    if reader.is_container and entry.depth == MAX_NESTING:
        yield QuarantinedPage(entry.name, f"archives are nested more than {MAX_NESTING} deep")
    else:
        yield from reader.read(entry, budget)


def list_endings() -> str:
    """List the endings for an error sentence, which adds that pages may also end in `.gz`."""
    listed = (
        reader.all_endings if reader.is_archive else (*reader.endings, *reader.rare_endings)
        for reader in READERS
    )
    return ", ".join(chain.from_iterable(listed))


def describe_sources() -> str:
    """Describe every kind of source, for the help of `rebuild`."""
    pages = [reader for reader in READERS if not reader.is_archive]
    archives = [ending for reader in READERS if reader.is_archive for ending in reader.all_endings]
    *kinds, last = (
        f"{', '.join(reader.endings)} pages (also .gz)" if reader.gzipped
        else ", ".join(reader.endings)
        for reader in pages
    )  # fmt: skip
    return (
        f"folders (searched deep), {', '.join(kinds)} and {last}, "
        f"and archives: {', '.join(archives)}"
    )
