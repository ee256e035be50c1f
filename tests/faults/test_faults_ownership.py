"""Builds over folders that have files of the user's own: none is removed, changed or followed into.

DATELINE_FULL_FAULTS=1 runs the count stated in the README.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.engines.storage.ownership import read_ledger
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.errors import ForeignError, IndexerError, SourceError
from indexer.ingest.pipeline import rebuild, update
from indexer.ingest.progress import SilentProgress
from tests.support.command_runner import run_dateline
from tests.support.numbered_archive import FULL, SETTINGS, NumberedArchive

ROOT = Path(__file__).parents[2]
BUILDS = 1000 if FULL else 24

HEX = hashlib.md5(b"mine", usedforsecurity=False).hexdigest()
USERS_FILES = [
    "originals/{n}.pack", "originals/2024/photo.jpg", "originals/letters.pack", "notes.partial",
    "generations/{n}/manifest.json", "generations/{n}/s000001.terms", "generations/{n}/toc.json",
    "generations/index.html", "generations/current.json", "drafts.partial/chapter.txt",
    f"quarantine/{HEX}.json", f"quarantine/{HEX}.gz", f"quarantine/{{n}}.partial/{HEX}.json",
    "quarantine/{n}.partial/report.json", "quarantine/notes.json", "mail/inbox.mbox",
    "current.json.bak", "generations/{n}.partial", "originals/pages.html", "toc.json",
]  # fmt: skip
"""Names that a user may have, `{n}` a number; most are such that writers use names like them."""

LINKS = ["generations/{n}", "originals/{n}.pack", "quarantine/{n}.partial", "elsewhere.partial"]


class UsersFiles:
    """Files of the user's, remembered by their bytes, and links to a folder of theirs."""

    def __init__(self, chance: random.Random, elsewhere: Path) -> None:
        self.chance = chance
        self.elsewhere = elsewhere
        self.written: dict[Path, bytes] = {}
        self.links: dict[Path, Path] = {}
        self.taken: set[str] = set()
        for name in ("s000001.terms", "manifest.json", "000001.pack", f"{HEX}.json", "letter"):
            self._write(elsewhere / name)

    def put(self, folder: Path, count: int) -> None:
        """Put some into a folder, where nothing is yet."""
        ledger = read_ledger(folder)
        self.taken = {*ledger.generations} if ledger else set()
        for name in self.chance.sample(USERS_FILES, count):
            self._write(folder / name.format(n=self._choose_number()))
        for name in self.chance.sample(LINKS, self.chance.randrange(2)):
            path = folder / name.format(n=self._choose_number())
            if not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(self.elsewhere)
                self.links[path] = self.elsewhere

    def put_into_generations(self, folder: Path) -> None:
        """Put a file into each folder that a generation has now."""
        for path in (folder / "generations").glob("[0-9]*"):
            if path.is_dir() and not path.is_symlink():
                self._write(path / "mine.txt")

    def find_touched(self) -> list[Path]:
        """List the files that are not as they were, and the links that are gone."""
        touched = [path for path, data in self.written.items() if not _has_bytes(path, data)]
        return touched + [path for path in self.links if not path.is_symlink()]

    def _choose_number(self) -> str:
        """Choose a number near those of generations, but none that a writer of ours used."""
        near = self.chance.choice([3, 7, 12, 40, 1_000])
        numbers = (f"{number:06d}" for number in range(near, near + 100))
        return next(number for number in numbers if number not in self.taken)

    def _write(self, path: Path) -> None:
        if not os.path.lexists(path) and not _is_behind_link(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.written[path] = self.chance.choice([b"mine", b"{}", self.chance.randbytes(99)])
            path.write_bytes(self.written[path])


def _has_bytes(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _is_behind_link(path: Path) -> bool:
    return any(folder.is_symlink() for folder in path.parents)


@pytest.mark.slow
def test_no_build_touches_a_file_of_the_users(tmp_path: Path):
    """Rebuilds, updates, failed builds and rollbacks in indexes among files of all kinds."""
    chance = random.Random(7)
    builds = refused = 0
    while builds < BUILDS:
        root = tmp_path / str(builds)
        archive = NumberedArchive(root)
        mine = UsersFiles(chance, root / "elsewhere")
        if chance.random() < 0.3:
            mine.put(archive.index, 6)
            with pytest.raises(ForeignError, match="--index"):
                archive.build(0)
            assert mine.find_touched() == []
            builds, refused = builds + 1, refused + 1
            continue
        for state in range(chance.randrange(2, 12)):
            build_by_chance(archive, chance, state)
            builds += 1
            mine.put(archive.index, chance.randrange(4))
            if chance.random() < 0.3:
                mine.put_into_generations(archive.index)
            assert mine.find_touched() == []
        archive.build(100)
        assert mine.find_touched() == []
        assert archive.read_state() == 100
        assert list(archive.engine.check()) == []
    print(f"{builds} builds, {refused} refused")  # noqa: T201
    assert 0 < refused < builds


def build_by_chance(archive: NumberedArchive, chance: random.Random, state: int) -> None:
    """Build a state, or fail to; sometimes go back after it."""
    if state and chance.random() < 0.2:
        with contextlib.suppress(KeyboardInterrupt), archive.engine.open_writer(fresh=True):
            raise KeyboardInterrupt
    elif state and chance.random() < 0.2:
        kill_writer(archive.index)
    archive.build(state * 2 if chance.random() < 0.5 or not state else state * 2 + 1)
    if state and chance.random() < 0.2:
        with contextlib.suppress(IndexerError):
            archive.engine.rollback()


def kill_writer(index: Path) -> None:
    """Kill a writer that has begun a generation."""
    script = (
        "import os, sys\nfrom indexer.search.open import open_engine\n"
        "with open_engine(sys.argv[1]).open_writer(fresh=True):\n    os.kill(os.getpid(), 9)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script, str(index)], env=environment, check=False)


@pytest.mark.parametrize("name", ["originals/a.jpg", "generations/000001/x", "notes.txt", ".git/x"])
def test_folder_with_other_files_is_refused_with_the_way_out(tmp_path: Path, name: str):
    archive = NumberedArchive(tmp_path)
    archive.save(0)
    path = archive.index / name
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    done = run_dateline("rebuild", str(archive.source), index=archive.index)
    assert done.exit_code == 1
    assert "is not empty" in done.stderr
    assert "--index" in done.stderr
    assert [one for one in archive.index.rglob("*") if one.is_file()] == [path]


@pytest.mark.parametrize("folder", ["generations", "originals", "quarantine"])
def test_part_of_an_index_that_became_a_link_is_refused(tmp_path: Path, folder: str):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    (archive.index / folder).mkdir(exist_ok=True)
    (archive.index / folder).rename(tmp_path / "elsewhere")
    (archive.index / folder).symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    with pytest.raises(ForeignError, match="is a link"):
        archive.build(2)
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before


@pytest.mark.parametrize("name", ["writer.lock", "current.json.partial", "writer.json.partial"])
def test_link_in_place_of_a_file_that_is_written_is_not_followed(tmp_path: Path, name: str):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    mine = tmp_path / "mine"
    mine.write_text("process 1 since 2024-05-01T00:00:00")
    (archive.index / name).unlink(missing_ok=True)
    (archive.index / name).symlink_to(mine)
    with contextlib.suppress(IndexerError):
        archive.build(2)
    assert mine.read_text() == "process 1 since 2024-05-01T00:00:00"


def test_lock_file_of_another_program_is_left(tmp_path: Path):
    archive = NumberedArchive(tmp_path)
    archive.index.mkdir()
    (archive.index / "writer.lock").write_text("4711")
    with pytest.raises(ForeignError, match=r"writer\.lock is not a file of Dateline"):
        archive.build(0)
    assert (archive.index / "writer.lock").read_text() == "4711"


@pytest.mark.parametrize("command", ["rollback", "update", "check", "stats"])
def test_no_other_command_makes_anything_in_a_folder_without_an_index(tmp_path: Path, command: str):
    (tmp_path / "mine").write_text("mine")
    words = [command, *[str(tmp_path)] * (command == "update")]
    assert run_dateline(*words, index=tmp_path).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("index", "source"),
    [("all/index", "all"), ("all", "all"), ("all", "all/pages"), ("all/pages/index", "link"),
     ("all", "all/pages/a.jsonl")],
)  # fmt: skip
@pytest.mark.parametrize("how", [rebuild, update])
def test_index_and_source_inside_one_another_are_refused(
    tmp_path: Path, index: str, source: str, how
):
    (tmp_path / "all" / "pages").mkdir(parents=True)
    page = tmp_path / "all" / "pages" / "a.jsonl"
    page.write_text(json.dumps({"id": "1", "title": "Guns", "body": "The brigade moved its guns."}))
    (tmp_path / "link").symlink_to(tmp_path / "all" / "pages")
    before = sorted(tmp_path.rglob("*"))
    engine = WhooshEngine(tmp_path / index)
    with pytest.raises(SourceError, match=r"is inside the .*--index"):
        how(engine, [tmp_path / source], SETTINGS, SilentProgress())
    assert sorted(tmp_path.rglob("*")) == before


def test_index_of_an_earlier_version_is_updated_pruned_and_gone_back_in(tmp_path: Path):
    """It has no ledger: its generations are known by their manifests alone."""
    archive = NumberedArchive(tmp_path)
    for state in (0, 1, 3):
        archive.build(state)
    (archive.index / "writer.json").unlink()
    foreign = archive.index / "generations" / "000009"
    foreign.mkdir()
    (foreign / "s000001.terms").write_text("mine")
    archive.build(5)
    assert archive.read_state() == 5
    assert archive.engine.rollback() == "000003"
    assert archive.read_state() == 3
    for state in (7, 9, 11, 13):
        archive.build(state)
    assert archive.engine.generations.list_published()[0] > "000009"
    assert (foreign / "s000001.terms").read_text() == "mine"


READER = """
import sys
from pathlib import Path
from tests.support.numbered_archive import read_state, WhooshEngine
engine = WhooshEngine(Path(sys.argv[1]))
snapshot = engine.open_snapshot()
engine.open_snapshot = lambda: snapshot
print(read_state(engine), flush=True)
sys.stdin.readline()
print(read_state(engine), flush=True)
"""


def test_process_that_reads_a_generation_goes_on_when_it_is_removed(tmp_path: Path):
    archive = NumberedArchive(tmp_path)
    archive.build(0)
    command = [sys.executable, "-c", READER, str(archive.index)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as reader:
        assert reader.stdout.readline() == b"0\n"
        for state in (2, 4, 6, 8):
            archive.build(state)
        assert not archive.engine.generations.locate_generation("000001").exists()
        reader.stdin.write(b"\n")
        reader.stdin.close()
        assert reader.stdout.readline() == b"0\n"
