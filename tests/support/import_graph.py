"""The modules of a checkout, which imports which, and the floors and circles that follow.

In: the folder of a checkout. Out: modules by dotted name, the modules each imports, and the same by
room. Source is parsed, never imported.

Rooms are the direct children of `indexer` and of `web`: a folder, or a module beside the folders.
A room is one floor above the highest room it imports.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PACKAGES = ("indexer", "web")


def find_modules(root: Path) -> dict[str, Path]:
    """The modules of both packages by dotted name."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return {name_module(path, root): path for path in paths}


def name_module(path: Path, root: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room of a module; `indexer` and `web` themselves are rooms of their own."""
    return ".".join(module.split(".")[:2])


def parse_modules(modules: Mapping[str, Path]) -> dict[str, ast.Module]:
    """The syntax tree of each module."""
    return {name: parse_module(path) for name, path in modules.items()}


@cache
def parse_module(path: Path) -> ast.Module:
    """The syntax tree of a module, parsed once a process: several tests ask."""
    return ast.parse(path.read_text(encoding="utf-8"))


def find_imports(tree: ast.AST, *, import_time: bool = False) -> set[str]:
    """Names that a module imports, `from a import b` as `a.b`.

    Args:
        import_time: leave out imports inside functions and those for types alone.
    """
    names: set[str] = set()
    for node in _walk(tree, import_time=import_time):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports here are absolute"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def read_imports(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """The modules that each module imports, for types and inside functions included."""
    return {name: _match_modules(find_imports(tree), trees) for name, tree in trees.items()}


def group_by_room(imports: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The rooms that each room imports."""
    graph: dict[str, set[str]] = defaultdict(set)
    for here, others in imports.items():
        graph[room_of(here)].update(room_of(there) for there in others)
    return {room: others - {room} for room, others in graph.items()}


def find_circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Groups of two or more names that reach one another."""
    reach = {name: _find_reachable(graph, name) for name in graph}
    groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in graph}
    return sorted((set(group) for group in groups if len(group) > 1), key=sorted)


def sort_into_floors(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Names by floor, the ground first; the names of a circle are on one floor."""
    leader = {name: min(group) for group in find_circles(graph) for name in group}
    groups: dict[str, set[str]] = defaultdict(set)
    below: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        group = leader.get(name, name)
        groups[group].add(name)
        below[group] |= {leader.get(other, other) for other in others} - {group}
    sorter = TopologicalSorter(below)
    sorter.prepare()
    floors = []
    while sorter.is_active():
        ready = sorter.get_ready()
        floors.append(set().union(*(groups[group] for group in ready)))
        sorter.done(*ready)
    return floors


def _walk(node: ast.AST, *, import_time: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        is_later = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if import_time and (is_later or _is_for_types(child)):
            continue
        yield child
        yield from _walk(child, import_time=import_time)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _match_modules(names: Iterable[str], modules: Iterable[str]) -> set[str]:
    known = set(modules)
    return {name if name in known else name.rpartition(".")[0] for name in names} & known


def _find_reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for other in graph.get(waiting.pop(), set()) - reached:
            reached.add(other)
            waiting.append(other)
    return reached
