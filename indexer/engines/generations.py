"""Generations: an index is built beside the live one, verified, then published by one replace.

    data/
      current.json             {"generation": "000012"}; replaced atomically, fsynced
      writer.lock              held while something writes; says who and since when
      generations/000012/      the files of one generation and its manifest.json
      originals/000012.pack    saved pages added by that generation, compressed

A generation is never changed once published. The one before it is kept for `rollback`; readers
that still have an older one open keep its files until they let go (POSIX unlink).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from indexer.errors import DamageError, LockedError, NoIndex, StoreError, VersionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = 1
"""Version of this layout and of everything in a generation; raised when a rebuild is needed."""

POINTER, MANIFEST, LOCK = "current.json", "manifest.json", "writer.lock"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and BLAKE2b-128 of a file, as published."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation consists of. `files` maps paths relative to the index folder."""

    format: int
    generation: str
    built: str
    articles: int
    facts: dict[str, Any]
    files: dict[str, FileRecord]


class Generations:
    """The generations of one index folder.

    Args:
        root: the index folder; need not exist until `begin`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, generation: str) -> Path:
        """Where the files of a generation stand."""
        return self.root / "generations" / generation

    def pack(self, generation: str) -> Path:
        """Where the saved pages that a generation added stand."""
        return self.root / "originals" / f"{generation}.pack"

    def current(self) -> str:
        """Name of the live generation.

        Raises:
            NoIndex: nothing was published here yet.
            DamageError: the pointer cannot be read.
        """
        path = self.root / POINTER
        try:
            name = json.loads(path.read_bytes())["generation"]
        except FileNotFoundError:
            raise NoIndex(
                f"No index in {self.root}; run: dateline --index {self.root} rebuild FOLDER"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise DamageError(f"{path} is damaged ({exc}); run rebuild") from exc
        if not (isinstance(name, str) and name.isdigit()):
            raise DamageError(f"{path} names no generation; run rebuild")
        return name

    def published(self) -> list[str]:
        """Names of the generations on disk that have a manifest, oldest first."""
        folders = (self.root / "generations").glob("[0-9]*")
        return sorted(folder.name for folder in folders if (folder / MANIFEST).is_file())

    def manifest(self, generation: str) -> Manifest:
        """The manifest of a generation, files checked by size.

        Raises:
            VersionError: made by another version. DamageError: a file is missing or altered.
        """
        path = self.folder(generation) / MANIFEST
        try:
            read = json.loads(path.read_bytes())
            found = read["format"]
            if found == FORMAT:
                read["files"] = {name: FileRecord(**row) for name, row in read["files"].items()}
                manifest = Manifest(**read)
        except FileNotFoundError:
            raise DamageError(f"{path} is missing; run rebuild or rollback") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise DamageError(f"{path} is damaged ({exc}); run rebuild or rollback") from exc
        if found != FORMAT:
            raise VersionError(
                f"The index in {self.root} was made by another version of Dateline "
                f"(format {found}, this one reads {FORMAT}); run: "
                f"dateline --index {self.root} rebuild FOLDER"
            )
        self._check_sizes(manifest)
        return manifest

    def _check_sizes(self, manifest: Manifest) -> None:
        for name, record in manifest.files.items():
            path = self.root / name
            try:
                size = path.stat().st_size
            except OSError as exc:
                raise DamageError(f"{path} is missing; run rebuild or rollback") from exc
            if size != record.size:
                raise DamageError(
                    f"{path} is {size} bytes, was published with {record.size}; "
                    "run rebuild or rollback"
                )

    def damage(self, generation: str) -> list[str]:
        """Every file of a generation that is not as published, a sentence each; reads them all."""
        try:
            manifest = self.manifest(generation)
        except DamageError as exc:
            return [str(exc)]
        return [
            f"{self.root / name} was altered after it was published"
            for name, record in manifest.files.items()
            if file_digest(self.root / name) != record.digest
        ]

    @contextlib.contextmanager
    def writing(self) -> Iterator[str]:
        """Hold the writer's lock and a fresh generation folder; yields its name.

        The folder is removed again where the block does not publish it. Leftovers of writers that
        died are swept first.

        Raises:
            LockedError: another process is writing. StoreError: the folder cannot be written.
        """
        try:
            (self.root / "generations").mkdir(parents=True, exist_ok=True)
            (self.root / "originals").mkdir(exist_ok=True)
        except OSError as exc:
            raise StoreError(f"Cannot write to {self.root}: {exc.strerror or exc}") from exc
        with self.lock():
            self._sweep()
            name = f"{self._newest_number() + 1:06d}"
            self.folder(name).mkdir()
            try:
                yield name
            finally:
                if not (self.folder(name) / MANIFEST).is_file():
                    shutil.rmtree(self.folder(name), ignore_errors=True)
                    self.pack(name).unlink(missing_ok=True)

    def publish(
        self, generation: str, articles: int, facts: dict[str, Any], packs: list[str]
    ) -> Manifest:
        """Fsync and record every file of a generation, then make it the live one.

        Args:
            generation: the name that `writing` gave. articles: how many it holds.
            facts: what `stats` tells without opening the index.
            packs: generations whose packs of saved pages this one refers to.
        """
        known = self._known_digests()
        files = {
            path.relative_to(self.root).as_posix(): _record(path, known)
            for path in self._files(generation, packs)
        }
        built = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, generation, built, articles, facts, files)
        fsync_folder(self.root / "originals")
        write_durably(self.folder(generation) / MANIFEST, _as_json(asdict(manifest)))
        fsync_folder(self.root / "generations")
        self.manifest(generation)
        before = self._live_before()
        self.point_to(generation)
        self._prune({generation, *before})
        return manifest

    def point_to(self, generation: str) -> None:
        """Make a published generation the live one, by one fsynced replace."""
        write_durably(self.root / POINTER, _as_json({"generation": generation}))

    def _files(self, generation: str, packs: list[str]) -> Iterator[Path]:
        yield from sorted(path for path in self.folder(generation).rglob("*") if path.is_file())
        yield from (self.pack(name) for name in sorted(packs))

    def _known_digests(self) -> dict[tuple[int, int], FileRecord]:
        """Digests already taken, by device and inode: linked files are not read again."""
        known = {}
        for generation in self._live_before():
            for name, record in self.manifest(generation).files.items():
                stat = (self.root / name).stat()
                known[stat.st_dev, stat.st_ino] = record
        return known

    def _live_before(self) -> list[str]:
        """The generation that is live now, where there is one and it is whole."""
        try:
            name = self.current()
            self.manifest(name)
        except StoreError:
            return []
        return [name]

    def _prune(self, kept: set[str]) -> None:
        """Remove every other generation, and packs that the kept ones do not refer to."""
        needed = {name for generation in kept for name in self.manifest(generation).files}
        for folder in (self.root / "generations").iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        for pack in (self.root / "originals").iterdir():
            if pack.relative_to(self.root).as_posix() not in needed:
                pack.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what a writer that died left behind."""
        published = self.published()
        for folder in (self.root / "generations").iterdir():
            if folder.name not in published:
                shutil.rmtree(folder, ignore_errors=True)
                self.pack(folder.name).unlink(missing_ok=True)
        for path in self.root.glob("*.partial"):
            path.unlink(missing_ok=True)

    def _newest_number(self) -> int:
        return max((int(name) for name in self.published()), default=0)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the writer's lock, which dies with its process; the file says who holds it."""
        path = self.root / LOCK
        with path.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "an unknown process"
                raise LockedError(
                    f"{self.root} is being written by {holder}; wait until it has ended"
                ) from None
            file.truncate(0)
            since = datetime.now(UTC).isoformat(timespec="seconds")
            file.write(f"process {os.getpid()} since {since}")
            file.flush()
            yield
            file.truncate(0)


def file_digest(path: Path) -> str:
    """BLAKE2b-128 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def write_durably(path: Path, data: bytes) -> None:
    """Write beside, fsync, replace, fsync the folder: the old or the new file, never a part."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file of one generation to another: a hard link, or a copy where links are not had."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _record(path: Path, known: dict[tuple[int, int], FileRecord]) -> FileRecord:
    stat = path.stat()
    carried = known.get((stat.st_dev, stat.st_ino))
    if carried and carried.size == stat.st_size:
        return carried
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return FileRecord(stat.st_size, file_digest(path))


def _as_json(value: object) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()
