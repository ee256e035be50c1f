"""A small HTTP server in place of OpenSearch, with fixed responses by method and path."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = {"version": {"distribution": "opensearch", "number": "2.19.1"}}


@contextlib.contextmanager
def serve_answers(answers, context=None):
    """Run a server while the block runs, and yield its URL.

    Args:
        answers: (status, JSON value) by method and path, such as `GET /`; all others are 404.
        context: an `ssl.SSLContext`; the server then uses TLS, and the URL has no login.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0]
            status, body = answers.get(f"{self.command} {path}", (404, {"error": "none"}))
            data = b"" if self.command == "HEAD" else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  the library's names

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a client that distrusts the certificate hangs up
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        scheme = "opensearch+https://" if context else "opensearch://bob:hunter2@"
        yield f"{scheme}127.0.0.1:{server.server_port}/news"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
