"""`/metrics`: what the index holds and what was answered, as Prometheus reads it (text 0.0.4)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Response, g, request

from web.state import state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Tally:
    """Requests answered since the server was started. Safe for threads.

    Seconds run until the answer begins; what is streamed after that does not count.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()

    def add(self, view: str, status: int, seconds: float) -> None:
        """Count one answer of a view."""
        with self._lock:
            self._count[view, status] += 1
            self._seconds[view] += seconds  # type: ignore[assignment]  # a Counter of floats

    def lines(self) -> Iterator[str]:
        """Samples, by view and status."""
        with self._lock:
            count, seconds = dict(self._count), dict(self._seconds)
        yield "# HELP dateline_requests_total Requests answered, by view and status."
        yield "# TYPE dateline_requests_total counter"
        for (view, status), number in sorted(count.items()):
            yield f'dateline_requests_total{{view="{view}",status="{status}"}} {number}'
        yield "# HELP dateline_request_seconds_total Seconds until answers began, by view."
        yield "# TYPE dateline_request_seconds_total counter"
        for view, total in sorted(seconds.items()):
            yield f'dateline_request_seconds_total{{view="{view}"}} {total:.6f}'


def register(app: Flask) -> None:
    """Count what the application answers, and tell it."""
    tally = Tally()

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        # A refusal of the guards comes before the clock is started.
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        view = (request.endpoint or "none").rpartition(".")[2]
        tally.add(view, response.status_code, seconds)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        lines = [*_index_lines(), *tally.lines()]
        return Response("\n".join(lines) + "\n", content_type=MEDIA_TYPE)


def _index_lines() -> Iterator[str]:
    stats = state().index.stats()
    built = datetime.fromisoformat(stats.built).timestamp()
    for name, text, value in (
        ("articles", "Articles in the live generation.", stats.articles),
        ("index_bytes", "Bytes of its files.", stats.bytes),
        ("built_timestamp_seconds", "When it was built, seconds since 1970.", built),
        ("generation", "Its number.", int(stats.generation)),
    ):
        yield f"# HELP dateline_{name} {text}"
        yield f"# TYPE dateline_{name} gauge"
        yield f"dateline_{name} {value}"
