"""Slow, half-open and crowding clients of a real server, and a stop that finishes all requests.

No test asserts a time: sockets have long timeouts, and limits are made short where they are tested.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.record_index import index_rows
from tests.support.server_process import run_server
from web import export_slots
from web.server import connections
from web.server.connections import MOST_CONNECTIONS, THREADS, WebServer
from web.server.serve import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.search.index import Index

TIMEOUT_S = 60
RECORDS = 300
BODY = "The brigade moved its guns along the river road. " * 400


@pytest.fixture(scope="module")
def large_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with an export of over 5 MB, more than the system buffers for a slow client."""
    root = tmp_path_factory.mktemp("wide")
    rows = [{"id": f"r{one}", "title": f"Report {one}", "body": BODY} for one in range(RECORDS)]
    return index_rows(root, rows)


@pytest.fixture
def small_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a thread wait for its client after 64 KB, not 16 MB."""
    monkeypatch.setattr(connections, "BUFFERED_BYTES", 65_536)


@contextlib.contextmanager
def run_in_thread(index: Index) -> Iterator[tuple[WebServer, tuple[str, int]]]:
    """Run a server in a thread of this process, so that a test can read its state."""
    server = make_server(index, Settings(port=0))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server, ("127.0.0.1", int(server.effective_port))
    finally:
        server.stop()
        thread.join(TIMEOUT_S)
        server.close()


def send_get(place: tuple[str, int], address: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*place, timeout=TIMEOUT_S)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def open_socket(place: tuple[str, int], sent: bytes) -> socket.socket:
    raw = socket.create_connection(place, timeout=TIMEOUT_S)
    raw.sendall(sent)
    return raw


def open_slow_reader(place: tuple[str, int]) -> socket.socket:
    """Connect a client that requests a large export and reads nothing."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(TIMEOUT_S)
    raw.connect(place)
    raw.sendall(b"GET /export.jsonl?q=brigade HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return raw


def wait_until(fact) -> None:
    """Wait until a function returns true; fail if it does not."""
    for _ in range(TIMEOUT_S * 20):
        if fact():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


def test_half_requests_and_silent_connections_starve_nobody(sample: Index):
    """Three times the limit of connections; each request of another client is answered."""
    half = [b"", b"G", b"GET / HTTP/1.1\r\nHost: loc"]
    with run_in_thread(sample) as (server, place), contextlib.ExitStack() as stack:
        for number in range(3 * MOST_CONNECTIONS):
            stack.enter_context(open_socket(place, half[number % 3]))
            if number % 100 == 0:
                assert send_get(place, "/help")[0] == 200
        assert send_get(place, "/?q=su-25")[0] == 200
        assert len(server.active_channels) <= MOST_CONNECTIONS


def test_who_crowds_gives_way_before_others():
    class ClientDouble:
        is_idle = True

        def __init__(self, address: str, last_activity: float) -> None:
            self.addr, self.last_activity, self.closed = (address, 1), last_activity, False

        def handle_close(self) -> None:
            self.closed = True

    crowd = [ClientDouble("192.0.2.1", 1000.0 + number) for number in range(MOST_CONNECTIONS)]
    other = ClientDouble("192.0.2.2", 1.0)
    server = object.__new__(WebServer)
    server.active_channels = dict(enumerate([other, *crowd]))
    server._close_idlest()
    assert [client.closed for client in (other, *crowd[:2])] == [False, True, False]


@pytest.mark.usefixtures("small_buffer")
def test_slow_readers_of_exports_leave_threads_for_others(large_index: Path):
    with run_in_thread(open_index(large_index)) as (server, place), contextlib.ExitStack() as stack:
        slots = server.state.export_slots
        for number in range(export_slots.MOST_EXPORTS):
            stack.enter_context(open_slow_reader(place))
            wait_until(lambda number=number: slots.taken_count == number + 1)
        status, said = send_get(place, "/export.csv?q=brigade")
        assert status == 503
        assert b"exports are being read" in said
        for _ in range(THREADS):
            assert send_get(place, "/api/search?q=brigade&size=10")[0] == 200


@pytest.mark.usefixtures("small_buffer")
def test_health_is_reported_while_every_thread_of_searches_is_held(
    large_index: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export_slots, "MOST_EXPORTS", THREADS)
    with run_in_thread(open_index(large_index)) as (server, place), contextlib.ExitStack() as stack:
        for _ in range(THREADS):
            stack.enter_context(open_slow_reader(place))
        wait_until(lambda: server.state.export_slots.taken_count == THREADS)
        waiting = stack.enter_context(
            open_socket(place, b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n")
        )
        for _ in range(THREADS):
            status, said = send_get(place, "/healthz")
            assert (status, json.loads(said)["articles"]) == (200, RECORDS)
        assert send_get(place, "/healthz?q=brigade")[0] == 200
        waiting.settimeout(0)
        with pytest.raises(BlockingIOError):
            waiting.recv(1)


@pytest.mark.usefixtures("small_buffer")
def test_reader_who_takes_nothing_is_let_go_and_its_thread_with_it(
    large_index: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connections, "STALL_TIMEOUT_S", 0.5)
    with run_in_thread(open_index(large_index)) as (server, place), open_slow_reader(place):
        slots = server.state.export_slots
        wait_until(lambda: slots.taken_count == 1)
        wait_until(lambda: slots.taken_count == 0 and not server.active_channels)


@pytest.mark.usefixtures("small_buffer")
def test_reader_who_crawls_is_let_go(large_index: Path, monkeypatch: pytest.MonkeyPatch):
    """It takes some bytes ten times a second, so it never stalls."""
    monkeypatch.setattr(connections, "PACE_WINDOW_S", 0.5)
    with run_in_thread(open_index(large_index)) as (server, place), open_slow_reader(place) as raw:
        slots = server.state.export_slots
        wait_until(lambda: slots.taken_count == 1)

        def crawl() -> bool:
            with contextlib.suppress(OSError):
                raw.recv(100)
            return slots.taken_count == 0

        wait_until(crawl)


@pytest.mark.usefixtures("small_buffer")
def test_reader_who_keeps_pace_gets_all_of_a_large_export(large_index: Path):
    with run_in_thread(open_index(large_index)) as (_, place):
        status, body = send_get(place, "/export.jsonl?q=brigade")
    assert status == 200
    assert len([json.loads(line) for line in body.splitlines()]) == RECORDS


@pytest.mark.parametrize("limit", ["REQUEST_TIMEOUT_S", "IDLE_TIMEOUT_S"])
def test_half_request_and_silence_end_after_their_time(
    sample: Index, monkeypatch: pytest.MonkeyPatch, limit: str
):
    monkeypatch.setattr(connections, limit, 0.3)
    sent = b"GET / HTTP/1.1\r\nHo" if limit == "REQUEST_TIMEOUT_S" else b""
    with run_in_thread(sample) as (_, place), open_socket(place, sent) as raw:
        assert raw.recv(1000) == b""


def test_request_that_arrives_a_byte_at_a_time_ends_too(
    sample: Index, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT_S", 0.5)
    with run_in_thread(sample) as (server, place), open_socket(place, b"GET /?q=") as raw:
        wait_until(lambda: len(server.active_channels) == 1)

        def trickle() -> bool:
            with contextlib.suppress(OSError):
                raw.send(b"a")
            return not server.active_channels

        wait_until(trickle)


def test_stopping_finishes_what_is_under_way_and_lets_nobody_else_in(large_index: Path):
    with run_server(large_index) as server:
        connection = http.client.HTTPConnection(*server.host_and_port, timeout=TIMEOUT_S)
        connection.request("GET", "/export.jsonl?q=brigade")
        response = connection.getresponse()
        first = response.read(1000)
        server.process.send_signal(signal.SIGTERM)
        body = first + response.read()
        assert len(body.splitlines()) == RECORDS
        connection.close()
        assert server.process.stderr.read() == "Stopped\n"
        assert server.process.wait(TIMEOUT_S) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(server.host_and_port)


def test_stopping_answers_every_request_that_was_sent(sample_index: Path):
    """64 clients send at once, then the server is told to stop: each has a whole answer."""
    with run_server(sample_index) as server:
        request = b"GET /api/search?q=su-25 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with contextlib.ExitStack() as stack:
            sockets = [
                stack.enter_context(open_socket(server.host_and_port, request)) for _ in range(64)
            ]
            server.process.send_signal(signal.SIGTERM)
            for raw in sockets:
                with http.client.HTTPResponse(raw) as response:
                    response.begin()
                    assert response.status == 200
                    assert json.loads(response.read())["total"] > 0
        assert server.process.wait(TIMEOUT_S) == 0


@pytest.mark.environment
def test_second_signal_ends_the_server_at_once(large_index: Path):
    with run_server(large_index) as server, open_slow_reader(server.host_and_port) as raw:
        raw.recv(10)
        server.process.send_signal(signal.SIGINT)
        wait_until(
            lambda: server.process.poll() is not None or not _is_listening(server.host_and_port)
        )
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(TIMEOUT_S) == 1


def _is_listening(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place).close()
    except ConnectionRefusedError:
        return False
    return True
