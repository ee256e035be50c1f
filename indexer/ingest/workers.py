"""Cleans pages in worker processes, in their order, within limits of time and memory.

In: pages. Out: for each an article, or the reason why it is quarantined. One thread of this process
owns each worker, sends it a page and waits for the article until the page's time is over. A worker
that overruns its time or dies (out of memory, a crash in a C library) is replaced. The page of a
worker that died is cleaned once more while no other is; if that worker dies too, or if the time of
the page is over, the page is quarantined.
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
from indexer.models import Article, Page, QuarantinedPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

PAGES_IN_FLIGHT = 4
"""Pages in flight for each worker: enough to keep it busy while the index writer flushes."""

STARTS = 3
"""Times that a worker is started whose process is killed before its first page."""

END_S = 10
"""Seconds that a process may take to end after it closed its pipe, until it is killed."""

UNGUARDED_SCRIPT = (
    "The processes that clean pages ended before their first page: each imports the script that "
    "was run, and that starts cleaning anew. "
    'Put what the script does under if __name__ == "__main__":'
)


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """The result of cleaning a page.

    Attributes:
        name: of the page.
        outcome: the article, or the reason why there is none.
        packed: the saved bytes, zlib-compressed; None unless `PageLimits.pack` asks for them.
        is_killed: whether there is no article because the worker died, which need not be the fault
            of the page.
    """

    name: str
    outcome: Article | QuarantinedPage
    packed: bytes | None = None
    is_killed: bool = False


@dataclass(frozen=True, slots=True)
class PageLimits:
    """The limits of cleaning one page.

    Attributes:
        seconds: longest time.
        memory_bytes: address space a worker may use beyond what it starts with.
        pack: whether to compress the saved bytes of the page.
    """

    seconds: float
    memory_bytes: int
    pack: bool


def make_process_context() -> multiprocessing.context.ForkServerContext:
    """Make the context of processes that read or clean: forked from a server that is warm.

    Raises:
        WorkerError: this process is itself such a process, and imports the script that was run.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise WorkerError(UNGUARDED_SCRIPT)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["indexer.ingest.worker_preload"])
    return context


def clean_all(
    pages: Iterable[Page | QuarantinedPage], workers: int, limits: PageLimits
) -> Iterator[CleanedPage]:
    """Clean pages in at most `workers` processes; the results have the order of the pages.

    Raises:
        WorkerError: see `CleaningPool`.
    """
    with CleaningPool(workers, limits) as pool:
        yield from pool.clean_all(pages)


class CleaningPool:
    """Worker processes, started when pages need them and stopped when the context ends.

    Args:
        workers: processes at most.
        limits: of each page.

    Raises:
        WorkerError: no worker can be started: the script that was run starts cleaning without a
            guard on `__main__`, and a worker imports it; or workers are killed as they start.
    """

    def __init__(self, workers: int, limits: PageLimits) -> None:
        self.most = workers
        self.limits = limits
        self.context = make_process_context()
        self.threads = ThreadPoolExecutor(workers, thread_name_prefix="clean")
        self.own = threading.local()
        self.started: set[_CleaningWorker] = set()
        self.lock = threading.Lock()
        self.stopped = False
        self.turn = threading.Condition()
        self.cleaning = 0
        self.is_retrying = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.stopped = True
            for worker in self.started:
                worker.process.kill()
        with self.turn:
            self.turn.notify_all()
        self.threads.shutdown(cancel_futures=True)
        for worker in self.started:
            worker.kill()

    def clean_all(self, pages: Iterable[Page | QuarantinedPage]) -> Iterator[CleanedPage]:
        """Clean pages; the results have their order. At most PAGES_IN_FLIGHT a worker wait."""
        waiting: deque[Future[CleanedPage]] = deque()
        for page in pages:
            waiting.append(self.threads.submit(self._clean, page))
            if len(waiting) > PAGES_IN_FLIGHT * self.most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _clean(self, page: Page | QuarantinedPage) -> CleanedPage:
        if isinstance(page, QuarantinedPage):
            return CleanedPage(page.name, page)
        try:
            with self._take_turn(alone=False):
                return self._get_worker().clean(page)
        except _WorkerKilled:
            self._forget_worker()
        except _WorkerLost as exc:
            self._forget_worker()
            return CleanedPage(page.name, QuarantinedPage(page.name, str(exc)))
        return self._clean_again(page)

    def _clean_again(self, page: Page) -> CleanedPage:
        """Clean a page whose worker died, while no other page is cleaned."""
        try:
            with self._take_turn(alone=True):
                return self._get_worker().clean(page)
        except _WorkerLost as exc:
            self._forget_worker()
            bad = QuarantinedPage(page.name, str(exc))
            return CleanedPage(page.name, bad, is_killed=isinstance(exc, _WorkerKilled))

    @contextlib.contextmanager
    def _take_turn(self, *, alone: bool) -> Iterator[None]:
        """Wait until no page is cleaned again and, if `alone`, until no page is cleaned at all."""
        with self.turn:
            self.turn.wait_for(lambda: self.stopped or not self.is_retrying)
            self.is_retrying = alone
            if alone:
                self.turn.wait_for(lambda: self.stopped or not self.cleaning)
            self.cleaning += 1
        try:
            yield
        finally:
            with self.turn:
                self.cleaning -= 1
                if alone:
                    self.is_retrying = False
                self.turn.notify_all()

    def _get_worker(self) -> _CleaningWorker:
        """Return the worker process of the calling thread, started if it has none."""
        worker: _CleaningWorker | None = getattr(self.own, "worker", None)
        starts = 0
        while worker is None:
            starts += 1
            with self.lock:
                if self.stopped:
                    raise _WorkerLost("the build was stopped")
                worker = self.own.worker = _CleaningWorker(self.context, self.limits)
                self.started.add(worker)
            if not worker.is_ready():
                self._forget_worker()
                worker.kill()
                if not self.stopped and (worker.process.exitcode == 1 or starts == STARTS):
                    raise WorkerError(_explain_start(worker.process.exitcode))
                worker = None
        return worker

    def _forget_worker(self) -> None:
        worker, self.own.worker = getattr(self.own, "worker", None), None
        with self.lock:
            self.started.discard(worker)


class _WorkerLost(Exception):
    """A worker died or overran its time; the message is the reason for the page it had."""


class _WorkerKilled(_WorkerLost):
    """A worker died, not by us."""


def _explain_start(status: int | None) -> str:
    """Explain why no worker could be started, by the exit status of the last: -9 for SIGKILL."""
    if status == 1:
        return UNGUARDED_SCRIPT
    how = f"by signal {-status}" if status and status < 0 else f"with status {status}"
    return (
        f"The processes that clean pages ended before their first page, {STARTS} times, "
        f"the last {how}; the index is unchanged. The system kills them when memory is short: "
        "free some, or use fewer of them (--workers 1)"
    )


class _CleaningWorker:
    def __init__(
        self, context: multiprocessing.context.ForkServerContext, limits: PageLimits
    ) -> None:
        self.limits = limits
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        self.process.start()
        theirs.close()

    def is_ready(self) -> bool:
        """Wait for the first message of the process; False if it ended without one."""
        try:
            self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(END_S)
            return False
        return True

    def clean(self, page: Page) -> CleanedPage:
        try:
            self.pipe.send(page)
            if not self.pipe.poll(self.limits.seconds):
                self.kill()
                raise _WorkerLost(f"took longer than {self.limits.seconds:g} s (setting page_s)")
            cleaned: CleanedPage = self.pipe.recv()
        except (EOFError, OSError) as exc:
            self.kill()
            raise _WorkerKilled("the cleaning process died on this page, twice") from exc
        return cleaned

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, limits: PageLimits) -> None:
    """Clean pages in the worker process until the pipe is closed or its owner is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(limits.memory_bytes)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            pipe.send(clean_one(pipe.recv(), limits))


def limit_memory(room: int) -> None:
    """Allow this process `room` bytes of address space beyond what it has."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def clean_one(page: Page, limits: PageLimits) -> CleanedPage:
    """Clean a page in this process; any failure becomes a reason, never an exception."""
    try:
        article = clean(page)
        packed = zlib.compress(page.data, 6) if limits.pack and page.kind == "html" else None
    except PageError as exc:
        return CleanedPage(page.name, QuarantinedPage(page.name, str(exc)))
    except MemoryError:
        reason = f"needs more than {limits.memory_bytes / 1e9:g} GB (setting page_memory_bytes)"
        return CleanedPage(page.name, QuarantinedPage(page.name, reason))
    except RecursionError:
        return CleanedPage(page.name, QuarantinedPage(page.name, "nested too deep"))
    except Exception as exc:  # noqa: BLE001  border of a process: a bug costs one page, by name
        reason = f"cleaning failed ({type(exc).__name__}: {exc}); please report this page"
        return CleanedPage(page.name, QuarantinedPage(page.name, reason))
    return CleanedPage(page.name, article, packed)
