"""The writer's lock of an index on a server: one document, wherever the writers are.

It says who writes, since when, and when it was last seen. A writer of this machine that is gone,
or one of another machine that was not seen for long, is taken for dead; should it wake up, its own
sign of life fails, and it publishes nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from indexer.errors import LockedError, StoreError

if TYPE_CHECKING:
    from indexer.engines.opensearch.client import ServerClient

STALE_S: Final = 600.0
"""Seconds without a sign of life after which a writer is taken for dead."""

RENEWAL_S: Final = 15.0
"""Seconds between signs of life."""


class WriterLock:
    """The document that says who writes; taken by being made, kept by being renewed."""

    def __init__(self, server: ServerClient, name: str) -> None:
        self._server = server
        self._path = f"/{name}-writing"
        self._since = datetime.now(UTC).isoformat(timespec="seconds")
        self._place: dict[str, Any] = {}
        self._renewed = 0.0

    def take(self) -> None:
        """Take it; a dead writer's is taken over.

        Raises:
            LockedError: it is held.
        """
        found = self._server.call(
            "GET", f"{self._path}/_search", {"seq_no_primary_term": True}, ignore_unavailable=True
        )["hits"]["hits"]
        if not found:
            self._write({"op_type": "create"})
            return
        holder, place = found[0]["_source"], found[0]
        if not _is_dead(holder):
            raise LockedError(
                f"{self._path[1:]} is held by process {holder['process']} on {holder['machine']} "
                f"since {holder['since']}; wait until it has ended"
            )
        self._write({"if_seq_no": place["_seq_no"], "if_primary_term": place["_primary_term"]})

    def renew_if_due(self) -> None:
        """Give a sign of life where it is time for one.

        Raises:
            LockedError: another writer has taken over.
        """
        if time.monotonic() - self._renewed > RENEWAL_S:
            self.renew()

    def renew(self) -> None:
        """Give a sign of life; see `beat`."""
        self._write(self._place)

    def release(self) -> None:
        """Let go; an index that cannot be reached lets go by itself in time."""
        with contextlib.suppress(StoreError):
            self._server.call("DELETE", f"{self._path}/_doc/writer", **self._place, refresh=True)

    def _write(self, condition: dict[str, Any]) -> None:
        holder = {
            "machine": socket.gethostname(),
            "process": os.getpid(),
            "since": self._since,
            "seen": time.time(),
        }
        try:
            done = self._server.call(
                "PUT", f"{self._path}/_doc/writer", holder, refresh=True, **condition
            )
        except StoreError as exc:
            if "version conflict" in str(exc):
                raise LockedError(
                    f"{self._path[1:]} was taken by another writer; wait until it has ended"
                ) from exc
            raise
        self._place = {"if_seq_no": done["_seq_no"], "if_primary_term": done["_primary_term"]}
        self._renewed = time.monotonic()


def _is_dead(holder: dict[str, Any]) -> bool:
    """Whether a writer gave no sign of life for long, or was of this machine and is gone."""
    if time.time() - holder["seen"] > STALE_S:
        return True
    if holder["machine"] != socket.gethostname():
        return False
    try:
        os.kill(holder["process"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
