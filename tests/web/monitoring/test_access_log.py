"""The access log: one line for every response, and nothing that a client wrote."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from indexer.errors import SettingError
from indexer.settings import Settings
from tests.support.server_process import run_server
from web import create_app
from web.monitoring.access_log import AccessLog, RequestRecord

if TYPE_CHECKING:
    from indexer.search.index import Index


def make_record(route: str = "/", status: int = 200, seconds: float = 0.0) -> RequestRecord:
    return RequestRecord("127.0.0.1", "GET", route, status, 100, seconds)


def test_every_request_is_one_line_of_json_without_what_was_asked(
    sample_index: Path, tmp_path: Path
):
    log = tmp_path / "access.jsonl"
    with run_server(sample_index, "--access-log", str(log)) as server:
        page = urlopen(server.address + "/?q=belarus+himars").read()
        urlopen(Request(server.address + "/help", method="HEAD")).read()
        for address in ("/nowhere/belarus", "/article/himars"):
            with pytest.raises(HTTPError):
                urlopen(server.address + address)
        with socket.create_connection(server.host_and_port) as raw:
            raw.sendall(b"BELARUS himars\r\n\r\n")
            raw.recv(1000)
        server.process.terminate()
        server.process.wait(60)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    found = [(row["method"], row["route"], row["status"]) for row in rows]
    assert sorted(found) == sorted(
        [  # each is written once its answer is out: in any order
            ("GET", "/", 200),
            ("HEAD", "/help", 200),
            ("GET", "none", 404),
            ("GET", "/article/<article_id>", 404),
            ("OTHER", "none", 400),
        ]
    )
    sent = {row["route"]: row["bytes"] for row in rows if row["status"] == 200}
    assert sent == {"/": len(page), "/help": 0}
    assert {"time", "client", "method", "route", "status", "bytes", "ms"} == set(rows[0])
    assert all(row["ms"] >= 0 and row["time"].endswith("+00:00") for row in rows)
    assert "himars" not in log.read_text(encoding="utf-8").lower()


def test_log_may_be_read_by_its_owner_alone_and_is_added_to(tmp_path: Path):
    place = tmp_path / "access.jsonl"
    for _ in range(2):
        log = AccessLog(str(place))
        log.write(make_record())
        log.close()
    assert place.stat().st_mode & 0o777 == 0o600
    assert len(place.read_text(encoding="utf-8").splitlines()) == 2


def test_log_that_cannot_be_written_is_said_before_serving(tmp_path: Path, sample: Index):
    with pytest.raises(SettingError, match=r"access log .* cannot be written: Is a directory"):
        create_app(sample, Settings(access_log=str(tmp_path)))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_under_the_log_fails_no_request(sample: Index):
    app = create_app(sample, Settings(access_log="/dev/full"))
    client = app.test_client()
    assert client.get("/help").data
    assert client.get("/metrics").text.count("dateline_log_lines_lost_total 1.0\n") == 1


def test_a_fault_is_logged_by_its_route_and_counted(caplog: pytest.LogCaptureFixture):
    class FaultyIndex:
        def __getattr__(self, name: str):
            raise RuntimeError("a fault of ours")

    client = create_app(FaultyIndex(), Settings()).test_client()
    assert client.get("/article/himars?q=belarus").data
    assert "Fault while answering /article/<article_id>" in caplog.text
    assert "a fault of ours" in caplog.text
    assert "himars" not in caplog.messages[0]


def test_requests_under_way_end_with_their_answers(sample: Index):
    client = create_app(sample, Settings()).test_client()
    for _ in range(3):
        with client.get("/help"):
            pass
    assert "dateline_requests_under_way 1.0\n" in client.get("/metrics").text
