"""Finds the pages of sources that are new, changed or removed since the last build.

In: folders, archives and files, and the catalogue of the last build. Out: the pages to clean, each
with its origin and the record that it replaces; records whose page is gone go to a callback. An
unchanged file is not opened, an unchanged page not cleaned.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.engines.storage.catalogue import FileState
from indexer.engines.storage.files import digest_file
from indexer.ingest.readers import SourceFile, list_files, read_file
from indexer.ingest.readers.discovery import name_pages
from indexer.ingest.readers.registry import is_archive
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indexer.engines.storage.catalogue import Catalogue, Record
    from indexer.ingest.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class PageOrigin:
    """The place in a source that a page was read from.

    Attributes:
        source: number of the source in the catalogue.
        file: name of the file in the source.
        digest: of the bytes of the page, "" if they could not be read.
        old: the record that the page replaces, None if it is new.
        share: part of all sources that is read once this page is done, 0 to 1.
        page: the page, None if it could not be read.
    """

    source: int
    file: str
    digest: str
    old: Record | None
    share: float
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page to clean, or one that could not be read, with its origin."""

    page: Page | QuarantinedPage
    origin: PageOrigin


class SourceChanges:
    """Compares sources with the catalogue, and keeps the catalogue's list of files current.

    Args:
        catalogue: of the generation being written.
        page_bytes: the largest page that is read.
        unchanged: called with a number of unchanged pages, and the share of the sources read.
        removed: called with each record that is no longer in its source.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        page_bytes: int,
        *,
        unchanged: Callable[[int, float], None],
        removed: Callable[[Record], None],
    ) -> None:
        self._catalogue = catalogue
        self._page_bytes = page_bytes
        self._unchanged = unchanged
        self._removed = removed

    def find_changed(self, sources: Sequence[Path]) -> Iterator[ChangedPage]:
        """Find the pages of sources that must be cleaned; records of missing files go first."""
        listed = [(self._assign_number(source), list(list_files(source))) for source in sources]
        for number, files in listed:
            self._remove_missing(number, files)
            self._remove_renamed(number, files)
        total = sum(_get_size(file) for _, files in listed for file in files) or 1
        done = 0
        for number, files in listed:
            for file in files:
                done += _get_size(file)
                yield from self._find_changed_in_file(number, file, done / total)

    def find_quarantined(self, quarantine: Quarantine) -> Iterator[ChangedPage]:
        """Find the pages in quarantine; those that could not be read are read again."""
        entries = quarantine.list_entries()
        unread = {(kept.source, kept.file) for kept in entries if kept.bytes is None}
        for source, name in sorted(unread):
            file = _find_file(source, name)
            number = self._catalogue.assign_source_number(source)
            if file:
                self._catalogue.forget_file_state(number, name)
                yield from self._find_changed_in_file(number, file, 0)
        for number, kept in enumerate(entries):
            page = quarantine.read_page(kept)
            if page and (kept.source, kept.file) not in unread:
                source_number = self._catalogue.assign_source_number(kept.source)
                old = self._catalogue.list_records_of_file(source_number, kept.file).get(kept.name)
                share = (number + 1) / len(entries)
                origin = PageOrigin(source_number, kept.file, _digest_page(page), old, share, page)
                yield ChangedPage(page, origin)

    def _assign_number(self, source: Path) -> int:
        return self._catalogue.assign_source_number(str(Path(source).absolute()))

    def _remove_missing(self, number: int, files: Sequence[SourceFile | QuarantinedPage]) -> None:
        """Remove the records of files that are gone; what cannot be listed is not gone."""
        unlisted = tuple(file.name for file in files if file.name.endswith("/"))
        missing = self._catalogue.list_file_names(number) - {file.name for file in files}
        for name in missing:
            if name.startswith(unlisted) and name not in unlisted:
                continue
            self._catalogue.forget_file_state(number, name)
            for record in self._catalogue.list_records_of_file(number, name).values():
                self._removed(record)

    def _remove_renamed(self, number: int, files: Sequence[SourceFile | QuarantinedPage]) -> None:
        """Remove the records of files whose pages are named anew as an archive came or went.

        This comes before the first page, which may be one of that name.
        """
        for file in files:
            if isinstance(file, SourceFile) and "!" in file.name:
                known = self._catalogue.list_records_of_file(number, file.name)
                if any(not name.startswith(file.page_name) for name in known):
                    self._catalogue.forget_file_state(number, file.name)
                    for record in known.values():
                        self._removed(record)

    def _find_changed_in_file(
        self, number: int, file: SourceFile | QuarantinedPage, share: float
    ) -> Iterator[ChangedPage]:
        known = self._catalogue.list_records_of_file(number, file.name)
        if isinstance(file, QuarantinedPage):
            yield from self._pass_unread(number, file, known, share)
            return
        state = self._detect_change(number, file)
        if state is None:
            self._unchanged(len(known), share)
            return
        unread: set[str] = set()
        for page in read_file(file, self._page_bytes):
            old = known.pop(page.name, None)
            if isinstance(page, QuarantinedPage):
                unread.add(page.name)
                if known and is_archive(page.name):
                    page = _tell_stay(page)  # noqa: PLW2901
            digest = _digest_page(page)
            if old and old.digest == digest != "":
                self._unchanged(1, share)
                continue
            readable = page if isinstance(page, Page) else None
            yield ChangedPage(page, PageOrigin(number, file.name, digest, old, share, readable))
        staying = 0
        for record in known.values():
            if record.id and _is_within(record.name, unread):
                staying += 1
            else:
                self._removed(record)
        if staying:  # each update reads the archive again until it is whole, or gone
            self._catalogue.forget_file_state(number, file.name)
        else:
            self._catalogue.set_file_state(number, file.name, state)

    def _pass_unread(
        self, number: int, file: QuarantinedPage, known: dict[str, Record], share: float
    ) -> Iterator[ChangedPage]:
        """Yield a file that cannot be read, or a folder; its indexed pages stay."""
        self._catalogue.forget_file_state(number, file.name)
        old = known.pop(file.name, None)
        for record in known.values():
            if not record.id:
                self._removed(record)
        told = _tell_stay(file) if file.name.endswith("/") else file
        yield ChangedPage(told, PageOrigin(number, file.name, "", old, share))

    def _detect_change(self, number: int, file: SourceFile) -> FileState | None:
        """Return the state of a file that must be read; None if it is unchanged."""
        known = self._catalogue.find_file_state(number, file.name)
        if known and (known.size, known.modified_ns) == (file.size, file.modified_ns):
            return None
        try:
            state = FileState(file.size, file.modified_ns, digest_file(file.path))
        except OSError:
            return FileState(file.size, file.modified_ns, "")  # the reader will say why
        if known and known.digest == state.digest != "":
            self._catalogue.set_file_state(number, file.name, state)
            return None
        return state


def reread_pages(
    source: str, file: str, digests: Mapping[str, str], page_bytes: int
) -> Iterator[Page]:
    """Read pages of a file again; yields none if the file is gone, and no page that changed.

    Args:
        source: absolute path of the source.
        file: name of the file in the source.
        digests: of the bytes of each page when it was catalogued, by its name.
        page_bytes: the largest page that is read.
    """
    whole = _find_file(source, file)
    for page in read_file(whole, page_bytes) if whole else ():
        if isinstance(page, Page) and digests.get(page.name) == _digest_page(page):
            yield page


def _find_file(source: str, name: str) -> SourceFile | None:
    """Find a file of a source by its name there; None if it is gone."""
    path = Path(source)
    is_folder = path.is_dir()
    whole = path / name if is_folder else path
    if not whole.is_file():
        return None
    stat = whole.stat()
    page_name = name_pages(path, name) if is_folder else name
    return SourceFile(source, name, whole, stat.st_size, stat.st_mtime_ns, page_name)


def _is_within(name: str, archives: set[str]) -> bool:
    """Whether a page is in one of some archives, nested ones included."""
    parts = name.split("!")
    return any("!".join(parts[:count]) in archives for count in range(1, len(parts)))


def _tell_stay(bad: QuarantinedPage) -> QuarantinedPage:
    """Add to the reason of a folder or archive that the index loses nothing by it."""
    return replace(bad, reason=f"{bad.reason}; articles indexed from it stay until it is deleted")


def _get_size(file: SourceFile | QuarantinedPage) -> int:
    return file.size if isinstance(file, SourceFile) else 0


def _digest_page(page: Page | QuarantinedPage) -> str:
    if isinstance(page, QuarantinedPage):
        return ""
    return hashlib.blake2b(page.data, digest_size=16).hexdigest()
