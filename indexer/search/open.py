"""Opening an index by its location: a folder, or the address of an OpenSearch server."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.engines.opensearch.address import SCHEMES, parse_address
from indexer.engines.storage.retention import Retention
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import SettingError
from indexer.search.index import Index
from indexer.settings import Settings

if TYPE_CHECKING:
    from indexer.engines.interface import Engine
    from indexer.engines.whoosh.compat.index import ReadOnlyIndex


_MISTYPED = re.compile(
    r"\s*(opensearch[^\w./\\-]|[a-z][a-z0-9+.-]+:[/\\])|.*:.*@", re.IGNORECASE | re.DOTALL
)
"""What is no path but an address with a slip: `opensearch:/…`, `opensearch+https:…`, `a:b@c`."""

_SCHEME = re.compile(r"[a-z][a-z0-9+-]{1,20}")


def open_engine(location: str, settings: Settings | None = None) -> Engine:
    """Return the engine of an index; nothing is read or written yet.

    Args:
        location: the path of a folder, which the first rebuild makes; or
            `opensearch://host:9200/name`.
        settings: how many generations are kept; None for the defaults.

    Raises:
        SettingError: the address has an unknown scheme or cannot be read, or it is no path and
            nearly an address. It is not printed, since it may hold a password.
    """
    kind, found, _ = location.partition("://")
    if not found:
        refuse_mistyped_address(location)
        settings = settings or Settings()
        return WhooshEngine(
            Path(location), Retention(settings.keep_generations, settings.keep_days)
        )
    if kind not in SCHEMES:
        shown = f"{kind}:// addresses" if _SCHEME.fullmatch(kind) else "that kind of address"
        raise SettingError(
            f"No engine for {shown}; give the path of a folder, or opensearch://host:9200/name"
        )
    address = parse_address(location)
    if importlib.util.find_spec("opensearchpy") is None:
        raise SettingError(f"{address} needs opensearch-py; run: pip install opensearch-py")
    # Imported here, since the embedded engine does not need it and starts faster.
    from indexer.engines.opensearch.engine import OpenSearchEngine  # noqa: PLC0415

    return OpenSearchEngine(address)


def refuse_mistyped_address(location: str) -> None:
    """Refuse a path that was surely meant as an address, before a folder of that name is made.

    An absolute path is always a path.

    >>> refuse_mistyped_address("/srv/a:b@c")

    Raises:
        SettingError: it is an address with a slip; the message does not show it.
    """
    is_absolute = location.startswith("/") and not location.startswith("//")
    if not is_absolute and _MISTYPED.match(location):
        raise SettingError(
            "The index is given by something like an address, which is not shown here; write "
            "opensearch://host:9200/name, or the absolute path of a folder of that name"
        )


def hide_password(location: str) -> str:
    """Return a location as it may be printed: the password of an address is left out."""
    kind = location.partition("://")[0]
    return str(parse_address(location)) if kind in SCHEMES else location


def open_index(location: str | Path, settings: Settings | None = None) -> Index:
    """Open an index for searching.

    >>> open_index("data").search("su-25 belarus", sort="newest", limit=10).total
    4

    Args:
        location: the path of an index folder, or `opensearch://host:9200/name`.
        settings: the time budget of a search is taken from them; None for the defaults.

    Raises:
        NoIndex, VersionError, DamageError: the index cannot be opened; the message says what to do.
    """
    index = Index(open_engine(str(location), settings), settings or Settings(index=str(location)))
    index.read_stats()
    return index


def open_whoosh(location: str | Path) -> ReadOnlyIndex:
    """Open the live generation of an index as a read-only `whoosh.index.Index`.

    A script written for Whoosh searches it unchanged: `QueryParser`, `Searcher`, `Results`,
    `highlights`, `searcher.document(id=...)`, `sortedby`, `groupedby`.

    >>> from whoosh.qparser import QueryParser
    >>> index = open_whoosh("data")
    >>> query = QueryParser("body", index.schema).parse("su-25 AND published:2023")
    >>> with index.searcher() as searcher:
    ...     sorted({hit["source"] for hit in searcher.search(query)})
    ['Baltic Desk', 'Morning Signal', 'Northern Wire']

    The schema folds words as the index does, `Belarus’` to belarus and `Su-25` to su25. Inflections
    and other names are not searched: `missile` does not find missiles, nor `Kiev` Kyiv;
    `open_index` does. For the fields see `engines.whoosh.compat.article_schema`. The index keeps
    its generation until `refresh`; to write raises StoreError, which names `dateline update`.

    Args:
        location: the path of an index folder.

    Raises:
        NoIndex, VersionError, DamageError: the index cannot be opened; the message says what to do.
        SettingError: `location` is the address of a server.
    """
    name = str(location)
    kind, is_address, _ = name.partition("://")
    if is_address and kind in SCHEMES:
        raise SettingError(
            f"{hide_password(name)} is kept by an OpenSearch server, and Whoosh reads an index "
            "in a folder only; search it by indexer.open_index"
        )
    # Imported here, since no search by `open_index` needs it.
    from indexer.engines.whoosh.compat.index import ReadOnlyIndex  # noqa: PLC0415

    engine = open_engine(name)
    assert isinstance(engine, WhooshEngine)
    return ReadOnlyIndex(engine)
