"""What is new for a search since the last run: told once, kept in a file of that search."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.command_runner import run_dateline

if TYPE_CHECKING:
    from pathlib import Path


def digest(index: Path, file: Path, *words: str, query: str = "Baranovichi"):
    return run_dateline("digest", query, "--since", str(file), *words, index=index)


def test_the_first_run_tells_all_and_the_next_nothing(sample_index: Path, tmp_path: Path):
    first = digest(sample_index, tmp_path / "seen")
    assert len(first.stdout.splitlines()) == 4
    again = digest(sample_index, tmp_path / "seen")
    assert (again.exit_code, again.output) == (0, "")


def test_what_was_not_told_yet_is_new(sample_index: Path, tmp_path: Path):
    file = tmp_path / "seen"
    rows = [json.loads(line) for line in digest(sample_index, file, "--json").stdout.splitlines()]
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["told"].remove(rows[2]["id"])
    file.write_text(json.dumps(kept), encoding="utf-8")
    assert json.loads(digest(sample_index, file, "--json").stdout) == rows[2]


def test_a_file_of_another_search_is_refused_and_stays(sample_index: Path, tmp_path: Path):
    file = tmp_path / "seen"
    digest(sample_index, file)
    before = file.read_bytes()
    refused = digest(sample_index, file, query="missile")
    assert refused.exit_code == 1
    assert "belongs to the search “Baranovichi”" in refused.stderr
    narrower = digest(sample_index, file, "--source", "Baltic Desk")
    assert narrower.exit_code == 1
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"search": 1, "told": 2}', "\x00"])
def test_a_file_that_is_none_of_ours_is_refused(sample_index: Path, tmp_path: Path, content: str):
    file = tmp_path / "seen"
    file.write_text(content, encoding="utf-8")
    refused = digest(sample_index, file)
    assert refused.exit_code == 1
    assert "no file of an earlier digest" in refused.stderr
    assert file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("csv", "id,title,"), ("jsonl", '{"name"'), ("bibtex", "@article{"), ("ris", "TY  - NEWS"),
        ("atom", "<?xml"),
    ],
)  # fmt: skip
def test_export_writes_every_hit_in_each_format(sample_index: Path, name: str, begins: str):
    result = run_dateline("export", "Baranovichi", "--format", name, index=sample_index)
    assert result.stdout.startswith(begins)
    assert result.stdout.count("balticdesk.example/2023/02/minsk-offers") >= 1
