"""Where an index is kept, by its name: a folder's path, or the address of an OpenSearch server."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.config import Settings
from indexer.engines.opensearch.address import KINDS, read_address
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import SettingError
from indexer.search import Index

if TYPE_CHECKING:
    from indexer.engines.base import Engine


def open_engine(location: str) -> Engine:
    """The engine of an index; nothing is opened yet.

    Args:
        location: a folder's path, made by the first rebuild; or `opensearch://host:9200/name`.

    Raises:
        SettingError: an address of a kind that is not served, or that makes no sense.
    """
    kind, found, _ = location.partition("://")
    if not found:
        return WhooshEngine(Path(location))
    if kind not in KINDS:
        raise SettingError(
            f"No engine for {kind}:// addresses; give the path of a folder, "
            "or opensearch://host:9200/name"
        )
    address = read_address(location)
    if importlib.util.find_spec("opensearchpy") is None:
        raise SettingError(f"{address} needs opensearch-py; run: pip install opensearch-py")
    # Imported only when asked for: the embedded engine needs nothing of it, and starts faster.
    from indexer.engines.opensearch.engine import OpenSearchEngine  # noqa: PLC0415

    return OpenSearchEngine(address)


def shown(location: str) -> str:
    """An index's name as it may be printed: without the password an address may hold."""
    kind = location.partition("://")[0]
    return str(read_address(location)) if kind in KINDS else location


def open_index(location: str | Path, settings: Settings | None = None) -> Index:
    """An index for searching.

    Raises:
        NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
    """
    index = Index(open_engine(str(location)), settings or Settings(index=str(location)))
    index.stats()
    return index
