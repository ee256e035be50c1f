"""The JSON API. Its answers have the names that `--json` prints on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request

from indexer.models import compute_age_s
from indexer.output import as_json
from web.http_cache import cache_with_etag
from web.routes import openapi
from web.state import get_state
from web.urls import read_query

api = Blueprint("api", __name__)

LONGEST_PREFIX: Final = 100
"""Characters of a prefix that is completed. No name has a longer one."""


def make_json_response(value: object, status: int = 200) -> Response:
    """Return a response with a value as JSON in UTF-8, without escaped characters."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text.encode(errors="replace"), status, mimetype="application/json")


@api.get("/api/search")
@cache_with_etag
def search() -> Response:
    """Return the results of a search. It takes the parameters of `/`."""
    asked = read_query(request.args)
    results = get_state().index.answer(asked.query)
    notices = (*asked.notices, *results.notices)
    return make_json_response(as_json.encode_results(replace(results, notices=notices)))


@api.get("/api/article/<article_id>")
@cache_with_etag
def get_article(article_id: str) -> Response:
    """Return one article in the form that `clean` prints."""
    return make_json_response(
        as_json.encode_article(get_state().index.read_document(article_id).article)
    )


@api.get("/api/suggest")
@cache_with_etag
def suggest() -> Response:
    """Return completions of a prefix in the form that `suggest --json` prints."""
    typed = request.args.get("q", "")[:LONGEST_PREFIX]
    return make_json_response(as_json.encode_suggestions(get_state().index.suggest(typed)))


@api.get("/api/openapi.json")
@cache_with_etag
def describe_api() -> Response:
    """Return the description of the API in OpenAPI 3.1."""
    return make_json_response(openapi.build_document())


@api.get("/healthz")
def report_health() -> Response:
    """Return the state of the index: generation, number of articles, age in seconds."""
    stats = get_state().index.read_stats()
    return make_json_response(
        {
            "status": "ok",
            "generation": stats.generation,
            "articles": stats.articles,
            "built": stats.built,
            "age_s": round(compute_age_s(stats), 1),
        }
    )
