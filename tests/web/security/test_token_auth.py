"""The access token: made once, stored as a hash, required by a real server."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from indexer.access_token import FILE, AccessToken
from indexer.errors import SettingError, StoreError
from indexer.search.open import open_index
from indexer.settings import Settings
from tests.support.command_runner import run_dateline
from tests.support.server_process import run_server
from web.security.request_guards import CONTENT_POLICY
from web.server.serve import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.server_process import ServerProcess


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_index, tmp_path / "index")
    return tmp_path / "index"


# The token itself


def test_token_is_32_random_bytes_and_only_its_hash_is_kept(tmp_path: Path):
    tokens = {AccessToken(tmp_path).create() for _ in range(20)}
    assert len(tokens) == 20
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
    kept = (tmp_path / FILE).read_text(encoding="ascii")
    assert not any(token in kept for token in tokens)
    access = AccessToken(tmp_path)
    token = access.create()
    kept = json.loads((tmp_path / FILE).read_text(encoding="ascii"))
    assert kept["sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert access.is_valid(token)


def test_nothing_else_is_admitted(tmp_path: Path):
    access = AccessToken(tmp_path)
    assert not access.is_valid("")
    token = access.create()
    kept = json.loads((tmp_path / FILE).read_text(encoding="ascii"))["sha256"]
    for other in ("", token[:-1], token + "a", token.swapcase(), kept, "é", "\ud800", "\x00"):
        assert not access.is_valid(other)


def test_a_new_token_ends_the_old_one_and_a_forgotten_one_lets_nobody_in(tmp_path: Path):
    access = AccessToken(tmp_path)
    old, new = access.create(), access.create()
    assert (access.is_valid(old), access.is_valid(new)) == (False, True)
    assert access.delete()
    assert not access.is_valid(new)
    assert not access.delete()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"sha256": null}', b'{"sha256": "\xc3\xa9"}', b"\xff", b"[" * 9999],
)
def test_damaged_file_lets_nobody_in(tmp_path: Path, content: bytes):
    (tmp_path / FILE).write_bytes(content)
    assert not AccessToken(tmp_path).is_set()
    assert not any(AccessToken(tmp_path).is_valid(token) for token in ("", "None", "é"))


def test_token_that_cannot_be_kept_is_not_given_out(tmp_path: Path):
    with pytest.raises(StoreError, match=FILE):
        AccessToken(tmp_path / "gone").create()


def test_commands_print_the_token_once_and_forget_it(index: Path):
    made = run_dateline("token", "new", index=index)
    token = made.stdout.strip()
    assert AccessToken(index).is_valid(token)
    assert token not in made.stderr
    gone = run_dateline("token", "forget", index=index)
    assert (gone.exit_code, gone.stderr) == (0, "The token counts no more\n")
    assert not AccessToken(index).is_valid(token)
    assert run_dateline("token", "new", index=index / "nowhere").exit_code == 1


@pytest.mark.parametrize("command", ["new", "forget"])
def test_token_commands_have_help_with_an_example(index: Path, command: str):
    assert (
        f"dateline token {command}" in run_dateline("token", command, "--help", index=index).stdout
    )


# Asked for over HTTP


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example", ""])
def test_an_address_others_can_reach_is_refused_before_there_is_a_token(index: Path, host: str):
    with pytest.raises(SettingError, match=f"token; make one first: .*{index} token new"):
        make_server(open_index(index), Settings(host=host, port=0))


@pytest.fixture(scope="module")
def token_and_server(
    sample_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ServerProcess, Path]]:
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copytree(sample_index, folder / "index")
    token = AccessToken(folder / "index").create()
    words = ("--host", "0.0.0.0", "--access-log", str(folder / "log"))
    with run_server(folder / "index", *words) as server:
        yield token, server, folder


def send_get(server: ServerProcess, address: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(*server.host_and_port, timeout=30)
    try:
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
    finally:
        connection.close()
    return response


def encode_basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "address", ["/", "/?q=su-25", "/api/search?q=a", "/healthz", "/metrics", "/nowhere", "/help"]
)
def test_every_address_asks_for_the_token(token_and_server, address: str):
    token, server, _ = token_and_server
    refused = send_get(server, address)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].lower().startswith("basic realm=")
    assert refused.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert b"Belarus" not in refused.body
    assert send_get(server, address, Authorization=f"Bearer {token}").status in {200, 404}


def test_token_is_the_password_under_any_name_or_a_bearer(token_and_server):
    token, server, _ = token_and_server
    for header in (
        encode_basic("", token),
        encode_basic("anyone", token),
        f"Bearer {token}",
        f"bearer {token}",
    ):
        assert send_get(server, "/healthz", Authorization=header).status == 200
    for header in (
        encode_basic(token, ""), encode_basic("a", token[1:]),
        encode_basic(token, token[:-1] + "!"), "Bearer ", f"Bearer {token}x",
        f"Digest {token}", token, "Basic", "Basic %%%", "Bearer \xff", "Basic \xe9:x",
        f"Basic {token}", "Basic " + base64.b64encode(token.encode()).decode(),
    ):  # fmt: skip
        assert send_get(server, "/healthz", Authorization=header).status == 401


def test_token_in_an_address_or_a_cookie_lets_nobody_in(token_and_server):
    token, server, _ = token_and_server
    for address in (f"/?token={token}", f"/healthz?access_token={token}", f"/{token}"):
        assert send_get(server, address, Cookie=f"token={token}").status == 401


def test_no_log_holds_the_token(token_and_server):
    token, server, folder = token_and_server
    send_get(server, f"/{token}?q={token}", Authorization=f"Bearer {token}")
    send_get(server, f"/{token}?q={token}", Authorization=f"Bearer {token}x", Cookie=token)
    metrics = send_get(server, "/metrics", Authorization=f"Bearer {token}").body.decode()
    log = (folder / "log").read_text(encoding="utf-8")
    assert '"status": 401' in log
    assert '"status": 404' in log
    assert token not in log + metrics


def test_strange_hosts_are_refused_before_the_token_is_looked_at(token_and_server):
    token, server, _ = token_and_server
    headers = {"Host": "evil.example", "Authorization": f"Bearer {token}"}
    assert send_get(server, "/", **headers).status == 400


def test_running_server_follows_a_new_token_and_a_forgotten_one(index: Path):
    old = AccessToken(index).create()
    with run_server(index, "--host", "0.0.0.0", DATELINE_TRUSTED_HOSTS="desk.example") as server:
        headers = {"Host": "desk.example", "Authorization": f"Bearer {old}"}
        assert send_get(server, "/healthz", **headers).status == 200
        new = run_dateline("token", "new", index=index).stdout.strip()
        assert send_get(server, "/healthz", **headers).status == 401
        assert (
            send_get(server, "/healthz", **{**headers, "Authorization": f"Bearer {new}"}).status
            == 200
        )
        run_dateline("token", "forget", index=index)
        assert (
            send_get(server, "/healthz", **{**headers, "Authorization": f"Bearer {new}"}).status
            == 401
        )
        server.process.terminate()
        assert server.process.stderr.read() == "Stopped\n"


def test_loopback_needs_no_token(index: Path):
    AccessToken(index).create()
    with run_server(index) as server:
        assert send_get(server, "/healthz").status == 200
