"""Dateline: full-text search for saved defense reporting.

from indexer import open_index
open_index("data").search("su-25 belarus", sort="newest", limit=10)

`open_whoosh` gives the same index to scripts written for Whoosh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.engines.whoosh.compat.index import ReadOnlyIndex
    from indexer.search.index import Index
    from indexer.settings import Settings

__all__ = ["open_index", "open_whoosh"]


def open_index(location: str | Path, settings: Settings | None = None) -> Index:
    """An index for searching; see `indexer.search.open.open_index`.

    Imported when called, so that a cleaning process does not load the engine.
    """
    from indexer.search import open as opening  # noqa: PLC0415

    return opening.open_index(location, settings)


def open_whoosh(location: str | Path) -> ReadOnlyIndex:
    """Whoosh's own read-only index of a folder's live generation; see `open.open_whoosh`.

    Imported when called, as above.
    """
    from indexer.search import open as opening  # noqa: PLC0415

    return opening.open_whoosh(location)
