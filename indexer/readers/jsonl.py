"""Records of a `.jsonl` or `.jsonl.gz`: one JSON object a line, passed on unparsed."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING

from indexer.models import Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.readers.folder import SourceFile


def read_jsonl(file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    """One record a line, named `file!line`, lines counted from 1; empty lines are passed over."""
    opener = gzip.open if file.name.lower().endswith(".gz") else open
    try:
        with opener(file.path, "rb") as stream:
            yield from _records(stream, file, cap)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as exc:
        yield Quarantined(file.name, f"cannot be read to its end: {exc}")


def _records(stream: IO[bytes], file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    number = 0
    while line := stream.readline(cap + 1):
        number += 1
        name = f"{file.name}!{number}"
        if len(line) > cap:
            while line and not line.endswith(b"\n"):
                line = stream.readline(cap)
            yield Quarantined(name, f"line longer than {cap / 1e6:g} MB (setting page_bytes)")
        elif line.strip():
            yield Page(name=name, data=line.strip(), kind="record", source=file.source)
