"""Stores pages that could not be read, with the reason, beside the generations of an index.

    data/quarantine/
      3f0a…c1.json       name, reason, time, source and what its container tells of the page
      3f0a…c1.gz         its bytes, if it could be read (zcat shows them)
      000013.partial/    entries that the build of that generation adds, until it is published

In: pages that a build could not clean, or the names of those it could not read. Out: entries to
list, and pages to clean again. A build stages its entries and moves them in once its generation is
live; if it is killed in between, the next build moves them in or removes them. Entries of pages
that were indexed since, or are gone, are removed. Nothing is synced to the disk: after a power loss
an entry may be missing until the next rebuild, and with it only a copy of the page.
"""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.engines.storage.files import digest_bytes
from indexer.errors import DamageError
from indexer.models import Page, QuarantineEntry

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from indexer.models import QuarantinedPage

FOLDER = "quarantine"


class Quarantine:
    """The quarantine of one index.

    Args:
        index: the folder of the index; the quarantine is a folder in it, made when needed.
    """

    def __init__(self, index: Path) -> None:
        self.folder = index / FOLDER

    def list_entries(self) -> list[QuarantineEntry]:
        """List every entry, by source and name.

        Raises:
            DamageError: an entry cannot be read.
        """
        found = [_read_entry(path) for path in self.folder.glob("*.json")]
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
        except (OSError, EOFError, zlib.error) as exc:
            raise DamageError(f"{path} is damaged ({exc}); delete it and run update") from exc
        return Page(
            entry.name, data, entry.kind, entry.source, entry.url, entry.charset, entry.saved
        )

    def open_stage(self, generation: str) -> QuarantineStage:
        """Open the stage for the pages that the build of a generation quarantines."""
        return QuarantineStage(self.folder, generation)

    def recover(self, live: str | None) -> None:
        """Move in the stage of the live generation if its writer died first; remove other stages.

        Args:
            live: name of the live generation, None if there is none.
        """
        for left in sorted(self.folder.glob("*.partial")):
            if left.name == f"{live}.partial":
                _move_in(left, self.folder)
            shutil.rmtree(left, ignore_errors=True)


class QuarantineStage:
    """The pages that one build puts into quarantine; they are not listed until `commit`."""

    def __init__(self, folder: Path, generation: str) -> None:
        self.folder = folder
        self.staged = folder / f"{generation}.partial"

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
            packed = gzip.compress(page.data, 6, mtime=0)
            (self.staged / f"{make_entry_key(entry)}.gz").write_bytes(packed)
        content = json.dumps(asdict(entry), ensure_ascii=True, indent=1)
        (self.staged / f"{make_entry_key(entry)}.json").write_text(content, encoding="utf-8")

    def commit(self, quarantined: AbstractSet[tuple[str, str]]) -> None:
        """Move in the staged entries; remove those of pages that are no longer in quarantine.

        Args:
            quarantined: source and name of every page in quarantine.
        """
        _move_in(self.staged, self.folder)
        keys = {_make_key(source, name) for source, name in quarantined}
        for path in [*self.folder.glob("*.json"), *self.folder.glob("*.gz")]:
            if path.stem not in keys:
                path.unlink(missing_ok=True)
        self.discard()

    def discard(self) -> None:
        """Remove the staged entries."""
        shutil.rmtree(self.staged, ignore_errors=True)


def make_entry_key(entry: QuarantineEntry) -> str:
    """Name the files of an entry, without their ending: a digest of source and page name."""
    return _make_key(entry.source, entry.name)


def _make_key(source: str, name: str) -> str:
    return digest_bytes(f"{source}\0{name}".encode("utf-8", "surrogatepass"))


def _move_in(staged: Path, folder: Path) -> None:
    """Move in each record after its bytes; bytes of an earlier record are removed with it."""
    for path in sorted(staged.glob("*.json")):
        packed = path.with_suffix(".gz")
        target = folder / packed.name
        if packed.exists():
            packed.replace(target)
        else:
            target.unlink(missing_ok=True)
        path.replace(folder / path.name)


def _read_entry(path: Path) -> QuarantineEntry:
    try:
        return QuarantineEntry(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError) as exc:
        raise DamageError(f"{path} is damaged ({exc}); delete it and run update") from exc
