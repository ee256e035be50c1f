"""Results for other programs: the Atom feed and exports of a search, the record of an article."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request

from indexer.models import Query
from indexer.output.atom import FeedMetadata, as_atom
from indexer.output.export import BY_EXTENSION
from web import urls
from web.export_slots import ExportStream
from web.http_cache import cache_with_etag
from web.state import get_state
from web.urls import read_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.models import Article
    from indexer.output.export import Format

feeds = Blueprint("feeds", __name__)

MOST_ENTRIES: Final = 50
"""Hits in a feed, the newest ones. A feed reader asks again and keeps earlier entries."""


@feeds.get("/feed.atom")
@cache_with_etag
def send_feed() -> Response:
    """Send the newest articles of a search, copies included. It takes the parameters of `/`."""
    query = replace(read_query(request.args).query, sort="newest")
    index = get_state().index
    metadata = FeedMetadata(
        title=f"Dateline: {query.text or 'all that fits'}",
        query=query,
        updated=index.read_stats().built,
        address=_make_absolute(urls.build_feed_url(query)),
        page=_make_absolute(urls.build_search_url(urls.change_query(query))),
    )
    newest = islice(index.stream(query), MOST_ENTRIES)
    # A copy: the request context has ended when the last entry is written.
    root = _make_absolute("")
    pieces = as_atom(
        newest, metadata, lambda article: root + urls.build_article_url(article.id, Query(""))
    )
    return _make_stream_response(pieces, "application/atom+xml")


@feeds.get("/export.<extension>")
@cache_with_etag
def send_export(extension: str) -> Response:
    """Send every article of a search, copies included, in the order of the query."""
    form, query = _find_format(extension), read_query(request.args).query
    here = get_state()
    articles = here.index.stream(query)
    here.export_slots.acquire()
    response = _make_file_response(form, articles, query.text)
    response.response = ExportStream(here.export_slots, response.iter_encoded())
    return response


@feeds.get("/article/<article_id>/cite.<extension>")
@cache_with_etag
def send_citation(article_id: str, extension: str) -> Response:
    """Send one article as a record for a reference manager."""
    form = _find_format(extension)
    article = get_state().index.read_document(article_id).article
    return _make_file_response(form, [article], article.title)


def _find_format(extension: str) -> Format:
    form = BY_EXTENSION.get(extension)
    if form is None:
        abort(404, f"Articles can be had as {', '.join(BY_EXTENSION)}.")
    return form


def _make_file_response(form: Format, articles: Iterable[Article], name: str) -> Response:
    response = _make_stream_response(form.write(articles), form.media_type)
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower())[:8])[:60] or "articles"
    response.headers["Content-Disposition"] = f'attachment; filename="{words}.{form.extension}"'
    return response


def _make_stream_response(pieces: Iterator[str], media_type: str) -> Response:
    encoded = (piece.encode(errors="replace") for piece in pieces)
    return Response(encoded, content_type=f"{media_type}; charset=utf-8")


def _make_absolute(path: str) -> str:
    """Return the absolute URL of a path, with the host of the request, which was checked before."""
    return request.host_url.rstrip("/") + path
