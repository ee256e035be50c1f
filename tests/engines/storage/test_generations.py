"""Generations: the old index or the new one, whole, and never anything between."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from indexer.engines.storage import generations as generations_module
from indexer.engines.storage.files import link_or_copy
from indexer.engines.storage.generations import Generations
from indexer.engines.storage.retention import Retention
from indexer.errors import DamageError, LockedError, NoIndex, StoreError, VersionError

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path


OWN_NAMES = re.compile("postings")


def publish(generations: Generations, content: str) -> str:
    with generations.begin_generation() as name:
        (generations.locate_generation(name) / "postings").write_text(content)
        generations.publish(name, 1, {}, [])
    return name


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "data", OWN_NAMES)


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


def test_the_last_three_generations_are_kept(generations: Generations):
    names = [publish(generations, content) for content in ("one", "two", "three", "four")]
    assert generations.list_published() == names[1:]
    assert live_content(generations) == "four"


def test_the_last_of_each_of_seven_days_is_kept(generations: Generations, monkeypatch):
    """Three updates a day: of ten days seven are kept, by their last, and the last three of all."""
    names = {}
    for day in range(1, 11):
        for hour in (8, 12, 20):
            monkeypatch.setattr(
                generations_module, "datetime", FixedTime(f"2024-05-{day:02}", hour)
            )
            names[day, hour] = publish(generations, f"{day} {hour}")
    kept = [names[day, 20] for day in range(4, 10)] + [names[10, hour] for hour in (8, 12, 20)]
    assert generations.list_published() == kept
    assert live_content(generations) == "10 20"


class FixedTime:
    """Stands for `datetime` where the time of a build is taken."""

    def __init__(self, day: str, hour: int) -> None:
        self.time = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")

    def now(self, zone: tzinfo) -> datetime:
        return self.time.astimezone(zone)


def test_as_many_generations_are_kept_as_the_settings_say(tmp_path: Path):
    generations = Generations(tmp_path / "data", OWN_NAMES, Retention(last=1, days=0))
    for content in ("one", "two", "three"):
        publish(generations, content)
    assert generations.list_published() == ["000003"]
    with pytest.raises(StoreError, match="no generation to go back to"):
        generations.find_previous()


def test_after_going_back_and_publishing_the_one_gone_back_to_is_the_previous(
    generations: Generations,
):
    first = publish(generations, "one")
    second = publish(generations, "two")
    assert generations.rollback(None) == first
    third = publish(generations, "three")
    assert generations.list_published() == [first, second, third]
    assert generations.rollback(None) == first
    assert generations.rollback(str(int(second))) == second


def test_generation_that_is_not_kept_is_refused_with_those_that_are(generations: Generations):
    publish(generations, "one")
    with pytest.raises(StoreError, match="no generation '7'; it keeps 000001"):
        generations.rollback("7")


def test_number_of_a_generation_is_never_used_again(generations: Generations):
    first = publish(generations, "one")
    for _ in range(3):
        with generations.begin_generation() as name:
            pass
    assert publish(generations, "two") > name > first


def kill_while_writing(generations: Generations) -> str:
    """A writer that dies: the folder and the pack of its generation, and no more."""
    script = (
        "import os, re, sys; from pathlib import Path\n"
        "from indexer.engines.storage.generations import Generations\n"
        "generations = Generations(Path(sys.argv[1]), re.compile('postings'))\n"
        "with generations.begin_generation() as name:\n"
        "    (generations.locate_generation(name) / 'postings').write_text('half')\n"
        "    generations.locate_pack(name).write_text('half')\n"
        "    print(name, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", script, str(generations.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def test_leftovers_of_a_dead_writer_are_swept(generations: Generations):
    publish(generations, "one")
    dead = kill_while_writing(generations)
    assert generations.locate_generation(dead).exists()
    publish(generations, "two")
    assert not generations.locate_generation(dead).exists()
    assert not generations.locate_pack(dead).exists()


def test_folder_that_no_writer_of_ours_made_is_never_swept(generations: Generations):
    publish(generations, "one")
    folder = generations.locate_generation("000007")
    folder.mkdir()
    (folder / "postings").write_text("mine")
    for content in ("two", "three", "four", "five"):
        assert publish(generations, content) > "000007"
    assert (folder / "postings").read_text() == "mine"


def test_foreign_file_in_a_generation_stays_when_the_generation_goes(generations: Generations):
    first = publish(generations, "one")
    mine = generations.locate_generation(first) / "mine.txt"
    mine.write_text("mine")
    for content in ("two", "three", "four", "five"):
        publish(generations, content)
    assert [path.name for path in mine.parent.iterdir()] == ["mine.txt"]
    assert mine.read_text() == "mine"


def test_pack_of_a_pruned_generation_stays_while_a_kept_one_refers_to_it(generations: Generations):
    """A writer killed between removing a manifest and a pack must not cost the pack."""
    with generations.begin_generation() as first:
        generations.locate_pack(first).write_bytes(b"pages")
        generations.publish(first, 1, {}, [first])
    with generations.begin_generation() as second:
        (generations.locate_generation(second) / "postings").write_text("two")
        generations.publish(second, 1, {}, [first])
    (generations.locate_generation(first) / "manifest.json").unlink()
    with generations.begin_generation() as third:
        (generations.locate_generation(third) / "postings").write_text("three")
        generations.publish(third, 1, {}, [first])
    assert generations.locate_pack(first).read_bytes() == b"pages"
    assert generations.find_damage(third) == []


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
            "import re, sys; from pathlib import Path\n"
            "from indexer.engines.storage.generations import Generations\n"
            "from indexer.errors import LockedError\n"
            "try:\n"
            "    generations = Generations(Path(sys.argv[1]), re.compile('postings'))\n"
            "    with generations.begin_generation(): print('written')\n"
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
        Generations(tmp_path / "file", OWN_NAMES).begin_generation(),
    ):
        pass


def test_pack_goes_when_no_kept_generation_refers_to_it(generations: Generations):
    with generations.begin_generation() as first:
        generations.locate_pack(first).write_bytes(b"pages")
        generations.publish(first, 1, {}, [first])
    with generations.begin_generation() as second:
        generations.publish(second, 1, {}, [first])
    for content in ("three", "four"):
        publish(generations, content)
        assert generations.locate_pack(first).exists()
    publish(generations, "five")
    assert not generations.locate_pack(first).exists()


def test_linked_file_shares_its_content(tmp_path: Path):
    (tmp_path / "a").write_text("same")
    link_or_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "same"
