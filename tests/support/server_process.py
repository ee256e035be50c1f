"""Run the web server in a process of its own, from the command line."""

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
    """A running server.

    Attributes:
        address: URL without a slash at the end.
    """

    process: subprocess.Popen[str]
    address: str

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Return the host and the port for a socket."""
        host, port = self.address.removeprefix("http://").split(":")
        return host, int(port)


@contextlib.contextmanager
def run_server(index: Path, *words: str, **environment: str) -> Iterator[ServerProcess]:
    """Serve an index on a free port until the block ends.

    Args:
        words: further words of the command line.
        environment: further environment variables.
    """
    command = [sys.executable, "-m", "web", "--port", "0", *words]
    variables = {**os.environ, "DATELINE_INDEX": str(index), **environment}
    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline()
            found = re.search(r"http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", line)
            assert found, line + process.stderr.read()
            yield ServerProcess(process, f"http://127.0.0.1:{found[1]}")
        finally:
            process.kill()
