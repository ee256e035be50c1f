"""Connections: who may hold one, for how long, and how they end when the server is stopped.

Waitress reads requests in one thread and answers them in a few others. What it lacks, measured
with 3.0.2: it cannot close a connection whose reader has stopped reading (its maintenance asks for
a write, which such a socket never allows), so that each holds a thread for ever; half a request is
waited for without end as long as a byte comes now and then; at its limit of connections nobody else
is let in; and when it is stopped it drops what waits to be answered or sent.
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

from web.monitoring.access_log import NO_ROUTE, Answered
from web.security.request_guards import HEADERS

if TYPE_CHECKING:
    import socket

    from flask import Flask

    from web.state import State

THREADS: Final = 4
"""More than one, so that a slow search holds up no other; more would only wait for one another,
since a search is work for the processor."""

CONNECTIONS: Final = 400
"""Open at once; each new one beyond ends the idlest of the client that has most."""

BUFFERED_BYTES: Final = 16 * 1024 * 1024
"""Of an answer that wait to be read (on the disk from 1 MB on) before its thread waits too."""

IDLE_S: Final = 60
"""Seconds a connection may be open between two requests."""

ASKING_S: Final = 15
"""Seconds a request may take to arrive, from its first byte to its last."""

STALLED_S: Final = 30
"""Seconds a reader may take nothing of an answer."""

HELD_S: Final = 30
"""Seconds after which the pace of a reader who holds a thread is looked at."""

PACE_BYTES: Final = 32_768
"""Bytes a second that a reader who holds a thread must take: a slow telephone's line."""

GRACE_S: Final = 20
"""Seconds that requests under way get when the server is stopped."""

QUIET_S: Final = 0.5
"""Seconds a connection must be without any word before a server that stops closes it."""

LOOK_S: Final = 2
"""Seconds between two looks at all connections."""


class _Answer(WSGITask):  # type: ignore[misc]
    """An answer; the last of its connection where the server is to stop."""

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            self.set_close_on_finish()
        return bytes(super().build_response_header())


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what waitress itself refuses (no HTTP, headers too large), guarded as ours."""

    def execute(self) -> None:
        super().execute()
        self.channel.server.record_refusal(self)

    def build_response_header(self) -> bytes:
        self.response_headers.extend(HEADERS.items())
        return bytes(super().build_response_header())


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows how long its client has been asking, or holding a thread."""

    task_class = _Answer
    error_task_class = _Refusal

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  waitress is untyped
        self._asking_since = 0.0
        self._held_since = 0.0
        self._sent_bytes = 0
        super().__init__(*args, **options)

    def received(self, data: bytes) -> bool:
        taken = bool(super().received(data))
        if self.request is None:
            self._asking_since = 0.0
        elif not self._asking_since:
            self._asking_since = time.time()
        return taken

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002  as waitress
        count = int(super().send(data, do_close))
        self._sent_bytes += count
        return count

    @property
    def idle(self) -> bool:
        """Nothing was asked that is not answered and sent."""
        return not self.requests and not self.total_outbufs_len

    def is_over(self, now: float) -> bool:
        """Whether its client had its time: to ask, to read, or between two requests."""
        silent_s = now - self.last_activity
        if self._asking_since and now - self._asking_since > ASKING_S:
            return True
        if self.total_outbufs_len:
            return silent_s > STALLED_S or self._is_crawling(now)
        self._held_since = 0.0
        return self.idle and silent_s > IDLE_S

    def _is_crawling(self, now: float) -> bool:
        """Whether the reader holds a thread and takes less than PACE_BYTES a second."""
        if not self.requests:
            self._held_since = 0.0
            return False
        if not self._held_since:
            self._held_since, self._sent_bytes = now, 0
        held_s = now - self._held_since
        if held_s < HELD_S:
            return False
        crawls = self._sent_bytes < PACE_BYTES * held_s
        self._held_since = 0.0
        return crawls


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress with the limits above, and a stop that finishes what was asked.

    Args:
        app: what `create_app` gave.
        listening: a bound socket; closed with the server.
    """

    channel_class = Channel

    def __init__(self, app: Flask, listening: socket.socket) -> None:
        self.stopping = False
        self.state: State = app.extensions["dateline"]
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        super().__init__(
            app,
            _sock=listening,
            dispatcher=dispatcher,
            adj=_adjustments(listening),
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )

    def run(self) -> None:
        """Answer until `stop`; then refuse new connections and finish what was asked."""
        while not self.stopping:
            self._turn(1)
        self._drain()
        self.task_dispatcher.shutdown()

    def stop(self) -> None:
        """End `run` soon. May be called by a signal handler."""
        self.stopping = True
        self.pull_trigger()

    def close(self) -> None:
        """Let go of every socket and thread."""
        self.task_dispatcher.shutdown()
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        super().close()

    def handle_accept(self) -> None:
        """Let a client in; at the limit another goes, or this one where all others are busy."""
        super().handle_accept()
        if len(self.active_channels) > CONNECTIONS:
            self._make_room()

    def _make_room(self) -> None:
        channels = list(self.active_channels.values())
        held = Counter(channel.addr[0] for channel in channels)
        idle = [channel for channel in channels if channel.idle]
        if idle:
            max(idle, key=lambda one: (held[one.addr[0]], -one.last_activity)).handle_close()

    def maintenance(self, now: float) -> None:
        """Close every connection whose client had its time."""
        for channel in list(self.active_channels.values()):
            if channel.is_over(now):
                channel.handle_close()

    def record_refusal(self, task: ErrorTask) -> None:
        """Count an answer that the application never saw."""
        self.state.recorder.tell(
            Answered(
                client=task.channel.addr[0],
                method="OTHER",
                route=NO_ROUTE,
                status=int(task.status.split(" ", 1)[0]),
                sent_bytes=task.content_length or 0,
                seconds=max(0.0, time.time() - task.start_time),
            )
        )

    def _turn(self, timeout_s: float) -> None:
        """Wait for something to happen on any socket, and do it."""
        wasyncore.loop(timeout=timeout_s, map=self._map, use_poll=True, count=1)

    def _drain(self) -> None:
        for _ in range(CONNECTIONS):  # who is already waiting at the door is let in
            self.handle_accept()
        self.del_channel()
        self.socket.close()
        end = time.monotonic() + GRACE_S
        while self.active_channels and time.monotonic() < end:
            self._turn(0.05)
            now = time.time()
            for channel in list(self.active_channels.values()):
                if channel.idle and now - channel.last_activity > QUIET_S:
                    channel.handle_close()


def _adjustments(listening: socket.socket) -> Adjustments:
    return Adjustments(
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_header_size=65_536,
        max_request_body_size=1_024,
        connection_limit=2 * CONNECTIONS,
        outbuf_high_watermark=BUFFERED_BYTES,
        cleanup_interval=LOOK_S,
        asyncore_use_poll=True,
    )
