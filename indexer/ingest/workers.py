"""Pages to articles in worker processes: order kept, queue bounded, a bad page stopped alone.

Each worker process is owned by one thread of ours, which sends it a page and waits for the answer
until the page's time is over. A worker that overruns its time or dies (out of memory, a crash in
a C library) is replaced, and only the page it had is quarantined.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import signal
import threading
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from indexer.clean.article import clean
from indexer.errors import PageError, WorkerError
from indexer.models import Article, Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

AHEAD = 4
"""Pages in flight for each worker: enough to keep it busy while the index writer flushes."""

UNGUARDED = (
    "The processes that clean pages ended before their first page: each imports the script that "
    "was run, and that starts cleaning anew. "
    'Put what the script does under if __name__ == "__main__":'
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page and what became of it; `packed` are its saved bytes, zlib-compressed, if wanted."""

    name: str
    outcome: Article | Quarantined
    packed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may cost: seconds, bytes of memory; `pack` asks for its bytes compressed."""

    seconds: float
    memory_bytes: int
    pack: bool


def clean_all(
    pages: Iterable[Page | Quarantined], workers: int, limits: Limits
) -> Iterator[Cleaned]:
    """Clean pages in at most `workers` processes; what comes out has the order of what went in."""
    with CleaningPool(workers, limits) as pool:
        yield from pool.clean_all(pages)


class CleaningPool:
    """Worker processes, started as pages need them and kept until the pool is left.

    Args:
        workers: processes at most.

    Raises:
        WorkerError: a process imports the script that was run, and that cleans pages unguarded.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise WorkerError(UNGUARDED)
        self.most = workers
        self.limits = limits
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["indexer.ingest.worker_preload"])
        self.threads = ThreadPoolExecutor(workers, thread_name_prefix="clean")
        self.own = threading.local()
        self.started: set[_Worker] = set()
        self.lock = threading.Lock()
        self.stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.stopped = True
            for worker in self.started:
                worker.process.kill()
        self.threads.shutdown(cancel_futures=True)
        for worker in self.started:
            worker.kill()

    def clean_all(self, pages: Iterable[Page | Quarantined]) -> Iterator[Cleaned]:
        """What becomes of each page, in their order; at most AHEAD pages a worker are in flight."""
        waiting: deque[Future[Cleaned]] = deque()
        for page in pages:
            waiting.append(self.threads.submit(self._clean, page))
            if len(waiting) > AHEAD * self.most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _clean(self, page: Page | Quarantined) -> Cleaned:
        if isinstance(page, Quarantined):
            return Cleaned(page.name, page)
        try:
            return self._worker().clean(page)
        except _WorkerLost as exc:
            self._forget_worker()
            return Cleaned(page.name, Quarantined(page.name, str(exc)))

    def _worker(self) -> _Worker:
        """The worker process of the calling thread."""
        worker: _Worker | None = getattr(self.own, "worker", None)
        if worker is None:
            with self.lock:
                if self.stopped:
                    raise _WorkerLost("the build was stopped")
                worker = self.own.worker = _Worker(self.context, self.limits)
                self.started.add(worker)
            if not worker.is_ready() and not self.stopped:
                raise WorkerError(UNGUARDED)
        return worker

    def _forget_worker(self) -> None:
        worker, self.own.worker = getattr(self.own, "worker", None), None
        with self.lock:
            self.started.discard(worker)


class _WorkerLost(Exception):
    """A worker died or overran its time; the message is the reason for the page it had."""


class _Worker:
    def __init__(self, context: multiprocessing.context.ForkServerContext, limits: Limits) -> None:
        self.limits = limits
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        self.process.start()
        theirs.close()

    def is_ready(self) -> bool:
        """Wait for the process's first word; False where it ended without one."""
        try:
            self.pipe.recv()
        except (EOFError, OSError):
            return False
        return True

    def clean(self, page: Page) -> Cleaned:
        try:
            self.pipe.send(page)
            if not self.pipe.poll(self.limits.seconds):
                self.kill()
                raise _WorkerLost(f"took longer than {self.limits.seconds:g} s (setting page_s)")
            cleaned: Cleaned = self.pipe.recv()
        except (EOFError, OSError) as exc:
            self.kill()
            raise _WorkerLost("the cleaning process died on this page") from exc
        return cleaned

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, limits: Limits) -> None:
    """Run in the worker process until the pipe is closed or its owner is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(limits.memory_bytes)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            pipe.send(clean_one(pipe.recv(), limits))


def _limit_memory(room: int) -> None:
    """Allow this process `room` bytes of address space beyond what it has."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def clean_one(page: Page, limits: Limits) -> Cleaned:
    """Clean a page in this process; whatever goes wrong is a reason, never an exception."""
    try:
        article = clean(page)
        packed = zlib.compress(page.data, 6) if limits.pack and page.kind == "html" else None
    except PageError as exc:
        return Cleaned(page.name, Quarantined(page.name, str(exc)))
    except MemoryError:
        reason = f"needs more than {limits.memory_bytes / 1e9:g} GB (setting page_memory_bytes)"
        return Cleaned(page.name, Quarantined(page.name, reason))
    except RecursionError:
        return Cleaned(page.name, Quarantined(page.name, "nested too deep"))
    except Exception as exc:  # noqa: BLE001  border of a process: a bug costs one page, by name
        reason = f"cleaning failed ({type(exc).__name__}: {exc}); please report this page"
        return Cleaned(page.name, Quarantined(page.name, reason))
    return Cleaned(page.name, article, packed)
