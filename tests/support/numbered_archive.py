"""A small archive with numbered content, which shows after a fault which index is live.

State `k` of an archive is a file of records that contain `k`. As a script this module builds one
state after the other until it is killed, and prints the start and the end of each:

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
"""Whether to run the full number of trials that the README states, else a few of each."""

SETTINGS = Settings(workers=1)
RECORDS = 12
FORMER = RECORDS // 2
"""Records below this number never change. An update keeps their files as hard links."""


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
        """Write the source of a state."""
        rows = [_make_row(number, state) for number in range(RECORDS)]
        (self.source / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def build(self, state: int) -> None:
        """Index a state: an even one by `rebuild`, an odd one by `update`."""
        self.save(state)
        how = update if state % 2 else rebuild
        how(self.engine, [self.source], SETTINGS, SilentProgress())

    def read_state(self) -> int:
        """Return the state of the live index; fail if it has parts of two states."""
        return read_state(WhooshEngine(self.index))

    def list_leftovers(self) -> list[str]:
        """Return the names of files that no kept generation needs."""
        generations = self.engine.generations
        kept = generations.list_published()
        needed = {name for one in kept for name in generations.load_manifest(one).files}
        needed |= {f"generations/{name}/manifest.json" for name in kept}
        needed |= {"current.json", "writer.json", "writer.lock"}
        files = {path for path in self.index.rglob("*") if path.is_file()}
        names = {path.relative_to(self.index).as_posix() for path in files}
        # Three are kept, and another if the last of a day before is not among them.
        too_many = [f"generation {name}" for name in kept[:-4]]
        return sorted(name for name in names - needed if "quarantine/" not in name) + too_many


def _make_row(number: int, state: int) -> dict[str, str]:
    shown = state if number >= FORMER else 0
    return {
        "id": f"r{number}",
        "title": f"Report {number}",
        "body": f"State {shown}. The brigade moved gun {number} along the river road.",
    }


def make_record_id(number: int) -> str:
    """Return the id of the article of a record."""
    return make_id("id", f"r{number}")


def read_state(engine: WhooshEngine) -> int:
    """Return the state that an engine serves. Every record is read."""
    snapshot = engine.open_snapshot()
    assert snapshot.read_stats().articles == RECORDS
    bodies = [
        snapshot.read_document(make_record_id(number)).article.body for number in range(RECORDS)
    ]
    states = sorted({int(body.split(".")[0].removeprefix("State ")) for body in bodies})
    assert len(states) <= 2, f"parts of several states: {states}"
    assert 0 in states
    return states[-1]


def forge_manifest(index: Path) -> None:
    """Rewrite the manifest of generation 2 with the sizes and hashes that its files have now."""
    folder = index / "generations" / "000002"
    manifest = read_manifest(folder)
    files = {name: record_file(index / name) for name in manifest.files}
    write_manifest(folder, replace(manifest, files=files))


def build_until_killed(root: Path, state: int) -> None:
    """Build state after state, and print the start and the end of each."""
    archive = NumberedArchive(root)
    while True:
        print("begin", state, flush=True)  # noqa: T201
        archive.build(state)
        print("done", state, flush=True)  # noqa: T201
        state += 1


if __name__ == "__main__":
    build_until_killed(Path(sys.argv[1]), int(sys.argv[2]))
