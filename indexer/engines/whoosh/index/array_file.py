"""Array files, and the index format, version 1.

In: numpy arrays by name, or the path of a file. Out: one file, or read-only views of its arrays.

An index folder holds `toc.json` (see table_of_contents.py) and six array files for each segment.
An array file is written once and never changed, so generations may share it by a hard link:

    s000001.terms        for each indexed field F, sorted by UTF-8 bytes (= by code point):
                         F.blob u1 the terms end to end, F.starts i8 (terms + 1) their offsets,
                         F.postings i8 (terms + 1) offsets into documents and frequencies,
                         F.occurrences i8 (terms + 1) running sum of frequencies = offsets into
                         positions, F.lengths i4 (documents) tokens of each document, exact
    s000001.documents    F i4 document numbers, ascending within a term
    s000001.frequencies  F u1, u2 or i4, the narrowest that holds the largest
    s000001.positions    F i4 ascending within a document, first token 0; only if the
                         format of the schema has positions
    s000001.columns      int columns N i4; text columns N.blob u1, N.starts i8 (documents + 1);
                         value columns N.blob and N.bounds (the distinct values, sorted), N.starts
                         i8 (documents + 1), N.ids i4; columns of signatures N.rows i4 (documents *
                         16), and for each of 16 bands end to end N.keys u2 its first two bytes of
                         each document, ascending, N.order i4 the documents they are of (lsh.py)
    s000001.stored       blob u1, starts i8 (documents + 1): one zlib stream of JSON per document
    s000001-2.deleted    documents i4, ascending: the deleted documents as of the second deletion

The folder of a generation holds one more file, over all segments (copy_groups.py):

    copies.groups        groups i4 (documents, deleted ones included): group of copies, 0 = none

An array file is a header of 64 bytes (magic, version, CRC-32 of the directory, offset and length
of the directory), arrays that each begin at a multiple of 64, and last the directory, JSON:
`{"kind": ..., "arrays": {name: [dtype, count, offset]}}`. All numbers are little-endian. Nothing
is ever pickled. Positions and documents stay 32 bits wide, to be used in place; frequencies are
narrowed (to two bytes as soon as one article repeats a word 256 times) and widened when read, which
takes 15 µs for 100,000.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from indexer.errors import DamageError, VersionError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
"""Version of the format above. A change that an old reader would misread raises it."""

RELEASED_BYTES = 1 << 20
"""Smallest file whose pages `release_pages` gives back."""

ALIGNMENT = 64
DTYPES = ("|u1", "<u2", "<i4", "<i8")
_MAGIC = b"DATELINE"
_HEADER = struct.Struct("<8sIIQQ32x")

ENCODING = "utf-8"
ERRORS = "surrogatepass"
"""Lone surrogates (legal in JSON) are stored, and sort as their code points do."""


def make_damage_error(path: Path, what: str) -> DamageError:
    """Make the error for a damaged file: the file, its fault, and the way out."""
    way_out = "run `dateline check`, then `dateline rollback` or `dateline rebuild`"
    return DamageError(f"{path}: {what}; {way_out}")


class ArrayWriter:
    """Writes one new array file, one array after another.

    Nothing is synced: most files of a build are merged away before anyone reads them.
    `Generations.publish` syncs the files that stay.

    Args:
        path: of the file.
        kind: written into the directory; a reader must name the same.

    Raises:
        FileExistsError: the file exists. Existing files may be shared and are never touched.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self._kind = kind
        self._arrays: dict[str, list[Any]] = {}
        self._open: list[Any] = []
        self._end = ALIGNMENT
        self._file: BinaryIO = path.open("xb")
        self._file.write(bytes(ALIGNMENT))

    def begin_array(self, name: str, dtype: str) -> None:
        """Begin the array `name`; `append` and `append_bytes` write to it from now on."""
        self._pad()
        self._open = self._arrays[name] = [np.dtype(dtype).str, 0, self._end]

    def append(self, values: NDArray[Any]) -> None:
        """Write more values of the open array; converted to its dtype."""
        data = np.ascontiguousarray(values, dtype=self._open[0])
        self._file.write(data.data)
        self._open[1] += len(data)
        self._end += data.nbytes

    def append_bytes(self, data: bytes) -> None:
        """Write more bytes of the open array, whose dtype is u1."""
        self._file.write(data)
        self._open[1] += len(data)
        self._end += len(data)

    def add_array(self, name: str, values: NDArray[Any], dtype: str) -> None:
        """Write a whole array."""
        self.begin_array(name, dtype)
        self.append(values)

    def close(self) -> None:
        """Write the directory and the header, and close the file."""
        self._pad()
        directory = json.dumps({"kind": self._kind, "arrays": self._arrays}).encode()
        self._file.write(directory)
        self._file.seek(0)
        crc = zlib.crc32(directory)
        self._file.write(_HEADER.pack(_MAGIC, FORMAT, crc, self._end, len(directory)))
        self._file.close()

    def discard(self) -> None:
        """Close and remove the unfinished file, even if the disk is full."""
        # Closing flushes the buffer, which fails again if the disk is full.
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)

    def _pad(self) -> None:
        if gap := -self._end % ALIGNMENT:
            self._file.write(bytes(gap))
            self._end += gap


class ArrayFile:
    """One array file, memory-mapped as a whole; its arrays are read-only views.

    The views stay valid after the file is unlinked: a folder may be pruned while a reader has it
    open.

    Raises:
        DamageError: the file is missing or truncated, or its header or directory is altered.
        VersionError: a later version of the format wrote it.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self._map, self._identity = _map_file(path)
        self._arrays = self._read_directory(kind)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    @property
    def size_bytes(self) -> int:
        """Bytes of the file."""
        return len(self._map)

    def is_truncated(self) -> bool:
        """Whether the file is shorter than when it was opened; the call takes a microsecond.

        Reading past the end of a mapped file that was truncated ends the process (SIGBUS), with no
        exception.
        """
        return self._map.size() < len(self._map)

    def is_same_file(self, path: str) -> bool:
        """Whether a path leads to this file (the same inode): itself or a hard link to it."""
        try:
            return _identify(os.stat(path)) == self._identity  # noqa: PTH116
        except OSError:
            return False

    def release_pages(self) -> None:
        """Give the pages read so far back to the system; its cache serves them if read again.

        Pages count as memory of the process: merging a million articles held 4.4 GB of them. A file
        below RELEASED_BYTES is skipped: merging ten small segments made 1,500 calls.
        """
        if hasattr(mmap, "MADV_DONTNEED") and self.size_bytes >= RELEASED_BYTES:
            self._map.madvise(mmap.MADV_DONTNEED)

    def get_array(self, name: str, *dtypes: str, count: int | None = None) -> NDArray[Any]:
        """Return a read-only view of an array.

        Args:
            name: its name in the directory.
            dtypes: numpy dtypes it may have (`<i4`).
            count: the length it must have; None allows any.

        Raises:
            DamageError: it is missing, or has another dtype or length.
        """
        if name not in self._arrays:
            raise make_damage_error(self.path, f"array {name!r} is missing")
        dtype, length, offset = self._arrays[name]
        if dtype not in dtypes:
            raise make_damage_error(self.path, f"array {name!r} has dtype {dtype}")
        if count is not None and length != count:
            raise make_damage_error(
                self.path, f"array {name!r} has {length} values instead of {count}"
            )
        return np.frombuffer(self._map, dtype=dtype, count=length, offset=offset)

    def get_offsets(self, name: str, count: int, end: int) -> NDArray[np.int64]:
        """Return an array of `count` + 1 offsets, which begin at 0, never fall and stop at `end`.

        Raises:
            DamageError: the array is missing, or its values are others.
        """
        values: NDArray[np.int64] = self.get_array(name, "<i8", count=count + 1)
        if values[0] != 0 or values[-1] != end or bool((values[1:] < values[:-1]).any()):
            raise make_damage_error(self.path, f"offsets {name!r} do not ascend from 0 to {end}")
        return values

    def _read_directory(self, kind: str) -> dict[str, tuple[str, int, int]]:
        magic, version, crc, offset, length = _HEADER.unpack_from(self._map)
        if magic != _MAGIC:
            raise make_damage_error(self.path, "not an index file (wrong magic)")
        if version > FORMAT:
            raise VersionError(
                f"{self.path}: format {version} is newer than {FORMAT}; upgrade Dateline or rebuild"
            )
        if offset + length != len(self._map):
            raise make_damage_error(
                self.path, f"{len(self._map)} bytes instead of {offset + length}"
            )
        directory = self._map[offset:]
        if zlib.crc32(directory) != crc:
            raise make_damage_error(self.path, "directory altered (checksum)")
        return self._read_content(kind, version, directory)

    def _read_content(
        self, kind: str, version: int, directory: bytes
    ) -> dict[str, tuple[str, int, int]]:
        try:
            content = json.loads(directory)
            if version != FORMAT or content["kind"] != kind:
                raise make_damage_error(
                    self.path, f"not a file of kind {kind!r} and version {FORMAT}"
                )
            return {
                name: self._parse_entry(name, *entry) for name, entry in content["arrays"].items()
            }
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
            raise make_damage_error(self.path, "directory makes no sense") from exc

    def _parse_entry(self, name: str, dtype: str, count: int, offset: int) -> tuple[str, int, int]:
        sensible = dtype in DTYPES and type(count) is type(offset) is int and count >= 0
        if not sensible or offset < ALIGNMENT or offset % ALIGNMENT:
            raise make_damage_error(self.path, f"directory entry of {name!r} makes no sense")
        if offset + count * np.dtype(dtype).itemsize > len(self._map):
            raise make_damage_error(self.path, f"array {name!r} reaches past the end of the file")
        return dtype, count, offset


def _map_file(path: Path) -> tuple[mmap.mmap, tuple[int, int]]:
    """Map a file; returns its content, and its device and inode."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_size < ALIGNMENT:
                raise make_damage_error(path, "cut short (no header)")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), _identify(found)
    except FileNotFoundError as exc:
        raise make_damage_error(path, "missing") from exc


def _identify(stat: os.stat_result) -> tuple[int, int]:
    """Return device and inode."""
    return stat.st_dev, stat.st_ino
