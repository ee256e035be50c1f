"""`dateline rollback`: which generations are kept, and back to one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.command_runner import run_dateline
from tests.support.numbered_archive import RECORDS, NumberedArchive

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> NumberedArchive:
    """Four states, of which the last three are kept."""
    archive = NumberedArchive(tmp_path)
    for state in (0, 2, 3, 5):
        archive.build(state)
    return archive


def test_list_names_every_generation_kept_newest_first(archive: NumberedArchive):
    done = run_dateline("rollback", "--list", index=archive.index)
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["000004", "000003", "000002"]
    assert [line[3] for line in lines] == ["UTC"] * 3
    assert [line[4:] for line in lines] == [[str(RECORDS), "articles", "live"]] + [
        [str(RECORDS), "articles"]
    ] * 2
    assert archive.read_state() == 5


def test_list_as_json(archive: NumberedArchive):
    done = run_dateline("rollback", "--list", "--json", index=archive.index)
    rows = json.loads(done.stdout)["generations"]
    assert [(row["generation"], row["live"]) for row in rows] == [
        ("000004", True),
        ("000003", False),
        ("000002", False),
    ]
    assert {row["articles"] for row in rows} == {RECORDS}
    assert {row["damage"] for row in rows} == {None}
    assert all(row["built"].endswith("+00:00") for row in rows)


@pytest.mark.parametrize("name", ["000002", "2"])
def test_named_generation_is_live_again(archive: NumberedArchive, name: str):
    done = run_dateline("rollback", name, "--json", index=archive.index)
    assert json.loads(done.stdout) == {"generation": "000002"}
    assert archive.read_state() == 2
    assert run_dateline("rollback", "4", index=archive.index).exit_code == 0
    assert archive.read_state() == 5


def test_generation_that_is_gone_is_refused_with_those_kept(archive: NumberedArchive):
    done = run_dateline("rollback", "000001", index=archive.index)
    assert done.exit_code == 1
    assert "it keeps 000002, 000003, 000004" in done.stderr
    assert archive.read_state() == 5


def test_damaged_generation_is_told_and_refused(archive: NumberedArchive):
    next((archive.index / "generations" / "000002").glob("*.terms")).write_bytes(b"")
    done = run_dateline("rollback", "--list", index=archive.index)
    assert "000002  cannot be gone back to" in done.stdout
    assert run_dateline("rollback", "2", index=archive.index).exit_code == 1
    assert archive.read_state() == 5


def test_damaged_pointer_is_mended_by_naming_a_generation(archive: NumberedArchive):
    (archive.index / "current.json").write_text("{")
    done = run_dateline("rollback", "--list", index=archive.index)
    assert len(done.stdout.splitlines()) == 3
    assert run_dateline("rollback", "3", index=archive.index).exit_code == 0
    assert archive.read_state() == 3


def test_list_and_a_name_together_are_wrong_use(archive: NumberedArchive):
    assert run_dateline("rollback", "--list", "2", index=archive.index).exit_code == 2


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path):
    for words in (["rollback"], ["rollback", "--list"], ["rollback", "1"]):
        done = run_dateline(*words, index=tmp_path / "data")
        assert done.exit_code == 1
        assert "rebuild FOLDER" in done.stderr
    assert list(tmp_path.iterdir()) == []
