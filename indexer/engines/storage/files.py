"""Writes files that survive a power loss, and locates the files of a generation in a folder.

    ROOT/generations/000012/      the files of one generation
    ROOT/originals/000012.pack    saved pages that this generation added, one zlib stream each

In: paths and bytes. Out: durable files, digests, and the saved bytes of a page.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.errors import DamageError, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

DIGEST_BYTES = 16

PARTIAL: Final = ".partial"
"""Ends the name of a file that `write_durably` has not renamed yet."""

MAX_INFLATED_BYTES: Final = 256_000_000
"""Largest page or stored document, inflated: fifty versions of the largest page read by default."""


def digest_bytes(data: bytes) -> str:
    """Digest some bytes by BLAKE2b-128, hexadecimal."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


def digest_file(path: Path) -> str:
    """Digest the bytes of a file by BLAKE2b-128, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.blake2b(digest_size=DIGEST_BYTES)
        ).hexdigest()


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a power loss leaves the old or the new one, never a part.

    It is written beside, synced and renamed, and its folder is synced.
    """
    partial = path.with_name(f"{path.name}{PARTIAL}")
    partial.unlink(missing_ok=True)
    try:
        with partial.open("xb") as file:  # "x" follows no link
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def read_plain_file(path: Path, most_bytes: int) -> bytes:
    """Read a whole file. A link is not followed, and nothing but a plain file is opened.

    Raises:
        FileNotFoundError: it is missing.
        ValueError: it is no plain file, or larger than `most_bytes`.
        OSError: it cannot be read, which tells nothing about its content.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as exc:
        if exc.errno in (errno.ELOOP, errno.ENXIO):
            raise ValueError("it is no plain file") from exc
        raise
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("it is no plain file")
        if found.st_size > most_bytes:
            raise ValueError(f"it has more than {most_bytes:,} bytes")
        parts = []
        while part := os.read(handle, found.st_size + 1):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(handle)


def make_unreadable_error(path: object, error: OSError) -> UnreadableError:
    """Make the error of a file that cannot be read: nothing is known about its content."""
    return UnreadableError(
        f"{path} cannot be read ({error.strerror or error}), so nothing is removed; try again. "
        "If it stays so, `rollback --list` names the generations to go back to by "
        "`rollback GENERATION`, or run rebuild with another --index"
    )


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
    """Make a hard link to a file, or a copy if the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


@dataclass(frozen=True, slots=True)
class OriginalLocation:
    """The location of the saved bytes of a page: zlib data in the pack of a generation.

    Attributes:
        generation: name of the generation.
        offset: of the first byte in the pack.
        length: bytes, compressed.
    """

    generation: str
    offset: int
    length: int


class IndexFolder:
    """The folder of an index, with the paths of its generations and packs.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def locate_generation(self, generation: str) -> Path:
        """Return the path of the folder of a generation."""
        return self.root / "generations" / generation

    def locate_pack(self, generation: str) -> Path:
        """Return the path of the saved pages that a generation added."""
        return self.root / "originals" / f"{generation}.pack"

    def read_original(self, place: OriginalLocation) -> bytes:
        """Read the saved bytes of a page, inflated.

        Raises:
            DamageError: they are missing or altered, or the pack is a symbolic link.
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
    """Inflate one zlib stream up to a limit: an index from elsewhere may contain a bomb.

    Raises:
        zlib.error: the stream is altered or cut, or inflates to more than `most_bytes`.
    """
    stream = zlib.decompressobj()
    content = stream.decompress(data, most_bytes)
    if not stream.eof:
        raise zlib.error(f"cut short, or more than {most_bytes:,} bytes")
    return content


def list_earlier_generations(published: list[str], live: str | None) -> list[str]:
    """List the generations before the live one, newest first.

    Args:
        published: names of all generations.
        live: name of the live one; None if there is none, so that all are listed.
    """
    return sorted((name for name in published if live is None or name < live), reverse=True)
