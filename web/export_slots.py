"""Limit the number of exports sent at the same time, so that slow readers leave threads for others.

`ExportSlots` counts them; `ExportStream` gives its slot back when it ends or is closed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Self

from flask import abort

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_EXPORTS: Final = 2
"""Exports at the same time: half of the server's threads. A reader who reads more slowly than the
server writes holds one thread."""


class ExportSlots:
    """Counts the exports being sent. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken_count = 0

    def acquire(self) -> None:
        """Take a slot. If all are taken, refuse the request with 503 and `Retry-After`."""
        with self._lock:
            free = self.taken_count < MOST_EXPORTS
            self.taken_count += free
        if not free:
            abort(
                503,
                f"{MOST_EXPORTS} exports are being read already; try again when one has ended.",
            )

    def release(self) -> None:
        """Give a slot back."""
        with self._lock:
            self.taken_count -= 1


class ExportStream:
    """The pieces of an export. Its slot is given back at the end, or when it is closed."""

    def __init__(self, slots: ExportSlots, pieces: Iterator[bytes]) -> None:
        self._slots = slots
        self._pieces = pieces
        self._open = True

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Give the slot back; a second call does nothing."""
        if self._open:
            self._open = False
            self._slots.release()
