"""Simulate a power loss: the content of a folder after one, at any moment of a write.

While the patch is active, every fsync is recorded: for a file its content at that moment, for a
folder its names and the inodes they point to. Power may fail at every call that changes names. The
disk then has all that was synced, and by chance some of the rest: a name is as synced or as it is
now, the content of a file is as synced, as it is now, or cut.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    import pytest

Inode = int


@dataclass
class Disk:
    """Content of files by inode; entries of folders by inode: {name: (inode, is a folder)}."""

    files: dict[Inode, bytes] = field(default_factory=dict)
    folders: dict[Inode, dict[str, tuple[Inode, bool]]] = field(default_factory=dict)

    def copy(self) -> Disk:
        return Disk(dict(self.files), {key: dict(names) for key, names in self.folders.items()})


def read_disk(root: Path) -> Disk:
    """Read a folder with all its subfolders as it is now."""
    disk = Disk()
    for folder, _, names in os.walk(root):
        disk.folders[Path(folder).stat().st_ino] = read_names(folder)
        for name in names:
            path = Path(folder, name)
            disk.files[path.stat().st_ino] = path.read_bytes()
    return disk


def read_names(folder: str | int) -> dict[str, tuple[Inode, bool]]:
    with os.scandir(folder) as entries:
        return {entry.name: (entry.inode(), entry.is_dir()) for entry in entries}


@dataclass
class DiskImage:
    """The content of a folder after a power loss. `write` writes it to another folder.

    Attributes:
        luck: probability that an unsynced name or content reached the disk.
    """

    root: Inode
    synced: Disk
    now: Disk
    chance: random.Random | None
    luck: float

    def write(self, target: Path) -> None:
        self._write_folder(self.root, target)

    def _write_folder(self, folder: Inode, target: Path) -> None:
        target.mkdir(parents=True)
        synced = self.synced.folders.get(folder, {})
        now = self.now.folders.get(folder, {})
        for name in sorted({*synced, *now}):
            entry = now.get(name) if self._survives() else synced.get(name)
            if entry is None:
                continue
            inode, is_folder = entry
            if is_folder:
                self._write_folder(inode, target / name)
            else:
                (target / name).write_bytes(self._content(inode))

    def _content(self, inode: Inode) -> bytes:
        now = self.now.files.get(inode, b"")
        if self._survives():
            return now
        if inode in self.synced.files:
            return self.synced.files[inode]
        return now[: self.chance.randrange(len(now) + 1)] if self.chance else b""

    def _survives(self) -> bool:
        """Decide by chance whether something unsynced reached the disk."""
        return self.chance is not None and self.chance.random() < self.luck


class PowerLoss:
    """A patch of `os` that records syncs and moments while the block runs.

    Args:
        root: the folder to watch. Its content at the start of the block counts as synced.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.monkeypatch = monkeypatch
        self.synced = read_disk(root)
        self.moments: list[tuple[Disk, Disk]] = []

    def __enter__(self) -> Self:
        self.context = self.monkeypatch.context()
        patch = self.context.__enter__()
        patch.setattr(os, "fsync", self._wrap_fsync(os.fsync))
        for name in ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir"):
            patch.setattr(os, name, self._wrap_change(getattr(os, name)))
        return self

    def __exit__(self, *error: object) -> None:
        self.context.__exit__(*error)  # type: ignore[arg-type]
        self._note_moment()

    def make_images(self, chance: random.Random, count: int) -> list[DiskImage]:
        """Return the folder after a power loss at `count` random moments, with luck 0, 0.5 or 1."""
        moments = chance.sample(self.moments, min(count, len(self.moments)))
        root = self.root.stat().st_ino
        return [
            DiskImage(root, synced, now, chance, chance.choice([0, 0.5, 1]))
            for synced, now in moments
        ]

    def make_last_image(self, luck: float) -> DiskImage:
        """Return the folder after a power loss at the last moment."""
        return DiskImage(self.root.stat().st_ino, *self.moments[-1], None, luck)

    def _note_moment(self) -> None:
        self.moments.append((self.synced.copy(), read_disk(self.root)))

    def _wrap_fsync(self, fsync: Callable[[int], None]) -> Callable[[int], None]:
        def fsync_and_record(handle: int) -> None:
            self._note_moment()
            fsync(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            inode = os.fstat(handle).st_ino
            if path.is_dir():
                self.synced.folders[inode] = read_names(handle)
            else:
                self.synced.files[inode] = path.read_bytes()

        return fsync_and_record

    def _wrap_change(self, call: Callable[..., None]) -> Callable[..., None]:
        def change_and_record(*paths: object, **options: object) -> None:
            self._note_moment()
            before = set(self.synced.files)
            call(*paths, **options)
            gone = before - set(read_disk(self.root).files)
            for inode in gone & self._find_freed(gone):
                self.synced.files.pop(inode)

        return change_and_record

    def _find_freed(self, inodes: set[Inode]) -> set[Inode]:
        """Return the inodes that no synced folder names; the system may use them again."""
        named = {inode for names in self.synced.folders.values() for inode, _ in names.values()}
        return inodes - named
