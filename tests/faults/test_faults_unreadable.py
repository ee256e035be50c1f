"""A read that fails is no answer: nothing is removed for it, and what is live is told.

Calls of the system fail for real, under a shim that is compiled here: the n-th look at the pointer,
the ledger or a manifest, for every n.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.failing_reads import compile_shim
from tests.support.numbered_archive import FULL, NumberedArchive

ROOT = Path(__file__).parents[2]
EARLIER = ["000001", "000002", "000003"]
ERRORS = [errno.EIO, errno.EMFILE, errno.ENOMEM, errno.EACCES]
FILES = ["/current.json", "/000003/manifest.json", "/000002/manifest.json", "/writer.json"]
CASES = [
    (command, file, ERRORS[(number + place) % len(ERRORS)], every)
    for number, command in enumerate(("update", "rebuild", "rollback"))
    for place, file in enumerate(FILES)
    for every in (0, 1)
]
FEW = [
    ("update", "/current.json", errno.EIO, 0),
    ("update", "/000002/manifest.json", errno.EMFILE, 1),
    ("rebuild", "/000003/manifest.json", errno.EACCES, 0),
    ("rollback", "/current.json", errno.ENOMEM, 1),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shim, and an archive of three generations."""
    if shutil.which("cc") is None:
        pytest.skip("no compiler")
    root = tmp_path_factory.mktemp("unreadable")
    compile_shim(root)
    archive = NumberedArchive(root / "archive")
    for state in (0, 1, 3):
        archive.build(state)
    return root


@pytest.mark.slow
@pytest.mark.parametrize(("command", "file", "error", "every"), CASES if FULL else FEW)
def test_failed_read_removes_nothing_and_says_what_is_live(
    folder: Path, command: str, file: str, error: int, every: int
):
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "LD_PRELOAD": str(folder / "failing_calls.so"),
    }
    script = str(ROOT / "tests" / "support" / "failing_reads.py")
    done = subprocess.run(
        [sys.executable, script, str(folder), command, file, str(error), str(every)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"{command} {file} {errno.errorcode[error]}: {len(runs)} failures")  # noqa: T201
    assert runs
    shutil.rmtree(next(folder.glob(f"{command}-*")))
    for run in runs:
        verify_run(run, command)


def verify_run(run: dict, command: str) -> None:
    """What is live is what the message says, and only a run without any doubt removed anything."""
    assert run["damage"] == [], run
    assert (run["state"], run["leftovers"]) == (10, []), run
    built = {*run["published"]} - {*EARLIER}
    if run["exit"]:
        assert {*EARLIER} <= {*run["published"]}, run
        assert "cannot be read" in run["said"], run
        assert run["live"] == "000003" or run["live"] in run["said"], run
    elif command == "rollback":
        assert (run["live"], run["published"]) == ("000002", EARLIER), run
    else:
        assert run["live"] == max(built), run
        complete = {*EARLIER} <= {*run["published"]}
        assert complete or run["published"] == ["000002", "000003", "000004"], run
        if complete:
            assert "not removed" in run["said"], run
            assert run["live"] in run["said"], run
