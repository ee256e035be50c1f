"""A set of queries in several spellings, and the documents each should find.

A set is a folder with `queries.jsonl`, rows {id, cat, forms, must, allow, flags}: `forms` are
spellings of one query, `must` and `allow` patterns over title, a line break and body. A document
that matches `must` is right, one that matches only `allow` is neutral and not counted, every other
is wrong.

Documents are rows of {title, body or text} in `.jsonl` or `.jsonl.gz` files; of rows that say
`defense` only those that say true. They are given, or found in the folder (`docs.jsonl`), or beside
it (`../defense/articles.jsonl.gz` and `../extraction/truth.jsonl.gz`).
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_BESIDE: Final = ("../defense/articles.jsonl.gz", "../extraction/truth.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Document:
    """A text to search."""

    title: str
    body: str

    @property
    def text(self) -> str:
        """Title, line break, body: what patterns are matched against."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class Query:
    """One thing to look for, in its spellings."""

    id: str
    category: str
    forms: tuple[str, ...]
    must: re.Pattern[str]
    allow: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the numbers of its right documents and of the neutral ones."""

    query: Query
    right: frozenset[int]
    neutral: frozenset[int]


def read_queries(path: Path) -> list[Query]:
    """The queries of a file.

    Raises:
        SourceError: it cannot be read, or a row of it is no query.
    """
    try:
        return [_query(row) for row in _rows(path)]
    except (OSError, ValueError, KeyError, re.error) as exc:
        raise SourceError(f"{path} is no set of queries in several spellings: {exc}") from exc


def _query(row: Mapping[str, Any]) -> Query:
    flags = re.IGNORECASE if "i" in row["flags"] else re.NOFLAG
    allow = re.compile(row["allow"], flags) if row["allow"] else None
    forms = tuple(row["forms"])
    return Query(row["id"], row["cat"], forms, re.compile(row["must"], flags), allow)


def find_documents(directory: Path) -> list[Path]:
    """The files of documents in the folder of a set, else beside it.

    Raises:
        SourceError: there are none.
    """
    inside = [directory / "docs.jsonl", directory / "docs.jsonl.gz"]
    beside = [directory / name for name in _BESIDE]
    found = [path for path in inside if path.is_file()] or [p for p in beside if p.is_file()]
    if not found:
        raise SourceError(f"No documents in or beside {directory}: give docs.jsonl")
    return found


def read_documents(paths: Iterable[Path]) -> list[Document]:
    """The documents of all files, in order; of rows that say `defense` those that say true.

    Raises:
        SourceError: a file cannot be read.
    """
    try:
        return [
            Document(row.get("title") or "", row.get("body") or row.get("text") or "")
            for path in paths
            for row in _rows(path)
            if row.get("defense", True)
        ]
    except (OSError, ValueError) as exc:
        raise SourceError(f"Documents cannot be read: {exc}") from exc


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    yield from (json.loads(line) for line in text.split("\n") if line.strip())


def judge(query: Query, documents: Sequence[Document]) -> Judged:
    """Which documents a query should find, by its patterns."""
    right, neutral = set(), set()
    for number, document in enumerate(documents):
        if query.must.search(document.text):
            right.add(number)
        elif query.allow and query.allow.search(document.text):
            neutral.add(number)
    return Judged(query, frozenset(right), frozenset(neutral))
