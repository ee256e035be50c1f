"""The catalogue: no statement of an update reads more than it asks for, whatever SQLite guesses."""

from __future__ import annotations

import inspect
import sqlite3
from typing import TYPE_CHECKING

import pytest

from indexer.engines.storage.catalogue import Catalogue, FileState, Record

if TYPE_CHECKING:
    from pathlib import Path

ONCE_A_BUILD = {"list_source_paths", "list_quarantined"}
"""Methods that read a whole table, called once in a build or only over the few sources."""

WHOLE_SOURCE = {"list_file_names"}
"""Methods that read all rows of a source, called once for it."""

RECORD = Record(1, "a.html", "a.html", "d", "i", "t")
CALLS = {
    "assign_source_number": ("/pages",),
    "list_source_paths": (),
    "list_file_names": (1,),
    "find_file_state": (1, "a.html"),
    "set_file_state": (1, "a.html", FileState(1, 2, "d")),
    "forget_file_state": (1, "a.html"),
    "list_records_of_file": (1, "a.html"),
    "list_records_of_id": ("i",),
    "add": (RECORD,),
    "remove": (RECORD,),
    "list_quarantined": (),
}


def make_catalogue(path: Path, pages: int) -> Catalogue:
    catalogue = Catalogue(path)
    catalogue.assign_source_number("/pages")
    for number in range(pages):
        name = f"{number}.html"
        catalogue.set_file_state(1, name, FileState(1, 2, "d"))
        catalogue.add(Record(1, name, name, "d", f"id{number}", "t"))
    return catalogue


def explain_statements(catalogue: Catalogue, method: str) -> list[str]:
    """Run a method and return the plan of each statement that it executed."""
    base = catalogue._base
    statements: list[str] = []
    base.set_trace_callback(statements.append)
    getattr(catalogue, method)(*CALLS[method])
    base.set_trace_callback(None)
    assert statements
    return [
        row[3] for sql in statements for row in base.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    ]


def test_every_method_that_runs_a_statement_is_explained():
    methods = {
        name for name, _ in inspect.getmembers(Catalogue, inspect.isfunction) if name[0] != "_"
    }
    # `has_same_records` reads both tables once, at the end of an update that changed something.
    assert methods - {"close", "abandon", "has_same_records"} == set(CALLS)


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize("pages", [0, 5000])
@pytest.mark.parametrize("method", sorted(set(CALLS) - ONCE_A_BUILD))
def test_statement_reads_only_the_rows_it_returns(
    tmp_path: Path, method: str, pages: int, *, analyzed: bool
):
    catalogue = make_catalogue(tmp_path / "catalogue.sqlite", pages)
    if analyzed:
        catalogue._base.execute("ANALYZE")
    columns = 1 if method in WHOLE_SOURCE | {"list_records_of_id"} else 2
    for step in explain_statements(catalogue, method):
        assert "SCAN" not in step
        if step.startswith("SEARCH") and " sources " not in step:
            assert step.count("=?") == columns, step
    catalogue.close()


def test_catalogue_of_an_earlier_version_gets_the_index_it_lacks(tmp_path: Path):
    path = tmp_path / "catalogue.sqlite"
    make_catalogue(path, 3).close()
    old = sqlite3.connect(path)
    old.execute("DROP INDEX records_by_file")
    old.close()
    catalogue = Catalogue(path)
    assert set(catalogue.list_records_of_file(1, "2.html")) == {"2.html"}
    catalogue.close()
