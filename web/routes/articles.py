"""The pages of one article: its text, earlier versions, differences, explanation, saved page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, render_template, request

from web.http_cache import cache_with_etag
from web.pages.article import (
    build_article_page,
    build_filter_url,
    find_mark_positions,
    find_newest_version,
    split_paragraphs,
)
from web.pages.changes import compare_articles
from web.state import get_state
from web.urls import read_query, resolve_sort

if TYPE_CHECKING:
    from indexer.models import Query
    from indexer.search.index import HighlightedArticle

articles = Blueprint("articles", __name__)

ORIGINAL_POLICY: Final = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""No remote file is loaded and no script runs, so no other site learns what is read."""


@articles.get("/article/<article_id>")
@cache_with_etag
def show_article(article_id: str) -> str:
    """Show an article with the matches of the search highlighted."""
    query = read_query(request.args).query
    return _render_article(
        get_state().index.highlight_article(article_id, resolve_sort(query)), query
    )


@articles.get("/article/<article_id>/version/<key>")
@cache_with_etag
def show_version(article_id: str, key: str) -> str:
    """Show an earlier saved version of an article."""
    query = read_query(request.args).query
    return _render_article(
        get_state().index.highlight_article(article_id, resolve_sort(query), key), query
    )


@articles.get("/article/<article_id>/changes/<key>")
@cache_with_etag
def show_changes(article_id: str, key: str) -> str:
    """Show the differences between an article and an earlier version or another article."""
    query = read_query(request.args).query
    index = get_state().index
    found = compare_articles(index, article_id, key, query)
    return render_template("changes.html", query=query, stats=index.read_stats(), changes=found)


@articles.get("/article/<article_id>/why")
@cache_with_etag
def show_explanation(article_id: str) -> str:
    """Show why a search found an article: the occurrences of its words and their scores."""
    query = read_query(request.args).query
    index = get_state().index
    found = index.explain(article_id, resolve_sort(query))
    return render_template("why.html", query=query, stats=index.read_stats(), why=found)


@articles.get("/article/<article_id>/original")
def send_original(article_id: str) -> Response:
    """Send the page as it was saved, in a sandbox that loads nothing and runs no script."""
    data = get_state().index.read_original(article_id)
    if data is None:
        abort(404, "The page of this article was not kept when the index was built.")
    # No charset: the declaration or the byte order mark of the page decides.
    record = data.lstrip()[:1] == b"{"
    response = Response(data, content_type="text/plain; charset=utf-8" if record else "text/html")
    response.headers["Content-Security-Policy"] = ORIGINAL_POLICY
    return response


def _render_article(marked: HighlightedArticle, query: Query) -> str:
    index = get_state().index
    return render_template(
        "article.html",
        query=query,
        stats=index.read_stats(),
        document=marked.document,
        article=marked.article,
        newest_version=find_newest_version(marked, query),
        title_marks=marked.title_marks,
        paragraphs=split_paragraphs(marked),
        mark_count=len(marked.title_marks) + len(marked.body_marks),
        mark_positions=find_mark_positions(marked),
        page=build_article_page(index, marked, resolve_sort(query)),
        build_filter_url=build_filter_url,
    )
