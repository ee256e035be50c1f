"""Documents are tested: what they cite exists, their examples run, their floors are true."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from click import Context, Group

from indexer.analysis.tokenizer import tokenize
from indexer.clean.article import clean
from indexer.cli import main
from indexer.ingest.pipeline import rebuild
from indexer.output.export import write_articles
from indexer.output.text_diff import diff_texts
from indexer.query.parser import parse
from indexer.query.synonym_expansion import widen
from indexer.search.index import Index
from indexer.search.open import open_index, open_whoosh
from indexer.settings import load
from tests.support.citations import ROOT, find_dangling, list_files, list_prose
from tests.support.import_graph import (
    find_modules,
    group_by_room,
    parse_modules,
    read_imports,
    sort_into_floors,
)
from web import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click import Command

ARCHITECTURE = "indexer/ARCHITECTURE.md"
PAGES = (ARCHITECTURE, ".github/CONTRIBUTING.md", "README.md")
MODULES = find_modules(ROOT)
SOURCES = sorted(path for path in list_files() if re.match(r"(indexer|web|tests)/.*\.py$", path))
EXAMPLES = [name for name, path in MODULES.items() if ">>> " in path.read_text(encoding="utf-8")]

OUTSIDE = {"README.md", "tests/measure/test_floors.py"}
"""Files that name the measuring sets, which are outside the repository."""


def list_commands(command: Command, *words: str) -> Iterator[tuple[str, ...]]:
    """Every command below one, as the words that call it."""
    if not isinstance(command, Group):
        yield words
        return
    for name in command.list_commands(Context(command)):
        below = command.get_command(Context(command), name)
        assert below is not None
        yield from list_commands(below, *words, name)


def read_help(words: tuple[str, ...]) -> str:
    """The help of a command."""
    command: Command | None = main
    for word in words:
        assert isinstance(command, Group)
        command = command.get_command(Context(command), word)
    assert command is not None
    return command.get_help(Context(command, info_name=" ".join(words)))


# Citations


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cites_what_there_is(page: str):
    assert find_dangling((ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES)
def test_a_docstring_or_comment_cites_what_there_is(path: str):
    prose = list_prose((ROOT / path).read_text(encoding="utf-8"))
    assert [name for text in prose for name in find_dangling(text)] == []


def test_a_citation_that_leads_nowhere_is_found():
    text = """See `fields.py`, query/ast.py, indexer/query/gone.py, `analysis.gone`, lost.md and
    `indexer/gone/`; `indexer/query/parser.py`: `parse`, `indexer/query/parser.py`: `parse_all`,
    `search.index.Index.answer`, `engines.bm25.Gone`, `Index.gone`, https://a.example/index.py,
    `current.json`, tests/data/atom.rng, tests/data/gone.rng, `web/*.py`, test_docs,
    test_gone."""
    assert find_dangling(text) == [
        "indexer/query/gone.py", "lost.md", "tests/data/gone.rng", "indexer/gone/",
        "indexer/query/parser.py: parse_all", "test_gone", "analysis.gone", "engines.bm25.Gone",
    ]  # fmt: skip


def test_nothing_outside_the_repository_is_named():
    """The measuring sets are named in two places, as an example and where they are looked for."""
    outside = re.compile(r"\bshared\b[/\" ]+(data|seed|cases|\w+\.md)|/work/")
    kinds = (".py", ".md", ".toml", ".css", ".js", ".yaml", ".justfile")
    for path in list_files() - {"tests/test_docs.py"}:
        if path.endswith(kinds) or path.startswith((".ci/", "web/templates/")):
            lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
            naming = [line for line in lines if outside.search(line)]
            assert len(naming) <= (2 if path in OUTSIDE else 0), (path, naming)


# Examples


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_a_module_hold(
    name: str, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """An example finds the sample corpus as `data`, its index open as `index`, and `tmp_path`."""
    (tmp_path / "data").symlink_to(sample_index)
    monkeypatch.chdir(tmp_path)
    given = {"tmp_path": tmp_path, "index": open_index(sample_index)}
    result = doctest.testmod(import_module(name), extraglobs=given)
    assert result.attempted
    assert not result.failed


def test_an_entry_point_has_an_example():
    """The functions that scripts and other rooms call first."""
    entries = (
        open_index, open_whoosh, Index.search, create_app, rebuild, clean, parse, tokenize, widen,
        write_articles, diff_texts, load,
    )  # fmt: skip
    for entry in entries:
        assert ">>> " in (entry.__doc__ or ""), entry


@pytest.mark.parametrize("words", [*list_commands(main)], ids=" ".join)
def test_the_help_of_a_command_has_an_example(words: tuple[str, ...]):
    described = read_help(words).split("\nOptions:")[0].split("\n", 1)[1]
    assert re.search(rf"^ +(\w+=\S+ )?dateline {' '.join(words)}\b", described, re.MULTILINE)


# Pages


def test_floors_are_those_of_the_imports():
    text = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE)
    floors = sort_into_floors(group_by_room(read_imports(parse_modules(MODULES))))
    true = [(str(n), ", ".join(f"`{room}`" for room in sorted(f))) for n, f in enumerate(floors)]
    assert rows == true


def test_the_map_has_every_folder_and_every_module_at_the_root():
    text = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    mapped = text.partition("## Map")[2].partition("## Floors")[0]
    folders = {path.parent.relative_to(ROOT).as_posix() for path in MODULES.values()}
    for folder in folders - {"indexer", "web", "indexer/measure/speed/engines"}:
        assert f"`{folder}/" in mapped, folder
    for path in MODULES.values():
        if path.parent in (ROOT / "indexer", ROOT / "web") and not path.name.startswith("__"):
            assert path.name in mapped, path.name


def test_glossary_is_in_words_that_are_explained_once():
    text = (ROOT / ARCHITECTURE).read_text(encoding="utf-8")
    glossary = text.partition("## Glossary")[2].partition("## Decisions")[0]
    terms = [
        term for row in re.findall(r"^\| ([^|]+) \|", glossary, re.MULTILINE)
        for term in row.strip().split(", ")
    ]  # fmt: skip
    assert len(terms) == len(set(terms)) > 30
