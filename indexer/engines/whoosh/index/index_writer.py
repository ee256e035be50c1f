"""Writes an index: adds documents, deletes documents, and commits once.

In: documents as tokens by field, stored fields and columns. Out: segments and a table of contents.

The folder may have an earlier index, whose files may be hard links into an older generation.
Existing files are never changed. New files are added, and those no longer needed are unlinked after
the new table of contents is written. Nothing is synced to the disk: `Generations.publish` does
that, once it is known which files stay.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from indexer.engines.whoosh.index.array_file import ENCODING, ERRORS, ArrayWriter
from indexer.engines.whoosh.index.merge import merge_segments
from indexer.engines.whoosh.index.merge_policy import SegmentSize, plan_merges
from indexer.engines.whoosh.index.segment import ColumnSegment
from indexer.engines.whoosh.index.segment_builder import SegmentBuilder, SegmentFiles
from indexer.engines.whoosh.index.table_of_contents import (
    TOC_NAME,
    ColumnIndex,
    SegmentEntry,
    TableOfContents,
    open_column_index,
    write_toc,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.engines.whoosh.index.columns import ColumnValue
    from indexer.engines.whoosh.index.layout import IndexLayout

FLUSH_POSTINGS = 8_000_000
"""Most tokens in memory before a segment is flushed; about 40 bytes each while sorting."""

LONG_DOCUMENT = 1 << 20
"""A document of so many tokens gets its own segment. Below it the packed keys fit 63 bits:
under 2^24 terms, 2^18 documents, 2^20 positions."""


COMPRESSION = 1
"""Level of zlib for stored fields: 60 µs an article; level 6 takes 70 for 4 % less."""

# An encoder made once takes half the time of `json.dumps` with options, which makes one a call.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class SegmentWithDeletions:
    """A finished segment of the index being written, and the documents deleted from it since."""

    entry: SegmentEntry
    segment: ColumnSegment
    deleted: set[int] = field(default_factory=set)

    @property
    def live_count(self) -> int:
        """Documents that are not deleted."""
        return self.segment.live_count - len(self.deleted)

    def list_deleted(self) -> NDArray[np.int32]:
        """Return all deleted documents of the segment, before and since; int32, ascending."""
        return np.union1d(self.segment.deleted, np.array(sorted(self.deleted), np.int32))

    def make_live_mask(self) -> NDArray[np.bool_] | None:
        """Make the mask of the documents not deleted; None if none is deleted."""
        if self.live_count == self.segment.document_count:
            return None
        live = np.ones(self.segment.document_count, np.bool_)
        live[self.list_deleted()] = False
        return live


class IndexWriter:
    """Adds to the index of a folder, or begins one. One writer at a time, one commit a writer.

    Example:
        with IndexWriter(directory, layout) as writer:
            writer.delete("a1")
            writer.add_document({"id": ["a1"], "body": ["war", "and", "peace"]}, {...}, {...})
            writer.commit()

    Without a commit the folder stays as it was.

    Args:
        directory: an existing folder.
        layout: the fields and columns of the documents.
        known: open segments; those that the folder has are not read again.
        flush_postings: tokens in memory before a segment is written, at most FLUSH_POSTINGS.

    Raises:
        VersionError, DamageError: the folder has an index that cannot be opened.
    """

    def __init__(
        self,
        directory: Path,
        layout: IndexLayout,
        known: Sequence[ColumnSegment] = (),
        *,
        flush_postings: int = FLUSH_POSTINGS,
    ) -> None:
        self._directory = directory
        self._layout = layout
        self._fields = set(layout.list_indexed_fields())
        self._flush_postings = min(flush_postings, FLUSH_POSTINGS)
        self._segments: list[SegmentWithDeletions] = []
        self._next = 1
        self._pending: SegmentBuilder | None = None
        self._written: list[str] = []
        if (directory / TOC_NAME).exists():
            self._open_existing(known)
        self._earlier_count = len(self._segments)
        self._earlier_files = {name for part in self._segments for name in part.entry.list_files()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    @property
    def document_count(self) -> int:
        """Documents of the index, deleted ones excluded, if it were committed now."""
        count = sum(part.live_count for part in self._segments)
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
            terms: the tokens of an indexed field; token i has position i.
            stored: JSON values, as `ColumnSegment.read_stored` returns them.
            columns: the value of a column: int or None (0), str or None (""), tuple or None (()).

        Raises:
            KeyError: a field or column that the layout lacks.
            TypeError, OverflowError: a column's value is of another kind, or beyond 32 bits; or the
                stored fields are not JSON. Nothing of the document is added.
        """
        self._check_names(terms, columns)
        packed = zlib.compress(_to_json(stored).encode(ENCODING, ERRORS), COMPRESSION)
        key = next(iter(terms.get(self._layout.key, ())), None)
        is_long = any(len(tokens) >= LONG_DOCUMENT for tokens in terms.values())
        if is_long:
            self._flush()
        if self._pending is None:
            self._pending = SegmentBuilder(self._directory, self._layout, self._make_name())
        self._pending.add(terms, packed, columns, key)
        if is_long or self._pending.cost >= self._flush_postings:
            self._flush()

    def delete(self, key: str) -> int:
        """Delete every document added so far with `key` in the key field; returns how many."""
        count = sum(self._delete_from(part, key) for part in self._segments)
        if self._pending is not None:
            documents = self._pending.keys.pop(key, [])
            self._pending.deleted.update(documents)
            count += len(documents)
        return count

    def make_survivor_mask(self) -> NDArray[np.bool_]:
        """Make the mask of the documents of the earlier index that are not deleted now.

        Call it before the commit. Documents that were deleted in the earlier index are in the mask
        too, as False.
        """
        masks = [
            np.ones(found.segment.document_count, np.bool_)
            if (live := found.make_live_mask()) is None
            else live
            for found in self._segments[: self._earlier_count]
        ]
        return np.concatenate([np.zeros(0, np.bool_), *masks])

    def commit(self, *, single: bool = False) -> ColumnIndex:
        """Flush, merge, then write the table of contents; returns the index, open.

        Args:
            single: merge everything into one segment, as after a rebuild; else merge by tiers.
        """
        self._flush()
        self._segments = [part for part in self._segments if part.live_count]
        loads = [
            SegmentSize(part.segment.document_count, part.live_count) for part in self._segments
        ]
        for merge in reversed(plan_merges(loads, single=single)):
            self._segments[merge.start : merge.stop] = [
                self._merge(self._segments[merge.start : merge.stop])
            ]
        for part in self._segments:
            self._write_deleted(part)
        self._publish(TableOfContents(tuple(part.entry for part in self._segments), self._next))
        written = [part.segment for part in self._segments]
        return open_column_index(self._directory, self._layout, written)

    def abort(self) -> None:
        """Remove every file written since the last commit."""
        if self._pending is not None:
            self._pending.files.discard()
            self._pending = None
        for name in self._written:
            (self._directory / name).unlink(missing_ok=True)
        self._written = []

    def _open_existing(self, known: Sequence[ColumnSegment]) -> None:
        index = open_column_index(self._directory, self._layout, known)
        pairs = zip(index.toc.segments, index.segments, strict=True)
        self._segments = [SegmentWithDeletions(entry, segment) for entry, segment in pairs]
        self._next = index.toc.next

    def _check_names(
        self, terms: Mapping[str, Sequence[str]], columns: Mapping[str, ColumnValue]
    ) -> None:
        unknown = [*(terms.keys() - self._fields), *(columns.keys() - self._layout.columns)]
        if unknown:
            raise KeyError(f"not in the layout: {', '.join(sorted(unknown))}")

    def _make_name(self) -> str:
        name = f"s{self._next:06d}"
        self._next += 1
        return name

    def _flush(self) -> None:
        if self._pending is None:
            return
        pending = self._pending
        pending.write()
        self._pending = None
        self._written.extend(SegmentEntry(pending.name, 0).list_files())
        self._segments.append(
            self._open_segment(SegmentEntry(pending.name, pending.document_count))
        )
        self._segments[-1].deleted = pending.deleted

    def _delete_from(self, part: SegmentWithDeletions, key: str) -> int:
        segment = part.segment
        number = segment.get_terms(self._layout.key).find(key)
        if number < 0:
            return 0
        documents = segment.read_documents_and_frequencies(self._layout.key, number).documents
        alive = [
            document
            for document in documents.tolist()
            if document not in part.deleted and (segment.live is None or segment.live[document])
        ]
        part.deleted.update(alive)
        return len(alive)

    def _merge(self, parts: Sequence[SegmentWithDeletions]) -> SegmentWithDeletions:
        name = self._make_name()
        masked = [(part.segment, part.make_live_mask()) for part in parts]
        files = SegmentFiles(self._directory, name)
        try:
            count = merge_segments(self._layout, masked, files)
            files.close()
        except BaseException:
            files.discard()
            raise
        self._written.extend(SegmentEntry(name, 0).list_files())
        return self._open_segment(SegmentEntry(name, count))

    def _open_segment(self, entry: SegmentEntry) -> SegmentWithDeletions:
        segment = ColumnSegment(self._directory, self._layout, entry.name, entry.documents, None)
        segment.release_pages()
        return SegmentWithDeletions(entry, segment)

    def _publish(self, toc: TableOfContents) -> None:
        write_toc(self._directory, self._layout, toc)
        obsolete = (self._earlier_files | set(self._written)) - set(toc.list_files())
        self._earlier_files, self._written = set(toc.list_files()), []
        for name in obsolete:
            (self._directory / name).unlink(missing_ok=True)

    def _write_deleted(self, part: SegmentWithDeletions) -> None:
        if not part.deleted:
            return
        name = f"{part.entry.name}-{self._next}.deleted"
        self._next += 1
        file = ArrayWriter(self._directory / name, "deleted")
        try:
            file.add_array("documents", part.list_deleted(), "<i4")
            file.close()
        except BaseException:
            file.discard()
            raise
        self._written.append(name)
        part.entry = replace(part.entry, deleted=name)
