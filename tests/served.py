"""The real server as a process of its own, as a reader starts it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers at `address`, without a slash at its end."""

    process: subprocess.Popen[str]
    address: str


@contextlib.contextmanager
def serving(index: Path) -> Iterator[Served]:
    """Serve an index on a free port until the block ends."""
    command = [sys.executable, "-m", "web", "--port", "0"]
    environment = {**os.environ, "DATELINE_INDEX": str(index)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found, said + process.stderr.read()
            yield Served(process, found[0])
        finally:
            process.kill()
