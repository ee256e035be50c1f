"""Check every request, and add security headers to every response, errors included.

A request must name a trusted host, use GET or HEAD, and have a query string of limited length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import abort, request

from web.state import get_state

if TYPE_CHECKING:
    from flask import Flask, Response

METHODS: Final = ("GET", "HEAD")
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
LONGEST_QUERY_STRING: Final = 32_000
"""Characters after the `?`: 1,000 characters of query at 12 each (four bytes, each `%xx`), and the
filters. Checked before anything is parsed."""

CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Headers of every response that does not set its own."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def register(app: Flask) -> None:
    """Run the checks before every view, and add the headers after it."""
    app.before_request(_check_request)
    app.after_request(_add_headers)


def is_trusted(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header names one of `names`, with any port.

    >>> is_trusted("LOCALHOST:8000", LOOPBACK), is_trusted("localhost.evil.example", LOOPBACK)
    (True, False)
    """
    found = _HOST.fullmatch(host.lower())
    return found is not None and found[1] in names


def list_trusted_names() -> frozenset[str]:
    """Return the host names that this server answers to, in lower case."""
    settings = get_state().settings
    bound = f"[{settings.host}]" if ":" in settings.host else settings.host
    given = (name.strip().lower() for name in settings.trusted_hosts.split(","))
    return LOOPBACK | {bound.lower()} | {name for name in given if name}


def _check_request() -> None:
    if not is_trusted(request.environ.get("HTTP_HOST", ""), list_trusted_names()):
        abort(400, "This server does not answer to that host name.")
    if request.method not in METHODS:
        abort(405)
    if len(request.query_string) > LONGEST_QUERY_STRING:
        abort(400, f"The address holds more than {LONGEST_QUERY_STRING:,} characters after the ?.")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
