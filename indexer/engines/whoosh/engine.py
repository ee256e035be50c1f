"""The embedded engine: generations of columnar segments in a folder.

In: the folder. Out: snapshots to read and writers of new generations; see `interface.Engine`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from itertools import chain
from typing import TYPE_CHECKING

from indexer.engines.storage.generations import Generations
from indexer.engines.storage.ownership import POINTER_FILE, read_ledger
from indexer.engines.whoosh.index.integrity import verify_index
from indexer.engines.whoosh.snapshot import WhooshSnapshot
from indexer.engines.whoosh.writer import OWN_NAMES, WhooshWriter
from indexer.errors import IndexerError, NoIndex, StoreError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.engines.storage.retention import Retention
    from indexer.engines.whoosh.index.segment import ColumnSegment
    from indexer.models import GenerationSummary


class WhooshEngine:
    """An index in a folder of this machine; see `interface.Engine`.

    Args:
        root: the folder; the first rebuild makes it.
        retention: which generations are kept; None for the defaults.
    """

    def __init__(self, root: Path, retention: Retention | None = None) -> None:
        self.folder = root
        self.generations = Generations(root, OWN_NAMES, retention)
        self._lock = threading.Lock()
        self._open: WhooshSnapshot | None = None
        self._segments: tuple[ColumnSegment, ...] = ()
        self._pointer: tuple[int, int] | None = None

    def open_snapshot(self) -> WhooshSnapshot:
        """Open the live generation, once for all threads; a stat tells whether a newer one is live.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened.
        """
        while True:
            pointer = self._read_pointer_state()
            try:
                return self._open_live(pointer)
            except StoreError:
                # Two writers may have published and pruned since the pointer was read: try again.
                if pointer == self._read_pointer_state():
                    raise

    def _open_live(self, pointer: tuple[int, int] | None) -> WhooshSnapshot:
        with self._lock:
            if self._open is None or pointer != self._pointer or pointer is None:
                name = self.generations.read_current()
                if self._open is None or self._open.generation != name:
                    self._open = WhooshSnapshot(self.generations, name, self._segments)
                    self._segments = self._open.index.segments
                self._pointer = pointer
            for segment in self._open.index.segments:
                segment.verify_sizes()
            return self._open

    def read_live_generation(self) -> str | None:
        """Return the name of the live generation; None if there is none yet."""
        try:
            return self.generations.read_current()
        except NoIndex:
            return None

    def _read_pointer_state(self) -> tuple[int, int] | None:
        try:
            stat = (self.generations.root / POINTER_FILE).stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    @contextlib.contextmanager
    def open_writer(self, *, fresh: bool) -> Iterator[WhooshWriter]:
        """Begin a new generation, empty or as the live one; see `interface.Engine`.

        Args:
            fresh: whether it begins empty.

        Raises:
            StoreError: the folder cannot be written. The live generation stays.
        """
        if not fresh:
            self.open_snapshot()
        name = None
        try:
            with self.generations.begin_generation() as name:
                base = None if fresh else self.open_snapshot()
                with contextlib.closing(WhooshWriter(self.generations, name, base)) as writer:
                    yield writer
                    if writer.segments:
                        self._segments = writer.segments
        except (OSError, sqlite3.Error) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise StoreError(
                f"The index in {self.generations.root} cannot be written: {reason}; "
                f"{self._tell_live(name)}"
            ) from exc
        except UnreadableError as exc:
            raise UnreadableError(f"{exc}; {self._tell_live(name)}") from exc

    def _tell_live(self, made: str | None) -> str:
        """Say which generation is live after a build that failed, the one it made or another."""
        try:
            live = self.read_live_generation()
        except StoreError:
            return "which generation is live cannot be read"
        if live is None:
            return "no index is there yet"
        if live == made:
            return f"all the same the new generation {live} is live"
        return f"the index that was there stays, generation {live}"

    def check(self) -> Iterator[str]:
        """Yield each damage found in the published generations once, as a sentence."""
        try:
            ledger = read_ledger(self.folder)
            names = self.generations.list_published()
        except StoreError as exc:
            yield str(exc)
            return
        if ledger:
            names = [name for name in names if name in ledger.generations]
        sentences = dict.fromkeys(chain.from_iterable(map(self.generations.find_damage, names)))
        yield from sentences
        try:
            snapshot = self.open_snapshot()
            if not sentences:
                verify_index(snapshot.index)
        except IndexerError as exc:
            if str(exc) not in sentences:
                yield str(exc)

    def list_generations(self) -> tuple[GenerationSummary, ...]:
        """Summarize the generations kept, the newest first; see `interface.Engine`."""
        return self.generations.summarize()

    def rollback(self, to: str | None = None) -> str:
        """Make an earlier generation live; returns its name.

        Args:
            to: its name; None for the one before the live one.

        Raises:
            NoIndex: there is no index.
            StoreError: the generation is not kept, or the folder cannot be written.
        """
        if not self.generations.list_published():
            self.generations.read_current()
        try:
            with self.generations.lock():
                return self.generations.rollback(to)
        except OSError as exc:
            raise StoreError(
                f"{self.generations.root} cannot be written: {exc.strerror or exc}"
            ) from exc
