"""Reads the page of an `.html`, `.htm` or `.xhtml` file, gzipped or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, NamedStream


def read_html(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read the page of a file, its bytes inflated and otherwise unchanged."""
    try:
        data = read_capped(entry.stream, budget.page_bytes)
    except PageError as exc:
        yield QuarantinedPage(entry.name, str(exc))
        return
    budget.spend(len(data), members=1)
    yield Page(name=entry.name, data=data, source=entry.source, saved=entry.saved)
