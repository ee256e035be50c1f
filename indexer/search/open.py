"""Where an index is kept, by its name: a folder's path, or the address of an OpenSearch server."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.engines.opensearch.address import KINDS, read_address
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import SettingError
from indexer.search.index import Index
from indexer.settings import Settings

if TYPE_CHECKING:
    from indexer.engines.interface import Engine
    from indexer.engines.whoosh.compat.index import ReadOnlyIndex


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


def open_whoosh(location: str | Path) -> ReadOnlyIndex:
    """The live generation of an index as Whoosh's own read-only `whoosh.index.Index`.

    A script written for Whoosh searches it as it is: `QueryParser`, `Searcher`, `Results`,
    `highlights`, `searcher.document(id=...)`, `sortedby`, `groupedby`.

        from whoosh.qparser import QueryParser
        index = open_whoosh("data")
        query = QueryParser("body", index.schema).parse("su-25 AND published:2023")
        with index.searcher() as searcher:
            print([hit["title"] for hit in searcher.search(query)])

    The schema folds words as the index does, `Belarus’` to belarus and `Su-25` to su25. Inflections
    and other names are not looked for: `missile` does not find missiles, nor `Kiev` Kyiv;
    `open_index` does. For the fields see `engines.whoosh.compat.article_schema`. The index keeps
    its generation until `refresh`; to write raises StoreError, which names `dateline update`.

    Args:
        location: the path of an index folder.

    Raises:
        NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
        SettingError: the address of a server.
    """
    name = str(location)
    kind, is_address, _ = name.partition("://")
    if is_address and kind in KINDS:
        raise SettingError(
            f"{shown(name)} is kept by an OpenSearch server, and Whoosh reads an index in a folder "
            "only; search it by indexer.open_index"
        )
    # Imported only when asked for: no search of Dateline's own needs it.
    from indexer.engines.whoosh.compat.index import ReadOnlyIndex  # noqa: PLC0415

    engine = open_engine(name)
    assert isinstance(engine, WhooshEngine)
    return ReadOnlyIndex(engine)
