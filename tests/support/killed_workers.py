"""Kill cleaning processes for real, on a page or as they start: two fixtures."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from indexer.ingest.workers import _CleaningWorker

if TYPE_CHECKING:
    from indexer.ingest.workers import CleanedPage
    from indexer.models import Page

KillOn = Callable[[str, int], list[int]]
"""Has the worker of a page killed: the name of the page, and how often. The list that it returns
gets, at each kill, the number of other pages that are being cleaned."""

KillAtStart = Callable[[int], None]
"""Has so many of the next workers killed before they are ready."""


@pytest.fixture
def kill_on(monkeypatch: pytest.MonkeyPatch) -> KillOn:
    clean = _CleaningWorker.clean
    lock = threading.Lock()
    cleaning: list[str] = []

    def begin(name: str, times: int) -> list[int]:
        others: list[int] = []

        def kill_and_clean(worker: _CleaningWorker, page: Page) -> CleanedPage:
            with lock:
                cleaning.append(page.name)
                if page.name == name and len(others) < times:
                    others.append(len(cleaning) - 1)
                    os.kill(worker.process.pid or 0, signal.SIGKILL)
                    worker.process.join()
            try:
                return clean(worker, page)
            finally:
                with lock:
                    cleaning.remove(page.name)

        monkeypatch.setattr(_CleaningWorker, "clean", kill_and_clean)
        return others

    return begin


@pytest.fixture
def kill_at_start(monkeypatch: pytest.MonkeyPatch) -> KillAtStart:
    is_ready = _CleaningWorker.is_ready

    def begin(times: int) -> None:
        left = [times]

        def kill_first(worker: _CleaningWorker) -> bool:
            if left[0]:
                left[0] -= 1
                os.kill(worker.process.pid or 0, signal.SIGKILL)
                worker.pipe.close()  # its first message may be in it already
            return is_ready(worker)

        monkeypatch.setattr(_CleaningWorker, "is_ready", kill_first)

    return begin
