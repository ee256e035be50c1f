"""The server: waitress over the application, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import waitress
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from indexer.errors import SettingError
from web import create_app
from web.front import front
from web.guards import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.config import Settings
    from indexer.search import Index

THREADS: Final = 4
"""More than one, so that a slow search holds up no other; more would only wait for one another,
since a search is work for the processor."""


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what waitress itself refuses (no HTTP, headers too large), guarded as ours."""

    def build_response_header(self) -> bytes:
        self.response_headers.extend(HEADERS.items())
        return bytes(super().build_response_header())


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refusal


def serve(index: Index, settings: Settings, say: Callable[[str], object]) -> None:
    """Answer requests until Ctrl-C or SIGTERM; requests under way are finished first.

    Args:
        say: told where the page is once it can be opened, and when the server has stopped.

    Raises:
        SettingError: the address cannot be listened on; the message says the way out.
    """
    server = make_server(index, settings)
    front(index)  # loads the word lists and the columns, so that the first reader need not wait
    say(f"Dateline is at http://{_shown(settings.host)}:{server.effective_port}/ (Ctrl-C stops it)")
    with _stopping():
        server.run()
    server.close()
    say("Stopped")


def make_server(index: Index, settings: Settings) -> Any:  # noqa: ANN401  waitress is untyped
    """A server that listens but does not answer yet; `run` answers, `close` ends it.

    Raises:
        SettingError: the address cannot be listened on.
    """
    _refuse_strangers(settings.host)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(index, settings)
    # Our own socket, since waitress leaves two files open where it cannot bind one.
    with contextlib.ExitStack() as on_error:
        listening = on_error.enter_context(_listen(settings))
        server = waitress.create_server(
            app,
            sockets=[listening],
            threads=THREADS,
            ident=None,
            max_request_header_size=65_536,
            max_request_body_size=1_024,
        )
        on_error.pop_all()
    server.channel_class = _Channel
    return server


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as exc:
        raise SettingError(_sentence(settings, exc)) from exc


def _refuse_strangers(host: str) -> None:
    """Without a sign-in nobody but this machine may ask."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise SettingError(
            f"{host} can be reached from other machines, and Dateline has no sign-in yet; "
            "use --host 127.0.0.1 and put a proxy with a sign-in before it"
        )


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
def _stopping() -> Iterator[None]:
    """SIGTERM ends the server as Ctrl-C does. Signals can be taken in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_number: int, _frame: object) -> None:
    raise SystemExit(0)
