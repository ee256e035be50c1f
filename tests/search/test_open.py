"""Locations of an index: what is no path and no address is refused, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import SettingError
from indexer.search.open import open_engine, open_index, open_whoosh
from tests.support.command_runner import run_dateline

MISTYPED = [
    "opensearch:/user:PASS@host", "opensearch:user:PASS@host:9200/news",
    "opensearch//user:PASS@host/news", "opensearch:\\\\user:PASS@host\\news",
    "opensearch+https:/user:PASS@host/news", "opensearch;//user:PASS@host",
    "OpenSearch:/user:PASS@host", " opensearch://user:PASS@host/news", "opensearh:/user:PASS@host",
    "user:PASS@opensearch://host/news", "user:PASS@host:9200/news", "user:PA/SS@host",
    "//user:PASS@host/news", "https:/user:PASS@host/news", "https://user:PASS@host/news",
    "opensearch:/user:PA://SS@host", "opensearch://user:PASS@host", "opensearch://user:PASS@/news",
    "opensearch:host:9200/news", "opensearch://user:PASS@host:port/news",
]  # fmt: skip

PATHS = ["data", "./data", "../data", "opensearch", "opensearch-data", "opensearch.d/news",
         "a:b", "me@home", "C:/data", "/srv/a:b@c", "news:2024"]  # fmt: skip


@pytest.mark.parametrize("location", MISTYPED)
def test_mistyped_address_is_refused_unprinted_and_makes_no_folder(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for words in (["rebuild", "."], ["update", "."], ["stats"], ["rollback"], ["serve"],
                  ["token", "new"], ["quarantine", "list"], ["search", "x"]):  # fmt: skip
        done = run_dateline("--index", location, *words)
        assert done.exit_code == 1, words
        assert "PA" not in done.output, words
        assert "SS" not in done.output, words
        assert "opensearch://" in done.output, words
    for door in (open_index, open_whoosh):
        with pytest.raises(SettingError) as caught:
            door(location)
        assert "PA" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("location", PATHS)
def test_path_is_a_path(location: str):
    engine = open_engine(location)
    assert isinstance(engine, WhooshEngine)
    assert engine.folder == Path(location)
