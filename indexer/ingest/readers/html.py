"""The page of an `.html`, `.htm` or `.xhtml` file, gzipped or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped
from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, Found


def read_html(found: Found, budget: Budget) -> Iterator[Page | Quarantined]:
    """The page of a file, its bytes as they are."""
    try:
        data = read_capped(found.stream, budget.page_bytes)
    except PageError as exc:
        yield Quarantined(found.name, str(exc))
        return
    budget.spend(len(data), members=1)
    yield Page(name=found.name, data=data, source=found.source, saved=found.saved)
