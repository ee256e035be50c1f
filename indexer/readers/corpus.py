"""The pages of one file, and of whole sources, in a fixed order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.models import Page, Quarantined
from indexer.readers.folder import SourceFile, list_files
from indexer.readers.inflate import read_capped
from indexer.readers.jsonl import read_jsonl
from indexer.readers.mhtml import read_mhtml
from indexer.readers.stream import MOST_DEPTH, Budget, Found, Overflow
from indexer.readers.warc import read_warc
from indexer.readers.zipped import read_zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def read_file(file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    """The pages of one file; `cap` is the largest page in bytes, after inflating."""
    try:
        with file.path.open("rb") as stream:
            found = Found(file.name, file.source, stream, _saved(file))
            yield from _read(found, Budget(file.size, cap), 0)
    except OSError as exc:
        yield Quarantined(file.name, f"cannot be read: {exc.strerror or exc}")
    except Overflow as exc:
        yield Quarantined(file.name, str(exc))


def read_corpus(sources: Iterable[Path], cap: int) -> Iterator[Page | Quarantined]:
    """Every page of the sources, source by source, sorted by name within one."""
    for source in sources:
        for file in list_files(source):
            if isinstance(file, Quarantined):
                yield file
            else:
                yield from read_file(file, cap)


def _read(found: Found, budget: Budget, depth: int) -> Iterator[Page | Quarantined]:
    """The pages of a file or of a member of one, told apart by how its name ends."""
    name = found.name.lower()
    if name.endswith((".zip", ".wacz")):
        if depth == MOST_DEPTH:
            yield Quarantined(found.name, f"archives are nested more than {MOST_DEPTH} deep")
        else:
            yield from read_zip(found, budget, lambda member: _read(member, budget, depth + 1))
    elif name.endswith((".jsonl", ".jsonl.gz")):
        yield from read_jsonl(found, budget)
    elif name.endswith((".warc", ".warc.gz")):
        yield from read_warc(found, budget)
    elif name.endswith((".mhtml", ".mht")):
        yield read_mhtml(found, budget)
    else:
        yield _read_page(found, budget)


def _read_page(found: Found, budget: Budget) -> Page | Quarantined:
    try:
        data = read_capped(found.stream, budget.page_bytes)
    except PageError as exc:
        return Quarantined(found.name, str(exc))
    budget.spend(len(data), members=1)
    return Page(name=found.name, data=data, source=found.source, saved=found.saved)


def _saved(file: SourceFile) -> str | None:
    try:
        when = datetime.fromtimestamp(file.modified_ns / 1e9, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.isoformat(timespec="seconds")
