"""Where an index is kept, by its name: a folder's path (the embedded engine)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexer.config import Settings
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import SettingError
from indexer.search import Index

if TYPE_CHECKING:
    from indexer.engines.base import Engine


def open_engine(location: str) -> Engine:
    """The engine of an index; nothing is opened yet.

    Args:
        location: a folder's path, made by the first rebuild.

    Raises:
        SettingError: an address of a kind that is not served.
    """
    if "://" in location:
        kind = location.split("://", 1)[0]
        raise SettingError(f"No engine for {kind}:// addresses; give the path of a folder")
    return WhooshEngine(Path(location))


def open_index(location: str | Path, settings: Settings | None = None) -> Index:
    """An index for searching.

    Raises:
        NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
    """
    index = Index(open_engine(str(location)), settings or Settings(index=str(location)))
    index.stats()
    return index
