"""The writer's lock of an index on a server: one document, seen by writers on every machine.

It names the machine and process that writes, since when, and when it last renewed the lock. A
writer of this machine whose process is gone, or one of another machine that did not renew the lock
for long, counts as dead, and the next writer takes the lock over. If the dead one goes on, its next
renewal fails, and it publishes nothing.
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
"""Seconds without a renewal after which a writer counts as dead."""

RENEWAL_S: Final = 15.0
"""Seconds between renewals."""


class WriterLock:
    """The lock: taken by creating its document, held by renewing it."""

    def __init__(self, server: ServerClient, name: str) -> None:
        self._server = server
        self._path = f"/{name}-writing"
        self._since = datetime.now(UTC).isoformat(timespec="seconds")
        self._place: dict[str, Any] = {}
        self._renewed = 0.0

    def take(self) -> None:
        """Take the lock, also from a dead writer.

        Raises:
            LockedError: another writer holds it.
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
        """Renew the lock if the last renewal is older than RENEWAL_S.

        Raises:
            LockedError: another writer has taken over.
        """
        if time.monotonic() - self._renewed > RENEWAL_S:
            self.renew()

    def renew(self) -> None:
        """Renew the lock; see `renew_if_due`."""
        self._write(self._place)

    def release(self) -> None:
        """Release the lock; if the server cannot be reached, it expires after STALE_S."""
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
    """Whether a writer did not renew the lock for long, or its process on this machine is gone."""
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
