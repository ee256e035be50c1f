"""Reads the records of a `.jsonl` or `.jsonl.gz`: one JSON object a line, passed on unparsed."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, NamedStream


def read_jsonl(entry: NamedStream, budget: Budget) -> Iterator[Page | QuarantinedPage]:
    """Read a record from each line; its name is `file!line`, lines counted from 1.

    Empty lines are skipped. A line over the largest page is quarantined.
    """
    packed = entry.name.lower().endswith(".gz")
    stream = cast("IO[bytes]", gzip.GzipFile(fileobj=entry.stream)) if packed else entry.stream
    try:
        yield from _read_records(entry, stream, budget)
    except (OSError, EOFError, zlib.error) as exc:
        yield QuarantinedPage(entry.name, f"cannot be read to its end: {exc}")


def _read_records(
    entry: NamedStream, stream: IO[bytes], budget: Budget
) -> Iterator[Page | QuarantinedPage]:
    number, cap = 0, budget.page_bytes
    while line := stream.readline(cap + 1):
        number += 1
        name = f"{entry.name}!{number}"
        budget.spend(len(line), members=1)
        if len(line) > cap:
            while line and not line.endswith(b"\n"):
                line = stream.readline(cap)
                budget.spend(len(line))
            yield QuarantinedPage(name, f"line longer than {cap / 1e6:g} MB (setting page_bytes)")
        elif line.strip():
            yield Page(name=name, data=line.strip(), kind="record", source=entry.source)
