"""Stored documents by id, a hundred to a request."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from indexer.engines.fields import document as as_document
from indexer.errors import NoArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.engines.base import Document
    from indexer.engines.opensearch.store import Store

TOGETHER: Final = 100
"""Documents fetched at once, about a megabyte."""


def read_documents(store: Store, generation: str, ids: Iterable[str]) -> Iterator[Document]:
    """The documents of some ids, in their order, fetched as they are taken.

    Raises:
        NoArticle: the generation has no such id.
    """
    remaining = iter(ids)
    while some := list(islice(remaining, TOGETHER)):
        path = f"/{store.index(generation)}/_mget"
        for found in store.server.call("POST", path, {"ids": some})["docs"]:
            if not found.get("found"):
                raise NoArticle(
                    f"No article {found['_id']} in this index; it may have gone with an update. "
                    "Search for it"
                )
            yield as_document(json.loads(found["_source"]["document"]))
