"""Figures of the house: how large its modules are, how they hang together, how things are named.

    python -m tests.support.house_figures [CHECKOUT]

prints them as a table of Markdown. `tests/test_house.py` asserts the walls.

In: the folder of a checkout. Out: `HouseFigures`. Rooms, floors and circles are those of
`import_graph`; an arrow is a pair of rooms of which one imports the other.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import import_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVE_LOADS_WEB = "indexer.cli.serving", "web"
"""The one arrow from `indexer` to `web`: a command, when it is asked for."""

_BARE = re.compile(
    r"[a-z]+(ed|en|ing)"
    r"|said|held|around|beside|near|kept|found|made|known|drawn|taken|given|told|within|under"
    r"|behind|apart|alone|of|over|between|met|sought|left|lost|shown|written|spoken|chosen|seen"
    r"|gone|done|for_|by|from_|into|after|before|above|below|due|also|each|every|most|rest|once"
)
"""Participles and prepositions, which say nothing of what a definition does or is."""

_VERBS_AND_NOUNS = frozenset({
    "beginning", "building", "embed", "ending", "exceed", "feed", "heading", "kindred", "listen",
    "need", "open", "proceed", "ranking", "reopen", "seed", "setting", "shorten", "spacing",
    "speed", "straighten", "string", "tighten", "token", "warning", "widen",
})  # fmt: skip
"""Words of the same form that are verbs or nouns, which names are made of."""

_NAMED_BY_LIBRARIES = frozenset({"received"})
"""Methods that a library calls by this name: `received` of waitress' channels."""

_COY = re.compile(
    r"\bstands?\b|\bwhere there (is|are) none\b|\bWhat (is|was|are|a|an|the)\b|\bfor nobody\b"
    r"|\bis what\b"
)
"""Turns of a docstring that a fact says more plainly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Some rooms: how many, on how many floors, with how many arrows; their circles."""

    rooms: int
    floors: int
    arrows: int
    circles: list[set[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseFigures:
    """The figures of one checkout.

    Attributes:
        lines: of each module, by its dotted name.
        folders: modules in each folder, without its `__init__` and those of its subfolders.
        graphs: of the rooms of `indexer`, of those of `web`, and of the whole, where `web` is one
            room and the arrow by which `serve` loads it is left out.
        module_circles: modules that import each other, for types and inside functions included.
        class_places: `path:line` of each class, by the name of the class.
        bare_names: `path:line: name` of each definition named by a participle or a preposition.
        coy_turns: `path:line: words` in docstrings.
    """

    lines: Mapping[str, int]
    folders: Mapping[str, int]
    graphs: Mapping[str, Graph]
    module_circles: list[set[str]]
    class_places: Mapping[str, list[str]]
    bare_names: list[str]
    coy_turns: list[str]

    @property
    def repeated_classes(self) -> dict[str, list[str]]:
        """The places of each class name that the house has more than once."""
        return {name: found for name, found in self.class_places.items() if len(found) > 1}


def measure_house(root: Path) -> HouseFigures:
    """The figures of a checkout.

    >>> measure_house(Path("."))  # doctest: +SKIP
    HouseFigures(lines={'indexer': 40, ...
    """
    modules = import_graph.find_modules(root)
    trees = import_graph.parse_modules(modules)
    imports = import_graph.read_imports(trees)
    rooms = import_graph.group_by_room(imports)
    graphs = {
        "indexer": _keep_packages(rooms, "indexer"),
        "web": _keep_packages(rooms, "web"),
        "whole": _count_web_as_one_room(imports),
    }
    paths = {name: path.relative_to(root).as_posix() for name, path in modules.items()}
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(f"{paths[name]}:{node.lineno}")
    return HouseFigures(
        lines={
            name: len(path.read_text(encoding="utf-8").splitlines())
            for name, path in modules.items()
        },
        folders=Counter(
            path.rpartition("/")[0] for path in paths.values() if not path.endswith("__init__.py")
        ),
        graphs={name: _measure_graph(graph) for name, graph in graphs.items()},
        module_circles=import_graph.find_circles(
            {name: others - {name} for name, others in imports.items()}
        ),
        class_places=classes,
        bare_names=[one for name, tree in trees.items() for one in _bare_names(paths[name], tree)],
        coy_turns=[one for name, tree in trees.items() for one in _coy_turns(paths[name], tree)],
    )


def is_bare(name: str) -> bool:
    """Whether a name is a participle or a preposition and nothing else.

    >>> is_bare("held"), is_bare("_found"), is_bare("read"), is_bare("held_terms")
    (True, True, False, False)
    """
    word = name.lstrip("_")
    return bool(_BARE.fullmatch(word)) and word not in _VERBS_AND_NOUNS | _NAMED_BY_LIBRARIES


def write_table(figures: HouseFigures) -> str:
    """The figures as a table, names and places of what is wrong below it."""
    lines, folders = figures.lines, figures.folders
    longest = max(lines, key=lambda name: lines[name])
    rows = [
        ("files of product, lines", f"{len(lines)}, {sum(lines.values())}"),
        ("median lines, longest",
         f"{statistics.median(lines.values()):g}, {lines[longest]} ({longest})"),
        *(
            (f"rooms / floors / arrows / circles, {name}",
             f"{graph.rooms} / {graph.floors} / {graph.arrows} / {len(graph.circles)}")
            for name, graph in figures.graphs.items()
        ),
        ("circles of modules", f"{len(figures.module_circles)}"),
        ("fullest folders", ", ".join(f"{path} {count}"
                                      for path, count in Counter(folders).most_common(4))),
        ("class names that mean several things", f"{len(figures.repeated_classes)}"),
        ("definitions named by a bare participle or preposition", f"{len(figures.bare_names)}"),
        ("“stands” in docstrings", f"{sum(_stands(turn) for turn in figures.coy_turns)}"),
        ("other coy turns in docstrings", f"{sum(not _stands(one) for one in figures.coy_turns)}"),
    ]  # fmt: skip
    table = ["| figure | is |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    circles = [*figures.graphs["whole"].circles, *figures.module_circles]
    wrong = [
        *(f"circle: {', '.join(sorted(circle))}" for circle in circles),
        *(f"class {name}: {', '.join(found)}" for name, found in figures.repeated_classes.items()),
        *figures.bare_names,
    ]
    return "\n".join([*table, "", *wrong]).rstrip() + "\n"


def _keep_packages(rooms: Mapping[str, set[str]], package: str) -> dict[str, set[str]]:
    return {
        room: {other for other in others if other.startswith(package)}
        for room, others in rooms.items()
        if room.startswith(package)
    }


def _count_web_as_one_room(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    graph: defaultdict[str, set[str]] = defaultdict(set)
    for module, others in imports.items():
        here, *below = (
            "web" if name.startswith("web") else import_graph.room_of(name)
            for name in (module, *others)
        )
        graph[here] |= {room for room in below if (module, room) != SERVE_LOADS_WEB} - {here}
    return graph


def _measure_graph(graph: Mapping[str, set[str]]) -> Graph:
    return Graph(
        rooms=len(graph),
        floors=len(import_graph.sort_into_floors(graph)),
        arrows=sum(map(len, graph.values())),
        circles=import_graph.find_circles(graph),
    )


def _bare_names(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_definition and is_bare(node.name):
            yield f"{path}:{node.lineno}: {node.name}"


def _coy_turns(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            for turn in _COY.finditer(ast.get_docstring(node) or ""):
                yield f"{path}:{getattr(node, 'lineno', 1)}: {turn[0]}"


def _stands(turn: str) -> bool:
    return turn.rpartition(" ")[2].startswith("stand")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    sys.stdout.write(write_table(measure_house(folder)))
