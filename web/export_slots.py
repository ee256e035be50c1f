"""A bound on exports read at once, so that slow readers leave threads for everyone else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Self

from flask import abort

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE: Final = 2
"""Half of the server's threads: a reader who takes less than is written holds one of them."""


class Streams:
    """Counts the long answers being read. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken = 0

    def take(self) -> None:
        """Take a place; the request is refused (503, to be tried again) where none is left."""
        with self._lock:
            free = self.taken < AT_ONCE
            self.taken += free
        if not free:
            abort(503, f"{AT_ONCE} exports are being read already; try again when one has ended.")

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self.taken -= 1


class Streamed:
    """The pieces of a long answer; its place is given back at their end, or when it is closed."""

    def __init__(self, streams: Streams, pieces: Iterator[bytes]) -> None:
        self._streams = streams
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
        """Nothing more is read."""
        if self._open:
            self._open = False
            self._streams.leave()
