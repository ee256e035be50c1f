"""SQLite FTS5 with its porter tokenizer and weighted bm25(); values in a second table."""

from __future__ import annotations

import sqlite3
import weakref
from typing import TYPE_CHECKING, Any, ClassVar

from indexer.measure.speed.engines import (
    KINDS,
    SIZE,
    TITLE_BOOST,
    Question,
    Reply,
    compute_day,
    compute_year,
    encode_other_fields,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.models import Article

_NAME = "fts5.db"
_SNIPPET_WORDS = 40
_JOINED = "docs JOIN facts ON facts.rowid = docs.rowid WHERE docs MATCH ?"


class Fts5:
    """One table, its segments merged into one after writing."""

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS) - {"fuzzy"}

    def __init__(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / _NAME)
        weakref.finalize(self, self._base.close)

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Insert all rows in one transaction, then `optimize`."""
        base = sqlite3.connect(folder / _NAME)
        base.execute(
            "CREATE VIRTUAL TABLE docs USING fts5"
            "(id UNINDEXED, title, body, rest UNINDEXED, tokenize='porter')"
        )
        base.execute("CREATE TABLE facts (rowid INTEGER PRIMARY KEY, day, source, year)")
        weights = f"bm25(0, {TITLE_BOOST}, 1)"
        base.execute("INSERT INTO docs (docs, rank) VALUES ('rank', ?)", (weights,))
        for number, one in enumerate(articles):
            texts = (number, one.id, one.title, one.body, encode_other_fields(one))
            base.execute(
                "INSERT INTO docs (rowid, id, title, body, rest) VALUES (?,?,?,?,?)", texts
            )
            facts = (number, compute_day(one), one.source, compute_year(one))
            base.execute("INSERT INTO facts VALUES (?,?,?,?)", facts)
        base.execute("INSERT INTO docs (docs) VALUES ('optimize')")
        base.commit()
        base.close()

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Find the hits by one statement and count them by another."""
        text = _text(question)
        if question.kind == "newest":
            return self._newest(text, question, size)
        ((total,),) = self._rows("SELECT count(*) FROM docs WHERE docs MATCH ?", text)
        if question.kind == "snippets":
            snippet = f"snippet(docs, 2, '<b>', '</b>', '…', {_SNIPPET_WORDS})"
            rows = self._best(f"id, {snippet}", text, size)
            return Reply(total, [row[0] for row in rows], snippets=[row[1] for row in rows])
        ids = [article_id for (article_id,) in self._best("id", text, size)]
        facets = {}
        if question.kind == "facets":
            facets = {name: self._counts(name, text) for name in ("source", "year")}
        return Reply(total, ids, facets)

    def _best(self, columns: str, text: str, size: int) -> list[tuple[Any, ...]]:
        return self._rows(
            f"SELECT {columns} FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT ?",  # noqa: S608
            text,
            size,
        )

    def _newest(self, text: str, question: Question, size: int) -> Reply:
        within = f"{_JOINED} AND day BETWEEN ? AND ?"
        bounds = (question.first, question.last)
        ((total,),) = self._rows(f"SELECT count(*) FROM {within}", text, *bounds)  # noqa: S608
        rows = self._rows(
            f"SELECT id FROM {within} ORDER BY day DESC LIMIT ?",  # noqa: S608
            text,
            *bounds,
            size,
        )
        return Reply(total, [article_id for (article_id,) in rows])

    def _counts(self, name: str, text: str) -> dict[str, int]:
        rows = self._rows(f"SELECT {name}, count(*) FROM {_JOINED} GROUP BY {name}", text)  # noqa: S608
        return {str(value): count for value, count in rows}

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._base.execute(statement, values).fetchall()


def _text(question: Question) -> str:
    quoted = [f'"{word}"' for word in question.words]
    match question.kind:
        case "phrase" | "common phrase":
            return f'"{" ".join(question.words)}"'
        case "or" | "snippets":
            return " OR ".join(quoted)
        case "prefix":
            return f"{quoted[0]}*"
        case _:
            return " ".join(quoted)
