"""Static files, read once at the start, with a digest of their content in the URL.

The URL changes when the content changes, so a browser may cache a file without a time limit.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WEB_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file. `digest` is a BLAKE2b hash of the content: 12 hexadecimal digits."""

    name: str
    data: bytes
    digest: str
    media_type: str

    @property
    def url(self) -> str:
        """Return the URL of the file, which changes when the content changes."""
        return f"/static/{self.digest}/{self.name}"


@dataclass(frozen=True, slots=True)
class Assets:
    """The static files by name, and a digest of all of them and of the templates."""

    files: Mapping[str, Asset]
    digest: str

    @classmethod
    def load(cls) -> Assets:
        """Read the folders `static` and `templates` of this package."""
        found = {path.name: _read_asset(path) for path in sorted((WEB_FOLDER / "static").iterdir())}
        templates = (path.read_bytes() for path in sorted((WEB_FOLDER / "templates").iterdir()))
        return cls(found, _hash_content([*templates, *(asset.data for asset in found.values())]))

    def find_url(self, name: str) -> str:
        """Return the URL of a static file of this package."""
        return self.files[name].url


def _read_asset(path: Path) -> Asset:
    data = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(path.name, data, _hash_content([data]), media_type)


def _hash_content(pieces: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
