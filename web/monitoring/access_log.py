"""Record every answered request: call listeners, and write a line of JSON to the access log.

A record contains nothing that the client wrote: no URL, no query, no header. It has the route in
place of the URL, so that no log contains a token or shows what somebody searched for or read.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from flask import request

from indexer.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
ROUTE: Final = "dateline.route"
"""Key of the WSGI environment under which the route found by Flask is passed to the recorder."""

NO_ROUTE: Final = "none"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request whose response was handed over completely, or was broken off.

    Attributes:
        client: IP address of the client.
        method: one of METHODS, else OTHER.
        route: such as `/article/<article_id>`; `none` if the URL has no route.
        seconds: time until the last byte was handed to the server. A slow client may read longer.
        sent_bytes: bytes of the body.
    """

    client: str
    method: str
    route: str
    status: int
    sent_bytes: int
    seconds: float


class AccessLog:
    """A file with one line for each response. Safe for threads and for several processes.

    Args:
        place: a path, `-` for stdout, or empty for no log.

    Raises:
        SettingError: the file cannot be written.
    """

    def __init__(self, place: str) -> None:
        self.lost_line_count = 0
        self._handle: int | None = None
        if place == "-":
            self._handle = os.dup(sys.stdout.fileno())
        elif place:
            try:
                self._handle = os.open(
                    Path(place), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
                )
            except OSError as exc:
                raise SettingError(
                    f"The access log {place} cannot be written: {exc.strerror}"
                ) from exc

    def write(self, record: RequestRecord) -> None:
        """Append a line in one write. A line that cannot be written is counted as lost."""
        if self._handle is None:
            return
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "client": record.client,
                "method": record.method,
                "route": record.route,
                "status": record.status,
                "bytes": record.sent_bytes,
                "ms": round(1000 * record.seconds, 2),
            }
        )
        try:
            os.write(self._handle, line.encode() + b"\n")
        except OSError:
            self.lost_line_count += 1

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class RequestRecorder:
    """WSGI middleware that calls `listeners` with each request once its response has ended."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        listeners: Iterable[Callable[[RequestRecord], object]],
    ) -> None:
        self._application = application
        self._listeners = tuple(listeners)
        self._lock = threading.Lock()
        self.in_progress_count = 0

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        recorded = _RecordedBody(self, environ)
        with self._lock:
            self.in_progress_count += 1

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401
            recorded.status = int(status.split(" ", 1)[0])
            return start_response(status, headers, *error)

        try:
            return recorded.wrap(self._application(environ, start))
        except BaseException:
            recorded.close()
            raise

    def notify(self, record: RequestRecord) -> None:
        """Call the listeners. The server calls this for responses that it makes itself."""
        for listener in self._listeners:
            listener(record)

    def finish(self, record: RequestRecord) -> None:
        """Record a response of the application."""
        with self._lock:
            self.in_progress_count -= 1
        self.notify(record)


class _RecordedBody:
    """The body of a response. It is recorded once, when it has ended or was closed."""

    def __init__(self, recorder: RequestRecorder, environ: dict[str, Any]) -> None:
        self.status = 500
        self._recorder = recorder
        self._environ = environ
        self._started = time.perf_counter()
        self._sent_bytes = 0
        self._open = True
        self._body: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())

    def wrap(self, body: Iterable[bytes]) -> Self:
        self._body, self._pieces = body, iter(body)
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except BaseException:
            self._record()
            raise
        self._sent_bytes += len(piece)
        return piece

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._record()

    def _record(self) -> None:
        if not self._open:
            return
        self._open = False
        method = self._environ["REQUEST_METHOD"]
        self._recorder.finish(
            RequestRecord(
                client=self._environ.get("REMOTE_ADDR", ""),
                method=method if method in METHODS else "OTHER",
                route=self._environ.get(ROUTE, NO_ROUTE),
                status=self.status,
                sent_bytes=self._sent_bytes,
                seconds=time.perf_counter() - self._started,
            )
        )


def register(app: Flask) -> None:
    """Store the route of each request for the recorder, before a guard refuses the request."""

    @app.before_request
    def note_route() -> None:
        rule = request.url_rule
        request.environ[ROUTE] = rule.rule if rule else NO_ROUTE
