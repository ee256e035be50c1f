"""Builds a generation of an index from sources: cleans, resolves duplicates and versions, indexes.

In: an engine, and folders, archives or files of saved pages. Out: a published generation and a
`BuildReport`. `rebuild` starts from nothing; `update` starts from the live generation and reads
only files that changed. Both end in the same state for the same files: of several records with one
id, content and order decide which is shown, not the time at which they were read.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, Self

from indexer.engines.interface import Document, Engine, EngineWriter
from indexer.engines.storage.catalogue import Record, make_quarantine_record
from indexer.engines.versions import Version, digest_text, load_stored_versions, make_recency_key
from indexer.errors import DamageError, SourceError
from indexer.ingest.apart import refuse_nested
from indexer.ingest.changes import ChangedPage, PageOrigin, SourceChanges, reread_pages
from indexer.ingest.quarantine import Quarantine
from indexer.ingest.workers import CleanedPage, CleaningPool, PageLimits
from indexer.models import Article, BuildReport, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from indexer.models import Page
    from indexer.settings import Settings


class Progress(Protocol):
    """Called after every page: pages done so far, and the share of the sources read, 0 to 1."""

    def __call__(self, pages: int, share: float) -> None: ...

    def close(self) -> None: ...


def rebuild(
    engine: Engine,
    sources: Sequence[Path],
    settings: Settings,
    progress: Progress,
    *,
    originals: bool = True,
) -> BuildReport:
    """Build a new generation from nothing and publish it; the live one is searched until then.

    Args:
        engine: the index.
        sources: folders, archives or page files.
        settings: limits of a page, and the number of workers.
        progress: called after every page.
        originals: whether to store the saved bytes of every page.

    Returns:
        Counts, quarantined pages and the name of the generation.

    Raises:
        SourceError: a source cannot be read, or none of its pages is an article.
        LockedError: another process is writing.

    >>> from indexer.ingest.progress import SilentProgress
    >>> from indexer.search.open import open_engine
    >>> from indexer.settings import Settings
    >>> rows = tmp_path / "rows.jsonl"
    >>> _ = rows.write_text('{"title": "Guns", "text": "The brigade moved its guns."}')
    >>> engine = open_engine(str(tmp_path / "new"))
    >>> rebuild(engine, [rows], Settings(workers=1), SilentProgress()).indexed
    1
    """
    refuse_nested(engine.folder, sources)
    with (
        engine.open_writer(fresh=True) as writer,
        _Build(engine, writer, settings, progress, originals=originals) as build,
    ):
        report = build.run(build.sources.find_changed(sources))
        if not report.indexed:
            raise SourceError(_explain_nothing_indexed(report))
        return build.publish(report)


def update(
    engine: Engine,
    sources: Sequence[Path],
    settings: Settings,
    progress: Progress,
    *,
    originals: bool = True,
) -> BuildReport:
    """Build a generation from the live one and the changes of some sources, and publish it.

    Articles of other sources are kept. Arguments and report are those of `rebuild`. If no record
    changed nothing is published, and the report has the name of the live generation.

    Raises:
        NoIndex: there is no index to update.
        SourceError: a source cannot be read.
        LockedError: another process is writing.
    """
    refuse_nested(engine.folder, sources)
    with (
        engine.open_writer(fresh=False) as writer,
        _Build(engine, writer, settings, progress, originals=originals) as build,
    ):
        report = build.run(build.sources.find_changed(sources))
        if writer.has_changed():
            return build.publish(report)
        return build.leave(report)


def retry_quarantined(engine: Engine, settings: Settings, progress: Progress) -> BuildReport:
    """Clean the pages in quarantine again, and publish if any of them is an article now.

    Pages are cleaned from the bytes in quarantine; those without bytes are read again from their
    source. No other page is read, and no article is removed.

    Returns:
        The report; its generation is the live one if nothing was published.

    Raises:
        DamageError: the quarantine cannot be read.
        NoIndex: there is no index.
        LockedError: another process is writing.
    """
    with (
        engine.open_writer(fresh=False) as writer,
        _Build(engine, writer, settings, progress, originals=True) as build,
    ):
        report = build.run(build.sources.find_quarantined(build.quarantine))
        if report.indexed or report.duplicates:
            return build.publish(report)
        return build.leave(report)


class _Build:
    def __init__(
        self,
        engine: Engine,
        writer: EngineWriter,
        settings: Settings,
        progress: Progress,
        *,
        originals: bool,
    ) -> None:
        self.engine, self.writer, self.catalogue = engine, writer, writer.catalogue
        self.settings, self.progress = settings, progress
        limits = PageLimits(settings.page_s, settings.page_memory_bytes, pack=originals)
        self.pool = CleaningPool(settings.worker_count, limits)
        self.quarantine = Quarantine(engine.folder)
        # Where the pointer is damaged the stages wait: one may be of the generation gone back to.
        with contextlib.suppress(DamageError):
            self.quarantine.recover(engine.read_live_generation())
        self.stage = self.quarantine.open_stage(writer.generation)
        self.sources = SourceChanges(
            self.catalogue,
            settings.page_bytes,
            unchanged=self._count_unchanged,
            removed=self._remove,
        )
        self.origins: deque[PageOrigin] = deque()
        self.unsettled: set[str] = set()
        self.removed: set[str] = set()
        self.reread: set[tuple[int, str]] = set()
        self.quarantined: list[QuarantinedPage] = []
        self.read = self.indexed = self.duplicates = self.unchanged = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.discard()

    def run(self, found: Iterable[ChangedPage]) -> BuildReport:
        """Clean and index pages, without publishing."""
        started = time.monotonic()
        with self.pool:
            for cleaned in self.pool.clean_all(self._queue_pages(found)):
                origin = self.origins.popleft()
                self._process_page(origin, cleaned)
                self.progress(self.read, origin.share)
            self._resolve_versions()
        for source, file in self.reread:  # by the next update
            self.catalogue.forget_file_state(source, file)
        return BuildReport(
            read=self.read,
            indexed=self.indexed,
            duplicates=self.duplicates,
            quarantined=tuple(self.quarantined),
            seconds=time.monotonic() - started,
            generation=self.writer.generation,
            unchanged=self.unchanged,
            removed=sum(not self.catalogue.list_records_of_id(one) for one in self.removed),
        )

    def publish(self, report: BuildReport) -> BuildReport:
        """Publish the generation; returns the report, its time counted until now."""
        started = time.monotonic()
        paths = self.catalogue.list_source_paths()
        quarantined = {(paths[bad.source], bad.name) for bad in self.catalogue.list_quarantined()}
        self.writer.publish()
        self.stage.commit(quarantined)
        return replace(report, seconds=round(report.seconds + time.monotonic() - started, 3))

    def leave(self, report: BuildReport) -> BuildReport:
        """Return the report of a build that changed nothing; the live generation stays."""
        live = self.engine.open_snapshot().generation
        seconds = round(report.seconds, 3)
        return replace(report, seconds=seconds, generation=live, published=False)

    def _queue_pages(self, found: Iterable[ChangedPage]) -> Iterator[Page | QuarantinedPage]:
        """Yield each page for the pool, which returns them cleaned in this order."""
        for one in found:
            self.origins.append(one.origin)
            yield one.page

    def _count_unchanged(self, count: int, share: float) -> None:
        self.unchanged += count
        self.read += count
        self.progress(self.read, share)

    def _remove(self, record: Record) -> None:
        self.catalogue.remove(record)
        if record.id:
            self.unsettled.add(record.id)
            self.removed.add(record.id)

    def _process_page(self, origin: PageOrigin, cleaned: CleanedPage) -> None:
        """Count a page, and index it if its id is new; `_resolve_versions` indexes other ids."""
        self.read += 1
        if cleaned.is_killed:
            self.reread.add((origin.source, origin.file))
        if origin.old and origin.old.id:
            is_unread = cleaned.is_killed or origin.page is None
            if is_unread and isinstance(cleaned.outcome, QuarantinedPage):
                self._retain(origin, cleaned.outcome)
                return
            self._remove(origin.old)
        if isinstance(cleaned.outcome, QuarantinedPage):
            self._quarantine(origin, cleaned.outcome)
            return
        article = cleaned.outcome
        others = self.catalogue.list_records_of_id(article.id)
        record = Record(
            origin.source,
            article.name,
            origin.file,
            origin.digest,
            article.id,
            digest_text(article),
        )
        self.catalogue.add(record)
        same = [other for other in others if other.text == record.text]
        if same:
            self.duplicates += 1
        else:
            self.indexed += 1
        if not others:
            self.writer.delete(article.id)
            self.writer.add(self._build_document([Version(article, cleaned.packed)]))
            self.unsettled.discard(article.id)
        elif not same or record.order < min(other.order for other in same):
            self.unsettled.add(article.id)

    def _retain(self, origin: PageOrigin, bad: QuarantinedPage) -> None:
        """Report a page that could not be read; its record stays, and the next update tries it."""
        reason = f"{bad.reason}; its indexed version stays, and the next update tries again"
        self.quarantined.append(replace(bad, reason=reason))
        self.reread.add((origin.source, origin.file))

    def _quarantine(self, origin: PageOrigin, bad: QuarantinedPage) -> None:
        self.quarantined.append(bad)
        self.catalogue.add(make_quarantine_record(origin.source, origin.file, bad))
        source = self.catalogue.list_source_paths()[origin.source]
        self.stage.put(bad, source, origin.file, origin.page)

    def _resolve_versions(self) -> None:
        """Index again every id whose records changed and that has, or had, more than one.

        A record whose page is gone or changed on disk since it was catalogued has the text of the
        live generation; an update of its own source reads the page.
        """
        wanted: dict[tuple[int, str], dict[str, str]] = {}
        texts: dict[str, list[Record]] = {}
        for article_id in sorted(self.unsettled):
            first_of_text: dict[str | None, Record] = {}
            for record in self.catalogue.list_records_of_id(article_id):
                first_of_text.setdefault(record.text, record)
            texts[article_id] = list(first_of_text.values())
            for record in texts[article_id]:
                pages = wanted.setdefault((record.source, record.file), {})
                pages[record.name] = record.digest
        cleaned = self._read_again(wanted)
        for article_id, records in texts.items():
            self.writer.delete(article_id)
            versions, lost = [], []
            for record in records:
                version = cleaned.get((record.source, record.name))
                if version and version.article.id == article_id:
                    versions.append(version)
                else:
                    lost.append(record)
            stored = load_stored_versions(self.engine, article_id, lost)
            versions += stored
            self._forget_lost(article_id, lost, stored)
            if versions:
                self.writer.add(self._build_document(versions))

    def _forget_lost(self, article_id: str, lost: list[Record], stored: list[Version]) -> None:
        """Forget the records without a text, such as pages that changed while they were read.

        The next update reads their file again.
        """
        texts = {one.text for one in lost} - {digest_text(one.article) for one in stored}
        for record in self.catalogue.list_records_of_id(article_id) if texts else ():
            if record.text in texts:
                self.catalogue.remove(record)
                self.catalogue.forget_file_state(record.source, record.file)

    def _build_document(self, versions: list[Version]) -> Document:
        """Build a document from the saved versions of an article, the newest shown."""
        newest, *earlier = sorted(versions, key=make_recency_key, reverse=True)
        original = self.writer.store_original(newest.packed) if newest.packed else newest.original
        return Document(newest.article, original, tuple(one.article for one in earlier))

    def _read_again(
        self, wanted: dict[tuple[int, str], dict[str, str]]
    ) -> dict[tuple[int, str], Version]:
        """Read and clean records again, but those whose page changed.

        Args:
            wanted: digests of records by their name, by number of the source and name of the file.

        Returns:
            Versions by number of the source and name of the record.
        """
        numbers: deque[int] = deque()
        paths = self.catalogue.list_source_paths()

        def pages() -> Iterator[Page]:
            for (number, name), digests in sorted(wanted.items()):
                for page in reread_pages(paths[number], name, digests, self.settings.page_bytes):
                    numbers.append(number)
                    yield page

        versions = {}
        for cleaned in self.pool.clean_all(pages()):
            number = numbers.popleft()
            if isinstance(cleaned.outcome, Article):
                versions[number, cleaned.name] = Version(cleaned.outcome, cleaned.packed)
        return versions


def _explain_nothing_indexed(report: BuildReport) -> str:
    reasons = "; ".join(f"{bad.name}: {bad.reason}" for bad in report.quarantined[:3])
    return f"None of the {report.read} pages read is an article, so nothing was changed ({reasons})"
