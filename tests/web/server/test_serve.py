"""The server listens, refuses and stops."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from indexer.errors import SettingError
from indexer.settings import Settings
from tests.support.server_process import run_server
from web.security.request_guards import CONTENT_POLICY
from web.server.serve import make_server

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.search.index import Index


def test_a_port_in_use_is_one_sentence_with_the_way_out(sample: Index):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"^Port {port} is in use.*another --port$"):
            make_server(sample, Settings(port=port))


def test_a_free_port_is_found_where_none_is_named(sample: Index):
    server = make_server(sample, Settings(port=0))
    try:
        assert 1024 <= int(server.effective_port) <= 65535
    finally:
        server.close()


@pytest.mark.environment
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_it_is_answers_and_stops_when_told(sample_index: Path, stop: int):
    with run_server(sample_index) as server:
        with urlopen(server.address + "/healthz") as response:
            assert response.status == 200
            assert "Server" not in response.headers
        server.process.send_signal(stop)
        assert server.process.stderr.read().splitlines() == ["Stopped"]
        assert server.process.wait(10) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: ".ljust(65_536, b"a"), b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n", b"413"),
    ],
)
def test_what_is_no_request_of_ours_gets_the_guards_too(address: str, sent: bytes, status: bytes):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(sent)
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.split(b" ", 2)[1] == status
    assert CONTENT_POLICY.encode() in answer
    assert b"nosniff" in answer
