"""Documents on their way into a segment: gathered, then written as its array files."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.whoosh.columns import ColumnPool, ColumnValue, new_pool
from indexer.engines.whoosh.pool import FieldPool, frequency_dtype, write_terms
from indexer.engines.whoosh.segment import KINDS
from indexer.engines.whoosh.storage import ArrayWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indexer.engines.whoosh.layout import Layout

DOCUMENT_COST = 32
"""Tokens that a document counts for beside its own, so that empty ones flush too."""


class SegmentFiles:
    """The array files of one segment being written."""

    def __init__(self, directory: Path, name: str) -> None:
        self._writers: dict[str, ArrayWriter] = {}
        try:
            for kind in KINDS:
                self._writers[kind] = ArrayWriter(directory / f"{name}.{kind}", kind)
        except OSError:
            self.discard()
            raise

    def __getitem__(self, kind: str) -> ArrayWriter:
        return self._writers[kind]

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()

    def discard(self) -> None:
        """Remove every file."""
        for writer in self._writers.values():
            writer.discard()


class Pending:
    """Documents added since the last flush: tokens and columns in memory, stored fields on disk."""

    def __init__(self, directory: Path, layout: Layout, name: str) -> None:
        self.name = name
        self.files = SegmentFiles(directory, name)
        self.fields = {
            name: FieldPool(repeats=layout.counts_repeats(name)) for name in layout.indexed_fields()
        }
        self.columns: dict[str, ColumnPool] = {
            name: new_pool(kind) for name, kind in layout.columns.items()
        }
        self.keys: dict[str, list[int]] = {}
        self.deleted: set[int] = set()
        self.cost = 0
        self._stored_starts = array("q", [0])
        self.files["stored"].start("blob", "|u1")

    @property
    def document_count(self) -> int:
        """Documents gathered, deleted ones included."""
        return len(self._stored_starts) - 1

    def add(
        self,
        terms: Mapping[str, Sequence[str]],
        stored: bytes,
        columns: Mapping[str, ColumnValue],
        key: str | None,
    ) -> None:
        """Take a document, or refuse it whole (TypeError, OverflowError)."""
        for name, column in self.columns.items():
            column.check(columns.get(name))
        if key is not None:
            self.keys.setdefault(key, []).append(self.document_count)
        for name, pool in self.fields.items():
            self.cost += pool.add(terms.get(name, ()))
        for name, column in self.columns.items():
            self.cost += column.add(columns.get(name)) // 8
        self.cost += DOCUMENT_COST
        self.files["stored"].append_bytes(stored)
        self._stored_starts.append(self._stored_starts[-1] + len(stored))

    def write(self) -> None:
        """Write the segment."""
        self.files["stored"].add("starts", np.frombuffer(self._stored_starts, np.int64), "<i8")
        for name, column in self.columns.items():
            column.write(name, self.files["columns"])
        for name, pool in self.fields.items():
            self._write_field(name, pool)
        self.files.close()

    def _write_field(self, name: str, pool: FieldPool) -> None:
        inverted = pool.invert()
        write_terms(name, inverted.terms, self.files["terms"])
        self.files["terms"].add(f"{name}.lengths", pool.lengths(), "<i4")
        self.files["documents"].add(name, inverted.documents, "<i4")
        dtype = frequency_dtype(int(inverted.frequencies.max(initial=0)))
        self.files["frequencies"].add(name, inverted.frequencies, dtype)
        self.files["positions"].add(name, inverted.positions, "<i4")
