"""Pages that could not be read, kept with the reason beside the generations of an index.

    data/quarantine/
      3f0a…c1.json       name, reason, time, source and what the container said of the page
      3f0a…c1.gz         its bytes, where it was read at all (zcat shows them)
      000013.partial/    what the build of that generation adds, until it is published

A build stages what it meets and moves it in once its generation is live; what a writer that was
killed in between left is moved in, or thrown away, by the next. Entries of pages that were indexed
since, or are gone, are removed. Not synced: after a power loss an entry may be missing until the
next rebuild, and with it only the copy of a page, not the page.
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

    from indexer.models import Quarantined

FOLDER = "quarantine"


class Quarantine:
    """The quarantine of one index.

    Args:
        index: the folder of the index; the quarantine is a folder in it, made when needed.
    """

    def __init__(self, index: Path) -> None:
        self.folder = index / FOLDER

    def entries(self) -> list[QuarantineEntry]:
        """Everything kept, by source and name.

        Raises:
            DamageError: an entry cannot be read.
        """
        found = [_read_entry(path) for path in self.folder.glob("*.json")]
        return sorted(found, key=lambda entry: (entry.source, entry.name))

    def page(self, entry: QuarantineEntry) -> Page | None:
        """A page as it was read, None where its bytes were never had.

        Raises:
            DamageError: they are missing or altered.
        """
        if entry.bytes is None:
            return None
        path = self.folder / f"{entry_key(entry)}.gz"
        try:
            with gzip.open(path) as file:
                data = file.read(entry.bytes + 1)
        except (OSError, EOFError, zlib.error) as exc:
            raise DamageError(f"{path} is damaged ({exc}); delete it and run update") from exc
        return Page(
            entry.name, data, entry.kind, entry.source, entry.url, entry.charset, entry.saved
        )

    def stage(self, generation: str) -> Stage:
        """Where the build of a generation puts what it meets."""
        return Stage(self.folder, generation)

    def recover(self, live: str | None) -> None:
        """Bring in what the live generation staged and its writer did not; drop what others did."""
        for left in sorted(self.folder.glob("*.partial")):
            if left.name == f"{live}.partial":
                _move_in(left, self.folder)
            shutil.rmtree(left, ignore_errors=True)


class Stage:
    """What one build puts into quarantine; nothing is seen of it until `commit`."""

    def __init__(self, folder: Path, generation: str) -> None:
        self.folder = folder
        self.staged = folder / f"{generation}.partial"

    def put(self, bad: Quarantined, source: str, file: str, page: Page | None) -> None:
        """Keep a page, or the mere record of one that could not be read."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = QuarantineEntry(bad.name, bad.reason, now, source, file)
        self.staged.mkdir(parents=True, exist_ok=True)
        if page is not None:
            entry = QuarantineEntry(
                bad.name, bad.reason, now, source, file,
                len(page.data), page.kind, page.url, page.charset, page.saved,
            )  # fmt: skip
            packed = gzip.compress(page.data, 6, mtime=0)
            (self.staged / f"{entry_key(entry)}.gz").write_bytes(packed)
        content = json.dumps(asdict(entry), ensure_ascii=True, indent=1)
        (self.staged / f"{entry_key(entry)}.json").write_text(content, encoding="utf-8")

    def commit(self, standing: AbstractSet[tuple[str, str]]) -> None:
        """Move in what was staged; remove entries of pages that are not in quarantine any more.

        Args:
            standing: source and name of every page that is.
        """
        _move_in(self.staged, self.folder)
        keys = {_key(source, name) for source, name in standing}
        for path in [*self.folder.glob("*.json"), *self.folder.glob("*.gz")]:
            if path.stem not in keys:
                path.unlink(missing_ok=True)
        self.discard()

    def discard(self) -> None:
        """Forget what was staged."""
        shutil.rmtree(self.staged, ignore_errors=True)


def entry_key(entry: QuarantineEntry) -> str:
    """The name, without its ending, of the files of an entry: a digest of source and page name."""
    return _key(entry.source, entry.name)


def _key(source: str, name: str) -> str:
    return digest_bytes(f"{source}\0{name}".encode("utf-8", "surrogatepass"))


def _move_in(staged: Path, folder: Path) -> None:
    """The record after the bytes it speaks of; bytes of an earlier time go with their record."""
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
