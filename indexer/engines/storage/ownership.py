"""Knows what in an index folder was made by Dateline, so that nothing else is ever removed.

    data/writer.json    {"dateline": "index", "generations": ["000011", "000012"],
                         "making": "000012", "digest": of all that}

The file is the ledger of the writers: which generations they made (a folder in `generations`, a
pack in `originals`, a stage in `quarantine`, each named after it), and which one was begun last. It
is written durably before anything of a generation is made. It marks the folder as an index, too. An
index of an earlier version has none; of it those generations are ours whose manifest is sealed.

In: the index folder. Out: the ledger, or the refusal of a folder that has anything else in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from indexer.engines.storage.files import (
    PARTIAL,
    digest_bytes,
    make_unreadable_error,
    read_plain_file,
    write_durably,
)
from indexer.engines.storage.folder_lock import LOCK_FILE, is_lock_of_ours
from indexer.engines.storage.manifest import list_sealed_names
from indexer.engines.storage.removal import list_folder_at, open_folder_inside, remove_file_at
from indexer.errors import DamageError, ForeignError

if TYPE_CHECKING:
    from pathlib import Path

LEDGER_FILE: Final = "writer.json"
POINTER_FILE: Final = "current.json"
FOLDERS: Final = ("generations", "originals")
GENERATION = re.compile(r"\d{6,12}")

_MOST_BYTES: Final = 1_000_000
_HARMLESS: Final = {LOCK_FILE, LEDGER_FILE + PARTIAL, *FOLDERS, "lost+found"}
"""Names with which a folder is as good as empty: what a writer leaves that died at its start, and
what the file system itself makes at the root of a disk."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The generations that writers made in a folder.

    Attributes:
        generations: names, ascending; some are removed since.
        making: the one begun last, published or not; None if that is settled.
    """

    generations: tuple[str, ...] = ()
    making: str | None = None


def read_ledger(root: Path) -> Ledger | None:
    """Read the ledger of an index folder; None if it has none.

    Raises:
        DamageError: the file is not ours, or was altered.
        UnreadableError: it cannot be read now.
    """
    path = root / LEDGER_FILE
    try:
        content = json.loads(read_plain_file(path, _MOST_BYTES))
        seal = content.pop("digest")
        if seal != _seal_content(content):
            raise ValueError("its checksum does not fit")
        return Ledger(tuple(content["generations"]), content["making"])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise make_unreadable_error(path, exc) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise DamageError(
            f"{path} is damaged, or is no file of Dateline ({exc}); move it elsewhere and run "
            "update or rebuild"
        ) from exc


def write_ledger(root: Path, ledger: Ledger) -> None:
    """Write the ledger of an index folder, durably."""
    content: dict[str, Any] = {"dateline": "index", **asdict(ledger)}
    content["generations"] = list(ledger.generations)
    sealed = content | {"digest": _seal_content(content)}
    write_durably(root / LEDGER_FILE, json.dumps(sealed).encode())


def adopt_generations(root: Path) -> Ledger:
    """Make the ledger of an index that has none: what its sealed manifests name is ours.

    Raises:
        UnreadableError: a folder or manifest cannot be read now.
    """
    found: set[str] = set()
    for name in list_names(root, "generations"):
        sealed = list_sealed_names(root / "generations" / name)
        if GENERATION.fullmatch(name) and sealed is not None:
            found |= {name, *(one[10:-5] for one in sealed if one.startswith("originals/"))}
    return Ledger(tuple(sorted(found)))


def list_names(root: Path, folder: str) -> list[str]:
    """List the names in a folder of the index, sorted; none if it is missing or a link.

    Raises:
        UnreadableError: it cannot be listed now.
    """
    try:
        with open_folder_inside(root, *folder.split("/")) as handle:
            return [] if handle is None else list_folder_at(handle)
    except (FileNotFoundError, NotADirectoryError):  # the index folder itself
        return []
    except OSError as exc:
        raise make_unreadable_error(root / folder, exc) from exc


def refuse_foreign_folder(root: Path) -> None:
    """Refuse a folder that is neither missing, nor empty, nor an index of ours.

    Raises:
        ForeignError: it has files of other kinds, or a part of it is a link.
        UnreadableError: it cannot be looked at now.
    """
    try:
        names = sorted(path.name for path in root.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as exc:
        raise make_unreadable_error(root, exc) from exc
    for folder in (*FOLDERS, "quarantine"):
        if (root / folder).is_symlink():
            raise ForeignError(
                f"{root / folder} is a link, and Dateline writes and removes nothing behind links; "
                "put the folder itself in its place, or name another folder with --index"
            )
    if is_index_of_ours(root):
        return
    for name in names:
        if name not in _HARMLESS or (name in FOLDERS and list_names(root, name)):
            raise ForeignError(
                f"{root} is no index and is not empty (it has {name!r}), so nothing is written "
                "there; name a new or an empty folder, outside of your pages, with --index"
            )


def is_index_of_ours(root: Path) -> bool:
    """Whether anything in a folder proves that Dateline made an index of it.

    Raises:
        UnreadableError: it cannot be looked at now.
    """
    try:
        if read_ledger(root) is not None:
            return True
    except DamageError:
        pass
    if read_pointer(root) is not None or adopt_generations(root).generations:
        return True
    # A writer of an earlier version that was killed in its first build left only its name.
    lock = _read_or_none(root / LOCK_FILE)
    return bool(lock) and is_lock_of_ours(lock or b"") and (root / "generations").is_dir()


def read_pointer(root: Path) -> str | None:
    """Read which generation the pointer names; None if it is missing or makes no sense.

    Raises:
        UnreadableError: it cannot be read now.
    """
    try:
        return parse_pointer(_read_or_none(root / POINTER_FILE) or b"")
    except ValueError:
        return None


def parse_pointer(data: bytes) -> str:
    """Return the generation that a pointer names.

    Raises:
        ValueError: it makes no sense, or its checksum does not fit.
    """
    try:
        content = json.loads(data)
        name, seal = content["generation"], content["digest"]
    except (KeyError, TypeError, RecursionError) as exc:
        raise ValueError(str(exc)) from exc
    if not (
        isinstance(name, str) and GENERATION.fullmatch(name) and seal == digest_bytes(name.encode())
    ):
        raise ValueError("it names no generation")
    return name


def remove_partials(root: Path) -> None:
    """Remove the unfinished pointer and ledger that a killed writer left."""
    with open_folder_inside(root) as folder:
        if folder is not None:
            for name in (POINTER_FILE, LEDGER_FILE):
                remove_file_at(folder, name + PARTIAL)


def _read_or_none(path: Path) -> bytes | None:
    """Read a small file; None if there is none, or it is no plain file."""
    try:
        return read_plain_file(path, _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as exc:
        raise make_unreadable_error(path, exc) from exc


def _seal_content(content: dict[str, Any]) -> str:
    return digest_bytes(json.dumps(content, sort_keys=True).encode())
