"""Files that survive a power loss, and where those of a generation are in a folder.

ROOT/generations/000012/      the files of one generation
ROOT/originals/000012.pack    saved pages added by that generation, one zlib stream each
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.errors import DamageError

if TYPE_CHECKING:
    from pathlib import Path

DIGEST_BYTES = 16

MAX_INFLATED_BYTES: Final = 256_000_000
"""Of one page or stored document, inflated: fifty versions of the largest page read by default."""


def digest_bytes(data: bytes) -> str:
    """BLAKE2b-128 of some bytes, hexadecimal."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


def digest_file(path: Path) -> str:
    """BLAKE2b-128 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.blake2b(digest_size=DIGEST_BYTES)
        ).hexdigest()


def write_durably(path: Path, data: bytes) -> None:
    """Write beside, fsync, replace, fsync the folder: the old or the new file, never a part."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    fsync_folder(path.parent)


def fsync_file(path: Path) -> None:
    """Make the content of a file durable."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file of one generation to another: a hard link, or a copy where links are not had."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """Where the saved bytes of a page stand: zlib data at an offset of a generation's pack."""

    generation: str
    offset: int
    length: int


class IndexFolder:
    """The places in one folder.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def locate_generation(self, generation: str) -> Path:
        """Where the files of a generation stand."""
        return self.root / "generations" / generation

    def locate_pack(self, generation: str) -> Path:
        """Where the saved pages that a generation added stand."""
        return self.root / "originals" / f"{generation}.pack"

    def read_original(self, place: OriginalLocation) -> bytes:
        """The saved bytes of a page, inflated.

        Raises:
            DamageError: they are gone, altered, or stand behind a link.
        """
        path = self.locate_pack(place.generation)
        try:
            # No link is followed, also where one was put in place while the index was open.
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as pack:  # noqa: PTH123
                pack.seek(place.offset)
                packed = pack.read(min(max(place.length, 0), MAX_INFLATED_BYTES))
                return inflate(packed, MAX_INFLATED_BYTES)
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


def list_earlier_generations(published: list[str], live: str | None) -> list[str]:
    """Generations to go back to, newest first: those before the live one, all where none is."""
    return sorted((name for name in published if live is None or name < live), reverse=True)


def discard(path: Path) -> None:
    """Remove what stands at a path, a folder too; what cannot go now, the next writer tries."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
