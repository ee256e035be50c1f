"""What was answered: counted for `/metrics`, and a line of JSON a request in the access log.

Nothing that a sender wrote is kept: no address, no query, no header. The route stands for the
address, so no log can hold a token or tell what somebody searched for or read.
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
"""Name in the WSGI environment under which Flask's routing is passed on."""

NO_ROUTE: Final = "none"


@dataclass(frozen=True, slots=True)
class Answered:
    """A request whose answer was handed over whole, or was broken off.

    Attributes:
        client: the address it came from.
        method: OTHER where it is none of METHODS.
        route: as in `/article/<article_id>`, `none` where the address is no page of ours.
        seconds: until the last byte was handed to the server; a slow reader may take longer.
        sent_bytes: of the body.
    """

    client: str
    method: str
    route: str
    status: int
    sent_bytes: int
    seconds: float


class AccessLog:
    """A file to which a line is added for each answer; safe for threads and several processes.

    Args:
        place: a path, `-` for stdout, empty for nothing.

    Raises:
        SettingError: the file cannot be written.
    """

    def __init__(self, place: str) -> None:
        self.lost = 0
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

    def write(self, answered: Answered) -> None:
        """Add a line in one write. A full disk stops no answer; `lost` counts such lines."""
        if self._handle is None:
            return
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "client": answered.client,
                "method": answered.method,
                "route": answered.route,
                "status": answered.status,
                "bytes": answered.sent_bytes,
                "ms": round(1000 * answered.seconds, 2),
            }
        )
        try:
            os.write(self._handle, line.encode() + b"\n")
        except OSError:
            self.lost += 1

    def close(self) -> None:
        """Let go of the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Recorder:
    """WSGI around the application: tells `tellers` of each answer once it is over."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        tellers: Iterable[Callable[[Answered], object]],
    ) -> None:
        self._application = application
        self._tellers = tuple(tellers)
        self._lock = threading.Lock()
        self.under_way = 0

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        recorded = _Recorded(self, environ)
        with self._lock:
            self.under_way += 1

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401
            recorded.status = int(status.split(" ", 1)[0])
            return start_response(status, headers, *error)

        try:
            return recorded.over(self._application(environ, start))
        except BaseException:
            recorded.close()
            raise

    def tell(self, answered: Answered) -> None:
        """Pass an answer on, also one that the server itself gave."""
        for tell in self._tellers:
            tell(answered)

    def finish(self, answered: Answered) -> None:
        """Pass an answer of the application on."""
        with self._lock:
            self.under_way -= 1
        self.tell(answered)


class _Recorded:
    """An answer's body on its way; recorded once, when it has ended or was given up."""

    def __init__(self, recorder: Recorder, environ: dict[str, Any]) -> None:
        self.status = 500
        self._recorder = recorder
        self._environ = environ
        self._started = time.perf_counter()
        self._sent_bytes = 0
        self._open = True
        self._body: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())

    def over(self, body: Iterable[bytes]) -> Self:
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
            Answered(
                client=self._environ.get("REMOTE_ADDR", ""),
                method=method if method in METHODS else "OTHER",
                route=self._environ.get(ROUTE, NO_ROUTE),
                status=self.status,
                sent_bytes=self._sent_bytes,
                seconds=time.perf_counter() - self._started,
            )
        )


def register(app: Flask) -> None:
    """Pass the route on, before any guard refuses."""

    @app.before_request
    def note_route() -> None:
        rule = request.url_rule
        request.environ[ROUTE] = rule.rule if rule else NO_ROUTE
