"""Keeps sources and index apart: neither may be inside the other.

In: the folder of the index and the sources of a build, before anything is written. Out: nothing, or
the refusal. An index inside a source would be read as pages; a source inside an index is a folder
of the user's among files that come and go.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def refuse_nested(index: Path, sources: Sequence[Path]) -> None:
    """Refuse sources that are inside the index, or have it inside.

    Links are resolved, and folders compared by device and inode, so that another name of the same
    folder is no way around. Neither need exist.

    Raises:
        SourceError: one is; the message names both.
    """
    for source in sources:
        if _is_inside(source, index):
            raise SourceError(
                f"{source} is inside the index {index}, whose files come and go; move it out, or "
                "name another folder for the index with --index"
            )
        if _is_inside(index, source):
            raise SourceError(
                f"The index {index} is inside the source {source}, and would be read as pages; "
                "name a folder elsewhere with --index (an index may be moved: mv), or only the "
                "folders that have pages"
            )


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or in it."""
    try:
        wanted = folder.stat()
    except (OSError, ValueError):
        return False
    return any(os.path.samestat(wanted, found) for found in _stat_ancestors(path))


def _stat_ancestors(path: Path) -> Iterator[os.stat_result]:
    """Stat a path and every folder above it that exists."""
    whole = Path(os.path.realpath(path))
    for one in (whole, *whole.parents):
        try:
            yield one.stat()
        except (OSError, ValueError):
            continue
