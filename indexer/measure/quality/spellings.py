"""Sets of queries in several spellings, and the documents that each should find.

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

_NEARBY_FILES: Final = ("../defense/articles.jsonl.gz", "../extraction/truth.jsonl.gz")


@dataclass(frozen=True, slots=True)
class SpellingDocument:
    """A text to search."""

    title: str
    body: str

    @property
    def text(self) -> str:
        """Title, line break, body: the text that patterns are matched against."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class SpelledQuery:
    """A query in several spellings, with the patterns of its right and neutral documents."""

    id: str
    category: str
    forms: tuple[str, ...]
    must: re.Pattern[str]
    allow: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the numbers of its right documents and of the neutral ones."""

    query: SpelledQuery
    right: frozenset[int]
    neutral: frozenset[int]


def read_queries(path: Path) -> list[SpelledQuery]:
    """Read the queries of a file.

    Raises:
        SourceError: the file cannot be read, or a row is not a query.
    """
    try:
        return [_read_query(row) for row in _read_rows(path)]
    except (OSError, ValueError, KeyError, re.error) as exc:
        raise SourceError(f"{path} is no set of queries in several spellings: {exc}") from exc


def _read_query(row: Mapping[str, Any]) -> SpelledQuery:
    flags = re.IGNORECASE if "i" in row["flags"] else re.NOFLAG
    allow = re.compile(row["allow"], flags) if row["allow"] else None
    forms = tuple(row["forms"])
    return SpelledQuery(row["id"], row["cat"], forms, re.compile(row["must"], flags), allow)


def find_documents(directory: Path) -> list[Path]:
    """Find the files of documents in the folder of a set, else beside it.

    Raises:
        SourceError: there are none.
    """
    inside = [directory / "docs.jsonl", directory / "docs.jsonl.gz"]
    beside = [directory / name for name in _NEARBY_FILES]
    found = [path for path in inside if path.is_file()] or [p for p in beside if p.is_file()]
    if not found:
        raise SourceError(f"No documents in or beside {directory}: give docs.jsonl")
    return found


def read_documents(paths: Iterable[Path]) -> list[SpellingDocument]:
    """Read the documents of all files, in order; rows with `defense` false are left out.

    Raises:
        SourceError: a file cannot be read.
    """
    try:
        return [
            SpellingDocument(row.get("title") or "", row.get("body") or row.get("text") or "")
            for path in paths
            for row in _read_rows(path)
            if row.get("defense", True)
        ]
    except (OSError, ValueError) as exc:
        raise SourceError(f"Documents cannot be read: {exc}") from exc


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    yield from (json.loads(line) for line in text.split("\n") if line.strip())


def judge_documents(query: SpelledQuery, documents: Sequence[SpellingDocument]) -> JudgedQuery:
    """Decide by the patterns of a query which documents it should find."""
    right, neutral = set(), set()
    for number, document in enumerate(documents):
        if query.must.search(document.text):
            right.add(number)
        elif query.allow and query.allow.search(document.text):
            neutral.add(number)
    return JudgedQuery(query, frozenset(right), frozenset(neutral))
