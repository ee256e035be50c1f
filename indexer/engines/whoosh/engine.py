"""The embedded engine: generations of columnar Whoosh segments in a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
import time
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from whoosh.query.compound import AndMaybe, Or

from indexer.analysis.tokens import index_terms
from indexer.engines.base import (
    Answer,
    Document,
    Explanation,
    Found,
    Leaf,
    Original,
    SearchOptions,
)
from indexer.engines.bm25 import Freshness
from indexer.engines.catalogue import NAME as CATALOGUE
from indexer.engines.catalogue import Catalogue
from indexer.engines.durable import file_digest, link_or_copy
from indexer.engines.fields import TEXT_WEIGHTS
from indexer.engines.fields import document as stored_document
from indexer.engines.generations import POINTER, Generations
from indexer.engines.manifest import MANIFEST
from indexer.engines.whoosh import feedback, schema
from indexer.engines.whoosh.compile import Compiler, narrowing
from indexer.engines.whoosh.copies import Copies
from indexer.engines.whoosh.evaluate import Evaluator
from indexer.engines.whoosh.explain import explained
from indexer.engines.whoosh.facets import most_frequent
from indexer.engines.whoosh.groups import GROUPS_NAME, Before, read_groups, write_groups
from indexer.engines.whoosh.listing import Request, Row, answer
from indexer.engines.whoosh.located import locate
from indexer.engines.whoosh.queries import Group
from indexer.engines.whoosh.segment import MOST_STORED_BYTES
from indexer.engines.whoosh.snapshot import Snapshot as Arrays
from indexer.engines.whoosh.storage import inflate
from indexer.engines.whoosh.toc import ColumnIndex, open_index
from indexer.engines.whoosh.verify import verify_index
from indexer.engines.whoosh.vocabulary import FieldVocabulary
from indexer.engines.whoosh.writer import ColumnWriter
from indexer.errors import DamageError, IndexerError, NoArticle, StoreError
from indexer.highlight import terms_of
from indexer.models import Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.query.nodes import Node
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")

ADDED_TOGETHER = 16
"""Documents indexed at once: signatures of 16 cost half of what they cost one by one."""


FACET_VALUES = 200
"""Most values counted for one facet: more years than an archive has."""


class WhooshEngine:
    """An index in a folder of this machine.

    Args:
        root: the folder; made by the first rebuild.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root
        self.generations = Generations(root)
        self._lock = threading.Lock()
        self._open: WhooshSnapshot | None = None
        self._pointer: tuple[int, int] | None = None

    def snapshot(self) -> WhooshSnapshot:
        """The live generation, opened once and shared; a stat tells whether a newer one is live.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened.
        """
        while True:
            pointer = self._pointer_state()
            try:
                return self._opened(pointer)
            except StoreError:
                # Between pointer and files two writers may have published and pruned: look again.
                if pointer == self._pointer_state():
                    raise

    def _opened(self, pointer: tuple[int, int] | None) -> WhooshSnapshot:
        with self._lock:
            if self._open is None or pointer != self._pointer or pointer is None:
                name = self.generations.current()
                if self._open is None or self._open.generation != name:
                    self._open = WhooshSnapshot(self.generations, name)
                self._pointer = pointer
            for segment in self._open.index.segments:
                segment.verify_sizes()
            return self._open

    def live(self) -> str | None:
        """Name of the live generation, None where there is none that can be named."""
        try:
            return self.generations.current()
        except StoreError:
            return None

    def _pointer_state(self) -> tuple[int, int] | None:
        try:
            stat = (self.generations.root / POINTER).stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    @contextlib.contextmanager
    def writing(self, *, fresh: bool) -> Iterator[WhooshWriter]:
        """A new generation: from nothing, or from the live one; see `base.Engine`."""
        if not fresh:
            self.snapshot()
        try:
            with self.generations.writing() as name:
                base = None if fresh else self.snapshot()
                with contextlib.closing(WhooshWriter(self.generations, name, base)) as writer:
                    yield writer
        except (OSError, sqlite3.Error) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise StoreError(
                f"The index in {self.generations.root} cannot be written: {reason}; "
                "the index that was there stays"
            ) from exc

    def check(self) -> Iterator[str]:
        """Every damage found in the generations kept, one sentence each."""
        damaged = False
        for name in self.generations.published():
            for sentence in self.generations.damage(name):
                damaged = True
                yield sentence
        try:
            snapshot = self.snapshot()
            if not damaged:
                verify_index(snapshot.index)
        except IndexerError as exc:
            yield str(exc)

    def rollback(self) -> str:
        """Make the generation before the live one live; returns its name.

        Raises:
            StoreError: there is none before it, or the folder cannot be written.
        """
        try:
            with self.generations.lock():
                name = self.generations.before()
                self.generations.point_to(name)
        except OSError as exc:
            raise StoreError(
                f"{self.generations.root} cannot be written: {exc.strerror or exc}"
            ) from exc
        return name


class WhooshSnapshot:
    """One generation, open for reading. Safe for threads."""

    def __init__(self, generations: Generations, name: str) -> None:
        self._generations = generations
        self._manifest = generations.manifest(name)
        self.index = open_index(generations.folder(name), schema.LAYOUT)
        self._vocabularies: dict[str, FieldVocabulary] = {}
        self._arrays = Arrays(self.index)
        self._copies = Copies(read_groups(self.index))
        self._evaluator = Evaluator(self._arrays)
        self._listed: dict[str, int] = {}

    @property
    def generation(self) -> str:
        """Name of the generation."""
        return self._manifest.generation

    def ask(self, question: Callable[[Vocabulary], T]) -> T:
        """What a question about the terms of title and body comes to; see `base.Snapshot`."""
        return question(self._vocabulary(""))

    def _vocabulary(self, field: str) -> FieldVocabulary:
        if field not in self._vocabularies:
            names = (field,) if field else tuple(name for name, _ in TEXT_WEIGHTS)
            self._vocabularies[field] = FieldVocabulary(self._arrays, names)
        return self._vocabularies[field]

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """The articles that match; see `base.Snapshot`."""
        compiler = Compiler(self._vocabulary, exact=options.exact)
        request = Request(
            query=compiler.compile(tree),
            filters=narrowing(options),
            sort=options.sort,
            offset=options.offset,
            size=options.size,
            facets=options.facets,
            facet_size=FACET_VALUES,
            fresh=Freshness() if options.fresh else None,
            copies=self._copies if options.fold_copies else None,
            close=() if options.exact else compiler.asked(tree),
            deadline=time.monotonic() + options.seconds,
        )
        if options.feedback:
            request = self._fed_back(request)
        listed = answer(self._evaluator, request)
        rows = self._found(listed.rows)
        if options.locate:
            rows = self._located(rows, listed.rows, terms_of(compiler.expansions.values()))
        leaves = {
            node: Leaf(expansion, self._evaluator.leaves[compiler.groups[node]].documents.count)
            for node, expansion in compiler.expansions.items()
        }
        return Answer(listed.matching.count, listed.listed, rows, leaves, listed.facets)

    def _found(self, rows: Sequence[Row]) -> tuple[Found, ...]:
        ids = [self._arrays.id(row.document) for row in rows]
        self._listed = dict(zip(ids, (row.document for row in rows), strict=True))
        return tuple(
            Found(article_id, row.score, self._in_order(row.copies) if row.copies else ())
            for article_id, row in zip(ids, rows, strict=True)
        )

    def _located(
        self, found: Sequence[Found], rows: Sequence[Row], terms: frozenset[str]
    ) -> tuple[Found, ...]:
        places = locate(self._arrays, [row.document for row in rows], sorted(terms))
        return tuple(
            replace(one, located=located) for one, located in zip(found, places, strict=True)
        )

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Why an article matches; see `base.Snapshot`."""
        compiler = Compiler(self._vocabulary, exact=options.exact)
        query = compiler.compile(tree)
        found = self._evaluator.find(query, time.monotonic() + options.seconds)
        return explained(
            self._evaluator.leaves, compiler, query, found, self._number(article_id),
            close=() if options.exact else compiler.asked(tree),
            fresh=Freshness() if options.fresh and options.sort == "relevance" else None,
        )  # fmt: skip

    def _fed_back(self, request: Request) -> Request:
        """The same request, ranked by the words of its first documents too."""
        first = answer(
            self._evaluator, replace(request, offset=0, size=feedback.DOCUMENTS, facets=())
        )
        samples = [self._sample(row.document) for row in first.rows]
        words = feedback.add_words(self._arrays, request.close, samples, self._group_of)
        asked = {replace(group, boost=1.0) for group in request.close}
        typed = [group for group in words if replace(group, boost=1.0) in asked]
        added = [group for group in words if replace(group, boost=1.0) not in asked]
        if not typed or not added:
            return request
        return replace(request, query=AndMaybe(Or(typed), Or(added)))

    def _sample(self, number: int) -> list[str]:
        """The index terms of a document, its title's as often as the title weighs."""
        place = self._arrays.place(number)
        article = stored_document(self.index.segments[place.segment].stored(place.document)).article
        weight = round(dict(TEXT_WEIGHTS)["title"])
        return index_terms(article.title) * weight + index_terms(article.body)

    def _group_of(self, term: str) -> Group:
        """A word with its inflections; to expand it whole took ten times as long, ranking alike."""
        return Group(TEXT_WEIGHTS, tuple(self._vocabulary("").stem_group(term)) or (term,))

    def _in_order(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Ids of documents, the first published first, the undated last, ties by id."""
        days = self._arrays.ints("published")
        found = [
            (int(days[number]) or date.max.toordinal(), self._arrays.id(number))
            for number in numbers
        ]
        return tuple(article_id for _, article_id in sorted(found))

    def document(self, article_id: str) -> Document:
        """What is stored for an id; see `base.Snapshot`."""
        place = self._arrays.place(self._number(article_id))
        return stored_document(self.index.segments[place.segment].stored(place.document))

    def documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """What is stored for each id, in their order; see `base.Snapshot`."""
        return map(self.document, article_ids)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """The other articles with the same text; see `base.Snapshot`."""
        number = self._number(article_id)
        return self._in_order(self._copies.others(number, self._arrays.every).tolist())

    def has_groups_as_published(self) -> bool:
        """Whether the file of groups of copies is still what was written, read in full."""
        path = self.index.directory / GROUPS_NAME
        record = self._manifest.files[f"generations/{self.generation}/{GROUPS_NAME}"]
        return file_digest(path) == record.digest

    def _number(self, article_id: str) -> int:
        listed = self._listed.get(article_id)  # what a search found is mostly fetched next
        if listed is not None:
            return listed
        for base, segment in zip(self._arrays.bases, self.index.segments, strict=False):
            term = segment.terms("id").find(article_id)
            if term < 0:
                continue
            for place in segment.documents_and_frequencies("id", term).documents.tolist():
                if segment.live is None or segment.live[place]:
                    return int(base + place)
        raise NoArticle(
            f"No article {article_id} in this index; it may have gone with an update. Search for it"
        )

    def values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Every value of a filter with its number of articles; see `base.Snapshot`."""
        every = self._arrays.every
        size = len(self._arrays.values(name).values)
        return self._arrays.once(
            ("counted", name), lambda: most_frequent(self._arrays, name, every, size)
        )

    def original(self, place: Original) -> bytes:
        """The saved bytes of a page; see `base.Snapshot`."""
        path = self._generations.pack(place.generation)
        try:
            # No link is followed, also where one was put in place while the index was open.
            with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as pack:  # noqa: PTH123
                pack.seek(place.offset)
                packed = pack.read(min(max(place.length, 0), MOST_STORED_BYTES))
                return inflate(packed, MOST_STORED_BYTES)
        except (OSError, ValueError, zlib.error) as exc:
            raise DamageError(f"{path} is damaged or missing ({exc}); run rebuild") from exc

    def stats(self) -> Stats:
        """Counts and spans, from the manifest."""
        facts = self._manifest.facts
        return Stats(
            articles=self._manifest.articles,
            generation=self.generation,
            built=self._manifest.built,
            bytes=sum(record.size for record in self._manifest.files.values()),
            oldest=facts["oldest"],
            newest=facts["newest"],
            sources=facts["sources"],
        )


class WhooshWriter:
    """A generation being written; see `base.EngineWriter`.

    Args:
        base: the generation whose content it begins with, None for none.
    """

    def __init__(self, generations: Generations, name: str, base: WhooshSnapshot | None) -> None:
        self._generations = generations
        self.generation = name
        self._base = base
        folder = generations.folder(name)
        if base:
            for path in base.index.directory.iterdir():
                if path.name == CATALOGUE:
                    shutil.copyfile(path, folder / path.name)
                elif path.name not in (MANIFEST, GROUPS_NAME):
                    link_or_copy(path, folder / path.name)
        self.catalogue = Catalogue(folder / CATALOGUE)
        self._columns = ColumnWriter(folder, schema.LAYOUT)
        self._pack = generations.pack(name).open("wb")
        self._waiting: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        """Index a document."""
        self._waiting[document.article.id] = document
        if len(self._waiting) == ADDED_TOGETHER:
            self._add_waiting()

    def _add_waiting(self) -> None:
        for row in schema.rows(tuple(self._waiting.values())):
            self._columns.add_document(row.terms, row.stored, row.columns)
        self._waiting.clear()

    def delete(self, article_id: str) -> None:
        """Remove a document; no error where there is none."""
        self._waiting.pop(article_id, None)
        self._columns.delete(article_id)

    def keep(self, packed: bytes) -> Original:
        """Append a page's saved bytes to the generation's pack."""
        offset = self._pack.tell()
        self._pack.write(packed)
        return Original(self.generation, offset, len(packed))

    def publish(self) -> str:
        """Commit, verify and make the generation live; returns its name."""
        self._add_waiting()
        before = None
        if self._base and self._base.has_groups_as_published():
            before = Before(self._base.index, self._columns.survivors())
        self._columns.commit(single=self._base is None)
        self.catalogue.close()
        self._pack.close()
        index = open_index(self._generations.folder(self.generation), schema.LAYOUT)
        write_groups(index, before)
        facts = _facts(index)
        packs = [f"{number:06d}" for number in facts.pop("packs")]
        if self.generation not in packs:
            self._generations.pack(self.generation).unlink()
        self._generations.publish(self.generation, index.document_count, facts, packs)
        return self.generation

    def close(self) -> None:
        """Let go of every file; what was not published is removed by the generations."""
        with contextlib.suppress(OSError):  # on a full disk: nobody wants what is still buffered
            self._pack.close()
        self._columns.abort()
        self.catalogue.abandon()


def _facts(index: ColumnIndex) -> dict[str, Any]:
    """What `stats` tells, and the numbers of the packs that documents refer to."""
    days: list[np.ndarray[Any, np.dtype[np.int32]]] = []
    packs: set[int] = set()
    sources: Counter[str] = Counter()
    for segment in index.segments:
        live = slice(None) if segment.live is None else segment.live
        days.append(segment.int_column("published")[live])
        packs.update(np.unique(segment.int_column("pack")[live]).tolist())
        column = segment.value_column("source")
        owner = np.repeat(np.arange(segment.document_count), np.diff(column.starts))
        kept = column.ids if segment.live is None else column.ids[segment.live[owner]]
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
