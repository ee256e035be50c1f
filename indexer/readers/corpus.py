"""The pages of one file, and of whole sources, in a fixed order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.errors import PageError
from indexer.models import Page, Quarantined
from indexer.readers.folder import SourceFile, list_files
from indexer.readers.inflate import read_capped
from indexer.readers.jsonl import read_jsonl
from indexer.readers.zipped import read_zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def read_file(file: SourceFile, cap: int) -> Iterator[Page | Quarantined]:
    """The pages of one file; `cap` is the largest page in bytes, after inflating."""
    name = file.name.lower()
    if name.endswith(".zip"):
        return read_zip(file, cap)
    if name.endswith((".jsonl", ".jsonl.gz")):
        return read_jsonl(file, cap)
    return iter([_read_page(file, cap)])


def read_corpus(sources: Iterable[Path], cap: int) -> Iterator[Page | Quarantined]:
    """Every page of the sources, source by source, sorted by name within one."""
    for source in sources:
        for file in list_files(source):
            if isinstance(file, Quarantined):
                yield file
            else:
                yield from read_file(file, cap)


def _read_page(file: SourceFile, cap: int) -> Page | Quarantined:
    try:
        with file.path.open("rb") as stream:
            data = read_capped(stream, cap)
    except PageError as exc:
        return Quarantined(file.name, str(exc))
    except OSError as exc:
        return Quarantined(file.name, f"cannot be read: {exc.strerror or exc}")
    saved = datetime.fromtimestamp(file.modified_ns / 1e9, tz=UTC).isoformat(timespec="seconds")
    return Page(name=file.name, data=data, source=file.source, saved=saved)
