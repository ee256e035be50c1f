"""Run the web server: waitress over the application, until it is stopped.

In: an index and settings. Out: an HTTP server, and two lines for the terminal: its address when it
listens, and that it has stopped.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Final

from indexer.errors import SettingError
from web import create_app
from web.pages.start import build_start_page
from web.security.token_auth import is_local, require_token
from web.server.connections import WebServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.search.index import Index
    from indexer.settings import Settings

ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared with, not listened on

SWITCH_INTERVAL_S: Final = 0.001
"""Seconds after which a thread that computes gives way to another (Python's default is .005).
Beside four of the costliest searches a report of health then took 9 ms, not 19 (medians)."""


def serve(index: Index, settings: Settings, say: Callable[[str], object]) -> None:
    """Answer requests until Ctrl-C or SIGTERM. Running requests are finished first.

    Args:
        say: called with the address when the page can be opened, and when the server has stopped.

    Raises:
        SettingError: the server cannot listen on the address; the message names the way out. Or the
            address can be reached from other machines and there is no token.

    Example::

        serve(open_index("data"), Settings(port=8000), print)
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    server = make_server(index, settings)
    build_start_page(index)  # loads word lists and columns before the first request arrives
    where = f"http://{_format_host(settings.host)}:{server.effective_port}/"
    with _stop_on_signals(server):
        say(f"Dateline is at {where} (Ctrl-C stops it)")
        if settings.host in ANY_ADDRESS and not settings.trusted_hosts:
            say("It answers to localhost only; DATELINE_TRUSTED_HOSTS=NAME,… adds its other names")
        server.run()
    server.close()
    say("Stopped")


def make_server(index: Index, settings: Settings) -> WebServer:
    """Return a server that listens. `run` answers requests, `close` ends it.

    Raises:
        SettingError: as for `serve`.
    """
    if not is_local(settings.host):
        require_token(settings.host, index.engine.folder)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(index, settings)
    with contextlib.ExitStack() as on_error:
        server = WebServer(app, on_error.enter_context(_listen(settings)))
        on_error.pop_all()
    return server


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1_024)
    except OSError as exc:
        raise SettingError(_explain_listen_error(settings, exc)) from exc


def _explain_listen_error(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is in use; stop what uses it or give another --port"
    if error.errno == errno.EACCES:
        return f"Port {settings.port} needs more rights; give a --port above 1023"
    return f"Cannot listen on {where}: {error.strerror or error}; give another --host or --port"


def _format_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _stop_on_signals(server: WebServer) -> Iterator[None]:
    """Stop the server at Ctrl-C and SIGTERM; a second signal exits at once.

    In other threads than the main thread this does nothing: Python allows no signal handlers there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        if server.is_stopping:
            raise SystemExit(1)
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
