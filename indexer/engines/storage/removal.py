"""Removes files of an index: only by name, only in the folder itself, never through a link.

In: the index folder and the name of a generation that a writer of ours made. Out: its files are
gone; a file there that is not ours stays, and its folder with it. Every folder on the way is opened
without following links, and files are removed by those handles, so that a link put in place
meanwhile leads nowhere either.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from typing import TYPE_CHECKING

from indexer.engines.storage.manifest import MANIFEST, list_sealed_names
from indexer.errors import StoreError

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from pathlib import Path

_LOG = logging.getLogger(__name__)


def remove_manifest(root: Path, generation: str) -> None:
    """Remove a manifest first of all, durably: half removed a generation is no damage.

    What it names in its folder goes too: an older version has other names.
    """
    sealed = list_sealed_names(root / "generations" / generation) or []
    with open_folder_inside(root, "generations", generation) as folder:
        if folder is not None:
            remove_file_at(folder, MANIFEST)
            os.fsync(folder)
            for name in sealed:
                if name.startswith(f"generations/{generation}/"):
                    remove_file_at(folder, name.rpartition("/")[2])


def remove_own_files(root: Path, generation: str, own_names: re.Pattern[str]) -> None:
    """Remove our files in the folder of a generation, and the folder if that was all.

    Args:
        root: the index folder.
        generation: its name, by the ledger one of ours.
        own_names: names of the files that a writer makes there, beside the manifest.
    """
    with open_folder_inside(root, "generations", generation) as folder:
        if folder is not None:
            for name in list_folder_at(folder):
                if own_names.fullmatch(name) or name == f"{MANIFEST}.partial":
                    remove_file_at(folder, name)
    with open_folder_inside(root, "generations") as folders:
        if folders is not None:
            remove_empty_folder_at(folders, generation)


def remove_pack(root: Path, generation: str) -> None:
    """Remove the saved pages that a generation added."""
    with open_folder_inside(root, "originals") as folder:
        if folder is not None:
            remove_file_at(folder, f"{generation}.pack")


@contextlib.contextmanager
def log_failed_removal(root: Path, live: str | None = None) -> Iterator[None]:
    """Log a warning if a removal fails: the next writer tries again, and the index is whole.

    Args:
        root: the index folder.
        live: name of the live generation, None if it is not known.
    """
    try:
        yield
    except (OSError, StoreError) as exc:
        lives = f"generation {live} is live, and " if live else ""
        reason = exc if isinstance(exc, StoreError) else exc.strerror or exc
        _LOG.warning(
            "Old generations in %s were not removed: %s; %sthe next update or rebuild tries again",
            root,
            reason,
            lives,
        )


@contextlib.contextmanager
def open_folder_inside(root: Path, *parts: str) -> Iterator[int | None]:
    """Open a folder below another without following a link; yields a handle for `dir_fd`.

    It yields None if the folder is missing or is reached through a link only.
    """
    handle: int | None = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            if handle is None:
                break
            inner = None
            try:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            except OSError as exc:
                if exc.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                    raise
            os.close(handle)
            handle = inner
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def remove_file_at(folder: int, name: str) -> None:
    """Remove a file of an open folder; a link itself, not its target; never a folder.

    Args:
        folder: a handle of `open_folder_inside`.
    """
    with contextlib.suppress(FileNotFoundError, IsADirectoryError):
        os.unlink(name, dir_fd=folder)


def remove_empty_folder_at(folder: int, name: str) -> None:
    """Remove a folder in an open folder if nothing is in it."""
    with contextlib.suppress(OSError):
        os.rmdir(name, dir_fd=folder)


def list_folder_at(folder: int) -> list[str]:
    """List the names in an open folder, sorted."""
    return sorted(os.listdir(folder))
