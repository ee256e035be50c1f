"""The token that admits requests from other machines: created and shown once, stored as a hash.

    data/access.json    {"sha256": of the token, hexadecimal, "made": when, UTC}

A hash without salt or stretching reveals nothing about 32 random bytes, so the file need not be
protected from reading. It is read for every request, so a running server accepts a new token at
once.
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


class AccessToken:
    """The access token of an index.

    Args:
        folder: the index folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def is_set(self) -> bool:
        """Whether a token is stored, so that some client can be admitted."""
        return self._read_hash() is not None

    def create(self) -> str:
        """Create a token, 43 characters of A-Z a-z 0-9 - _; the token before it becomes invalid.

        Raises:
            StoreError: the folder cannot be written.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            write_durably(
                self._path, json.dumps({"sha256": _hash_token(token), "made": made}).encode()
            )
        except OSError as exc:
            raise self._describe_failure(exc) from exc
        return token

    def delete(self) -> bool:
        """Delete the token, so that no client is admitted; return False if there was no token.

        Raises:
            StoreError: the folder cannot be written.
        """
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise self._describe_failure(exc) from exc
        return True

    def is_valid(self, token: str) -> bool:
        """Whether this is the token; the time taken does not depend on the result."""
        stored = self._read_hash()
        return stored is not None and hmac.compare_digest(_hash_token(token), stored)

    def _read_hash(self) -> str | None:
        """Read the stored hash; None if the file is missing or invalid."""
        try:
            stored = json.loads(self._path.read_bytes())["sha256"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return stored if isinstance(stored, str) and stored.isascii() else None

    def _describe_failure(self, error: OSError) -> StoreError:
        return StoreError(f"{self._path} cannot be written: {error.strerror or error}")


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
