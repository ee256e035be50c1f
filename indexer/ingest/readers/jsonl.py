"""Records of a `.jsonl` or `.jsonl.gz`: one JSON object a line, passed on unparsed."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.ingest.readers.limits import Budget, Found


def read_jsonl(found: Found, budget: Budget) -> Iterator[Page | Quarantined]:
    """One record a line, named `file!line`, lines counted from 1; empty lines are passed over."""
    packed = found.name.lower().endswith(".gz")
    stream = cast("IO[bytes]", gzip.GzipFile(fileobj=found.stream)) if packed else found.stream
    try:
        yield from _records(found, stream, budget)
    except (OSError, EOFError, zlib.error) as exc:
        yield Quarantined(found.name, f"cannot be read to its end: {exc}")


def _records(found: Found, stream: IO[bytes], budget: Budget) -> Iterator[Page | Quarantined]:
    number, cap = 0, budget.page_bytes
    while line := stream.readline(cap + 1):
        number += 1
        name = f"{found.name}!{number}"
        budget.spend(len(line), members=1)
        if len(line) > cap:
            while line and not line.endswith(b"\n"):
                line = stream.readline(cap)
                budget.spend(len(line))
            yield Quarantined(name, f"line longer than {cap / 1e6:g} MB (setting page_bytes)")
        elif line.strip():
            yield Page(name=name, data=line.strip(), kind="record", source=found.source)
