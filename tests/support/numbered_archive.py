"""A small archive whose content is numbered, to tell the old index from the new after a fault.

State `k` of an archive is a file of records that all say `k`. As a script it builds one state
after the other until it is killed, saying which it begins and which is done:

    python tests/support/numbered_archive.py ROOT FIRST_STATE
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from indexer.clean.fields.url_and_id import make_id
from indexer.engines.storage.manifest import read_manifest, record_file, write_manifest
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from indexer.settings import Settings

FULL = os.environ.get("DATELINE_FULL_FAULTS") == "1"
"""Whether to run the full count of trials, as stated in the README; else a few of each."""

SETTINGS = Settings(workers=1)
RECORDS = 12
FORMER = RECORDS // 2
"""Records below this number never change: an update keeps them, hard-linked."""


class NumberedArchive:
    """A source of records and an index over it.

    Args:
        root: a folder; `root/data` is the index.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "source"
        self.source.mkdir(parents=True, exist_ok=True)
        self.index = root / "data"
        self.engine = WhooshEngine(self.index)

    def save(self, state: int) -> None:
        """Bring the source to a state."""
        rows = [_make_row(number, state) for number in range(RECORDS)]
        (self.source / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def build(self, state: int) -> None:
        """Index a state: from nothing where it is even, as an update where it is odd."""
        self.save(state)
        how = update if state % 2 else rebuild
        how(self.engine, [self.source], SETTINGS, SilentProgress())

    def state(self) -> int:
        """The state that the index holds, read whole; fails where it holds parts of two."""
        return read_state(WhooshEngine(self.index))

    def leftovers(self) -> list[str]:
        """Names of what no kept generation needs."""
        generations = self.engine.generations
        kept = generations.list_published()
        needed = {name for one in kept for name in generations.load_manifest(one).files}
        needed |= {f"generations/{name}/manifest.json" for name in kept}
        needed |= {"current.json", "writer.lock"}
        files = {path for path in self.index.rglob("*") if path.is_file()}
        names = {path.relative_to(self.index).as_posix() for path in files}
        too_many = [f"generation {name}" for name in kept[:-2]]
        return sorted(name for name in names - needed if "quarantine/" not in name) + too_many


def _make_row(number: int, state: int) -> dict[str, str]:
    told = state if number >= FORMER else 0
    return {
        "id": f"r{number}",
        "title": f"Report {number}",
        "body": f"State {told}. The brigade moved gun {number} along the river road.",
    }


def make_record_id(number: int) -> str:
    """The id of a record's article."""
    return make_id("id", f"r{number}")


def read_state(engine: WhooshEngine) -> int:
    """The state that an engine serves; every record is looked up and read."""
    snapshot = engine.open_snapshot()
    assert snapshot.read_stats().articles == RECORDS
    bodies = [
        snapshot.read_document(make_record_id(number)).article.body for number in range(RECORDS)
    ]
    told = sorted({int(body.split(".")[0].removeprefix("State ")) for body in bodies})
    assert len(told) <= 2, f"parts of several states: {told}"
    assert 0 in told
    return told[-1]


def forge_manifest(index: Path) -> None:
    """Make the live manifest fit the files as they are now."""
    folder = index / "generations" / "000002"
    manifest = read_manifest(folder)
    files = {name: record_file(index / name) for name in manifest.files}
    write_manifest(folder, replace(manifest, files=files))


def build_until_killed(root: Path, state: int) -> None:
    """Build state after state, telling each on stdout."""
    archive = NumberedArchive(root)
    while True:
        print("begin", state, flush=True)  # noqa: T201
        archive.build(state)
        print("done", state, flush=True)  # noqa: T201
        state += 1


if __name__ == "__main__":
    build_until_killed(Path(sys.argv[1]), int(sys.argv[2]))
