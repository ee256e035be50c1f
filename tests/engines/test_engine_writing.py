"""One contract, every engine: what builds, updates and rollbacks leave, and who may write.

A server is needed for one of them: see `.ci/opensearch/start`.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from indexer.errors import LockedError, NoIndex, SourceError, StoreError
from indexer.ingest.pipeline import rebuild, update
from indexer.models import Query
from indexer.search.open import open_engine, open_index
from tests.support.engine_archive import ROWS, EngineArchive


@pytest.fixture
def fresh(place, tmp_path):
    """A folder and a location with nothing in them."""
    return EngineArchive(tmp_path / "records", place("fresh"))


def test_nothing_is_there_before_the_first_rebuild(fresh):
    assert fresh.engine.read_live_generation() is None
    with pytest.raises(NoIndex, match="rebuild FOLDER"):
        fresh.engine.open_snapshot()
    with pytest.raises(NoIndex):
        fresh.build(update)


def test_an_update_gives_what_a_rebuild_gives_and_readers_keep_what_they_have(fresh):
    fresh.write_records(*ROWS[:6])
    fresh.build(rebuild)
    held = fresh.engine.open_snapshot()
    fresh.remove_records("a3", "b1")
    later = {**ROWS[1], "body": "Frogfoot jets are gone; the tanks remain, as was feared there."}
    fresh.write_records(later, ROWS[6])
    report = fresh.build(update)
    assert (report.indexed, report.removed, report.unchanged) == (2, 2, 3)
    updated = _state(fresh)
    assert fresh.find_refs("kyiv") == []
    assert fresh.find_refs("minsk") == []
    assert set(fresh.find_refs("tanks")) == {"a2", "b2", "b3"}
    assert held.read_stats().articles == 6
    assert list(fresh.engine.check()) == []
    fresh.build(rebuild)
    assert _state(fresh) == updated


def _state(archive):
    """Everything a reader can see, but names of generations."""
    results = archive.index.answer(
        Query("himars OR tank OR frogfoot OR state", sort="oldest", size=50)
    )
    hits = [(hit.ref, [copy.id for copy in hit.copies]) for hit in results.hits]
    fuzzy = archive.index.search("himers~1 OR zelensky~2 OR kyi*").searched
    return results.total, results.listed, hits, results.facets, fuzzy


def test_rollback_goes_one_generation_back(fresh):
    fresh.write_records(ROWS[0])
    fresh.build(rebuild)
    with pytest.raises(StoreError, match="no generation to go back to"):
        fresh.engine.rollback()
    fresh.write_records(ROWS[1])
    fresh.build(update)
    assert fresh.index.read_stats().articles == 2
    assert fresh.engine.rollback() == "000001"
    assert fresh.index.read_stats().articles == 1


def test_a_build_that_fails_leaves_the_index_as_it_was(fresh):
    fresh.write_records(ROWS[0])
    fresh.build(rebuild)
    before = fresh.index.read_stats()
    fresh.remove_records("a1")
    (fresh.folder / "bad.html").write_text("<html></html>")
    with pytest.raises(SourceError):
        fresh.build(rebuild)
    assert open_index(fresh.location).read_stats() == before


def test_a_second_writer_is_refused_at_once(fresh):
    fresh.write_records(ROWS[0])
    fresh.build(rebuild)
    with fresh.engine.open_writer(fresh=True):
        second = open_engine(fresh.location)
        with (
            pytest.raises(LockedError, match="wait until it has ended"),
            second.open_writer(fresh=True),
        ):
            pass
    assert fresh.index.read_stats().articles == 1


def test_a_killed_writer_holds_nobody_up(fresh):
    fresh.write_records(ROWS[0])
    fresh.build(rebuild)
    script = (
        "import os, sys\nfrom indexer.search.open import open_engine\n"
        "with open_engine(sys.argv[1]).open_writer(fresh=True):\n    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, fresh.location], check=False)
    assert done.returncode == -9
    assert open_index(fresh.location).read_stats().articles == 1
    fresh.write_records(ROWS[1])
    fresh.build(update)
    assert fresh.index.read_stats().articles == 2


def test_the_saved_page_is_kept_and_given_back(fresh):
    page = (
        "<html><head><title>Guns to Narva</title></head><body><article><h1>Guns to Narva</h1><p>"
        + "Estonia buys howitzers for the river road, the ministry told reporters there. " * 12
        + "</p></article></body></html>"
    )
    (fresh.folder / "a.html").write_text(page)
    fresh.build(rebuild)
    (hit,) = fresh.index.search("howitzers").hits
    assert fresh.index.read_original(hit.id) == page.encode()
    (fresh.folder / "b.jsonl").write_text(json.dumps(ROWS[0]))
    fresh.build(update)
    assert fresh.index.read_original(hit.id) == page.encode()
