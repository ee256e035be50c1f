"""Reads the pages of a file, an archive in a process of its own with limits of time and memory.

In: a file of a source. Out: its pages. A reader that dies, needs too much memory or stops reading
on costs the rest of that file, which is named, and the batch goes on. The process is forked from
the warm server that cleaning processes come from.
"""

from __future__ import annotations

import contextlib
import io
import signal
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final, cast

from indexer.errors import WorkerError
from indexer.ingest.readers.limits import Budget, BudgetExceeded, DistinctNames, NamedStream
from indexer.ingest.readers.registry import is_container, read_stream
from indexer.ingest.workers import UNGUARDED_SCRIPT, limit_memory, make_process_context
from indexer.models import Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from indexer.ingest.readers.discovery import SourceFile


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The limits of reading one archive.

    Attributes:
        seconds: longest time without a page and without reading on in the file.
        memory_bytes: address space that the process may use beyond what it starts with.
    """

    seconds: float = 30.0
    memory_bytes: int = 1_000_000_000


LIMITS: Final = ReadLimits()
"""Those of cleaning a page, but three times its seconds: the disk of an archive may be slow."""

BAD_PAGE_LENGTH: Final = len(("name", "reason"))
"""Length of the message of a page that cannot be read; that of a page is longer."""

FAILED_IMPORT: Final = 1
"""Exit code of a process whose import of the script that was run ended in an exception. A process
that was killed, for want of memory for example, has a negative code: the script has no fault."""

HEARTBEAT_S: Final = 0.5
"""Seconds after which a process that reads on says so."""


def read_directly(file: SourceFile, cap: int) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of a file in this process.

    Args:
        file: as `list_files` gives it.
        cap: largest page, bytes after inflating.
    """
    try:
        with file.path.open("rb") as stream:
            yield from _read_pages(file, stream, cap)
    except OSError as exc:
        yield QuarantinedPage(file.page_name, f"cannot be read: {exc.strerror or exc}")


def read_in_process(
    file: SourceFile, cap: int, limits: ReadLimits = LIMITS
) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of a file in a process of its own.

    Args:
        file: as `list_files` gives it.
        cap: largest page, bytes after inflating.
        limits: of the process.

    Raises:
        WorkerError: the script that was run starts reading without a guard on `__main__`.
    """
    context = make_process_context()
    pipe, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, file, cap, limits), daemon=True)
    process.start()
    theirs.close()
    try:
        yield from _receive_pages(pipe, process, file, limits)
    finally:
        process.kill()
        process.join()
        pipe.close()


def _receive_pages(
    pipe: Connection, process: BaseProcess, file: SourceFile, limits: ReadLimits
) -> Iterator[Page | QuarantinedPage]:
    """Receive the messages of a process: None if it reads on, a page, or False at the end."""
    started = False
    try:
        while pipe.poll(limits.seconds):
            message: tuple[Any, ...] | bool | None = pipe.recv()
            started = True
            if message is False:
                return
            if isinstance(message, tuple):
                yield (
                    QuarantinedPage(*message) if len(message) == BAD_PAGE_LENGTH else Page(*message)
                )
    except (EOFError, OSError) as exc:
        process.join(limits.seconds)
        if not started and process.exitcode == FAILED_IMPORT:
            raise WorkerError(UNGUARDED_SCRIPT) from exc
        reason = "the process that reads it died; the rest of it was not read"
    else:
        reason = f"no page in {limits.seconds:g} s; the rest of it was not read"
    yield QuarantinedPage(file.page_name, reason)


def _serve(pipe: Connection, file: SourceFile, cap: int, limits: ReadLimits) -> None:
    """Read a file in the process and send its pages until its owner is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(limits.memory_bytes)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError, MemoryError):
        pipe.send(None)
        for page in _read_watched(file, cap, pipe, limits):
            pipe.send(_to_tuple(page))
        pipe.send(False)


def _to_tuple(page: Page | QuarantinedPage) -> tuple[Any, ...]:
    """The attributes in order: pickled in a quarter of the time of the page itself."""
    if isinstance(page, QuarantinedPage):
        return page.name, page.reason
    return page.name, page.data, page.kind, page.source, page.url, page.charset, page.saved


def _read_watched(
    file: SourceFile, cap: int, pipe: Connection, limits: ReadLimits
) -> Iterator[Page | QuarantinedPage]:
    is_over = False
    try:
        raw = _WatchedFile(file.path.open("rb", buffering=0), pipe)
        with io.BufferedReader(raw) as stream:
            yield from _read_pages(file, stream, cap)
    except OSError as exc:
        if isinstance(exc, (BrokenPipeError, ConnectionResetError)):
            raise
        yield QuarantinedPage(file.page_name, f"cannot be read: {exc.strerror or exc}")
    except MemoryError:
        is_over = True
    if is_over:  # here, where the memory that the exception held is free again
        reason = f"needs more than {limits.memory_bytes / 1e9:g} GB to read; the rest was not read"
        yield QuarantinedPage(file.page_name, reason)


class _WatchedFile(io.RawIOBase):
    """A file that tells the owner of the process, now and then, that it is being read."""

    def __init__(self, file: IO[bytes], pipe: Connection) -> None:
        self._file = cast("io.FileIO", file)
        self._pipe = pipe
        self._told = time.monotonic()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:  # type: ignore[override]
        now = time.monotonic()
        if now - self._told > HEARTBEAT_S:
            self._pipe.send(None)
            self._told = now
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _read_pages(file: SourceFile, stream: IO[bytes], cap: int) -> Iterator[Page | QuarantinedPage]:
    """Read the pages of an open file; a failure of a reader ends the file, by name."""
    try:
        entry = NamedStream(file.page_name, file.source, stream, _read_saved_time(file))
        pages = read_stream(entry, Budget(file.size, cap))
        yield from _make_names_distinct(pages) if is_container(file.name) else pages
    except BudgetExceeded as exc:
        yield QuarantinedPage(file.page_name, str(exc))
    except (OSError, MemoryError):
        raise
    except Exception as exc:  # noqa: BLE001  border of a file: a bug costs its rest, by name
        reason = f"reading failed ({type(exc).__name__}: {exc}); please report this file"
        yield QuarantinedPage(file.page_name, reason)


def _make_names_distinct(
    pages: Iterable[Page | QuarantinedPage],
) -> Iterator[Page | QuarantinedPage]:
    """Number the pages whose name an earlier page of the file has, as two members of a zip may."""
    names = DistinctNames()
    for page in pages:
        name = names.make_distinct(page.name)
        yield page if name == page.name else replace(page, name=name)


def _read_saved_time(file: SourceFile) -> str | None:
    try:
        when = datetime.fromtimestamp(file.modified_ns / 1e9, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.isoformat(timespec="seconds")
