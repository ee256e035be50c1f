"""A disk that forgets: what a power loss would leave of a folder, at any moment of a write.

While the shim is in place every fsync is noted: of a file, its content at that moment; of a
folder, its names and the files they stood for. Every call that changes names is a moment at which
the power may go. What is on the disk then is what was synced, and by chance some of what was not:
a name may be as synced or as it is now, a file's content as synced, as it is now, or cut.
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
    """Content of files by inode; names of folders by inode: {name: (inode, is a folder)}."""

    files: dict[Inode, bytes] = field(default_factory=dict)
    folders: dict[Inode, dict[str, tuple[Inode, bool]]] = field(default_factory=dict)

    def copy(self) -> Disk:
        return Disk(dict(self.files), {key: dict(names) for key, names in self.folders.items()})


def read_disk(root: Path) -> Disk:
    """A folder as it is now, deep."""
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
    """What is left of a folder; `write` puts it somewhere."""

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
        """Whether something unsynced reached the disk all the same."""
        return self.chance is not None and self.chance.random() < self.luck


class PowerLoss:
    """The shim, in place while the block runs.

    Args:
        root: the folder watched; as it is when the block begins, it is on the disk.
    """

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.monkeypatch = monkeypatch
        self.synced = read_disk(root)
        self.moments: list[tuple[Disk, Disk]] = []

    def __enter__(self) -> Self:
        self.context = self.monkeypatch.context()
        patch = self.context.__enter__()
        patch.setattr(os, "fsync", self._noting(os.fsync))
        for name in ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir"):
            patch.setattr(os, name, self._at_a_moment(getattr(os, name)))
        return self

    def __exit__(self, *error: object) -> None:
        self.context.__exit__(*error)  # type: ignore[arg-type]
        self._note_moment()

    def images(self, chance: random.Random, count: int) -> list[DiskImage]:
        """What is left at `count` moments chosen by chance, with all, some or no luck."""
        moments = chance.sample(self.moments, min(count, len(self.moments)))
        root = self.root.stat().st_ino
        return [
            DiskImage(root, synced, now, chance, chance.choice([0, 0.5, 1]))
            for synced, now in moments
        ]

    def image_now(self, luck: float) -> DiskImage:
        return DiskImage(self.root.stat().st_ino, *self.moments[-1], None, luck)

    def _note_moment(self) -> None:
        self.moments.append((self.synced.copy(), read_disk(self.root)))

    def _noting(self, fsync: Callable[[int], None]) -> Callable[[int], None]:
        def noted(handle: int) -> None:
            self._note_moment()
            fsync(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            inode = os.fstat(handle).st_ino
            if path.is_dir():
                self.synced.folders[inode] = read_names(handle)
            else:
                self.synced.files[inode] = path.read_bytes()

        return noted

    def _at_a_moment(self, call: Callable[..., None]) -> Callable[..., None]:
        def changing(*paths: object, **options: object) -> None:
            self._note_moment()
            before = set(self.synced.files)
            call(*paths, **options)
            gone = before - set(read_disk(self.root).files)
            for inode in gone & self._freed(gone):
                self.synced.files.pop(inode)

        return changing

    def _freed(self, inodes: set[Inode]) -> set[Inode]:
        """Of files no name is left for, those that no synced folder names: free to be used anew."""
        named = {inode for names in self.synced.folders.values() for inode, _ in names.values()}
        return inodes - named
