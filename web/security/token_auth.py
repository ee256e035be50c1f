"""The sign-in: whoever asks from another machine must know the token of the index.

It is taken from the Authorization header alone, as the password of HTTP Basic under any name or as
a bearer token, so it stands in no address, no history and no log.
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
    """Whether only this machine can reach an address to listen on."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_token(host: str, folder: Path) -> None:
    """Nothing that other machines can reach is served before there is a token.

    Raises:
        SettingError: there is none; the message says how it is made.
    """
    if not AccessToken(folder).is_set():
        raise SettingError(
            f"{host or 'An empty --host'} can be reached from other machines, which need a token; "
            f"make one first: dateline --index {folder} token new"
        )


def register(app: Flask, folder: Path) -> None:
    """Ask for the token before every view."""
    access = AccessToken(folder)

    @app.before_request
    def ask() -> None:
        if not access.is_valid(_given()):
            abort(401)


def _given() -> str:
    """The token a request brings; empty where it brings none, which never fits."""
    sent = request.authorization
    if sent is not None and sent.type == "basic":
        return sent.password or ""
    if sent is not None and sent.type == "bearer":
        return sent.token or ""
    return ""
