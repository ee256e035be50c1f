"""Reads and writes the manifest of a generation: each of its files with size, time and checksum.

A manifest has a checksum of itself. Opening a generation takes a stat of each file: another size is
damage, another time of change makes that file be read and compared. So an index copied by a tool
that keeps times (cp -a, rsync -a, tar) opens at once; any other copy opens after a full reading. A
flipped bit on the disk, which no stat shows, is found by `check`.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.engines.storage.files import (
    digest_bytes,
    digest_file,
    make_unreadable_error,
    read_plain_file,
    write_durably,
)
from indexer.errors import DamageError, VersionError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 2
"""Version of the layout of an index folder and all in it; raised when a rebuild is needed."""

MANIFEST = "manifest.json"
MOST_BYTES = 256_000_000
"""Largest manifest that is read."""

WAY_OUT = "run rebuild or rollback"

_FILE_NAME = re.compile(r"generations/\d{6,}/[\w.-]+|originals/\d{6,}\.pack")
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as published.

    Attributes:
        size: bytes.
        digest: BLAKE2b-128 of them, hexadecimal.
        modified_ns: time of change, nanoseconds since 1970.
    """

    size: int
    digest: str
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of a generation.

    Attributes:
        format: version of the layout, `FORMAT`.
        generation: its name.
        built: ISO 8601 UTC.
        articles: how many it has.
        facts: numbers of `stats`, by name.
        files: by path relative to the index folder.
    """

    format: int
    generation: str
    built: str
    articles: int
    facts: dict[str, Any]
    files: dict[str, FileRecord]


def record_file(path: Path) -> FileRecord:
    """Read a file and record its state."""
    found = path.stat()
    return FileRecord(found.st_size, digest_file(path), found.st_mtime_ns)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest with its checksum, durably."""
    content = _to_json(manifest)
    sealed = content | {"digest": _seal_content(content)}
    # Not indented: that takes json's slow way, ten times as long.
    write_durably(folder / MANIFEST, json.dumps(sealed, sort_keys=True).encode())


def _to_json(manifest: Manifest) -> dict[str, Any]:
    # Not by `asdict`, which copies deep: half a millisecond for the files of eight segments.
    content = {field.name: getattr(manifest, field.name) for field in fields(manifest)}
    files = {
        name: {"size": one.size, "digest": one.digest, "modified_ns": one.modified_ns}
        for name, one in manifest.files.items()
    }
    return content | {"files": files}


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in the folder of a generation.

    Raises:
        VersionError: made by another version.
        DamageError: missing, altered or malformed.
        UnreadableError: it cannot be read now.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(read_plain_file(path, MOST_BYTES))
        found = content["format"]
        if found == FORMAT:
            return _parse(folder.name, content)
    except (FileNotFoundError, NotADirectoryError):
        raise DamageError(f"{path} is missing; {WAY_OUT}") from None
    except OSError as exc:
        raise make_unreadable_error(path, exc) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise DamageError(f"{path} is damaged ({exc}); {WAY_OUT}") from exc
    root = folder.parent.parent
    raise VersionError(
        f"The index in {root} was made by another version of Dateline "
        f"(format {found!r:.20}, this one reads {FORMAT}); run: "
        f"dateline --index {root} rebuild FOLDER"
    )


def _parse(generation: str, content: dict[str, Any]) -> Manifest:
    seal = content.pop("digest")
    if seal != _seal_content(content):
        raise ValueError("its checksum does not fit")
    for name in content["files"]:
        if not _FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no file of a generation")
    files = {name: FileRecord(**row) for name, row in content["files"].items()}
    manifest = Manifest(**{**content, "files": files})
    if manifest.generation != generation:
        raise ValueError(f"it is the manifest of {manifest.generation!r}")
    return manifest


def list_sealed_names(folder: Path) -> list[str] | None:
    """List the files that a manifest of any version names, if its checksum holds.

    Returns:
        Paths relative to the index folder; None if no manifest of ours is in the folder.

    Raises:
        UnreadableError: it cannot be read now.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(read_plain_file(path, MOST_BYTES))
        seal = content.pop("digest")
        if seal != _seal_content(content) or content["generation"] != folder.name:
            return None
        return [name for name in content["files"] if _FILE_NAME.fullmatch(name)]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise make_unreadable_error(path, exc) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _seal_content(content: dict[str, Any]) -> str:
    return digest_bytes(json.dumps(content, sort_keys=True).encode())


def find_changes(root: Path, manifest: Manifest, *, in_full: bool) -> Iterator[str]:
    """Find the files that are not as published; yields a sentence for each.

    Args:
        root: the index folder.
        manifest: of the generation.
        in_full: read every file; otherwise only those whose time of change differs.

    Raises:
        UnreadableError: a file cannot be read now; with `in_full` that is a sentence as well.
    """
    for name, record in manifest.files.items():
        path = f"{root}/{name}"  # a `Path` takes longer to make than a file to stat
        change = _describe_change(path, record, in_full=in_full)
        if change:
            yield f"{path} {change}; {WAY_OUT}"


def _describe_change(path: str, record: FileRecord, *, in_full: bool) -> str | None:
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            return "is no plain file"
        if found.st_size != record.size:
            return f"is {found.st_size} bytes, was published with {record.size}"
        unread = not in_full and _is_same_time(found.st_mtime_ns, record.modified_ns)
        if unread or digest_file(Path(path)) == record.digest:
            return None
    except FileNotFoundError:
        return "is missing"
    except OSError as exc:
        if not in_full:
            raise make_unreadable_error(path, exc) from exc
        return f"cannot be read ({exc.strerror or exc})"
    return "was altered after it was published"


def _is_same_time(found: int, published: int) -> bool:
    """Whether two times of change are equal; an archive may store whole seconds only."""
    whole = found % _SECOND == 0
    return found == (published - published % _SECOND if whole else published)
