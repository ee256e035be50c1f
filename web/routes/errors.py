"""Errors as pages: what happened, where, and the way out; as JSON where a script asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import IndexerError, NoArticle, QueryRefused, SearchTimeout, StoreError
from indexer.models import Query
from web.routes.api import json_response
from web.security.token_auth import CHALLENGE
from web.urls import read_query

if TYPE_CHECKING:
    from flask import Flask

SCRIPT_PATHS: Final = ("/api/", "/healthz", "/metrics")


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as a person reads it. `way_out` may be empty where `what` holds it."""

    status: int
    title: str
    way_out: str = ""
    what: str = ""


_OURS: Final[dict[type[IndexerError], Trouble]] = {
    QueryRefused: Trouble(400, "This search is over a limit"),
    NoArticle: Trouble(404, "This article is not in the index"),
    SearchTimeout: Trouble(503, "This search took too long"),
    StoreError: Trouble(503, "The index cannot be searched now", "Then load this page again."),
}

_PLAIN: Final = {  # title and way out
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

_SAID: Final = {
    401: "Whoever reads from another machine has to know it.",
    404: "The address may be mistyped, or from an older version.",
    405: "Only GET and HEAD are answered.",
    500: "The fault is ours, not the query’s.",
}


def register(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(IndexerError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)


def _of_ours(error: IndexerError) -> Response:
    found = (trouble for kind, trouble in _OURS.items() if isinstance(error, kind))
    return _answer(replace(next(found, Trouble(500, *_PLAIN[500])), what=str(error)))


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    plain = _PLAIN.get(status, _PLAIN[400 if status < 500 else 500])
    said = error.description if _was_written_here(error) else _SAID.get(status, "")
    response = _answer(Trouble(status, *plain, what=said or ""))
    if status == 405:
        response.headers["Allow"] = "GET, HEAD"
    if status == 401:
        response.headers["WWW-Authenticate"] = str(CHALLENGE)
    return response


def _was_written_here(error: HTTPException) -> bool:
    """Whether a view gave its own sentence instead of the library's."""
    return error.description != type(error).description


def _answer(trouble: Trouble) -> Response:
    if request.path.startswith(SCRIPT_PATHS):
        said = " ".join(filter(None, (trouble.what or trouble.title, trouble.way_out)))
        response = json_response({"error": said}, trouble.status)
    else:
        page = render_template("error.html", trouble=trouble, query=_asked(), notices=())
        response = make_response(page, trouble.status)
    response.headers["Cache-Control"] = "no-store"
    if trouble.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _asked() -> Query:
    """The search that led here, so that the box still holds it; cut where it is too long."""
    query = read_query(request.args).query
    return query if len(query.text) <= 2_000 else Query(text=query.text[:2_000])
