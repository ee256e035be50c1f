"""Where what belongs to a generation stands in a folder: its files, and the saved pages it added.

ROOT/generations/000012/      the files of one generation
ROOT/originals/000012.pack    saved pages added by that generation, one zlib stream each
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zlib
from typing import TYPE_CHECKING, Final

from indexer.errors import DamageError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.engines.base import Original

MOST_BYTES: Final = 256_000_000
"""Of one page or stored document, inflated: fifty versions of the largest page read by default."""


class Places:
    """The places in one folder.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, generation: str) -> Path:
        """Where the files of a generation stand."""
        return self.root / "generations" / generation

    def pack(self, generation: str) -> Path:
        """Where the saved pages that a generation added stand."""
        return self.root / "originals" / f"{generation}.pack"

    def original(self, place: Original) -> bytes:
        """The saved bytes of a page, inflated.

        Raises:
            DamageError: they are gone, altered, or stand behind a link.
        """
        path = self.pack(place.generation)
        try:
            # No link is followed, also where one was put in place while the index was open.
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as pack:  # noqa: PTH123
                pack.seek(place.offset)
                packed = pack.read(min(max(place.length, 0), MOST_BYTES))
                return inflate(packed, MOST_BYTES)
        except (OSError, ValueError, zlib.error) as exc:
            raise DamageError(f"{path} is damaged or missing ({exc}); run rebuild") from exc


def inflate(data: bytes | memoryview, most_bytes: int) -> bytes:
    """What one zlib stream holds; an index from elsewhere may hold a bomb.

    Raises:
        zlib.error: it is altered, cut, or holds more than `most_bytes`.
    """
    stream = zlib.decompressobj()
    content = stream.decompress(data, most_bytes)
    if not stream.eof:
        raise zlib.error(f"cut short, or more than {most_bytes:,} bytes")
    return content


def earlier(published: list[str], live: str | None) -> list[str]:
    """Generations to go back to, newest first: those before the live one, all where none is."""
    return sorted((name for name in published if live is None or name < live), reverse=True)


def discard(path: Path) -> None:
    """Remove what stands at a path, a folder too; what cannot go now, the next writer tries."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
