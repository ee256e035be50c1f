"""Run commands of `dateline` in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from indexer.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def run_dateline(*words: str, index: Path | None = None) -> Result:
    """Run a command line, after `--index` if an index is given; return output and exit code."""
    place = ["--index", str(index)] if index else []
    return CliRunner().invoke(main, [*place, *words], prog_name="dateline")
