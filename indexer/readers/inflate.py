"""Capped inflating: a gzip bomb costs at most the cap."""

from __future__ import annotations

import gzip
import zlib
from typing import IO

from indexer.errors import PageError

GZIP_MAGIC = b"\x1f\x8b"


def read_capped(stream: IO[bytes], cap: int) -> bytes:
    """All of a stream, inflated where it is gzip.

    Raises:
        PageError: over `cap` bytes once inflated, or damaged.
    """
    head = stream.read(2)
    rest: IO[bytes] = _Rejoined(head, stream)  # type: ignore[assignment]
    try:
        data = (gzip.GzipFile(fileobj=rest) if head == GZIP_MAGIC else rest).read(cap + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise PageError(f"damaged gzip: {exc}") from exc
    if len(data) > cap:
        raise PageError(f"larger than {cap / 1e6:g} MB (setting page_bytes)")
    return data


class _Rejoined:
    """A stream whose first bytes were read already, put back in front."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self.head, self.rest = head, rest

    def read(self, size: int = -1) -> bytes:
        if not self.head:
            return self.rest.read(size)
        head, self.head = self.head, b""
        return head + self.rest.read(size - len(head) if size >= 0 else -1)
