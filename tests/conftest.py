"""What several tests share: the sample corpus, built once into a real index."""

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
    """Settings are the defaults, whatever the shell that started the tests sets."""
    names = [field.name.upper() for field in dataclasses.fields(Settings)]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", *names):
            patch.delenv(f"DATELINE_{name}", raising=False)
        yield


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an index of the sample corpus. Shared by all tests: never write to it."""
    root = tmp_path_factory.mktemp("sample") / "index"
    rebuild(open_engine(str(root)), [PAGES], Settings(workers=2), SilentProgress())
    return root


@pytest.fixture(scope="session")
def sample(sample_index: Path) -> Index:
    """The same index, open for searching."""
    return open_index(sample_index)


@pytest.fixture(scope="session")
def client(sample: Index) -> FlaskClient:
    """The pages over the sample corpus, asked for within this process."""
    return create_app(sample, Settings()).test_client()


@pytest.fixture(scope="session")
def address(sample_index: Path) -> Iterator[str]:
    """Where the sample corpus is served by a process of its own, without a slash at the end."""
    with run_server(sample_index) as served:
        yield served.address


@pytest.fixture
def default_interrupt() -> Iterator[None]:
    """Lets processes started by the test end at SIGINT, as those of a terminal do.

    A job in the background of a shell without job control, and what it starts, ignores SIGINT: an
    ignored signal is inherited, one that a function handles is back at its default in a child.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real chromium, without which the tests are skipped."""
    yield from launch_browser()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page of its own, with JavaScript and without."""
    yield from open_page(browser, address, java_script_enabled=request.param)


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    """A page of its own, with JavaScript."""
    yield from open_page(browser, address)


SERVER = "DATELINE_TEST_OPENSEARCH"
"""Names the server of the tests. Where it is set, a server that does not answer is a failure."""


@pytest.fixture(scope="session")
def server_address() -> str:
    """Address of an OpenSearch server to test with, without the name of an index."""
    address = os.environ.get(SERVER)
    if not address:
        pytest.skip(f"no OpenSearch server: run .ci/opensearch/start and set {SERVER}")
    return address.rstrip("/")


@pytest.fixture(scope="module")
def on_server(
    server_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """Gives a new name on the server; what was made under it goes when the module is done."""
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
    """Gives a new location to keep an index at, on one engine or the other."""
    if request.param == "whoosh":
        return lambda name: str(tmp_path_factory.mktemp("whoosh") / name)
    return request.getfixturevalue("on_server")
