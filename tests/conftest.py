"""Fixtures of several tests: an index of the sample corpus, its server, a browser, OpenSearch."""

from __future__ import annotations

import dataclasses
import os
import signal
import uuid
from typing import TYPE_CHECKING

import pytest

from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.search.open import open_engine, open_index
from indexer.settings import Settings
from tests.support.chromium import launch_browser, open_page
from tests.support.sample_corpus import PAGES
from tests.support.server_process import run_server
from web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

    from indexer.search.index import Index


@pytest.fixture(scope="session", autouse=True)
def default_settings() -> Iterator[None]:
    """Remove the settings of the shell that started the tests, so that the defaults apply."""
    names = [field.name.upper() for field in dataclasses.fields(Settings)]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", *names):
            patch.delenv(f"DATELINE_{name}", raising=False)
        yield


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the sample corpus. All tests share it: never write to it."""
    root = tmp_path_factory.mktemp("sample") / "index"
    rebuild(open_engine(str(root)), [PAGES], Settings(workers=2), SilentProgress())
    return root


@pytest.fixture(scope="session")
def sample(sample_index: Path) -> Index:
    """The same index, open for searching."""
    return open_index(sample_index)


@pytest.fixture(scope="session")
def client(sample: Index) -> FlaskClient:
    """A test client of the application over the sample corpus, in this process."""
    return create_app(sample, Settings()).test_client()


@pytest.fixture(scope="session")
def address(sample_index: Path) -> Iterator[str]:
    """The URL of a server process over the sample corpus, without a slash at the end."""
    with run_server(sample_index) as server:
        yield server.address


@pytest.fixture
def default_interrupt() -> Iterator[None]:
    """Let processes that the test starts end at SIGINT, as those of a terminal do.

    A job in the background of a shell without job control, and what it starts, ignores SIGINT: an
    ignored signal is inherited, one that a function handles is back at its default in a child.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; without it the tests are skipped, in CI they fail."""
    yield from launch_browser()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A browser page for one test, once with JavaScript and once without."""
    yield from open_page(browser, address, java_script_enabled=request.param)


@pytest.fixture
def script_page(browser: Browser, address: str) -> Iterator[Page]:
    """A browser page for one test, with JavaScript."""
    yield from open_page(browser, address)


SERVER = "DATELINE_TEST_OPENSEARCH"
"""Environment variable with the URL of the OpenSearch server, which must answer if this is set."""


@pytest.fixture(scope="session")
def server_address() -> str:
    """The URL of an OpenSearch server for tests, without the name of an index."""
    address = os.environ.get(SERVER)
    if not address:
        pytest.skip(f"no OpenSearch server: run .ci/opensearch/start and set {SERVER}")
    return address.rstrip("/")


@pytest.fixture(scope="module")
def on_server(
    server_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """A function that returns a new index URL on the server. The indexes are deleted at the end."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    names: list[str] = []

    def name(purpose: str) -> str:
        names.append(purpose)
        return f"{server_address}/{prefix}-{len(names)}-{purpose}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield name
    from indexer.engines.opensearch.address import parse_address  # noqa: PLC0415
    from indexer.engines.opensearch.client import ServerClient  # noqa: PLC0415

    ServerClient(parse_address(f"{server_address}/x")).call("DELETE", f"/{prefix}-*")


@pytest.fixture(scope="module", params=["whoosh", "opensearch"])
def place(request, tmp_path_factory):
    """A function that returns a new index location, on one engine or the other."""
    if request.param == "whoosh":
        return lambda name: str(tmp_path_factory.mktemp("whoosh") / name)
    return request.getfixturevalue("on_server")
