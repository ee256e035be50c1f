"""Stores pages that could not be read, with the reason, beside the generations of an index.

    data/quarantine/
      3f0a…c1.json       name, reason, time, source and what its container tells of the page
      3f0a…c1.gz         its bytes, if it could be read (zcat shows them)
      000013.partial/    entries that the build of that generation adds, until it is published

In: pages that a build could not clean, or the names of those it could not read. Out: entries to
list, and pages to clean again. A build stages its entries and moves them in once its generation is
live; if it is killed in between, the next build moves them in or removes them. Entries of pages
that were indexed since, or are gone, are removed; a file that is no entry by its name and its
content is not ours and stays. Nothing is synced to the disk: after a power loss
an entry may be missing until the next rebuild, and with it only a copy of the page.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.engines.storage.files import (
    digest_bytes,
    make_unreadable_error,
    read_plain_file,
)
from indexer.engines.storage.ownership import list_names, read_ledger
from indexer.engines.storage.removal import (
    list_folder_at,
    open_folder_inside,
    remove_empty_folder_at,
    remove_file_at,
)
from indexer.errors import DamageError
from indexer.models import Page, QuarantineEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from indexer.models import QuarantinedPage

FOLDER = "quarantine"

_ENTRY_BYTES = 10_000_000
"""Largest record of an entry that is read; the page itself is beside it."""

_RECORD_NAME = re.compile(r"[0-9a-f]{32}\.json")
_OWN_NAME = re.compile(r"[0-9a-f]{32}\.(json|gz)")
_STAGE_NAME = re.compile(r"(\d{6,12})\.partial")


class Quarantine:
    """The quarantine of one index.

    Args:
        index: the folder of the index; the quarantine is a folder in it, made when needed.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self.folder = index / FOLDER

    def list_entries(self) -> list[QuarantineEntry]:
        """List every entry, by source and name.

        Raises:
            DamageError: an entry makes no sense.
            UnreadableError: an entry, or the folder, cannot be read now.
        """
        names = filter(_RECORD_NAME.fullmatch, list_names(self._index, FOLDER))
        found = [_read_entry(self.folder / name) for name in names]
        return sorted(found, key=lambda entry: (entry.source, entry.name))

    def read_page(self, entry: QuarantineEntry) -> Page | None:
        """Read the bytes of a page in quarantine; None if the page could never be read.

        Raises:
            DamageError: the bytes are missing or altered.
        """
        if entry.bytes is None:
            return None
        path = self.folder / f"{make_entry_key(entry)}.gz"
        try:
            with gzip.open(path) as file:
                data = file.read(entry.bytes + 1)
        except (FileNotFoundError, gzip.BadGzipFile, EOFError, zlib.error) as exc:
            raise DamageError(f"{path} is damaged ({exc}); delete it and run update") from exc
        except OSError as exc:
            raise make_unreadable_error(path, exc) from exc
        return Page(
            entry.name, data, entry.kind, entry.source, entry.url, entry.charset, entry.saved
        )

    def open_stage(self, generation: str) -> QuarantineStage:
        """Open the stage for the pages that the build of a generation quarantines."""
        return QuarantineStage(self._index, generation)

    def recover(self, live: str | None) -> None:
        """Move in the stage of the live generation if its writer died first; remove other stages.

        Of a stage that no ledger names (an index of an earlier version, or on a server) only the
        entries are removed that prove to be ours.

        Args:
            live: name of the live generation, None if nothing was published yet.

        Raises:
            UnreadableError: an entry cannot be read now.
        """
        ledger = read_ledger(self._index)
        for name in list_names(self._index, FOLDER):
            found = _STAGE_NAME.fullmatch(name)
            with open_folder_inside(self._index, FOLDER, name) as stage:
                if not found or stage is None:
                    continue
                files = list(filter(_OWN_NAME.fullmatch, list_folder_at(stage)))
                records = [one for one in files if _RECORD_NAME.fullmatch(one)]
                proved = [one for one in records if _is_own_record(self.folder / name / one)]
                if found[1] == live:
                    _move_in(self.folder / name, self.folder, proved)
                is_ours = ledger and found[1] in ledger.generations
                ours = [one.removesuffix(".json") for one in proved]
                for one in files:
                    if is_ours or one.partition(".")[0] in ours:
                        remove_file_at(stage, one)
            _remove_stage(self._index, name)


class QuarantineStage:
    """The pages that one build puts into quarantine; they are not listed until `commit`."""

    def __init__(self, index: Path, generation: str) -> None:
        self._index = index
        self.folder = index / FOLDER
        self.staged = self.folder / f"{generation}.partial"
        self._names: list[str] = []

    def put(self, bad: QuarantinedPage, source: str, file: str, page: Page | None) -> None:
        """Stage a page, or only its record if it could not be read.

        Args:
            bad: name and reason.
            source: absolute path of the source.
            file: name of the file in the source.
            page: with its bytes; None if it could not be read.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = QuarantineEntry(bad.name, bad.reason, now, source, file)
        self.staged.mkdir(parents=True, exist_ok=True)
        if page is not None:
            entry = QuarantineEntry(
                bad.name, bad.reason, now, source, file,
                len(page.data), page.kind, page.url, page.charset, page.saved,
            )  # fmt: skip
            self._write(f"{make_entry_key(entry)}.gz", gzip.compress(page.data, 6, mtime=0))
        content = json.dumps(asdict(entry), ensure_ascii=True, indent=1)
        self._write(f"{make_entry_key(entry)}.json", content.encode())

    def _write(self, name: str, data: bytes) -> None:
        self._names.append(name)
        (self.staged / name).write_bytes(data)

    def commit(self, quarantined: AbstractSet[tuple[str, str]]) -> None:
        """Move in the staged entries; remove those of pages that are no longer in quarantine.

        Args:
            quarantined: source and name of every page in quarantine.
        """
        staged = sorted({name for name in self._names if _RECORD_NAME.fullmatch(name)})
        _move_in(self.staged, self.folder, staged)
        keys = {_make_key(source, name) for source, name in quarantined}
        for name in list_names(self._index, FOLDER):
            key = name.removesuffix(".json")
            if key in keys or not _RECORD_NAME.fullmatch(name):
                continue
            if _is_own_record(self.folder / name):
                with open_folder_inside(self._index, FOLDER) as folder:
                    if folder is not None:
                        remove_file_at(folder, f"{key}.gz")
                        remove_file_at(folder, name)
        self.discard()

    def discard(self) -> None:
        """Remove the staged entries; what cannot be removed now, the next build does."""
        if not self._names:
            return
        with contextlib.suppress(OSError):
            with open_folder_inside(self._index, FOLDER, self.staged.name) as stage:
                for name in self._names:
                    if stage is not None:
                        remove_file_at(stage, name)
            _remove_stage(self._index, self.staged.name)


def _remove_stage(index: Path, name: str) -> None:
    with open_folder_inside(index, FOLDER) as folder:
        if folder is not None:
            remove_empty_folder_at(folder, name)


def make_entry_key(entry: QuarantineEntry) -> str:
    """Name the files of an entry, without their ending: a digest of source and page name."""
    return _make_key(entry.source, entry.name)


def _make_key(source: str, name: str) -> str:
    return digest_bytes(f"{source}\0{name}".encode("utf-8", "surrogatepass"))


def _move_in(staged: Path, folder: Path, records: Sequence[str]) -> None:
    """Move in each record after its bytes; bytes of an earlier record are removed with it."""
    for name in records:
        packed = (staged / name).with_suffix(".gz")
        target = folder / packed.name
        if packed.exists():
            packed.replace(target)
        else:
            target.unlink(missing_ok=True)
        (staged / name).replace(folder / name)


def _is_own_record(path: Path) -> bool:
    """Whether a file is a record of ours: it makes sense, and its name follows from its content.

    Raises:
        UnreadableError: it cannot be read now.
    """
    try:
        return make_entry_key(_read_entry(path)) == path.stem
    except DamageError:
        return False


def _read_entry(path: Path) -> QuarantineEntry:
    try:
        return QuarantineEntry(**json.loads(read_plain_file(path, _ENTRY_BYTES)))
    except (FileNotFoundError, ValueError, TypeError, RecursionError) as exc:
        raise DamageError(f"{path} is damaged ({exc}); delete it and run update") from exc
    except OSError as exc:
        raise make_unreadable_error(path, exc) from exc
