"""Sources to the pages that have to be cleaned: new, changed, or in quarantine; what is gone.

In: folders, archives and files, and the catalogue of what was read before. Out: pages, each with
where it came from and the record it replaces. A file that is as it was is not opened, a page that
is as it was not cleaned.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.engines.storage.catalogue import FileState
from indexer.engines.storage.files import digest_file
from indexer.ingest.readers import SourceFile, list_files, read_file
from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.engines.storage.catalogue import Catalogue, Record
    from indexer.ingest.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page came from.

    Attributes:
        source: its number in the catalogue. file: its file there. digest: of its bytes, "" where
            they could not be read.
        old: the record it replaces. share: of all sources read when it is done, 0 to 1.
        page: as read, None where it could not be.
    """

    source: int
    file: str
    digest: str
    old: Record | None
    share: float
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page to clean, or one that could not be read, with where it came from."""

    page: Page | Quarantined
    origin: Origin


class Sources:
    """What the catalogue knows of sources, held against what they are now.

    Args:
        page_bytes: the largest page that is read.
        unchanged: told how many pages were skipped as they are, and the share read.
        removed: told each record that is no longer in its source.
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

    def changed(self, sources: Sequence[Path]) -> Iterator[Found]:
        """Pages of sources to clean; what is gone from them is removed first."""
        listed = [(self._source_number(source), list(list_files(source))) for source in sources]
        for number, files in listed:
            self._remove_gone(number, {file.name for file in files})
        total = sum(_size(file) for _, files in listed for file in files) or 1
        done = 0
        for number, files in listed:
            for file in files:
                done += _size(file)
                yield from self._changed_in(number, file, done / total)

    def quarantined(self, quarantine: Quarantine) -> Iterator[Found]:
        """What is in quarantine, to be cleaned once more."""
        entries = quarantine.entries()
        unread = {(kept.source, kept.file) for kept in entries if kept.bytes is None}
        for source, name in sorted(unread):
            file = _file_of(source, name)
            number = self._catalogue.assign_source_number(source)
            if file:
                self._catalogue.forget_file_state(number, name)
                yield from self._changed_in(number, file, 0)
        for number, kept in enumerate(entries):
            page = quarantine.page(kept)
            if page and (kept.source, kept.file) not in unread:
                source_number = self._catalogue.assign_source_number(kept.source)
                old = self._catalogue.list_records_of_file(source_number, kept.file).get(kept.name)
                share = (number + 1) / len(entries)
                origin = Origin(source_number, kept.file, _page_digest(page), old, share, page)
                yield Found(page, origin)

    def _source_number(self, source: Path) -> int:
        return self._catalogue.assign_source_number(str(Path(source).absolute()))

    def _remove_gone(self, number: int, names: set[str]) -> None:
        for name in self._catalogue.list_file_names(number) - names:
            self._catalogue.forget_file_state(number, name)
            for record in self._catalogue.list_records_of_file(number, name).values():
                self._removed(record)

    def _changed_in(
        self, number: int, file: SourceFile | Quarantined, share: float
    ) -> Iterator[Found]:
        known = self._catalogue.list_records_of_file(number, file.name)
        if isinstance(file, Quarantined):
            for record in known.values():
                self._removed(record)
            yield Found(file, Origin(number, file.name, "", None, share))
            return
        state = self._new_state(number, file)
        if state is None:
            self._unchanged(len(known), share)
            return
        for page in read_file(file, self._page_bytes):
            old = known.pop(page.name, None)
            digest = _page_digest(page)
            if old and old.digest == digest != "":
                self._unchanged(1, share)
                continue
            kept = page if isinstance(page, Page) else None
            yield Found(page, Origin(number, file.name, digest, old, share, kept))
        for record in known.values():
            self._removed(record)
        self._catalogue.set_file_state(number, file.name, state)

    def _new_state(self, number: int, file: SourceFile) -> FileState | None:
        """The state of a file to read, None where it is as it was when last read."""
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


def read_named(source: str, file: str, names: set[str], page_bytes: int) -> Iterator[Page]:
    """Read pages of a file once more, by their names; none where the file is gone."""
    whole = _file_of(source, file)
    for page in read_file(whole, page_bytes) if whole else ():
        if isinstance(page, Page) and page.name in names:
            yield page


def _file_of(source: str, name: str) -> SourceFile | None:
    """A file of a source by its name there, None where it is gone."""
    path = Path(source)
    whole = path / name if path.is_dir() else path
    if not whole.is_file():
        return None
    stat = whole.stat()
    return SourceFile(source, name, whole, stat.st_size, stat.st_mtime_ns)


def _size(file: SourceFile | Quarantined) -> int:
    return file.size if isinstance(file, SourceFile) else 0


def _page_digest(page: Page | Quarantined) -> str:
    if isinstance(page, Quarantined):
        return ""
    return hashlib.blake2b(page.data, digest_size=16).hexdigest()
