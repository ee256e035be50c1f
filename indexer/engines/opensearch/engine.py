"""Implements `interface.Engine` for an index on an OpenSearch server."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Final

from indexer.engines.opensearch.clauses import match_group
from indexer.engines.opensearch.client import ServerClient
from indexer.engines.opensearch.generations import ServerGenerations
from indexer.engines.opensearch.local_files import LocalFiles
from indexer.engines.opensearch.mapping import SEARCHED
from indexer.engines.opensearch.snapshot import OpenSearchSnapshot
from indexer.engines.opensearch.writer import OpenSearchWriter
from indexer.errors import IndexerError, NoIndex, StoreError
from indexer.models import GenerationSummary
from indexer.query.plan import WordGroup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.engines.opensearch.address import ServerAddress

REOPEN_S: Final = 1.0
"""Seconds after which the server is asked again for the live generation."""

SAMPLE_SIZE: Final = 100
"""Terms of the term index whose counts `check` verifies."""

COUNT_WAIT_S: Final = 60.0


class OpenSearchEngine:
    """An index on a server.

    Args:
        address: of the index; the server is connected on first use.
    """

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self.folder: Path = address.state
        self._store = ServerGenerations(ServerClient(address), address)
        self._files = LocalFiles(address.state)
        self._lock = threading.Lock()
        self._open: OpenSearchSnapshot | None = None
        self._looked = 0.0

    def read_live_generation(self) -> str | None:
        """Return the name of the live generation; None if nothing was published yet.

        Raises:
            StoreError: the server does not tell.
        """
        try:
            return self._store.read_current()
        except NoIndex:
            return None

    def open_snapshot(self) -> OpenSearchSnapshot:
        """Open the live generation, shared between calls; the server is asked once per second.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened.
        """
        with self._lock:
            now = time.monotonic()
            if self._open is None or now - self._looked > REOPEN_S:
                name = self._store.read_current()
                if self._open is None or self._open.generation != name:
                    self._open = OpenSearchSnapshot(self._store, self._files, name)
                self._looked = now
            return self._open

    @contextlib.contextmanager
    def open_writer(self, *, fresh: bool) -> Iterator[OpenSearchWriter]:
        """Open a writer of a new generation; see `interface.Engine`."""
        if not fresh:
            self.open_snapshot()
        try:
            with self._store.lock() as lock:
                self._drop_snapshot()
                base = None if fresh else self.open_snapshot()
                name = f"{self._store.sweep() + 1:06d}"
                try:
                    if base:
                        self._store.clone(base.generation, name)
                    else:
                        self._store.refuse_foreign_index()
                        self._store.create(name)
                    writer = OpenSearchWriter(self._store, lock, self._files, name, base)
                    with contextlib.closing(writer):
                        yield writer
                finally:
                    self._drop_snapshot()
                    if self._is_unpublished(name):
                        self._remove_unpublished(name)
        except (OSError, sqlite3.Error) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise StoreError(
                f"{self.folder} cannot be written: {reason}; the index that was there stays"
            ) from exc

    def _is_unpublished(self, name: str) -> bool:
        """Whether a generation surely is not the live one; no answer of the server is none."""
        try:
            return self.read_live_generation() != name
        except StoreError:
            return False

    def _remove_unpublished(self, name: str) -> None:
        """Remove an unpublished generation; if the server is gone, the next writer removes it."""
        with contextlib.suppress(IndexerError):
            self._store.remove(name)
        self._files.remove(name)

    def _drop_snapshot(self) -> None:
        with self._lock:
            self._open = None

    def check(self) -> Iterator[str]:
        """Verify every generation; yields a sentence for each damage."""
        try:
            live = self._store.read_current()
        except IndexerError as exc:
            yield str(exc)
            return
        for name in self._store.list_published():
            try:
                yield from self._find_damage(name, counted=name == live)
            except IndexerError as exc:
                yield str(exc)

    def _find_damage(self, name: str, *, counted: bool) -> Iterator[str]:
        """Find the damage of one generation; `counted` verifies counts of its term index too."""
        store = self._store
        manifest = store.load_manifest(name)
        if store.read_health(name) == "red":
            yield (
                f"Generation {name} of {self.address} has parts that no server holds; bring the "
                "missing servers back, or run rollback or rebuild"
            )
            return
        for index, wanted in (
            (store.name_index(name), manifest.articles),
            (store.name_dictionary(name), manifest.terms),
        ):
            held = store.server.call("GET", f"/{index}/_count")["count"]
            if held != wanted:
                yield f"{index} holds {held:,} of {wanted:,} documents; run rollback or rebuild"
        if counted:
            yield from self._find_wrong_counts(name)

    def _find_wrong_counts(self, name: str) -> Iterator[str]:
        """Find terms of a sample whose count in the term index differs from the articles."""
        store = self._store
        body = {
            "query": {
                "function_score": {
                    "query": {"exists": {"field": "term"}},
                    "random_score": {"seed": random.randrange(1 << 30), "field": "_seq_no"},  # noqa: S311
                }
            },
            "size": SAMPLE_SIZE,
        }
        hits = store.server.search(store.name_dictionary(name), body, COUNT_WAIT_S)["hits"]["hits"]
        told = [
            (hit["_source"]["term"], field, count)
            for hit in hits
            for field, count in hit["_source"]["held"].items()
            if field in SEARCHED
        ]
        asked = [
            {
                "size": 0,
                "track_total_hits": True,
                "query": match_group(WordGroup(((field, 1.0),), (term,))),
            }
            for term, field, _ in told
        ]
        found = store.server.search_many(store.name_index(name), asked, COUNT_WAIT_S)
        for (term, field, count), one in zip(told, found, strict=True):
            held = one["hits"]["total"]["value"]
            if held != count:
                yield (
                    f"{store.name_dictionary(name)} counts {count:,} articles with {term!r} in "
                    f"{field}, {store.name_index(name)} {held:,}; run rebuild"
                )

    def list_generations(self) -> tuple[GenerationSummary, ...]:
        """Summarize the generations kept, the newest first; see `interface.Engine`."""
        live = self._store.read_current()
        names = reversed(self._store.list_published())
        return tuple(self._summarize(name, is_live=name == live) for name in names)

    def _summarize(self, name: str, *, is_live: bool) -> GenerationSummary:
        try:
            manifest = self._store.load_manifest(name)
        except StoreError as exc:
            return GenerationSummary(name, is_live, damage=str(exc))
        return GenerationSummary(name, is_live, manifest.built, manifest.articles)

    def rollback(self, to: str | None = None) -> str:
        """Make an earlier generation live; returns its name.

        Args:
            to: its name; None for the one before the live one.

        Raises:
            StoreError: it is not kept.
        """
        with self._store.lock():
            name = self._store.find_previous() if to is None else self._find_kept(to)
            self._store.point_to(name)
        self._drop_snapshot()
        return name

    def _find_kept(self, wanted: str) -> str:
        names = self._store.list_published()
        for name in names:
            if wanted.isdecimal() and int(wanted) == int(name):
                return name
        raise StoreError(
            f"{self.address} keeps no generation {wanted!r}; it keeps "
            f"{', '.join(names) or 'none'} (rollback --list)"
        )
