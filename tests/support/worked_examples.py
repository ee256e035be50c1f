"""The worked examples of CONTRIBUTING, read from the file and applied to a copy of the packages.

A block begins with ```` ```diff ````. In it `+++ PATH` names a file, `@@` begins a place; of a line
the first character is `+` (added), `-` (removed) or a space (must be there).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"

_EXAMPLE = re.compile(
    r"^### (?P<title>[^\n(]+) \((?P<count>\d) files? of code\)\n(?P<text>.*?)^```diff\n"
    r"(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A change at one place of a file: what has to be there, and what takes its place."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One example: the number of files that its heading promises, and the changes by file."""

    file_count: int
    changes: dict[str, list[Hunk]] = field(default_factory=dict)


def read_examples(text: str) -> dict[str, WorkedExample]:
    """The examples of a page by their headings, without the number of files."""
    return {
        match["title"]: WorkedExample(int(match["count"]), _read_block(match["block"]))
        for match in _EXAMPLE.finditer(text)
    }


def copy_product(folder: Path) -> None:
    """Copy both packages into a folder."""
    for package in ("indexer", "web"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)


def apply_example(example: WorkedExample, folder: Path) -> None:
    """Change the files of a copy as an example says.

    Raises:
        AssertionError: a place is not in its file exactly once, or a new file is there already.
    """
    for name, hunks in example.changes.items():
        path = folder / name
        if not hunks[0].old:
            assert not path.exists(), f"{name} is there already"
            path.touch()
        content = path.read_text(encoding="utf-8")
        for hunk in hunks:
            assert not hunk.old or content.count(hunk.old) == 1, f"{name} has not once:\n{hunk.old}"
            content = content.replace(hunk.old, hunk.new) if hunk.old else hunk.new
        path.write_text(content, encoding="utf-8")


def run_python(folder: Path, *words: str) -> str:
    """Run Python on the copy in a folder; returns what it prints, fails where it does."""
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_dateline(folder: Path, *words: str) -> str:
    """Run a command of the copy in a folder, on the index in its folder `index`."""
    return run_python(folder, "-m", "indexer", "--index", "index", *words)


def _read_block(block: str) -> dict[str, list[Hunk]]:
    changes: dict[str, list[Hunk]] = {}
    for part in re.split(r"^\+\+\+ ", block, flags=re.MULTILINE)[1:]:
        name, _, places = part.partition("\n")
        changes[name] = [
            _read_hunk(place) for place in re.split(r"^@@\n", places, flags=re.MULTILINE)[1:]
        ]
    return changes


def _read_hunk(place: str) -> Hunk:
    lines = place.splitlines(keepends=True)
    assert all(line[0] in "+- " for line in lines), "each line begins with +, - or a space"
    return Hunk(
        old="".join(line[1:] for line in lines if line[0] in " -"),
        new="".join(line[1:] for line in lines if line[0] in " +"),
    )
