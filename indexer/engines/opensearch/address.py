"""Parses the address of an index on a server, such as `opensearch://host:9200/name`.

    opensearch://127.0.0.1:9200/news              over HTTP
    opensearch+https://user@search.example/news   over HTTPS, certificate verified; port 443
    opensearch://127.0.0.1:9200/news?shards=6     a rebuild makes an index of 6 shards

User and password are in the address, or in DATELINE_OPENSEARCH_USER and _PASSWORD; neither is ever
shown.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from indexer.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMES: Final = {"opensearch": False, "opensearch+https": True}
"""Schemes of an address, and whether each is encrypted."""

_INDEX_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_MAX_SHARDS: Final = 1024
_EXAMPLE: Final = "opensearch://127.0.0.1:9200/news"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The address of an index on a server.

    Attributes:
        kind: scheme, one of `SCHEMES`.
        host: name or IP address of the server.
        port: TCP port.
        name: of the alias that names the live index.
        shards: number of shards that the next rebuild makes.
        user: "" for none.
        password: "" for none.
        authority: path of a PEM file of certificate authorities; None for those of the system.
        state: the folder on this machine for files that are not sent to the server: the catalogue
            of the sources, the saved pages, the quarantine.
    """

    kind: str
    host: str
    port: int
    name: str
    shards: int = 1
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    authority: str | None = None
    state: Path = Path()

    @property
    def is_secure(self) -> bool:
        """Whether the connection uses TLS."""
        return SCHEMES[self.kind]

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}/{self.name}"


def parse_address(location: str, environ: Mapping[str, str] = os.environ) -> ServerAddress:
    """Parse an address, without connecting.

    Args:
        location: the address, with one of the schemes in `SCHEMES`.
        environ: user, password and certificate authority are read from it.

    Raises:
        SettingError: it is not an address; the message never contains a password.

    Example:
        >>> str(parse_address("opensearch://ann:secret@127.0.0.1:9200/news"))
        'opensearch://127.0.0.1:9200/news'
    """
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError as exc:
        raise SettingError(f"An address is written {_EXAMPLE}; this one has no such port") from exc
    kind, name = parts.scheme, parts.path.strip("/")
    if not parts.hostname or not _INDEX_NAME.fullmatch(name):
        raise SettingError(
            f"An address is written {_EXAMPLE}: a host and the name of an index, "
            "lower-case letters, digits, _ . and -"
        )
    user = unquote(parts.username or "") or environ.get("DATELINE_OPENSEARCH_USER", "")
    password = unquote(parts.password or "") or environ.get("DATELINE_OPENSEARCH_PASSWORD", "")
    default = 443 if SCHEMES[kind] else 9200
    return ServerAddress(
        kind=kind,
        host=parts.hostname,
        port=port or default,
        name=name,
        shards=_parse_shards(parts.query),
        user=user,
        password=password,
        authority=environ.get("DATELINE_OPENSEARCH_CA"),
        state=_find_state_folder(environ)
        / f"{parts.hostname.replace(':', '_')}_{port or default}"
        / name,
    )


def _parse_shards(query: str) -> int:
    try:
        asked = parse_qs(query, strict_parsing=bool(query), keep_blank_values=True)
        shards = int(asked.pop("shards", ["1"])[0])
    except ValueError as exc:
        raise SettingError("An address takes ?shards=N, a number, and nothing else") from exc
    if asked or not 1 <= shards <= _MAX_SHARDS:
        raise SettingError(f"An address takes ?shards=N, 1 to {_MAX_SHARDS}, and nothing else")
    return shards


def _find_state_folder(environ: Mapping[str, str]) -> Path:
    """Find the folder for state of this program (XDG base directories)."""
    home = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "dateline" / "opensearch"
