"""Writes an index: documents in as token lists, segments out; deletes; one commit at the end.

The folder may hold an earlier index (its files perhaps hard-linked from an older generation):
existing files are never changed, only new ones added, and those no longer needed unlinked after
the new table of contents stands.
"""

from __future__ import annotations

import json
import zlib
from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from indexer.engines.whoosh.columns import ColumnPool, ColumnValue, new_pool
from indexer.engines.whoosh.pool import FieldPool, frequency_dtype, write_terms
from indexer.engines.whoosh.segment import KINDS, ColumnSegment
from indexer.engines.whoosh.storage import ArrayWriter, sync_folder
from indexer.engines.whoosh.toc import TOC_NAME, SegmentEntry, Toc, open_index, write_toc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indexer.engines.whoosh.layout import Layout

FLUSH_POSTINGS = 8_000_000
"""Tokens gathered before a segment is flushed; about 40 bytes of memory each while sorting."""

DOCUMENT_COST = 32
"""Tokens that a document counts for beside its own, so that empty ones flush too."""


class SegmentFiles:
    """The array files of one segment being written."""

    def __init__(self, directory: Path, name: str) -> None:
        self._writers = {kind: ArrayWriter(directory / f"{name}.{kind}", kind) for kind in KINDS}

    def __getitem__(self, kind: str) -> ArrayWriter:
        return self._writers[kind]

    def close(self) -> None:
        """Finish and sync every file."""
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
        """Take a document."""
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
        write_terms(name, inverted, self.files["terms"])
        self.files["terms"].add(f"{name}.lengths", pool.lengths(), "<i4")
        self.files["documents"].add(name, inverted.documents, "<i4")
        dtype = frequency_dtype(int(inverted.frequencies.max(initial=0)))
        self.files["frequencies"].add(name, inverted.frequencies, dtype)
        self.files["positions"].add(name, inverted.positions, "<i4")


@dataclass(slots=True)
class OpenSegment:
    """A finished segment of the index being written, and what was deleted from it since."""

    entry: SegmentEntry
    segment: ColumnSegment
    deleted: set[int] = field(default_factory=set)


class ColumnWriter:
    """Adds to the index of a folder, or begins one. One writer at a time; one commit a writer.

        with ColumnWriter(directory, layout) as writer:
            writer.delete("a1")
            writer.add_document({"id": ["a1"], "body": ["war", "and", "peace"]}, {...}, {...})
            writer.commit()

    Left without a commit, the folder is as it was.

    Args:
        directory: an existing folder.
        layout: what documents hold.
        flush_postings: tokens gathered in memory before a segment is written.

    Raises:
        VersionError, DamageError: the folder holds an index that cannot be added to.
    """

    def __init__(
        self, directory: Path, layout: Layout, *, flush_postings: int = FLUSH_POSTINGS
    ) -> None:
        self._directory = directory
        self._layout = layout
        self._fields = set(layout.indexed_fields())
        self._flush_postings = flush_postings
        self._segments: list[OpenSegment] = []
        self._next = 1
        self._pending: Pending | None = None
        self._written: list[str] = []
        if (directory / TOC_NAME).exists():
            self._open_existing()
        self._before = {name for kept in self._segments for name in kept.entry.files()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    @property
    def document_count(self) -> int:
        """Documents that the index would hold if committed now."""
        count = sum(kept.segment.live_count - len(kept.deleted) for kept in self._segments)
        if self._pending is not None:
            count += self._pending.document_count - len(self._pending.deleted)
        return count

    def add_document(
        self,
        terms: Mapping[str, Sequence[str]],
        stored: Mapping[str, Any],
        columns: Mapping[str, ColumnValue],
    ) -> None:
        """Add a document.

        Args:
            terms: for an indexed field its tokens; token i stands at position i.
            stored: JSON values, given back whole by `ColumnSegment.stored`.
            columns: for a column its value: int or None (0), str or None (""), tuple or None (()).

        Raises:
            KeyError: a field or column that the layout lacks.
        """
        self._check_names(terms, columns)
        content = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
        packed = zlib.compress(content.encode("utf-8", "surrogatepass"), 1)
        pending = self._room_for(terms)
        key = next(iter(terms.get(self._layout.key, ())), None)
        pending.add(terms, packed, columns, key)
        if pending.cost >= self._flush_postings:
            self._flush()

    def delete(self, key: str) -> int:
        """Delete every document added so far whose key field holds `key`; returns how many."""
        count = sum(self._delete_from(kept, key) for kept in self._segments)
        if self._pending is not None:
            documents = self._pending.keys.pop(key, [])
            self._pending.deleted.update(documents)
            count += len(documents)
        return count

    def commit(self) -> None:
        """Write what is pending, then the table of contents; synced to the disk when it returns."""
        self._flush()
        self._segments = [kept for kept in self._segments if _survives(kept)]
        for kept in self._segments:
            self._write_deleted(kept)
        toc = Toc(tuple(kept.entry for kept in self._segments), self._next)
        sync_folder(self._directory)
        write_toc(self._directory, self._layout, toc)
        obsolete = (self._before | set(self._written)) - set(toc.files())
        self._before, self._written = set(toc.files()), []
        for name in obsolete:
            (self._directory / name).unlink(missing_ok=True)

    def abort(self) -> None:
        """Remove every file written since the last commit."""
        if self._pending is not None:
            self._pending.files.discard()
            self._pending = None
        for name in self._written:
            (self._directory / name).unlink(missing_ok=True)
        self._written = []

    def _open_existing(self) -> None:
        index = open_index(self._directory, self._layout)
        pairs = zip(index.toc.segments, index.segments, strict=True)
        self._segments = [OpenSegment(entry, segment) for entry, segment in pairs]
        self._next = index.toc.next

    def _check_names(
        self, terms: Mapping[str, Sequence[str]], columns: Mapping[str, ColumnValue]
    ) -> None:
        unknown = [*(terms.keys() - self._fields), *(columns.keys() - self._layout.columns)]
        if unknown:
            raise KeyError(f"not in the layout: {', '.join(sorted(unknown))}")

    def _room_for(self, terms: Mapping[str, Sequence[str]]) -> Pending:
        pending = self._pending
        if pending is not None and not all(
            pending.fields[name].has_room(len(tokens)) for name, tokens in terms.items()
        ):
            self._flush()
        if self._pending is None:
            self._pending = Pending(self._directory, self._layout, self._new_name())
        return self._pending

    def _new_name(self) -> str:
        name = f"s{self._next:06d}"
        self._next += 1
        return name

    def _flush(self) -> None:
        if self._pending is None:
            return
        pending = self._pending
        pending.write()
        self._pending = None
        entry = SegmentEntry(pending.name, pending.document_count)
        self._written.extend(entry.files())
        segment = ColumnSegment(self._directory, self._layout, entry.name, entry.documents, None)
        self._segments.append(OpenSegment(entry, segment, pending.deleted))

    def _delete_from(self, kept: OpenSegment, key: str) -> int:
        segment = kept.segment
        number = segment.terms(self._layout.key).find(key)
        if number < 0:
            return 0
        documents = segment.documents_and_frequencies(self._layout.key, number).documents
        alive = [
            document
            for document in documents.tolist()
            if document not in kept.deleted and (segment.live is None or segment.live[document])
        ]
        kept.deleted.update(alive)
        return len(alive)

    def _write_deleted(self, kept: OpenSegment) -> None:
        if not kept.deleted:
            return
        name = f"{kept.entry.name}-{self._next}.deleted"
        self._next += 1
        documents = np.union1d(kept.segment.deleted, sorted(kept.deleted))
        file = ArrayWriter(self._directory / name, "deleted")
        self._written.append(name)
        file.add("documents", documents, "<i4")
        file.close()
        kept.entry = replace(kept.entry, deleted=name)


def _survives(kept: OpenSegment) -> bool:
    return len(kept.deleted) < kept.segment.live_count
