"""Require the access token of the index from clients on other machines.

The token is read from the Authorization header alone: as the password of HTTP Basic with any user
name, or as a bearer token. So no URL, no browser history and no log contains it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from flask import abort, request
from werkzeug.datastructures import WWWAuthenticate

from indexer.access_token import AccessToken
from indexer.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

CHALLENGE: Final = WWWAuthenticate("basic", {"realm": "Dateline", "charset": "UTF-8"})


def is_local(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`.

    >>> is_local("127.0.0.1"), is_local("0.0.0.0"), is_local("desk.example")
    (True, False, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_token(host: str, folder: Path) -> None:
    """Check that the index has a token, for an address that other machines can reach.

    Raises:
        SettingError: there is no token; the message names the command that makes one.
    """
    if not AccessToken(folder).is_set():
        raise SettingError(
            f"{host or 'An empty --host'} can be reached from other machines, which need a token; "
            f"make one first: dateline --index {folder} token new"
        )


def register(app: Flask, folder: Path) -> None:
    """Check the token before every view; without it a request is answered with 401."""
    access = AccessToken(folder)

    @app.before_request
    def check_token() -> None:
        if not access.is_valid(_read_token()):
            abort(401)


def _read_token() -> str:
    """Return the token of the request; empty if it has none, which is never accepted."""
    try:
        sent = request.authorization
    except ValueError:  # werkzeug 3.1 raises for a Basic header of other than ASCII characters
        return ""
    if sent is not None and sent.type == "basic":
        return sent.password or ""
    if sent is not None and sent.type == "bearer":
        return sent.token or ""
    return ""
