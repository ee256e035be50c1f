"""Writes one generation of the embedded engine.

In: documents and saved pages. Out: a published generation; see `interface.EngineWriter`.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engines.storage.catalogue import CATALOGUE_FILE, Catalogue
from indexer.engines.storage.files import OriginalLocation, link_or_copy
from indexer.engines.whoosh import schema
from indexer.engines.whoosh.copy_groups import GROUPS_NAME, PreviousIndex, write_groups
from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.segment import KINDS
from indexer.engines.whoosh.index.table_of_contents import TOC_NAME
from indexer.near_duplicates.minhash import TOGETHER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engines.interface import Document
    from indexer.engines.storage.generations import Generations
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.engines.whoosh.index.table_of_contents import ColumnIndex
    from indexer.engines.whoosh.snapshot import WhooshSnapshot


OWN_NAMES = re.compile(
    rf"s\d{{6,12}}(\.({'|'.join(KINDS)})|-\d{{1,12}}\.deleted)|{TOC_NAME}(\.new)?"
    rf"|{CATALOGUE_FILE}(-journal)?|{GROUPS_NAME}"
)
"""Names of all files that are made in the folder of a generation, beside its manifest."""


class WhooshWriter:
    """Writes one generation; see `interface.EngineWriter`.

    Args:
        generations: those of the index.
        name: of the new generation.
        base: the generation that it updates; None for a rebuild.

    Attributes:
        segments: those published, open; empty before.
    """

    def __init__(self, generations: Generations, name: str, base: WhooshSnapshot | None) -> None:
        self._generations = generations
        self.generation = name
        self._base = base
        folder = generations.locate_generation(name)
        if base:
            for file_name in base.list_files():
                path = base.index.directory / file_name
                if file_name == CATALOGUE_FILE:
                    shutil.copyfile(path, folder / file_name)
                elif file_name != GROUPS_NAME:
                    link_or_copy(path, folder / file_name)
        self.catalogue = Catalogue(folder / CATALOGUE_FILE)
        self._columns = IndexWriter(folder, schema.LAYOUT, base.index.segments if base else ())
        self.segments: tuple[ColumnSegment, ...] = ()
        self._pack = generations.locate_pack(name).open("xb")
        self._waiting: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        """Index a document."""
        self._waiting[document.article.id] = document
        if len(self._waiting) == TOGETHER:
            self._add_waiting()

    def _add_waiting(self) -> None:
        for row in schema.make_index_documents(tuple(self._waiting.values())):
            self._columns.add_document(row.terms, row.stored, row.columns)
        self._waiting.clear()

    def delete(self, article_id: str) -> None:
        """Remove a document; does nothing if the id is unknown."""
        self._waiting.pop(article_id, None)
        self._columns.delete(article_id)

    def store_original(self, packed: bytes) -> OriginalLocation:
        """Append the saved bytes of a page, compressed, to the pack of the generation."""
        offset = self._pack.tell()
        self._pack.write(packed)
        return OriginalLocation(self.generation, offset, len(packed))

    def has_changed(self) -> bool:
        """Whether sources or records differ from those of the generation that it updates."""
        if self._base is None:
            return True
        return not self.catalogue.has_same_records(self._base.index.directory / CATALOGUE_FILE)

    def publish(self) -> str:
        """Commit, verify and make the generation live; returns its name."""
        self._add_waiting()
        before = None
        if self._base and self._base.has_intact_groups():
            before = PreviousIndex(self._base.index, self._columns.make_survivor_mask())
        index = self._columns.commit(single=self._base is None)
        self.catalogue.close()
        self._pack.close()
        write_groups(index, before)
        facts = _collect_facts(index)
        packs = [f"{number:06d}" for number in facts.pop("packs")]
        if self.generation not in packs:
            self._generations.locate_pack(self.generation).unlink()
        self._generations.publish(
            self.generation, index.document_count, facts, packs, fresh=self._base is None
        )
        self.segments = index.segments
        return self.generation

    def close(self) -> None:
        """Close every file. The folder of an unpublished generation is removed by `Generations`."""
        with contextlib.suppress(OSError):  # the disk may be full; the buffer is not needed
            self._pack.close()
        self._columns.abort()
        self.catalogue.abandon()


def _collect_facts(index: ColumnIndex) -> dict[str, Any]:
    """Collect the facts for `stats`, and the numbers of the packs that documents refer to."""
    days: list[NDArray[np.int32]] = []
    packs: set[int] = set()
    sources: Counter[str] = Counter()
    for segment in index.segments:
        live = slice(None) if segment.live is None else segment.live
        days.append(segment.get_int_column("published")[live])
        packs.update(_find_distinct(segment.get_int_column("pack")[live]))
        column = segment.get_value_column("source")
        kept = column.ids
        if segment.live is not None:
            kept = kept[np.repeat(segment.live, np.diff(column.starts))]
        counts = np.bincount(kept, minlength=len(column.values)).tolist()
        sources.update(dict(zip(column.values, counts, strict=True)))
    dated = np.concatenate([*days, np.zeros(0, np.int32)])
    dated = dated[dated > 0]
    return {
        "oldest": date.fromordinal(int(dated.min())).isoformat() if len(dated) else None,
        "newest": date.fromordinal(int(dated.max())).isoformat() if len(dated) else None,
        "sources": {source: count for source, count in sources.most_common() if count},
        "stemmer": schema.STEMMER,
        "packs": packs - {0},
    }


def _find_distinct(values: NDArray[np.int32]) -> list[int]:
    """Find the distinct values of an array with long runs; to sort all values took 1 ms."""
    firsts = np.flatnonzero(values[1:] != values[:-1]) + 1
    distinct: list[int] = np.unique(values[np.concatenate(([0], firsts))[: len(values)]]).tolist()
    return distinct
