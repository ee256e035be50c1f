"""The floors of the house follow from its imports: they point down, and never in a circle.

Rooms are the direct children of `indexer` and of `web`: a folder, or a module beside the folders.
A room stands one floor above the highest room it imports; a circle has no floor, and is named.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).parents[1]

SERVE = "indexer.cli.serving"
"""The one module of `indexer` that loads `web`: `serve`, when it is asked for."""

ONLY_THERE = {
    "whoosh": ("indexer/engines/whoosh/", "indexer/measure/speed/engines/whoosh.py"),
    "opensearchpy": ("indexer/engines/opensearch/",),
}
"""Libraries of an engine, and where they may be imported; the bench measures stock Whoosh."""


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path
    for path in sorted([*(ROOT / "indexer").rglob("*.py"), *(ROOT / "web").rglob("*.py")])
}


def room_of(module: str) -> str:
    """The room of a module; `indexer` and `web` themselves are rooms of their own."""
    return ".".join(module.split(".")[:2])


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def walk(node: ast.AST, *, import_time: bool) -> Iterator[ast.AST]:
    """Every node; with `import_time` only what runs when the module is imported."""
    for child in ast.iter_child_nodes(node):
        is_later = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if import_time and (is_later or is_type_checking(child)):
            continue
        yield child
        yield from walk(child, import_time=import_time)


def imported(tree: ast.AST, *, import_time: bool = False) -> set[str]:
    """Names that a module imports, `from a import b` as `a.b`."""
    found: set[str] = set()
    for node in walk(tree, import_time=import_time):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports here are absolute"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def among(names: Iterable[str], modules: Iterable[str]) -> set[str]:
    """The modules that imported names belong to."""
    known = set(modules)
    found = {name if name in known else name.rpartition(".")[0] for name in names}
    return found & known


TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
IMPORTS = {name: among(imported(tree), MODULES) for name, tree in TREES.items()}


def rooms(imports: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Which rooms each room imports, for types and when asked included."""
    found: dict[str, set[str]] = defaultdict(set)
    for here, theirs in imports.items():
        found[room_of(here)].update(room_of(there) for there in theirs)
    return {name: others - {name} for name, others in found.items()}


def floors(graph: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Names by floor, the ground first.

    Raises:
        CycleError: some import each other in a circle; its second argument is one such circle.
    """
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorter.get_ready()
        found.append(set(ready))
        sorter.done(*ready)
    return found


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Names that import each other in a circle, each by the one behind it; empty if none do."""
    try:
        floors(graph)
    except CycleError as exc:
        return exc.args[1]
    return []


def described(names: list[str]) -> str:
    """A circle of rooms, with a module for every step."""
    steps = []
    for there, here in pairwise(names):
        by = [
            f"{module} imports {other}"
            for module in IMPORTS
            for other in sorted(IMPORTS[module])
            if room_of(module) == here and room_of(other) == there
        ]
        steps.append(f"{here} -> {there}: {'; '.join(by)}")
    return "\n".join(["rooms import each other in a circle:", *steps])


def test_a_circle_is_found():
    imports = {
        "web.a.x": {"web.b.y"},
        "web.b.z": {"web.a.x"},
        "web.b.y": set(),
        "web.c": {"web.b.y"},
    }
    assert set(circle(rooms(imports))) == {"web.a", "web.b"}
    assert circle(imports) == []
    assert floors(imports) == [{"web.b.y"}, {"web.a.x", "web.c"}, {"web.b.z"}]


def test_what_runs_on_import_is_told_from_the_rest():
    source = "import a\nif TYPE_CHECKING:\n    import b\ndef f():\n    from c import d\n"
    assert imported(ast.parse(source), import_time=True) == {"a"}
    assert imported(ast.parse(source)) == {"a", "b", "c.d"}


def test_rooms_stand_on_floors():
    found = circle(rooms(IMPORTS))
    assert not found, described(found)
    assert "indexer.errors" in floors(rooms(IMPORTS))[0]


def test_modules_do_not_import_each_other_in_a_circle():
    found = circle({name: theirs - {name} for name, theirs in IMPORTS.items()})
    assert not found, " is imported by ".join(found)


def test_indexer_loads_web_only_to_serve():
    to_web = {
        name
        for name, theirs in IMPORTS.items()
        if name.startswith("indexer") and any(room_of(there).startswith("web") for there in theirs)
    }
    assert to_web == {SERVE}
    on_import = imported(TREES[SERVE], import_time=True)
    assert not any(name.split(".")[0] == "web" for name in on_import)


@pytest.mark.parametrize("name", MODULES)
def test_each_engine_library_is_imported_in_its_own_room_only(name: str):
    path = MODULES[name].relative_to(ROOT).as_posix()
    for library in {other.split(".")[0] for other in imported(TREES[name])}:
        homes = ONLY_THERE.get(library)
        assert homes is None or path.startswith(homes), f"{path} imports {library}"
