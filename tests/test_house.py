"""The walls of the house: how long a module and how full a folder may be, how things are named.

Circles of imports are looked for by `tests/test_imports.py`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house_figures import is_bare, measure_house, write_table

ROOT = Path(__file__).parents[1]

MOST_LINES = 400
"""Of a module: what tells one story is shorter (style of the house)."""

MOST_MODULES = 18
"""In one folder, without its `__init__`: more are not read at a glance."""

FIGURES = measure_house(ROOT)

SMALL_HOUSE = {
    "indexer/__init__.py": "",
    "indexer/a.py": '"""It stands; that is what b needs."""\nimport indexer.b\nclass Hit: ...\n',
    "indexer/b.py": "def f():\n    from indexer import a\nclass Hit: ...\n",
    "indexer/cli/serving.py": "def serve():\n    import web.pages.start\n",
    "web/__init__.py": "",
    "web/__main__.py": "import indexer.cli.serving\n",
    "web/pages/start.py": "import indexer.b\ndef held(): ...\ndef _read(): ...\n",
}


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a fault of each kind, but for the length of modules and folders."""
    root = tmp_path_factory.mktemp("house")
    for name, text in SMALL_HOUSE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_no_module_is_too_long():
    assert {name: count for name, count in FIGURES.lines.items() if count > MOST_LINES} == {}


def test_no_folder_is_too_full():
    assert {path: count for path, count in FIGURES.folders.items() if count > MOST_MODULES} == {}


def test_a_class_name_is_used_once():
    assert FIGURES.repeated_classes == {}


def test_no_definition_is_named_by_a_bare_participle_or_preposition():
    assert FIGURES.bare_names == []


def test_faults_are_found(small_house: Path):
    figures = measure_house(small_house)
    assert figures.repeated_classes == {"Hit": ["indexer/a.py:3", "indexer/b.py:3"]}
    assert figures.bare_names == ["web/pages/start.py:2: held"]
    assert figures.coy_turns == ["indexer/a.py:1: stands", "indexer/a.py:1: is what"]
    assert figures.module_circles == [{"indexer.a", "indexer.b"}]
    assert figures.graphs["whole"].circles == [{"indexer.a", "indexer.b"}]


def test_figures_are_counted(small_house: Path):
    figures = measure_house(small_house)
    assert figures.lines["indexer.b"] == 3
    assert figures.folders == {"indexer": 2, "indexer/cli": 1, "web": 1, "web/pages": 1}
    whole = figures.graphs["whole"]
    # On the ground indexer, then a and b in their circle, and cli; web above them.
    assert (whole.rooms, whole.floors, whole.arrows) == (5, 2, 4)


@pytest.mark.parametrize("name", ["said", "_kept", "found", "around", "known", "hidden", "asked"])
def test_a_participle_or_preposition_is_a_bare_name(name: str):
    assert is_bare(name)


@pytest.mark.parametrize("name", ["read", "_open", "heading", "fold_case", "found_terms", "token"])
def test_a_verb_a_noun_and_a_name_of_two_words_are_not(name: str):
    assert not is_bare(name)


def test_the_command_prints_the_table(small_house: Path):
    command = [sys.executable, "-m", "tests.support.house_figures", str(small_house)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == write_table(measure_house(small_house))
    assert "| files of product, lines | 7, 12 |\n" in done.stdout
    assert "\nclass Hit: indexer/a.py:3, indexer/b.py:3\n" in done.stdout
