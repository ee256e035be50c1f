"""The same answers as JSON, under the names of the command line's `--json`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from indexer.models import compute_age_s
from indexer.output import as_json
from web.http_cache import by_state
from web.routes import openapi
from web.state import state
from web.urls import read_query

api = Blueprint("api", __name__)

LONGEST_TYPED: Final = 100
"""Characters that are completed; what is longer is no beginning of a name."""


def json_response(value: object, status: int = 200) -> Response:
    """A value as JSON, text as it is rather than escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text.encode(errors="replace"), status, mimetype="application/json")


@api.get("/api/search")
@by_state
def search() -> Response:
    """The results of a search; parameters as those of `/`."""
    asked = read_query(request.args)
    results = state().index.answer(asked.query)
    notices = (*asked.notices, *results.notices)
    return json_response(as_json.encode_results(replace(results, notices=notices)))


@api.get("/api/article/<article_id>")
@by_state
def article(article_id: str) -> Response:
    """One article, as `clean` prints it."""
    return json_response(as_json.encode_article(state().index.read_document(article_id).article))


@api.get("/api/suggest")
@by_state
def suggest() -> Response:
    """Completions of what was typed, as `suggest --json` prints them."""
    typed = request.args.get("q", "")[:LONGEST_TYPED]
    return json_response(as_json.encode_suggestions(state().index.suggest(typed)))


@api.get("/api/openapi.json")
@by_state
def description() -> Response:
    """What this API takes and gives, in OpenAPI 3.1."""
    return json_response(openapi.description())


@api.get("/healthz")
def health() -> Response:
    """Whether the index can be searched: generation, article count, age in seconds."""
    stats = state().index.read_stats()
    return json_response(
        {
            "status": "ok",
            "generation": stats.generation,
            "articles": stats.articles,
            "built": stats.built,
            "age_s": round(compute_age_s(stats), 1),
        }
    )
