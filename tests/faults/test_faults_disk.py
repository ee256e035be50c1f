"""A full disk and a disk that may only be read.

Where the tests may mount (as root), a tmpfs of 8 MB is filled for real and a folder mounted
read-only; elsewhere writing fails by injected errors, and permissions stand for the mount.
"""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import StoreError
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from tests.support.command_runner import run_dateline
from tests.support.numbered_archive import FULL, SETTINGS, NumberedArchive, read_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 4096
FREE_BLOCKS = range(0, 30, 1 if FULL else 3)
"""Free space tried, in blocks: from a disk that takes nothing to one on which a build just fits."""


def run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def mounted(*options: str, on: Path) -> Iterator[None]:
    if os.geteuid() != 0 or not run("mount", *options, str(on)):
        pytest.skip("may not mount here")
    try:
        yield
    finally:
        run("umount", "-l", str(on))


def fill(disk: Path, free_blocks: int) -> Path:
    """A file that leaves so many blocks free; the rest of the disk is full."""
    ballast = disk / "ballast"
    status = os.statvfs(disk)
    with ballast.open("wb") as file:
        for _ in range(max(status.f_bavail - free_blocks, 0)):
            file.write(bytes(BLOCK))
    return ballast


def content_of(index: Path) -> set[str]:
    return {path.relative_to(index).as_posix() for path in index.rglob("*")}


@pytest.mark.slow
def test_full_disk_keeps_serving_leaves_no_junk_and_recovers(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=8m", "tmpfs", on=disk):
        archive = NumberedArchive(tmp_path)
        archive.index, archive.engine = disk / "data", WhooshEngine(disk / "data")
        archive.build(0)
        archive.build(2)
        refused = 0
        for number, free in enumerate(FREE_BLOCKS):
            before = content_of(archive.index)
            state = archive.read_state()
            ballast = fill(disk, free)
            archive.save(state + 2 - state % 2 + 1)
            how = update if number % 2 else rebuild
            try:
                how(archive.engine, [archive.source], SETTINGS, SilentProgress())
            except StoreError as exc:
                refused += 1
                assert "cannot be written" in str(exc)  # noqa: PT017  where it just fits, none
                assert content_of(archive.index) == before
                assert archive.read_state() == state == read_state(archive.engine)
                assert list(archive.engine.check()) == []
            ballast.unlink()
            archive.build(state + 4 - state % 2)
            assert archive.list_leftovers() == []
        assert refused >= len(FREE_BLOCKS) // 3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_failing_write_is_one_sentence_and_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    before = content_of(archive.index)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    archive.save(1)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        if call == "link":
            patch.setattr("indexer.engines.storage.files.shutil.copyfile", fail)
        with pytest.raises(StoreError, match=f"{os.strerror(number)}.*index that was there stays"):
            update(archive.engine, [archive.source], SETTINGS, SilentProgress())
    assert content_of(archive.index) == before
    assert archive.read_state() == 0
    archive.build(1)
    assert archive.read_state() == 1


def test_failure_after_the_manifest_stands_leaves_no_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The last step of all, the pointer's replace, is the one that fails."""
    archive = NumberedArchive(tmp_path)
    archive.build(0)

    def fail(_: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(archive.engine.generations, "point_to", fail)
        with pytest.raises(StoreError, match="No space left"):
            archive.build(2)
    assert archive.engine.generations.list_published() == ["000001"]
    assert archive.list_leftovers() == []


def test_files_are_copied_where_links_are_not_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    archive = NumberedArchive(tmp_path)
    archive.build(0)

    def fail(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", fail)
        archive.build(1)
    assert archive.read_state() == 1
    assert list(archive.engine.check()) == []


def test_index_that_may_only_be_read_is_searched_and_writing_says_why(tmp_path: Path):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    with mounted("--bind", str(archive.index), on=archive.index):
        assert run("mount", "-o", "remount,bind,ro", str(archive.index))
        assert archive.read_state() == 0
        assert run_dateline("search", "brigade", index=archive.index).exit_code == 0
        assert run_dateline("check", index=archive.index).exit_code == 0
        for words in (
            ["update", str(archive.source)],
            ["rollback"],
            ["rebuild", str(archive.source)],
        ):
            done = run_dateline(*words, index=archive.index)
            assert done.exit_code == 1
            assert "Read-only file system" in done.stderr
            assert str(archive.index) in done.stderr


def test_index_of_another_user_is_searched(tmp_path: Path):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    for path in [archive.index, *archive.index.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    try:
        assert archive.read_state() == 0
    finally:
        for path in [archive.index, *archive.index.rglob("*")]:
            path.chmod(0o755)
