"""The pages about one article: the text, earlier versions of it, what differs, the saved page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, render_template, request

from web.http_cache import by_state
from web.pages.article import (
    build_article_page,
    build_filter_url,
    find_mark_positions,
    find_newest_version,
    split_paragraphs,
)
from web.pages.changes import compare_articles
from web.state import state
from web.urls import read_query, resolve_sort

if TYPE_CHECKING:
    from indexer.models import Query
    from indexer.search.index import HighlightedArticle

articles = Blueprint("articles", __name__)

ORIGINAL_POLICY: Final = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Nothing remote loads and no script runs: who reads what stays here."""


@articles.get("/article/<article_id>")
@by_state
def article_page(article_id: str) -> str:
    """One article, what the search matched in it marked."""
    query = read_query(request.args).query
    return _read(state().index.highlight_article(article_id, resolve_sort(query)), query)


@articles.get("/article/<article_id>/version/<key>")
@by_state
def version_page(article_id: str, key: str) -> str:
    """An earlier saved version of an article, set for reading as the newest is."""
    query = read_query(request.args).query
    return _read(state().index.highlight_article(article_id, resolve_sort(query), key), query)


@articles.get("/article/<article_id>/changes/<key>")
@by_state
def changes_page(article_id: str, key: str) -> str:
    """What an article has that an earlier version or a copy has not, and the other way round."""
    query = read_query(request.args).query
    index = state().index
    found = compare_articles(index, article_id, key, query)
    return render_template("changes.html", query=query, stats=index.read_stats(), changes=found)


@articles.get("/article/<article_id>/why")
@by_state
def why_page(article_id: str) -> str:
    """Why a search found an article: where its words stand there, and what each adds."""
    query = read_query(request.args).query
    index = state().index
    found = index.explain(article_id, resolve_sort(query))
    return render_template("why.html", query=query, stats=index.read_stats(), why=found)


@articles.get("/article/<article_id>/original")
def original_page(article_id: str) -> Response:
    """The page as it was saved, in a sandbox: it can load nothing and run nothing."""
    data = state().index.read_original(article_id)
    if data is None:
        abort(404, "The page of this article was not kept when the index was built.")
    # No charset: the page's own declaration or byte order mark decides, as when it was saved.
    record = data.lstrip()[:1] == b"{"
    response = Response(data, content_type="text/plain; charset=utf-8" if record else "text/html")
    response.headers["Content-Security-Policy"] = ORIGINAL_POLICY
    return response


def _read(marked: HighlightedArticle, query: Query) -> str:
    index = state().index
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
