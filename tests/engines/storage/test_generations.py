"""Generations: the old index or the new one, whole, and never anything between."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from indexer.engines.storage.files import link_or_copy
from indexer.engines.storage.generations import Generations
from indexer.errors import DamageError, LockedError, NoIndex, StoreError, VersionError

if TYPE_CHECKING:
    from pathlib import Path


def publish(generations: Generations, content: str) -> str:
    with generations.begin_generation() as name:
        (generations.locate_generation(name) / "postings").write_text(content)
        generations.publish(name, 1, {}, [])
    return name


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "data")


def live_content(generations: Generations) -> str:
    return (generations.locate_generation(generations.read_current()) / "postings").read_text()


def test_empty_folder_has_no_index_and_says_how_to_make_one(generations: Generations):
    with pytest.raises(NoIndex, match="rebuild"):
        generations.read_current()


def test_published_generation_is_live(generations: Generations):
    publish(generations, "one")
    assert live_content(generations) == "one"


def test_generation_that_was_not_published_leaves_nothing(generations: Generations):
    publish(generations, "one")
    with generations.begin_generation() as name:
        (generations.locate_generation(name) / "postings").write_text("two")
    assert live_content(generations) == "one"
    assert not generations.locate_generation(name).exists()


def test_live_generation_and_the_one_before_are_kept(generations: Generations):
    for content in ("one", "two", "three"):
        publish(generations, content)
    assert len(generations.list_published()) == 2
    assert live_content(generations) == "three"


def test_publishing_after_going_back_keeps_what_was_gone_back_to(generations: Generations):
    first = publish(generations, "one")
    second = publish(generations, "two")
    generations.point_to(first)
    third = publish(generations, "three")
    assert generations.list_published() == [first, third]
    assert third > second


def test_leftovers_of_a_dead_writer_are_swept(generations: Generations):
    publish(generations, "one")
    leftover = generations.locate_generation("000007")
    leftover.mkdir()
    (leftover / "postings").write_text("half")
    publish(generations, "two")
    assert not leftover.exists()


def test_altered_file_is_named_by_check(generations: Generations):
    name = publish(generations, "one")
    (generations.locate_generation(name) / "postings").write_text("eno")
    (damage,) = generations.find_damage(name)
    assert "postings" in damage
    assert "altered" in damage


@pytest.mark.parametrize("change", ["missing", "shorter"])
def test_missing_or_cut_file_is_refused_when_opening(generations: Generations, change: str):
    name = publish(generations, "one")
    path = generations.locate_generation(name) / "postings"
    path.unlink() if change == "missing" else path.write_text("o")
    with pytest.raises(DamageError, match="postings"):
        generations.load_manifest(name)


def test_other_version_says_rebuild(generations: Generations):
    name = publish(generations, "one")
    path = generations.locate_generation(name) / "manifest.json"
    path.write_text(json.dumps({"format": 99}))
    with pytest.raises(VersionError, match="rebuild"):
        generations.load_manifest(name)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"generation": "../../etc", "digest": "0"}',
        '{"generation": 3, "digest": "0"}',
        '{"generation": "000001", "digest": "0"}',
    ],
)
def test_damaged_pointer_is_named(generations: Generations, content: str):
    publish(generations, "one")
    (generations.root / "current.json").write_text(content)
    with pytest.raises(DamageError, match=r"current\.json"):
        generations.read_current()


def test_second_writer_is_refused_and_told_who_holds_the_index(generations: Generations):
    with generations.begin_generation():
        script = (
            "import sys; from pathlib import Path\n"
            "from indexer.engines.storage.generations import Generations\n"
            "from indexer.errors import LockedError\n"
            "try:\n"
            "    with Generations(Path(sys.argv[1])).begin_generation(): print('written')\n"
            "except LockedError as exc: print(exc)\n"
        )
        command = [sys.executable, "-c", script, str(generations.root)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "is being written by process" in said
    assert "since" in said


def test_lock_is_free_again_after_a_writer(generations: Generations):
    publish(generations, "one")
    assert publish(generations, "two")


def test_same_process_cannot_write_twice_at_once(generations: Generations):
    with generations.begin_generation(), pytest.raises(LockedError), generations.begin_generation():
        pass


def test_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreError, match="Cannot write"),
        Generations(tmp_path / "file").begin_generation(),
    ):
        pass


def test_pack_goes_when_no_kept_generation_refers_to_it(generations: Generations):
    with generations.begin_generation() as first:
        generations.locate_pack(first).write_bytes(b"pages")
        generations.publish(first, 1, {}, [first])
    with generations.begin_generation() as second:
        generations.publish(second, 1, {}, [first])
    publish(generations, "three")
    assert generations.locate_pack(first).exists()
    publish(generations, "four")
    assert not generations.locate_pack(first).exists()


def test_linked_file_shares_its_content(tmp_path: Path):
    (tmp_path / "a").write_text("same")
    link_or_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "same"
