"""Settings: command line over environment over file over default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.errors import SettingError
from indexer.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "dateline.toml"
    path.write_text('index = "from-file"\nport = 8001\nworkers = 3\n')
    return {"DATELINE_CONFIG": str(path), "DATELINE_PORT": "8002", "DATELINE_WORKERS": "4"}


def test_command_line_wins_over_environment_over_file(environ: dict[str, str]):
    settings = load({"workers": 5}, environ)
    assert (settings.index, settings.port, settings.workers) == ("from-file", 8002, 5)


def test_nothing_given_is_the_default():
    assert load({"index": None}, {}) == Settings()


@pytest.mark.parametrize(
    ("given", "environ", "said"),
    [
        ({}, {"DATELINE_PORT": "eighty"}, "DATELINE_PORT"),
        ({}, {"DATELINE_PAGE_S": "-1"}, "below zero"),
        ({}, {"DATELINE_CONFIG": "/nowhere/dateline.toml"}, "No settings file"),
    ],
)
def test_senseless_setting_is_named(given: dict[str, object], environ: dict[str, str], said: str):
    with pytest.raises(SettingError, match=said):
        load(given, environ)


@pytest.mark.parametrize(
    ("content", "said"), [("prot = 1", "unknown setting 'prot'"), ("=", "TOML")]
)
def test_bad_settings_file_is_named(tmp_path: Path, content: str, said: str):
    path = tmp_path / "own.toml"
    path.write_text(content)
    with pytest.raises(SettingError, match=said):
        load({}, {"DATELINE_CONFIG": str(path)})


def test_worker_count_is_at_least_one():
    assert Settings().worker_count >= 1
