"""Answer errors with a page, or with JSON on the paths for scripts.

In: an `IndexerError` or an HTTP error. Out: a response that says what happened and the way out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import IndexerError, NoArticle, QueryRefused, SearchTimeout, StoreError
from indexer.models import Query
from web.routes.api import make_json_response
from web.security.token_auth import CHALLENGE
from web.urls import read_query

if TYPE_CHECKING:
    from flask import Flask

SCRIPT_PATHS: Final = ("/api/", "/healthz", "/metrics")


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The values of the error page. `way_out` may be empty if `what` contains it."""

    status: int
    title: str
    way_out: str = ""
    what: str = ""


_INDEXER_ERRORS: Final[dict[type[IndexerError], ErrorPage]] = {
    QueryRefused: ErrorPage(400, "This search is over a limit"),
    NoArticle: ErrorPage(404, "This article is not in the index"),
    SearchTimeout: ErrorPage(503, "This search took too long"),
    StoreError: ErrorPage(503, "The index cannot be searched now", "Then load this page again."),
}

_HTTP_ERRORS: Final = {  # title and way out
    400: ("This request cannot be answered", "Begin again from the search page."),
    401: (
        "This server asks for its token",
        "Give it as the password, under any name; `dateline token new` makes one.",
    ),
    404: ("There is no page at this address", "Search, or begin at the start page."),
    405: ("This server only reads", "Ask with GET; nothing can be changed from here."),
    500: (
        "Something failed in the server",
        "The index is as it was. The log names the fault; search again, or try fewer words.",
    ),
    503: ("The server is busy", "Then load this page again."),
}

_HTTP_EXPLANATIONS: Final = {
    401: "Whoever reads from another machine has to know it.",
    404: "The address may be mistyped, or from an older version.",
    405: "Only GET and HEAD are answered.",
    500: "The fault is ours, not the query’s.",
}


def register(app: Flask) -> None:
    """Handle every error of the application here."""
    app.register_error_handler(IndexerError, _handle_indexer_error)
    app.register_error_handler(HTTPException, _handle_http_error)


def _handle_indexer_error(error: IndexerError) -> Response:
    found = (page for kind, page in _INDEXER_ERRORS.items() if isinstance(error, kind))
    return _respond(replace(next(found, ErrorPage(500, *_HTTP_ERRORS[500])), what=str(error)))


def _handle_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    plain = _HTTP_ERRORS.get(status, _HTTP_ERRORS[400 if status < 500 else 500])
    said = error.description if _has_own_description(error) else _HTTP_EXPLANATIONS.get(status, "")
    response = _respond(ErrorPage(status, *plain, what=said or ""))
    if status == 405:
        response.headers["Allow"] = "GET, HEAD"
    if status == 401:
        response.headers["WWW-Authenticate"] = str(CHALLENGE)
    return response


def _has_own_description(error: HTTPException) -> bool:
    """Whether a view gave its own sentence in place of that of werkzeug."""
    return error.description != type(error).description


def _respond(page: ErrorPage) -> Response:
    if request.path.startswith(SCRIPT_PATHS):
        said = " ".join(filter(None, (page.what or page.title, page.way_out)))
        response = make_json_response({"error": said}, page.status)
    else:
        html = render_template("error.html", page=page, query=_read_query(), notices=(), stats=None)
        response = make_response(html, page.status)
    response.headers["Cache-Control"] = "no-store"
    if page.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _read_query() -> Query:
    """Return the query of the request for the search box, cut to 2,000 characters."""
    query = read_query(request.args).query
    return query if len(query.text) <= 2_000 else Query(text=query.text[:2_000])
