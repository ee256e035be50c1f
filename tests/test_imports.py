"""The floors of the house follow from its imports: they point down, and never in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.house_figures import SERVE_LOADS_WEB
from tests.support.import_graph import (
    find_circles,
    find_imports,
    find_modules,
    group_by_room,
    parse_modules,
    read_imports,
    room_of,
    sort_into_floors,
)

ROOT = Path(__file__).parents[1]

SERVE, _ = SERVE_LOADS_WEB
"""The one module of `indexer` that loads `web`: `serve`, when it is asked for."""

ONLY_THERE = {
    "whoosh": ("indexer/engines/whoosh/", "indexer/measure/speed/engines/whoosh.py"),
    "opensearchpy": ("indexer/engines/opensearch/",),
}
"""Libraries of an engine, and where they may be imported; the bench measures stock Whoosh."""

MODULES = find_modules(ROOT)
TREES = parse_modules(MODULES)
IMPORTS = read_imports(TREES)
ROOMS = group_by_room(IMPORTS)


def describe_circle(circle: set[str]) -> str:
    """A circle of rooms, with the modules of every step."""
    steps = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        for other in sorted(others)
        if room_of(module) != room_of(other) and {room_of(module), room_of(other)} <= circle
    ]
    return "\n".join([f"{', '.join(sorted(circle))} import each other in a circle:", *steps])


def test_a_circle_is_found():
    imports = {
        "web.a.x": {"web.b.y"},
        "web.b.z": {"web.a.x"},
        "web.b.y": set(),
        "web.c": {"web.b.y"},
    }
    assert find_circles(group_by_room(imports)) == [{"web.a", "web.b"}]
    assert sort_into_floors(group_by_room(imports)) == [{"web.a", "web.b"}, {"web.c"}]
    assert find_circles(imports) == []
    assert sort_into_floors(imports) == [{"web.b.y"}, {"web.a.x", "web.c"}, {"web.b.z"}]


def test_what_runs_on_import_is_told_from_the_rest():
    source = "import a\nif TYPE_CHECKING:\n    import b\ndef f():\n    from c import d\n"
    assert find_imports(ast.parse(source), import_time=True) == {"a"}
    assert find_imports(ast.parse(source)) == {"a", "b", "c.d"}


def test_rooms_are_on_floors():
    assert not find_circles(ROOMS), "\n".join(map(describe_circle, find_circles(ROOMS)))
    assert "indexer.errors" in sort_into_floors(ROOMS)[0]


def test_modules_do_not_import_each_other_in_a_circle():
    assert find_circles({name: others - {name} for name, others in IMPORTS.items()}) == []


def test_indexer_loads_web_only_to_serve():
    to_web = {
        name
        for name, others in IMPORTS.items()
        if name.startswith("indexer") and any(room_of(other).startswith("web") for other in others)
    }
    assert to_web == {SERVE}
    on_import = find_imports(TREES[SERVE], import_time=True)
    assert not any(name.split(".")[0] == "web" for name in on_import)


@pytest.mark.parametrize("name", MODULES)
def test_each_engine_library_is_imported_in_its_own_room_only(name: str):
    path = MODULES[name].relative_to(ROOT).as_posix()
    for library in {other.split(".")[0] for other in find_imports(TREES[name])}:
        homes = ONLY_THERE.get(library)
        assert homes is None or path.startswith(homes), f"{path} imports {library}"
