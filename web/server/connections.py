"""Limits of connections: their number, their times, and their end when the server is stopped.

Waitress reads requests in one thread and answers them in a few others. What it lacks, measured
with 3.0.2:

- It cannot close a connection whose client has stopped reading, because its maintenance waits for a
  write that such a socket never allows (the comment of 2023-09-15 in Pylons/waitress#418; the issue
  was closed by another fix). Each of them holds a thread for ever.
- It waits without limit for the rest of a request as long as a byte arrives now and then.
- At its limit of connections it accepts no other client.
- When it is stopped, it drops the requests and responses that are not finished.

No issue was found for the last three. This module relies on inner names of waitress 3.0, so
`pyproject.toml` admits no other; it can go when `tests/web/server/test_connections.py` passes on
waitress alone.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from web.monitoring.access_log import NO_ROUTE, RequestRecord
from web.security.request_guards import HEADERS

if TYPE_CHECKING:
    import socket

    from flask import Flask

    from web.state import AppState

THREADS: Final = 4
"""More than one, so that a slow search delays no other request. More threads would only wait for
each other, because a search needs the processor."""

HEALTH_PATH: Final = "/healthz"
"""Path of the requests that a thread of their own answers, so that none waits for a search."""

MOST_CONNECTIONS: Final = 400
"""Open connections. One more closes the idlest one of the client that has most of them."""

BUFFERED_BYTES: Final = 16 * 1024 * 1024
"""Unread bytes of a response (from 1 MB on in a file) at which its thread waits for the reader."""

IDLE_TIMEOUT_S: Final = 60
"""Seconds that a connection may be open between two requests."""

REQUEST_TIMEOUT_S: Final = 15
"""Seconds from the first to the last byte of a request."""

STALL_TIMEOUT_S: Final = 30
"""Seconds in which a client may read nothing of a response."""

PACE_WINDOW_S: Final = 30
"""Seconds over which the pace of a client that holds a thread is measured."""

MIN_BYTES_PER_S: Final = 32_768
"""Bytes a second that a client must read while it holds a thread: a slow mobile connection."""

SHUTDOWN_TIMEOUT_S: Final = 20
"""Seconds in which running requests may finish when the server is stopped."""

QUIET_PERIOD_S: Final = 0.5
"""Seconds without any byte after which a stopping server closes an idle connection."""

MAINTENANCE_INTERVAL_S: Final = 2
"""Seconds between two checks of all connections."""


class _ResponseTask(WSGITask):  # type: ignore[misc]
    """A response. It closes its connection if the server is stopping."""

    def build_response_header(self) -> bytes:
        if self.channel.server.is_stopping:
            self.set_close_on_finish()
        return bytes(super().build_response_header())


class _RefusalTask(ErrorTask):  # type: ignore[misc]
    """The response to a request that waitress refuses (no HTTP, headers too large).

    It has the security headers of all other responses, and is counted and logged like them.
    """

    def execute(self) -> None:
        super().execute()
        self.channel.server.record_refusal(self)

    def build_response_header(self) -> bytes:
        self.response_headers.extend(HEADERS.items())
        return bytes(super().build_response_header())


class TimedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that measures how long its client takes to send requests and read responses."""

    task_class = _ResponseTask
    error_task_class = _RefusalTask

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  waitress is untyped
        self._request_start = 0.0
        self._window_start = 0.0
        self._sent_bytes = 0
        super().__init__(*args, **options)

    def received(self, data: bytes) -> bool:
        taken = bool(super().received(data))
        if self.request is None:
            self._request_start = 0.0
        elif not self._request_start:
            self._request_start = time.time()
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002  as waitress
        count = int(super().send(data, do_close))
        self._sent_bytes += count
        return count

    @property
    def is_idle(self) -> bool:
        """Whether every request was answered and every response was sent."""
        return not self.requests and not self.total_outbufs_len

    def is_timed_out(self, now: float) -> bool:
        """Whether the client exceeded a limit: to send, to read, or between two requests."""
        silent_s = now - self.last_activity
        if self._request_start and now - self._request_start > REQUEST_TIMEOUT_S:
            return True
        if self.total_outbufs_len:
            return silent_s > STALL_TIMEOUT_S or self._is_too_slow(now)
        self._window_start = 0.0
        return self.is_idle and silent_s > IDLE_TIMEOUT_S

    def _is_too_slow(self, now: float) -> bool:
        """Whether the client holds a thread and reads less than MIN_BYTES_PER_S."""
        if not self.requests:
            self._window_start = 0.0
            return False
        if not self._window_start:
            self._window_start, self._sent_bytes = now, 0
        window_s = now - self._window_start
        if window_s < PACE_WINDOW_S:
            return False
        is_too_slow = self._sent_bytes < MIN_BYTES_PER_S * window_s
        self._window_start = 0.0
        return is_too_slow


class WebServer(TcpWSGIServer):  # type: ignore[misc]
    """Waitress with the limits above, and a stop that finishes all requests received.

    Args:
        app: the application that `create_app` returns.
        listening: a bound socket. `close` closes it.
    """

    channel_class = TimedChannel

    def __init__(self, app: Flask, listening: socket.socket) -> None:
        self.is_stopping = False
        self.state: AppState = app.extensions["dateline"]
        self._health_dispatcher = _start_threads(1)
        super().__init__(
            app,
            _sock=listening,
            dispatcher=_start_threads(THREADS),
            adj=_make_adjustments(listening),
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )

    def run(self) -> None:
        """Answer requests until `stop`; then refuse new connections and finish all requests."""
        while not self.is_stopping:
            self._poll(1)
        self._drain()
        self._stop_threads()

    def stop(self) -> None:
        """Make `run` return soon. A signal handler may call this."""
        self.is_stopping = True
        self.pull_trigger()

    def close(self) -> None:
        """Close every socket and end every thread."""
        self._stop_threads()
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        super().close()

    def add_task(self, channel: TimedChannel) -> None:
        """Queue the first request of a connection for the threads that answer its path."""
        # A request that waitress could not parse may have no path.
        is_health = getattr(channel.requests[0], "path", "") == HEALTH_PATH
        (self._health_dispatcher if is_health else self.task_dispatcher).add_task(channel)

    def _stop_threads(self) -> None:
        for dispatcher in (self.task_dispatcher, self._health_dispatcher):
            dispatcher.shutdown()

    def handle_accept(self) -> None:
        """Accept a client. Beyond the limit close an idle connection, perhaps this one."""
        super().handle_accept()
        if len(self.active_channels) > MOST_CONNECTIONS:
            self._close_idlest()

    def _close_idlest(self) -> None:
        channels = list(self.active_channels.values())
        held = Counter(channel.addr[0] for channel in channels)
        idle = [channel for channel in channels if channel.is_idle]
        if idle:
            max(idle, key=lambda one: (held[one.addr[0]], -one.last_activity)).handle_close()

    def maintenance(self, now: float) -> None:
        """Close every connection whose client exceeded a limit."""
        for channel in list(self.active_channels.values()):
            if channel.is_timed_out(now):
                channel.handle_close()

    def record_refusal(self, task: ErrorTask) -> None:
        """Record a response that the application did not make."""
        self.state.recorder.notify(
            RequestRecord(
                client=task.channel.addr[0],
                method="OTHER",
                route=NO_ROUTE,
                status=int(task.status.split(" ", 1)[0]),
                sent_bytes=task.content_length or 0,
                seconds=max(0.0, time.time() - task.start_time),
            )
        )

    def _poll(self, timeout_s: float) -> None:
        """Wait for events on the sockets, and handle them."""
        wasyncore.loop(timeout=timeout_s, map=self._map, use_poll=True, count=1)

    def _drain(self) -> None:
        for _ in range(MOST_CONNECTIONS):  # accept the connections that already wait
            self.handle_accept()
        self.del_channel()
        self.socket.close()
        end = time.monotonic() + SHUTDOWN_TIMEOUT_S
        while self.active_channels and time.monotonic() < end:
            self._poll(0.05)
            now = time.time()
            for channel in list(self.active_channels.values()):
                if channel.is_idle and now - channel.last_activity > QUIET_PERIOD_S:
                    channel.handle_close()


def _start_threads(count: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(count)
    return dispatcher


def _make_adjustments(listening: socket.socket) -> Adjustments:
    return Adjustments(
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_header_size=65_536,
        max_request_body_size=1_024,
        connection_limit=2 * MOST_CONNECTIONS,
        outbuf_high_watermark=BUFFERED_BYTES,
        cleanup_interval=MAINTENANCE_INTERVAL_S,
        asyncore_use_poll=True,
    )
