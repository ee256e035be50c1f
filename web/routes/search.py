"""The start page, the results, the help page and the static files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from indexer.fields import FILTER_ROWS
from indexer.models import Query
from indexer.query.examples import EXAMPLES
from web import urls
from web.http_cache import cache_with_etag
from web.pages.results import build_results_page
from web.pages.start import build_start_page, count_old_days
from web.state import get_state
from web.urls import read_query

pages = Blueprint("pages", __name__)


@pages.get("/")
@cache_with_etag
def show_results() -> str:
    """Show the results of a search, or the start page if there is no query and no filter."""
    asked = read_query(request.args)
    query, index = urls.resolve_sort(asked.query), get_state().index
    if not query.text.strip() and not query.has_filters:
        return _show_start_page(asked)
    results, stats = index.answer(query), index.read_stats()
    return render_template(
        "results.html",
        query=query,
        stats=stats,
        results=results,
        notices=(*asked.notices, *results.notices),
        page=build_results_page(results, stats, index.count_without_filters(results)),
    )


@pages.get("/help")
@cache_with_etag
def show_help() -> str:
    """Show the query language by examples, and the keys."""
    index = get_state().index
    examples = [(example, Query(text=example.query)) for example in EXAMPLES]
    return render_template(
        "help.html",
        examples=examples,
        counted=[row.plural for row in FILTER_ROWS if row.facet],
        query=Query(text=""),
        stats=index.read_stats(),
    )


@pages.get("/static/<digest>/<name>")
def send_static_file(digest: str, name: str) -> Response:
    """Send a static file. Its URL contains the digest of its content; any other digest is 404."""
    asset = get_state().assets.files.get(name)
    if asset is None or asset.digest != digest:
        abort(404)
    response = Response(asset.data, mimetype=asset.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _show_start_page(asked: urls.UrlQuery) -> str:
    page = build_start_page(get_state().index)
    return render_template(
        "start.html",
        page=page,
        stats=page.stats,
        query=asked.query,
        notices=asked.notices,
        old_days=count_old_days(page.stats),
    )
