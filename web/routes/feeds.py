"""The same search for other programs: a feed, and files to export; an article's own record."""

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
from web.export_slots import Streamed
from web.http_cache import by_state
from web.state import state
from web.urls import read_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.models import Article
    from indexer.output.export import Format

feeds = Blueprint("feeds", __name__)

ENTRIES: Final = 50
"""The newest hits a feed holds; readers ask again and keep what they saw."""


@feeds.get("/feed.atom")
@by_state
def feed() -> Response:
    """The newest articles of a search, copies too; parameters as those of `/`."""
    query = replace(read_query(request.args).query, sort="newest")
    index = state().index
    metadata = FeedMetadata(
        title=f"Dateline: {query.text or 'all that fits'}",
        query=query,
        updated=index.read_stats().built,
        address=_absolute(urls.build_feed_url(query)),
        page=_absolute(urls.build_search_url(urls.change_query(query))),
    )
    newest = islice(index.stream(query), ENTRIES)
    # Kept apart from the request, which is over by the time the last entry is written.
    root = _absolute("")
    pieces = as_atom(
        newest, metadata, lambda article: root + urls.build_article_url(article.id, Query(""))
    )
    return _streamed(pieces, "application/atom+xml")


@feeds.get("/export.<extension>")
@by_state
def export_file(extension: str) -> Response:
    """Every article of a search, copies too, in the order asked for."""
    form, query = _format(extension), read_query(request.args).query
    here = state()
    articles = here.index.stream(query)
    here.streams.take()
    response = _file(form, articles, query.text)
    response.response = Streamed(here.streams, response.iter_encoded())
    return response


@feeds.get("/article/<article_id>/cite.<extension>")
@by_state
def cite(article_id: str, extension: str) -> Response:
    """One article as a record for a reference manager."""
    form = _format(extension)
    article = state().index.read_document(article_id).article
    return _file(form, [article], article.title)


def _format(extension: str) -> Format:
    form = BY_EXTENSION.get(extension)
    if form is None:
        abort(404, f"Articles can be had as {', '.join(BY_EXTENSION)}.")
    return form


def _file(form: Format, articles: Iterable[Article], name: str) -> Response:
    response = _streamed(form.write(articles), form.media_type)
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower())[:8])[:60] or "articles"
    response.headers["Content-Disposition"] = f'attachment; filename="{words}.{form.extension}"'
    return response


def _streamed(pieces: Iterator[str], media_type: str) -> Response:
    encoded = (piece.encode(errors="replace") for piece in pieces)
    return Response(encoded, content_type=f"{media_type}; charset=utf-8")


def _absolute(path: str) -> str:
    """An address with the host that was asked, which the guards let through."""
    return request.host_url.rstrip("/") + path
