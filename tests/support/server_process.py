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
class ServerProcess:
    """A server that answers at `address`, without a slash at its end."""

    process: subprocess.Popen[str]
    address: str

    @property
    def place(self) -> tuple[str, int]:
        """Host and port, to connect a socket to."""
        host, port = self.address.removeprefix("http://").split(":")
        return host, int(port)


@contextlib.contextmanager
def run_server(index: Path, *words: str, **environment: str) -> Iterator[ServerProcess]:
    """Serve an index on a free port until the block ends.

    Args:
        words: more of the command line. environment: more of the environment.
    """
    command = [sys.executable, "-m", "web", "--port", "0", *words]
    given = {**os.environ, "DATELINE_INDEX": str(index), **environment}
    with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = process.stderr.readline()
            found = re.search(r"http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", said)
            assert found, said + process.stderr.read()
            yield ServerProcess(process, f"http://127.0.0.1:{found[1]}")
        finally:
            process.kill()
