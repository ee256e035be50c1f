"""`/metrics`: what the index holds and what was answered, as Prometheus reads it (text 0.0.4)."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response

from indexer.errors import StoreError
from web.front import age_s
from web.state import state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from web.recording import Answered

metrics = Blueprint("metrics", __name__)

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the latency buckets, in seconds: those Prometheus' own libraries begin with."""


class Tally:
    """Requests answered since the server was started. Safe for threads."""

    def __init__(self) -> None:
        self.started = time.time()
        self._lock = threading.Lock()
        self._count: Counter[tuple[str, int]] = Counter()
        self._within: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._sent_bytes: Counter[str] = Counter()

    def add(self, answered: Answered) -> None:
        """Count one answer."""
        place = sum(answered.seconds > end for end in BUCKETS_S)
        route = answered.route
        with self._lock:
            self._count[route, answered.status] += 1
            self._within.setdefault(route, [0] * (len(BUCKETS_S) + 1))[place] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + answered.seconds
            self._sent_bytes[route] += answered.sent_bytes

    def lines(self) -> Iterator[str]:
        """Samples, by route and status."""
        with self._lock:
            count, sent = dict(self._count), dict(self._sent_bytes)
            within = {route: list(numbers) for route, numbers in self._within.items()}
            seconds = dict(self._seconds)
        yield from _head("requests_total", "counter", "Requests answered, by route and status.")
        for (route, status), number in sorted(count.items()):
            yield f'dateline_requests_total{{route="{route}",status="{status}"}} {number}'
        yield from _head("response_bytes_total", "counter", "Bytes of bodies sent, by route.")
        for route, number in sorted(sent.items()):
            yield f'dateline_response_bytes_total{{route="{route}"}} {number}'
        yield from _head(
            "request_seconds", "histogram", "Seconds until answers were handed over, by route."
        )
        for route, numbers in sorted(within.items()):
            yield from _histogram(route, numbers, seconds[route])


def _histogram(route: str, numbers: list[int], seconds: float) -> Iterator[str]:
    name, total = "dateline_request_seconds", 0
    for end, number in zip((*BUCKETS_S, "+Inf"), numbers, strict=True):
        total += number
        yield f'{name}_bucket{{route="{route}",le="{end}"}} {total}'
    yield f'{name}_sum{{route="{route}"}} {seconds:.6f}'
    yield f'{name}_count{{route="{route}"}} {total}'


def _head(name: str, kind: str, text: str) -> Iterable[str]:
    return f"# HELP dateline_{name} {text}", f"# TYPE dateline_{name} {kind}"


@metrics.get("/metrics")
def show() -> Response:
    """All samples; an index that cannot be opened is one too, not an error."""
    here = state()
    lines = [*_index_lines(), *_process_lines(), *here.tally.lines()]
    return Response("\n".join(lines) + "\n", content_type=MEDIA_TYPE)


def _index_lines() -> Iterator[str]:
    yield from _head("index_up", "gauge", "1 where the index can be searched, else 0.")
    try:
        stats = state().index.stats()
    except StoreError:
        yield "dateline_index_up 0"
        return
    yield "dateline_index_up 1"
    built = datetime.fromisoformat(stats.built).timestamp()
    for name, text, value in (
        ("articles", "Articles in the live generation.", stats.articles),
        ("index_bytes", "Bytes of its files.", stats.bytes),
        ("built_timestamp_seconds", "When it was built, seconds since 1970.", built),
        ("age_seconds", "Seconds since it was built.", round(age_s(stats), 1)),
        ("generation", "Its number.", int(stats.generation)),
    ):
        yield from _head(name, "gauge", text)
        yield f"dateline_{name} {value}"


def _process_lines() -> Iterator[str]:
    here = state()
    for name, kind, text, value in (
        ("started_timestamp_seconds", "gauge", "When the server began, seconds since 1970.",
         round(here.tally.started, 3)),
        ("requests_under_way", "gauge", "Requests not yet answered whole, this one among them.",
         here.recorder.under_way),
        ("exports_under_way", "gauge", "Exports being read.", here.streams.taken),
        ("log_lines_lost_total", "counter", "Lines of the access log that could not be written.",
         here.log.lost),
        ("resident_memory_bytes", "gauge", "Memory the server holds, mapped files included.",
         _resident_bytes()),
    ):  # fmt: skip
        if value is not None:
            yield from _head(name, kind, text)
            yield f"dateline_{name} {value}"


def _resident_bytes() -> int | None:
    """From Linux's /proc; None elsewhere."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
