"""The input of every reader: a stream with a name, and a budget of bytes that may be inflated.

`read_capped` inflates a stream up to a limit, so that a gzip bomb costs at most the limit.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import IO

from indexer.analysis.control_characters import make_printable
from indexer.errors import PageError

MIN_BUDGET_BYTES, MAX_RATIO = 100_000_000, 100
"""A source file may inflate to MIN_BUDGET_BYTES plus MAX_RATIO times its size: pages pack 5 to 20
to 1, bombs 1,000 to 1 and, nested, a million to 1."""

MAX_MEMBERS = 1_000_000
"""Pages in one source file, nested archives included."""

MAX_NESTING = 3
"""Levels of archives inside archives."""

GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class NamedStream:
    """A stream of bytes with a name.

    Attributes:
        name: as `Page.name`.
        source: as `Page.source`.
        stream: the bytes, at their beginning; seekable for a file, not inside a container.
        saved: when it was saved, ISO 8601 UTC; None if unknown.
        depth: number of containers around it.
    """

    name: str
    source: str
    stream: IO[bytes]
    saved: str | None = None
    depth: int = 0

    def make_member(self, member: str, stream: IO[bytes], saved: str | None = None) -> NamedStream:
        """Make the stream of a member of this container.

        Control characters in the name of the member are replaced by U+FFFD.
        """
        shown = make_printable(member)
        return NamedStream(f"{self.name}!{shown}", self.source, stream, saved, self.depth + 1)


class DistinctNames:
    """The names of the pages of one file; a name met again gets a number.

    >>> names = DistinctNames()
    >>> [names.make_distinct(name) for name in ("a.html", "b.html", "a.html", "a.html")]
    ['a.html', 'b.html', 'a.html (2)', 'a.html (3)']
    """

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._last)

    def make_distinct(self, name: str) -> str:
        """Return the name, or the name with the first free number if it was returned before."""
        number, distinct = self._last.get(name, 0), name
        if number:
            while distinct in self._last:
                number += 1
                distinct = f"{name} ({number})"
            self._last[name] = number
        self._last[distinct] = 1
        return distinct


class BudgetExceeded(Exception):
    """A source file inflates to more than its budget; the message is the reason to show."""


class Budget:
    """The bytes and pages that may still be inflated from one source file.

    Args:
        file_bytes: size of the file on disk.
        page_bytes: largest page, once inflated.
    """

    def __init__(self, file_bytes: int, page_bytes: int) -> None:
        self.page_bytes = page_bytes
        self.bytes_left = MIN_BUDGET_BYTES + MAX_RATIO * file_bytes
        self.members_left = MAX_MEMBERS

    def spend(self, size: int, *, members: int = 0) -> None:
        """Subtract bytes and pages that were inflated.

        Args:
            size: bytes.
            members: pages.

        Raises:
            BudgetExceeded: nothing is left.
        """
        self.bytes_left -= size
        self.members_left -= members
        if self.bytes_left < 0:
            raise BudgetExceeded(
                f"inflates to more than {MAX_RATIO} times its size; the rest of it was not read"
            )
        if self.members_left < 0:
            raise BudgetExceeded(
                f"holds more than {MAX_MEMBERS:,} pages; the rest of it was not read"
            )


def read_capped(stream: IO[bytes], cap: int) -> bytes:
    """Read all of a stream, inflated if it is gzip.

    Raises:
        PageError: over `cap` bytes once inflated, or damaged.
    """
    head = stream.read(2)
    rest: IO[bytes] = _PrefixedStream(head, stream)  # type: ignore[assignment]
    try:
        data = (gzip.GzipFile(fileobj=rest) if head == GZIP_MAGIC else rest).read(cap + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise PageError(f"damaged gzip: {exc}") from exc
    if len(data) > cap:
        raise PageError(f"larger than {cap / 1e6:g} MB (setting page_bytes)")
    return data


class _PrefixedStream:
    """A stream whose first bytes were already read; they are read again first."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self.head, self.rest = head, rest

    def read(self, size: int = -1) -> bytes:
        if not self.head:
            return self.rest.read(size)
        head, self.head = self.head, b""
        return head + self.rest.read(size - len(head) if size >= 0 else -1)
