"""The ledger of a generation being written: its articles and terms, in SQLite on this machine.

Two tables: of each article the day, the signature and the group of near-duplicates; of each term
the number of articles that have it, by field. The index of terms on the server is written from it.
An update begins with a copy, so that counts stay exact whatever is added and deleted.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.near_duplicates.grouping import NO_GROUP, group_copies
from indexer.near_duplicates.minhash import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

LEDGER_FILE: Final = "ledger.sqlite"

BUFFERED_COUNTS: Final = 300_000
"""Counts collected in memory, about 60 MB, before they are added to the file."""

_TABLES: Final = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, day INTEGER NOT NULL, pack TEXT NOT NULL, signature BLOB NOT NULL,
    fold TEXT
) WITHOUT ROWID;
CREATE TABLE terms (
    term TEXT NOT NULL, field INTEGER NOT NULL, held INTEGER NOT NULL, changed INTEGER NOT NULL,
    PRIMARY KEY (term, field)
) WITHOUT ROWID;
"""


class BuildLedger:
    """The ledger of one generation being written.

    Args:
        path: the SQLite file; created if it is missing.
        fields: names of the fields counted, in an order that never changes.
    """

    def __init__(self, path: Path, fields: Sequence[str]) -> None:
        made = not path.exists()
        self._fields = {name: number for number, name in enumerate(fields)}
        self._names = tuple(fields)
        self._base = sqlite3.connect(path, isolation_level=None)
        # Nobody reads the file before its generation is published, and by then it is synced.
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        if made:
            self._base.executescript(_TABLES)
        self._base.execute("BEGIN")
        self._counts: Counter[tuple[str, int]] = Counter()

    def close(self) -> None:
        """Commit every change to the file and close it."""
        self._write_counts()
        self._base.execute("COMMIT")
        self._base.close()

    def abandon(self) -> None:
        """Close without committing; the file cannot be used afterwards."""
        self._base.close()

    def add(self, article_id: str, day: int, pack: str, signature: bytes) -> None:
        """Store an article, without its group.

        Args:
            article_id: of the article.
            day: ordinal of the day published, 0 if undated.
            pack: generation whose pack has its saved page, "" if none has.
            signature: MinHash of its body, int32.
        """
        self._base.execute(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, NULL)",
            (article_id, day, pack, signature),
        )

    def remove(self, article_id: str) -> None:
        """Remove an article."""
        self._base.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def has_article(self, article_id: str) -> bool:
        """Whether the generation has an article."""
        found = self._base.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,))
        return found.fetchone() is not None

    def count_terms(self, terms: Mapping[str, Iterable[str]], step: int) -> None:
        """Count the distinct terms of an article by field, up (step 1) or down (step -1)."""
        for name, found in terms.items():
            number = self._fields[name]
            for term in set(found):
                self._counts[term, number] += step
        if len(self._counts) > BUFFERED_COUNTS:
            self._write_counts()

    def _write_counts(self) -> None:
        self._base.executemany(
            "INSERT INTO terms VALUES (?, ?, ?, 1) ON CONFLICT (term, field)"
            " DO UPDATE SET held = held + excluded.held, changed = 1",
            ((term, field, step) for (term, field), step in self._counts.items() if step),
        )
        self._counts.clear()

    def take_changed_terms(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Yield each term whose counts changed, in order, with its counts above 0 by field.

        The counts are empty if no article has the term any more. After the last term, all of them
        are marked as unchanged.
        """
        self._write_counts()
        rows = self._base.execute(
            "SELECT term, field, held FROM terms WHERE term IN"
            " (SELECT term FROM terms WHERE changed) ORDER BY term, field"
        )
        term, held = None, dict[str, int]()
        for next_term, field, count in rows:
            if term is not None and next_term != term:
                yield term, held
                held = {}
            term = next_term
            if count > 0:
                held[self._names[field]] = count
        if term is not None:
            yield term, held
        self._base.execute("DELETE FROM terms WHERE held <= 0")
        self._base.execute("UPDATE terms SET changed = 0 WHERE changed")

    def regroup_copies(self) -> dict[str, str | None]:
        """Compute the groups of near-duplicates again; takes 150 bytes of memory an article.

        Returns:
            By id of each article whose group changed, the key of its new group: the smallest id in
            the group, None for an article without near-duplicates.
        """
        rows = self._base.execute("SELECT id, day, signature, fold FROM articles ORDER BY id")
        ids, days, signatures, folds = [], [], bytearray(), []
        for article_id, day, signature, fold in rows:
            ids.append(article_id)
            days.append(day)
            signatures += signature
            folds.append(fold)
        shaped = np.frombuffer(bytes(signatures), np.int32).reshape(-1, WIDTH)
        groups = group_copies(shaped, np.array(days, np.int32)).tolist()
        keys: dict[int, str] = {}
        for article_id, group in zip(ids, groups, strict=True):
            keys.setdefault(group, article_id)
        keys.pop(NO_GROUP, None)
        changed = {
            article_id: keys.get(group)
            for article_id, group, fold in zip(ids, groups, folds, strict=True)
            if keys.get(group) != fold
        }
        self._base.executemany(
            "UPDATE articles SET fold = ? WHERE id = ?",
            ((key, article_id) for article_id, key in changed.items()),
        )
        return changed

    def count_articles(self) -> int:
        """Count the articles."""
        return int(self._base.execute("SELECT count(*) FROM articles").fetchone()[0])

    def count_distinct_terms(self) -> int:
        """Count the distinct terms and pairs; exact once `take_changed_terms` was iterated."""
        return int(self._base.execute("SELECT count(DISTINCT term) FROM terms").fetchone()[0])

    def list_packs(self) -> list[str]:
        """List the generations whose packs contain saved pages of these articles, in order."""
        rows = self._base.execute("SELECT DISTINCT pack FROM articles WHERE pack != ''")
        return sorted(pack for (pack,) in rows)
