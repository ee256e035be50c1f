"""The writer's lock of an index folder: one process writes, others are told which one.

In: the index folder. Out: a lock held while a block runs; the system releases it when the process
ends, however it ends. The file `writer.lock` stays; it names the process only while that writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from indexer.errors import ForeignError, LockedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_FILE: Final = "writer.lock"

_HOLDER = re.compile(rb"process \d+ since [\d:T+-]{10,40}")
_MOST_BYTES: Final = 100


@contextlib.contextmanager
def hold_lock(root: Path) -> Iterator[None]:
    """Hold the writer's lock of a folder.

    Raises:
        LockedError: another process holds it.
        ForeignError: the file of that name is not ours, or a link.
        StoreError: the folder cannot be written.
    """
    path = root / LOCK_FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as exc:
        raise StoreError(f"Cannot write to {root}: {exc.strerror or exc}") from exc
    try:
        _take_lock(root, handle)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        _write_holder(handle, f"process {os.getpid()} since {since}")
        try:
            yield
        finally:
            _write_holder(handle, "")
    finally:
        os.close(handle)


def is_lock_of_ours(content: bytes) -> bool:
    """Whether a lock file has the text that a writer leaves; it is empty between two of them."""
    return not content or _HOLDER.fullmatch(content) is not None


def _take_lock(root: Path, handle: int) -> None:
    try:
        content = os.pread(handle, _MOST_BYTES, 0)
        if not is_lock_of_ours(content):
            raise ForeignError(
                f"{root / LOCK_FILE} is not a file of Dateline; move it elsewhere, or name another "
                "folder with --index"
            )
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, _MOST_BYTES, 0).decode(errors="replace") or "an unknown process"
        raise LockedError(f"{root} is being written by {holder}; wait until it has ended") from None
    except OSError as exc:
        raise StoreError(f"{root / LOCK_FILE} cannot be used: {exc.strerror or exc}") from exc


def _write_holder(handle: int, text: str) -> None:
    """Write the holder into the lock file, unbuffered; the lock does not need it on a full disk."""
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)
