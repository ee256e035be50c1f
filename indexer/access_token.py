"""The token that lets other machines in: made once, shown once, kept as a hash.

    data/access.json    {"sha256": of the token, hexadecimal, "made": when, UTC}

A hash without salt or stretching tells nothing of 32 random bytes, so the file needs no guarding
against being read. It is read for every request: a new token counts at once, in a running server.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from indexer.engines.storage.files import write_durably
from indexer.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "access.json"
TOKEN_BYTES: Final = 32


class Access:
    """Who may ask the server of an index from another machine.

    Args:
        folder: the index folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def exists(self) -> bool:
        """Whether there is a token that somebody could know."""
        return self._hash() is not None

    def make(self) -> str:
        """A new token, 43 characters of A-Z a-z 0-9 - _; one made before is worth nothing now.

        Raises:
            StoreError: the folder cannot be written.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            write_durably(self._path, json.dumps({"sha256": _hash(token), "made": made}).encode())
        except OSError as exc:
            raise self._unwritable(exc) from exc
        return token

    def forget(self) -> bool:
        """Remove the token, so that nobody is let in; False where there was none.

        Raises:
            StoreError: the folder cannot be written.
        """
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise self._unwritable(exc) from exc
        return True

    def admits(self, token: str) -> bool:
        """Whether this is the token, found out in a time that does not depend on the answer."""
        kept = self._hash()
        return kept is not None and hmac.compare_digest(_hash(token), kept)

    def _hash(self) -> str | None:
        """The hash kept; None where there is no file or one that makes no sense: nobody gets in."""
        try:
            kept = json.loads(self._path.read_bytes())["sha256"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return kept if isinstance(kept, str) and kept.isascii() else None

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(f"{self._path} cannot be written: {error.strerror or error}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
