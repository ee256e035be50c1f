"""The catalogue of a generation: its sources, their files and the records in them, in SQLite.

Only `ingest` reads and writes it; searching never opens it. An update compares the files on disk
with it. It also tells which records share an id, so that duplicates and versions are the same in
whatever order they were read.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.models import QuarantinedPage

CATALOGUE_FILE = "catalogue.sqlite"

_TABLES = """
CREATE TABLE sources (number INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL);
CREATE TABLE files (
    source INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE TABLE records (
    source INTEGER NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL,
    id TEXT, text TEXT, reason TEXT, PRIMARY KEY (source, name)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS records_by_id ON records (id);
CREATE INDEX IF NOT EXISTS records_by_file ON records (source, file);
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of a file when it was last read.

    Attributes:
        size: bytes.
        modified_ns: nanoseconds since 1970.
        digest: of its bytes, "" if it could not be read.
    """

    size: int
    modified_ns: int
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """One page that was read from a source.

    Attributes:
        source: number of the source.
        name: of the page, as `Page.name`.
        file: name of the file in the source.
        digest: of the raw bytes, "" if they could not be read.
        id: of the article; None if the page is in quarantine.
        text: digest of title and body; None if the page is in quarantine.
        reason: why it is in quarantine; None if it was indexed.
    """

    source: int
    name: str
    file: str
    digest: str
    id: str | None = None
    text: str | None = None
    reason: str | None = None

    @property
    def order(self) -> tuple[int, str, int, str]:
        """The sort key of records: source, file, place in the file (line 9 before line 10)."""
        return self.source, self.file, len(self.name), self.name


class Catalogue:
    """The catalogue of one generation being written.

    Args:
        path: the SQLite file; created if it is missing.
    """

    def __init__(self, path: Path) -> None:
        made = not path.exists()
        self._base = sqlite3.connect(path, isolation_level=None)
        # The file is fsynced as a whole when its generation is published, so SQLite need not.
        self._base.execute("PRAGMA journal_mode = MEMORY")
        self._base.execute("PRAGMA synchronous = OFF")
        if made:
            self._base.executescript(_TABLES)
        self._base.executescript(_INDEXES)
        self._changes_before = self._base.total_changes
        self._base.execute("BEGIN")

    def close(self) -> None:
        """Commit every change to the file and close it."""
        self._base.execute("COMMIT")
        self._base.close()

    def abandon(self) -> None:
        """Close without committing."""
        self._base.close()

    def assign_source_number(self, path: str) -> int:
        """Return the number of a source, assigned when it is new; numbers follow reading order.

        Args:
            path: absolute path of the source.
        """
        self._base.execute("INSERT OR IGNORE INTO sources (path) VALUES (?)", (path,))
        row = self._base.execute("SELECT number FROM sources WHERE path = ?", (path,)).fetchone()
        return int(row[0])

    def list_source_paths(self) -> dict[int, str]:
        """List the paths of the sources, by number."""
        return dict(self._base.execute("SELECT number, path FROM sources ORDER BY number"))

    def list_file_names(self, source: int) -> set[str]:
        """List the known files of a source, and names quarantined in place of a file."""
        rows = self._base.execute(
            "SELECT name FROM files WHERE source = ?"
            " UNION SELECT file FROM records WHERE source = ?",
            (source, source),
        )
        return {name for (name,) in rows}

    def find_file_state(self, source: int, name: str) -> FileState | None:
        """Find the state of a file when it was last read; None if it is new."""
        row = self._base.execute(
            "SELECT size, modified_ns, digest FROM files WHERE source = ? AND name = ?",
            (source, name),
        ).fetchone()
        return FileState(*row) if row else None

    def set_file_state(self, source: int, name: str, state: FileState) -> None:
        """Store the state of a file."""
        self._base.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            (source, name, state.size, state.modified_ns, state.digest),
        )

    def forget_file_state(self, source: int, name: str) -> None:
        """Remove the state of a file; its records stay until they are removed."""
        self._base.execute("DELETE FROM files WHERE source = ? AND name = ?", (source, name))

    def list_records_of_file(self, source: int, file: str) -> dict[str, Record]:
        """List the records of a file, by name."""
        # Unasked, SQLite takes the primary key (source, name) and reads every record of the source.
        rows = self._select("source = ? AND file = ?", source, file, index="records_by_file")
        return {record.name: record for record in rows}

    def list_records_of_id(self, article_id: str) -> list[Record]:
        """List the records that share an id, in their order."""
        rows = self._select("id = ?", article_id, index="records_by_id")
        return sorted(rows, key=lambda record: record.order)

    def add(self, record: Record) -> None:
        """Store a record; it replaces one of the same source and name."""
        self._base.execute(
            "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                record.source, record.name, record.file, record.digest,
                record.id, record.text, record.reason,
            ),
        )  # fmt: skip

    def remove(self, record: Record) -> None:
        """Remove a record."""
        self._base.execute(
            "DELETE FROM records WHERE source = ? AND name = ?", (record.source, record.name)
        )

    def list_quarantined(self) -> list[Record]:
        """List the records in quarantine, by source and name."""
        return self._select("reason IS NOT NULL ORDER BY source, name")

    def has_same_records(self, path: Path) -> bool:
        """Whether another catalogue has the same sources and records.

        The state of files is not compared: a file that was touched is no change.

        Args:
            path: of the catalogue that this one began as, which nothing is writing.
        """
        if self._base.total_changes == self._changes_before:
            return True
        address = f"{path.absolute().as_uri()}?immutable=1"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as other:
            for table in ("sources ORDER BY number", "records ORDER BY source, name"):
                rows = (base.execute(f"SELECT * FROM {table}") for base in (self._base, other))  # noqa: S608
                if any(ours != theirs for ours, theirs in itertools.zip_longest(*rows)):
                    return False
        return True

    def _select(self, where: str, *values: object, index: str = "") -> list[Record]:
        table = f"records INDEXED BY {index}" if index else "records"
        rows: Iterable[tuple[object, ...]] = self._base.execute(
            f"SELECT source, name, file, digest, id, text, reason FROM {table} WHERE {where}",  # noqa: S608
            values,
        )
        return [Record(*row) for row in rows]  # type: ignore[arg-type]


def make_quarantine_record(source: int, file: str, bad: QuarantinedPage) -> Record:
    """Make the record of a page or file in quarantine."""
    return Record(source, bad.name, file, "", reason=bad.reason)
