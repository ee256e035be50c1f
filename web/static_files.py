"""Static files, read once and named by their content, so that a browser may keep them for good."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file. `digest` is of its content: 12 hexadecimal digits."""

    name: str
    data: bytes
    digest: str
    kind: str

    @property
    def url(self) -> str:
        """Its address, another one for other content."""
        return f"/static/{self.digest}/{self.name}"


@dataclass(frozen=True, slots=True)
class Assets:
    """The static files by name, and a digest of these and the templates: the face of the pages."""

    files: Mapping[str, Asset]
    digest: str

    @classmethod
    def load(cls) -> Assets:
        """Read the files beside this module."""
        found = {path.name: _asset(path) for path in sorted((HERE / "static").iterdir())}
        templates = (path.read_bytes() for path in sorted((HERE / "templates").iterdir()))
        return cls(found, _digest([*templates, *(asset.data for asset in found.values())]))

    def url(self, name: str) -> str:
        """The address of a static file that ships with this package."""
        return self.files[name].url


def _asset(path: Path) -> Asset:
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(path.name, data, _digest([data]), kind)


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
