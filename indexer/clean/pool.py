"""Pages to articles in worker processes: order kept, queue bounded, a bad page stopped alone.

Each worker process is owned by one thread of ours, which sends it a page and waits for the answer
until the page's time is over. A worker that overruns its time or dies (out of memory, a crash in
a C library) is replaced, and only the page it had is quarantined.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import threading
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.clean import clean
from indexer.errors import PageError
from indexer.models import Article, Page, Quarantined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

AHEAD = 4
"""Pages in flight for each worker: enough to keep it busy while the index writer flushes."""


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
    """Clean pages in `workers` processes; what comes out has the order of what went in."""
    pool = _Workers(limits)
    waiting: deque[Future[Cleaned]] = deque()
    threads = ThreadPoolExecutor(workers, thread_name_prefix="clean")
    try:
        for page in pages:
            waiting.append(threads.submit(pool.clean, page))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        pool.stop()
        threads.shutdown()


class _Workers:
    """One worker process for each calling thread."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["indexer.clean.pool"])
        self.own = threading.local()
        self.started: set[_Worker] = set()
        self.lock = threading.Lock()
        self.stopped = False

    def clean(self, page: Page | Quarantined) -> Cleaned:
        if isinstance(page, Quarantined):
            return Cleaned(page.name, page)
        worker: _Worker | None = getattr(self.own, "worker", None)
        if worker is None:
            worker = self.own.worker = self.start()
        try:
            return worker.clean(page)
        except _WorkerLost as exc:
            self.own.worker = None
            return Cleaned(page.name, Quarantined(page.name, str(exc)))

    def start(self) -> _Worker:
        with self.lock:
            worker = _Worker(self.context, self.limits)
            self.started.add(worker)
        return worker

    def stop(self) -> None:
        with self.lock:
            for worker in self.started:
                worker.kill()


class _WorkerLost(Exception):
    """A worker died or overran its time; the message is the reason for the page it had."""


class _Worker:
    def __init__(self, context: multiprocessing.context.ForkServerContext, limits: Limits) -> None:
        self.limits = limits
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        self.process.start()
        theirs.close()

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
    """Run in the worker process until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(limits.memory_bytes)
    while True:
        try:
            page = pipe.recv()
        except EOFError:
            return
        pipe.send(_cleaned(page, limits))


def _limit_memory(room: int) -> None:
    """Allow this process `room` bytes of address space beyond what it has."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _cleaned(page: Page, limits: Limits) -> Cleaned:
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
    return Cleaned(page.name, article, packed)
