"""Dateline: full-text search for saved defense reporting.

    from indexer import open_index
    open_index("data").search("su-25 belarus", sort="newest", limit=10)

`open_whoosh` gives the same index to scripts written for Whoosh. Both are functions of
`indexer.search.open`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.search.open import open_index, open_whoosh

__all__ = ["open_index", "open_whoosh"]


def __getattr__(name: str) -> object:
    """Import a public function at its first use, so that a cleaning process loads no engine.

    Raises:
        AttributeError: no public function has this name.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from indexer.search import open as opening  # noqa: PLC0415

    return getattr(opening, name)
