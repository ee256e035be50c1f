"""The server: waitress over the application, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
import threading
from typing import TYPE_CHECKING

from indexer.errors import SettingError
from web import create_app
from web.pages.start import build_start_page
from web.security.token_auth import is_local, require_token
from web.server.connections import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.search.index import Index
    from indexer.settings import Settings

ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  told apart, not listened on


def serve(index: Index, settings: Settings, say: Callable[[str], object]) -> None:
    """Answer requests until Ctrl-C or SIGTERM; requests under way are finished first.

    Args:
        say: told where the page is once it can be opened, and when the server has stopped.

    Raises:
        SettingError: the address cannot be listened on; the message says the way out.
    """
    server = make_server(index, settings)
    build_start_page(index)  # loads word lists and columns before the first request arrives
    where = f"http://{_shown(settings.host)}:{server.effective_port}/"
    with _stopping(server):
        say(f"Dateline is at {where} (Ctrl-C stops it)")
        if settings.host in ANY_ADDRESS and not settings.trusted_hosts:
            say("It answers to localhost only; DATELINE_TRUSTED_HOSTS=NAME,… adds its other names")
        server.run()
    server.close()
    say("Stopped")


def make_server(index: Index, settings: Settings) -> Server:
    """A server that listens but does not answer yet; `run` answers, `close` ends it.

    Raises:
        SettingError: the address cannot be listened on, or may not be without a token.
    """
    if not is_local(settings.host):
        require_token(settings.host, index.engine.folder)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(index, settings)
    with contextlib.ExitStack() as on_error:
        server = Server(app, on_error.enter_context(_listen(settings)))
        on_error.pop_all()
    return server


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1_024)
    except OSError as exc:
        raise SettingError(_sentence(settings, exc)) from exc


def _sentence(settings: Settings, error: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is in use; stop what uses it or give another --port"
    if error.errno == errno.EACCES:
        return f"Port {settings.port} needs more rights; give a --port above 1023"
    return f"Cannot listen on {where}: {error.strerror or error}; give another --host or --port"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _stopping(server: Server) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the server; a second one ends it without finishing anything.

    Signals can be taken in the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        if server.stopping:
            raise SystemExit(1)
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
