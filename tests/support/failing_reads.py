"""Runs commands on an index while the n-th look at one of its files fails, for every n.

As a script it runs under LD_PRELOAD of `failing_calls.c`, which the tests compile, and prints a
line of JSON for each run:

    python tests/support/failing_reads.py FOLDER COMMAND FILE ERRNO EVERY

FOLDER has an archive of three generations (`NumberedArchive`), copied for each run. FILE is the end
of a path, EVERY is 1 if the calls after the n-th fail as well.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
from pathlib import Path

from indexer.engines.storage.generations import PublishedGenerations
from indexer.errors import StoreError
from tests.support.command_runner import run_dateline
from tests.support.numbered_archive import NumberedArchive

SOURCE = Path(__file__).with_name("failing_calls.c")


def compile_shim(target: Path) -> Path:
    """Compile the shim; returns the path of the library."""
    compiler = shutil.which("cc")
    assert compiler is not None
    library = target / "failing_calls.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return library


def run_with_failures(folder: Path, command: str, file: str, error: int, *, every: bool) -> None:
    """Run a command with failure after failure until it no longer comes to the n-th call."""
    shim = ctypes.CDLL(None)
    for number in range(1, 1000):
        copy = folder / f"{command}-{number}"
        shutil.copytree(folder / "archive", copy, ignore=shutil.ignore_patterns("said"))
        archive = NumberedArchive(copy)
        archive.save(8)
        words = [command] if command == "rollback" else [command, str(archive.source), "--quiet"]
        shim.arm_failure(file.encode(), number, error, int(every))
        done = run_dateline(*words, index=archive.index)
        calls = shim.count_calls()
        shim.arm_failure(b"", 0, 0, 0)
        if calls < number:
            return
        run = {"exit": done.exit_code, "said": done.stderr, **describe(archive)}
        print(json.dumps(run), flush=True)  # noqa: T201
        shutil.rmtree(copy)


def describe(archive: NumberedArchive) -> dict[str, object]:
    """Describe an index after a command, and after a build without failures that follows it."""
    generations = PublishedGenerations(archive.index)
    try:
        told = {"live": generations.read_current(), "published": generations.list_published()}
    except StoreError as exc:
        told = {"live": None, "published": [], "error": str(exc)}
    damage = list(archive.engine.check())
    archive.build(10)
    return told | {"damage": damage, "state": archive.read_state(),
                   "leftovers": archive.list_leftovers()}  # fmt: skip


if __name__ == "__main__":
    place, command, file, number, every = sys.argv[1:]
    run_with_failures(Path(place), command, file, int(number), every=every == "1")
