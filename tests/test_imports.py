"""Imports point down the floors of the house only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = [
    {"errors", "differences", "web_address"},
    {"models", "fields"},
    {"config", "analysis", "query"},
    {"readers", "clean", "highlight", "snippets"},
    {"engines"},
    {"asking", "hits", "instead", "suggest", "similar", "versions"},
    {
        "access",
        "quarantine",
        "search",
        "sources",
        "why",
        "build",
        "output",
        "digest",
        "evaluate",
        "bench",
        "opening",
        "wire",
        "progress",
        "terminal",
    },
    {"cli", "__main__", "__init__"},
]
"""Rooms of `indexer`, lowest first. Rooms of one floor may import one another."""

LAZY = {("cli", "web")}
"""The one arrow up: `serve` loads the web front end when asked."""

ONLY_THERE = {
    "whoosh": ("indexer/engines/whoosh/", "indexer/bench/contenders/whoosh.py"),
    "opensearchpy": ("indexer/engines/opensearch/",),
}


def modules() -> list[Path]:
    return sorted([*(ROOT / "indexer").rglob("*.py"), *(ROOT / "web").rglob("*.py")])


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py") if parts else "__init__"


def imported(path: Path) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            module = tuple(node.module.split("."))
            found.update((*module, alias.name) for alias in node.names)
    return found


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path):
    package, *rest = path.relative_to(ROOT).parts
    here = room(tuple(rest))
    for parts in imported(path):
        if package == "indexer" and parts[0] == "web":
            assert (here, "web") in LAZY, f"{path} imports web"
        elif package == "indexer" and parts[0] == "indexer":
            there = room(parts[1:]) if len(parts) > 1 else "__init__"
            if here == "__init__":
                continue
            assert floor(there) <= floor(here), f"{path} imports {'.'.join(parts)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_engine_library_is_imported_in_its_own_room_only(path: Path):
    name = path.relative_to(ROOT).as_posix()
    for parts in imported(path):
        home = ONLY_THERE.get(parts[0])
        assert home is None or name.startswith(home), f"{name} imports {parts[0]}"
