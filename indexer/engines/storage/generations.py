"""Manages the generations of an index: each is built beside the live one and published by a rename.

    data/
      current.json             {"generation": "000012", "digest": of that name}; replaced atomically
      writer.lock              locked by the process that writes; names it, and since when
      generations/000012/      the files of one generation and its manifest.json
      originals/000012.pack    saved pages added by that generation, compressed

A published generation is never changed. The one before it is kept for `rollback`. A reader that has
an older one open can read its files until it closes them (POSIX unlink).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from indexer.engines.storage.files import (
    IndexFolder,
    digest_bytes,
    discard,
    fsync_file,
    fsync_folder,
    list_earlier_generations,
    write_durably,
)
from indexer.engines.storage.manifest import (
    FORMAT,
    MANIFEST,
    FileRecord,
    Manifest,
    find_changes,
    read_manifest,
    record_file,
    write_manifest,
)
from indexer.errors import DamageError, IndexerError, LockedError, NoIndex, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POINTER_FILE, LOCK_FILE = "current.json", "writer.lock"


class Generations(IndexFolder):
    """The generations of one index folder.

    Args:
        root: the index folder; `begin_generation` creates it.
    """

    def read_current(self) -> str:
        """Read the name of the live generation.

        Raises:
            NoIndex: nothing was published here yet.
            DamageError: the pointer is missing or altered.
        """
        path = self.root / POINTER_FILE
        try:
            content = json.loads(path.read_bytes())
            name, seal = content["generation"], content["digest"]
        except FileNotFoundError:
            raise self._explain_missing_pointer() from None
        except NotADirectoryError as exc:
            raise NoIndex(
                f"{self.root} is a file; an index is a folder that rebuild makes"
            ) from exc
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as exc:
            raise DamageError(f"{path} is damaged ({exc}); run rollback or rebuild") from exc
        if not (isinstance(name, str) and name.isdigit() and seal == digest_bytes(name.encode())):
            raise DamageError(f"{path} names no generation; run rollback or rebuild")
        return name

    def _explain_missing_pointer(self) -> StoreError:
        if self.list_published():
            return DamageError(f"{self.root / POINTER_FILE} is missing; run rollback or rebuild")
        return NoIndex(f"No index in {self.root}; run: dateline --index {self.root} rebuild FOLDER")

    def list_published(self) -> list[str]:
        """List the generations on disk that have a manifest, oldest first."""
        folders = (self.root / "generations").glob("[0-9]*")
        return sorted(folder.name for folder in folders if (folder / MANIFEST).is_file())

    def load_manifest(self, generation: str) -> Manifest:
        """Load the manifest of a generation and compare size and time of every file with it.

        Raises:
            VersionError: made by another version.
            DamageError: a file is missing or altered.
        """
        manifest = read_manifest(self.locate_generation(generation))
        for change in find_changes(self.root, manifest, in_full=False):
            raise DamageError(change)
        return manifest

    def find_damage(self, generation: str) -> list[str]:
        """Read every file of a generation; returns a sentence for each that was altered."""
        try:
            manifest = read_manifest(self.locate_generation(generation))
        except StoreError as exc:
            return [str(exc)]
        return list(find_changes(self.root, manifest, in_full=True))

    def find_previous(self) -> str:
        """Find the newest undamaged generation before the live one.

        If the pointer is damaged, it is the newest undamaged one of all.

        Raises:
            StoreError: there is none.
        """
        live = None
        with contextlib.suppress(DamageError):
            live = self.read_current()
        for name in list_earlier_generations(self.list_published(), live):
            with contextlib.suppress(IndexerError):
                self.load_manifest(name)
                return name
        raise StoreError(f"{self.root} keeps no generation to go back to; run rebuild")

    @contextlib.contextmanager
    def begin_generation(self) -> Iterator[str]:
        """Take the writer's lock and create the folder of a new generation; yields its name.

        The folder is removed again if the block does not publish it. Files that dead writers left
        are removed first.

        Raises:
            LockedError: another process is writing.
            StoreError: the folder cannot be written.
        """
        self._make_folders()
        with self.lock():
            self._sweep()
            name = f"{self._find_newest_number() + 1:06d}"
            self.locate_generation(name).mkdir()
            try:
                yield name
            finally:
                if not self._is_live(name):
                    self._remove(self.locate_generation(name))
                    discard(self.locate_pack(name))

    def _make_folders(self) -> None:
        try:
            for folder in (self.root / "generations", self.root / "originals"):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreError(
                f"Cannot write to {self.root}: {exc.strerror or exc}; "
                "name another folder with --index, or give this user access"
            ) from exc

    def _is_live(self, generation: str) -> bool:
        try:
            return self.read_current() == generation
        except StoreError:
            return False

    def publish(
        self, generation: str, articles: int, facts: dict[str, Any], packs: list[str]
    ) -> Manifest:
        """Sync and record every file of a generation, then make it the live one.

        Args:
            generation: the name that `begin_generation` gave.
            articles: how many it has.
            facts: numbers of `stats` that can be read without opening the index.
            packs: generations whose packs of saved pages this one refers to.
        """
        before = self._load_live_manifest()
        known = self._map_inodes(before) if before else {}
        files = {
            name: _sync_file(f"{self.root}/{name}", known)
            for name in self._list_files(generation, packs)
        }
        built = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, generation, built, articles, facts, files)
        write_manifest(self.locate_generation(generation), manifest)
        fsync_folder(self.root / "generations")
        if generation in packs:
            fsync_folder(self.root / "originals")
        if before is None:  # perhaps the first: the folders themselves may be new
            for folder in (self.root, self.root.absolute().parent):
                fsync_folder(folder)
        self.load_manifest(generation)
        self.point_to(generation)
        self._prune([manifest, before] if before else [manifest])
        return manifest

    def point_to(self, generation: str) -> None:
        """Make a published generation the live one, by one durable rename."""
        content = {"generation": generation, "digest": digest_bytes(generation.encode())}
        write_durably(self.root / POINTER_FILE, json.dumps(content).encode())

    def _list_files(self, generation: str, packs: list[str]) -> Iterator[str]:
        """List the files of a generation, relative to the index folder."""
        for name in sorted(os.listdir(self.locate_generation(generation))):  # noqa: PTH208
            yield f"generations/{generation}/{name}"
        for name in sorted(packs):
            yield f"originals/{name}.pack"

    def _map_inodes(self, manifest: Manifest) -> dict[tuple[int, int], FileRecord]:
        """Map device and inode to the record of a file, so that linked files are not read again."""
        known = {}
        for name, record in manifest.files.items():
            stat = os.stat(f"{self.root}/{name}")  # noqa: PTH116
            known[stat.st_dev, stat.st_ino] = record
        return known

    def _load_live_manifest(self) -> Manifest | None:
        """Load the manifest of the live generation; None if there is none, or it is damaged."""
        try:
            return self.load_manifest(self.read_current())
        except StoreError:
            return None

    def _prune(self, kept: Sequence[Manifest]) -> None:
        """Remove every other generation, and the packs that the kept ones do not refer to."""
        needed = {name for manifest in kept for name in manifest.files}
        generations = {manifest.generation for manifest in kept}
        for folder in (self.root / "generations").iterdir():
            if folder.name not in generations:
                self._remove(folder)
        for pack in (self.root / "originals").iterdir():
            if pack.relative_to(self.root).as_posix() not in needed:
                discard(pack)

    def _sweep(self) -> None:
        """Remove the files of writers that died."""
        published = self.list_published()
        for folder in (self.root / "generations").iterdir():
            if folder.name not in published:
                self._remove(folder)
                discard(self.locate_pack(folder.name))
        for path in self.root.glob("*.partial"):
            discard(path)

    def _remove(self, folder: Path) -> None:
        """Remove a generation, its manifest first: half removed it is a leftover, not damage."""
        manifest = folder / MANIFEST
        if manifest.is_file():
            manifest.unlink()
            fsync_folder(folder)
        discard(folder)

    def _find_newest_number(self) -> int:
        """Find the largest number of a generation; readers may know it, so it is not used again."""
        names = self.list_published()
        with contextlib.suppress(StoreError):
            names.append(self.read_current())
        return max(map(int, names), default=0)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the writer's lock, released when its process ends; the file names the process.

        Raises:
            LockedError: another process holds it.
            StoreError: the folder cannot be written.
        """
        try:
            file = (self.root / LOCK_FILE).open("a+", encoding="utf-8")
        except OSError as exc:
            raise StoreError(f"Cannot write to {self.root}: {exc.strerror or exc}") from exc
        with contextlib.closing(file):
            self._take_lock(file)
            since = datetime.now(UTC).isoformat(timespec="seconds")
            _write_holder(file, f"process {os.getpid()} since {since}")
            try:
                yield
            finally:
                _write_holder(file, "")

    def _take_lock(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "an unknown process"
            raise LockedError(
                f"{self.root} is being written by {holder}; wait until it has ended"
            ) from None


def _write_holder(file: IO[str], text: str) -> None:
    """Write the holder into the lock file, unbuffered; the lock does not need it on a full disk."""
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), text.encode())


def _sync_file(name: str, known: dict[tuple[int, int], FileRecord]) -> FileRecord:
    """Sync a file and record it; a file that was published before needs neither again."""
    stat = os.stat(name)  # noqa: PTH116
    carried = known.get((stat.st_dev, stat.st_ino))
    if carried and carried.size == stat.st_size:
        return carried
    path = Path(name)
    fsync_file(path)
    return record_file(path)
