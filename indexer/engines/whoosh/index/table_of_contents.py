"""The table of contents of an index folder: JSON, validated when read, replaced when written.

In: a folder and the layout of our code. Out: an open `ColumnIndex`, or a new `toc.json`.

    {"format": 1, "version": 7, "fields": [...], "columns": {name: kind}, "next": 3,
     "segments": [{"name": "s000001", "documents": 812, "deleted": "s000001-2.deleted" or null}]}

It has no code and no schema: `version`, field names and column kinds only tell whether the index
was written with the layout of our code.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from indexer.engines.whoosh.index.array_file import FORMAT, make_damage_error
from indexer.engines.whoosh.index.segment import KINDS, ColumnSegment
from indexer.errors import NoIndex, VersionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indexer.engines.whoosh.index.layout import IndexLayout

TOC_NAME = "toc.json"
_DIFFERS = {"fields": "it has other fields", "columns": "it has other columns"}
_SEGMENT_NAME = re.compile(r"s\d{6,12}")
_DELETED_NAME = re.compile(r"s\d{6,12}-\d{1,12}\.deleted")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment in the table of contents.

    Attributes:
        name: the stem of its files, `s000001`.
        documents: how many, deleted ones included.
        deleted: name of the file of deleted documents; None if none is deleted.
    """

    name: str
    documents: int
    deleted: str | None = None

    def list_files(self) -> tuple[str, ...]:
        """Return the names of the files of the segment."""
        names = tuple(f"{self.name}.{kind}" for kind in KINDS)
        return names if self.deleted is None else (*names, self.deleted)


@dataclass(frozen=True, slots=True)
class TableOfContents:
    """The segments of an index; `next` is the number of the next new file."""

    segments: tuple[SegmentEntry, ...] = ()
    next: int = 1

    def list_files(self) -> tuple[str, ...]:
        """Return the names of all files of the index, the table of contents first."""
        return (TOC_NAME, *(name for entry in self.segments for name in entry.list_files()))


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """An index open for reading: a snapshot that later commits and prunings do not change."""

    directory: Path
    layout: IndexLayout
    toc: TableOfContents
    segments: tuple[ColumnSegment, ...]

    @property
    def document_count(self) -> int:
        """Documents that are not deleted."""
        return sum(segment.live_count for segment in self.segments)


def open_column_index(
    directory: Path, layout: IndexLayout, known: Sequence[ColumnSegment] = ()
) -> ColumnIndex:
    """Open the index in a folder. Nothing is written, and nothing in the folder is executed.

    Args:
        directory: the folder.
        layout: the fields and columns that the index must have.
        known: open segments; one whose files the folder has (hard links) is not read again.

    Raises:
        NoIndex: the folder has no table of contents.
        VersionError: it was written with another layout or a newer format.
        DamageError: a file is missing, truncated or makes no sense.
    """
    toc = read_toc(directory, layout)
    open_already = {segment.name: segment for segment in known if segment.layout is layout}
    segments = tuple(
        _open_segment(directory, layout, entry, open_already.get(entry.name))
        for entry in toc.segments
    )
    return ColumnIndex(directory, layout, toc, segments)


def _open_segment(
    directory: Path, layout: IndexLayout, entry: SegmentEntry, known: ColumnSegment | None
) -> ColumnSegment:
    if known and known.document_count == entry.documents and known.is_linked(directory):
        return known.reopen(directory, entry.deleted)
    return ColumnSegment(directory, layout, entry.name, entry.documents, entry.deleted)


def read_toc(directory: Path, layout: IndexLayout) -> TableOfContents:
    """Read the table of contents of a folder; raises as `open_column_index` does."""
    path = directory / TOC_NAME
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as exc:
        raise NoIndex(f"No index in {directory}/; run `dateline rebuild SOURCE`") from exc
    except (ValueError, RecursionError) as exc:
        raise make_damage_error(path, "not JSON") from exc
    if not isinstance(content, dict):
        raise make_damage_error(path, "not a table of contents")
    _check_version(path, content, layout)
    return _parse_toc(path, content)


def write_toc(directory: Path, layout: IndexLayout, toc: TableOfContents) -> None:
    """Write the table of contents to a new file, then rename it. Nothing is synced."""
    content = _describe_layout(layout) | asdict(toc)
    beside = directory / f"{TOC_NAME}.new"
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(content))
        beside.replace(directory / TOC_NAME)
    finally:
        beside.unlink(missing_ok=True)


def _describe_layout(layout: IndexLayout) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": layout.version,
        "fields": list(layout.list_indexed_fields()),
        "columns": dict(sorted(layout.columns.items())),
    }


def _check_version(path: Path, content: dict[str, Any], layout: IndexLayout) -> None:
    # The version last: other fields change it too, and are the plainer reason.
    described = sorted(_describe_layout(layout).items(), key=lambda item: item[0] == "version")
    for name, ours in described:
        if name not in content:
            raise make_damage_error(path, f"no {name!r}")
        if content[name] != ours:
            differs = _DIFFERS.get(name) or f"{name} {content[name]!r}, not {ours}"
            raise VersionError(
                f"The index in {path.parent} was made by another version of Dateline ({differs}); "
                "run `dateline rebuild SOURCE`"
            )


def _parse_toc(path: Path, content: dict[str, Any]) -> TableOfContents:
    try:
        entries = tuple(SegmentEntry(**entry) for entry in content["segments"])
        toc = TableOfContents(entries, content["next"])
    except (KeyError, TypeError) as exc:
        raise make_damage_error(path, "segments make no sense") from exc
    names = [entry.name for entry in entries]
    if len(set(names)) < len(names) or not _is_count(toc.next):
        raise make_damage_error(path, "segments make no sense")
    for entry in entries:
        _check_entry(path, entry)
    return toc


def _check_entry(path: Path, entry: SegmentEntry) -> None:
    """Refuse names of another pattern than ours, so that none leads out of the folder."""
    fits = isinstance(entry.name, str) and _SEGMENT_NAME.fullmatch(entry.name)
    if not fits or not _is_count(entry.documents):
        raise make_damage_error(path, f"segment {entry.name!r} makes no sense")
    deleted = entry.deleted
    if deleted is not None and not (isinstance(deleted, str) and _DELETED_NAME.fullmatch(deleted)):
        raise make_damage_error(path, f"deletions {deleted!r} make no sense")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
