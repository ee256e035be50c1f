"""Faults of files under a running server: it refuses in a sentence, and lives."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index.segment import KINDS
from indexer.errors import DamageError
from indexer.models import Query
from indexer.search.open import open_index
from tests.support.numbered_archive import FULL, NumberedArchive
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.server_process import ServerProcess


@pytest.fixture
def archive(tmp_path: Path) -> NumberedArchive:
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    archive.build(2)
    return archive


def ask(server: ServerProcess, address: str) -> tuple[int, str]:
    try:
        with urlopen(server.address + address, timeout=60) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def cut(path: Path) -> bytes:
    """Cut a file in place, as `> file` in a shell does; what it held."""
    held = path.read_bytes()
    os.truncate(path, 0)
    return held


@pytest.mark.parametrize("kind", KINDS if FULL else KINDS[::3])
def test_file_cut_under_a_running_server_is_refused_and_rollback_serves_again(
    archive: NumberedArchive, kind: str
):
    with run_server(archive.index) as server:
        assert ask(server, "/api/search?q=brigade")[0] == 200
        for path in archive.index.glob(f"generations/000002/*.{kind}"):
            cut(path)
        for address in ("/api/search?q=brigade", "/?q=gun", "/healthz", "/export.csv?q=gun"):
            status, said = ask(server, address)
            assert status == 503
            assert f".{kind}" in said
            assert "rollback" in said
        assert ask(server, "/metrics")[0] == 200
        archive.engine.rollback()
        status, said = ask(server, "/api/search?q=brigade")
        assert (status, json.loads(said)["total"]) == (200, 12)
        assert server.process.poll() is None


def test_file_that_is_put_back_is_served_again_in_the_same_process(archive: NumberedArchive):
    with run_server(archive.index) as server:
        assert ask(server, "/api/search?q=brigade")[0] == 200
        (path,) = archive.index.glob("generations/000002/*.documents")
        held = cut(path)
        assert ask(server, "/api/search?q=brigade")[0] == 503
        path.write_bytes(held)
        assert ask(server, "/api/search?q=brigade")[0] == 200


def test_file_cut_while_an_export_is_read_ends_the_export_alone(archive: NumberedArchive):
    articles = open_index(archive.index).stream(Query("brigade"))
    next(articles)
    for path in archive.index.glob("generations/000002/*.stored"):
        cut(path)
    with pytest.raises(DamageError, match=r"\.stored: cut short while it was open"):
        list(articles)


def test_deletions_and_copies_are_not_mapped(tmp_path: Path):
    """What is read whole when opening needs no file afterwards."""
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    archive.build(1)
    engine = WhooshEngine(archive.index)
    snapshot = engine.open_snapshot()
    for pattern in ("*.deleted", "*.groups"):
        for path in archive.index.glob(f"generations/000002/{pattern}"):
            cut(path)
    assert snapshot.find_copies(snapshot.index.segments[-1].get_text_column("id")[0]) is not None


def test_index_folder_removed_under_a_running_server_keeps_being_served(archive: NumberedArchive):
    """Removed, not cut: its files live until the server lets go of them."""
    with run_server(archive.index) as server:
        assert ask(server, "/api/search?q=brigade")[0] == 200
        shutil.rmtree(archive.index / "generations")
        assert ask(server, "/api/search?q=gun")[0] == 200
