"""Lists the files of a source that can hold pages, in a fixed order, without opening them.

In: the path of a folder, a page file or an archive. Out: a `SourceFile` for each file, or
`QuarantinedPage` with the reason why it cannot be read.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.ingest.readers.registry import can_hold_pages, is_archive, list_endings
from indexer.models import QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source, with its size and time of change.

    Attributes:
        source: the source as remembered for updates, an absolute path.
        name: the path inside the source, `/` separated; the file's own name if the source is a
            file.
        path: where to open it.
        size: bytes.
        modified_ns: nanoseconds since 1970.
        page_name: the name of its page, or the beginning of the names of its pages; see
            `name_pages`.
    """

    source: str
    name: str
    path: Path
    size: int
    modified_ns: int
    page_name: str


def list_files(source: Path) -> Iterator[SourceFile | QuarantinedPage]:
    """List the files of a source that can hold pages, sorted by name.

    Files with other endings are skipped. A link that leads out of the source is quarantined.

    Raises:
        SourceError: the source is missing, unreadable or of a kind that is not read, or a folder
            without pages.
    """
    root = Path(os.path.abspath(source))  # noqa: PTH100  resolve() would follow the user's links
    if root.is_dir():
        yield from _list_folder(root, source)
    elif not root.exists():
        raise SourceError(f"No such file or folder: {source}; name a folder of saved pages")
    elif can_hold_pages(root.name):
        yield _stat_file(root.parent, root, root)
    else:
        raise SourceError(
            f"{source} is no page and no archive of pages; "
            f"readable are {list_endings()}, pages also as .gz"
        )


def _list_folder(root: Path, shown: Path) -> Iterator[SourceFile | QuarantinedPage]:
    found = False
    for entry in _walk_folder(root):
        found = True
        yield entry if isinstance(entry, QuarantinedPage) else _stat_file(root, entry, root)
    if not found:
        raise SourceError(
            f"No pages in {shown}; it is searched deep for {list_endings()}; pages also as .gz"
        )


def _stat_file(folder: Path, path: Path, source: Path) -> SourceFile | QuarantinedPage:
    """Read the state of a file on disk; its name is relative to `folder`."""
    name = path.relative_to(folder).as_posix()
    shown = name.encode("utf-8", "backslashreplace").decode()
    if shown != name:
        return QuarantinedPage(shown, "its name holds bytes that are not UTF-8; rename it")
    try:
        if path.is_symlink() and path != source and not _leads_inside(path, folder):
            return QuarantinedPage(name, "a link that leads out of the source folder")
        found = path.stat()
    except (OSError, RuntimeError) as exc:
        return QuarantinedPage(name, f"cannot be read: {getattr(exc, 'strerror', None) or exc}")
    if not stat.S_ISREG(found.st_mode):
        return QuarantinedPage(name, "is no plain file")
    size, modified_ns = found.st_size, found.st_mtime_ns
    page_name = name if path == source else name_pages(folder, name)
    return SourceFile(str(source), name, path, size, modified_ns, page_name)


def name_pages(folder: Path, name: str) -> str:
    """Name the pages of a file in a source folder: as the file, unless an archive may hold them.

    A file that is called as a page of an archive beside it gets `./` before its name: `a.zip` may
    hold a page `a.zip!x.html`, and a file `a.zip!x.html` is then the page `./a.zip!x.html`.

    Args:
        folder: the source.
        name: of the file, relative to it.
    """
    archive, mark, rest = name.partition("!")
    while mark:
        if is_archive(archive) and (folder / archive).is_file():
            return f"./{name}"
        part, mark, rest = rest.partition("!")
        archive = f"{archive}!{part}"
    return name


def _leads_inside(link: Path, folder: Path) -> bool:
    return link.resolve().is_relative_to(folder.resolve())


def _walk_folder(root: Path) -> Iterator[Path | QuarantinedPage]:
    """Yield folders that cannot be listed, then files that can hold pages, sorted by whole path."""
    refused: list[OSError] = []
    files = [
        Path(folder, name)
        for folder, _, names in os.walk(root, onerror=refused.append)
        for name in names
        if can_hold_pages(name)
    ]
    if refused and not files and Path(refused[0].filename) == root:
        raise SourceError(f"No permission to list {root}; give this user access to it")
    for error in refused:
        name = Path(error.filename).relative_to(root).as_posix()
        yield QuarantinedPage(f"{name}/", f"folder cannot be listed: {error.strerror}")
    yield from sorted(files, key=lambda path: path.relative_to(root).as_posix())
