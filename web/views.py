"""The pages: read the parameters, ask the index once, draw a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, render_template, request

from indexer.models import Query, Span
from indexer.query.examples import EXAMPLES
from web import panels, params
from web.caching import by_state
from web.front import front, old_days
from web.params import read_query
from web.reading import around, only
from web.state import state

if TYPE_CHECKING:
    from indexer.models import Results
    from indexer.search import MarkedArticle

pages = Blueprint("pages", __name__)

ORIGINAL_POLICY: Final = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Nothing remote loads and no script runs: who reads what stays here."""


LONGEST_SUBHEAD: Final = 70
"""Characters. In the gold texts of the sample corpus this and SENTENCE_ENDS pick 128 lines, each of
them a subhead. The index does not keep which paragraphs were headings."""
SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", ";", ",", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, what matched in it, and the number of its first mark in the article."""

    text: str
    marks: tuple[Span, ...]
    first: int

    @property
    def subhead(self) -> bool:
        """Whether it looks like a line that heads what follows: short, and not a sentence."""
        return len(self.text) <= LONGEST_SUBHEAD and not self.text.endswith(SENTENCE_ENDS)


@pages.get("/")
@by_state
def search_page() -> str:
    """The start page, or the results of a search."""
    asked = read_query(request.args)
    query, index = asked.query, state().index
    if not query.text.strip():
        query = _browsing(query)
        if not params.narrows(query):
            return _start_page(asked)
    results, stats = index.answer(query), index.stats()
    return render_template(
        "results.html",
        query=query,
        stats=stats,
        results=results,
        notices=(*asked.notices, *results.notices),
        desk=panels.desk(results, stats, _without_filters(results)),
    )


@pages.get("/article/<article_id>")
@by_state
def article_page(article_id: str) -> str:
    """One article, what the search matched in it marked."""
    asked = read_query(request.args)
    index = state().index
    query = asked.query if asked.query.text.strip() else _browsing(asked.query)
    marked = index.marked(article_id, query)
    paragraphs = split_paragraphs(marked)
    return render_template(
        "article.html",
        query=asked.query,
        stats=index.stats(),
        document=marked.document,
        article=marked.document.article,
        title_marks=marked.title_marks,
        paragraphs=paragraphs,
        mark_count=len(marked.title_marks) + len(marked.body_marks),
        rail=rail(marked),
        around=around(index, marked, query),
        only=only,
    )


@pages.get("/article/<article_id>/original")
def original_page(article_id: str) -> Response:
    """The page as it was saved, in a sandbox: it can load nothing and run nothing."""
    data = state().index.original(article_id)
    if data is None:
        abort(404, "The page of this article was not kept when the index was built.")
    # No charset: the page's own declaration or byte order mark decides, as when it was saved.
    record = data.lstrip()[:1] == b"{"
    response = Response(data, content_type="text/plain; charset=utf-8" if record else "text/html")
    response.headers["Content-Security-Policy"] = ORIGINAL_POLICY
    return response


@pages.get("/help")
@by_state
def help_page() -> str:
    """The query language by example, and the keys."""
    index = state().index
    examples = [(example, Query(text=example.query)) for example in EXAMPLES]
    return render_template(
        "help.html", examples=examples, query=Query(text=""), stats=index.stats()
    )


@pages.get("/static/<digest>/<name>")
def static_file(digest: str, name: str) -> Response:
    """A static file under the address of its content."""
    asset = state().assets.files.get(name)
    if asset is None or asset.digest != digest:
        abort(404)
    response = Response(asset.data, mimetype=asset.kind)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def split_paragraphs(marked: MarkedArticle) -> list[Paragraph]:
    """The body in paragraphs, each with its own marks; a mark never reaches over a blank line."""
    texts = marked.document.article.body.split("\n\n")
    starts = accumulate((len(text) + 2 for text in texts), initial=0)
    number = len(marked.title_marks) + 1
    paragraphs = []
    for text, start in zip(texts, starts, strict=False):
        end = start + len(text)
        inside = [span for span in marked.body_marks if start <= span.start and span.end <= end]
        marks = tuple(Span(span.start - start, span.end - start) for span in inside)
        paragraphs.append(Paragraph(text, marks, number))
        number += len(marks)
    return paragraphs


def rail(marked: MarkedArticle) -> list[float]:
    """Where the marks stand, in hundredths of the article's length; the title is its beginning."""
    title = len(marked.document.article.title)
    whole = (title + len(marked.document.article.body)) or 1
    starts = [span.start for span in marked.title_marks]
    starts += [title + span.start for span in marked.body_marks]
    return [round(100 * start / whole, 1) for start in starts]


def _start_page(asked: params.Asked) -> str:
    shown = front(state().index)
    return render_template(
        "start.html",
        front=shown,
        stats=shown.stats,
        query=asked.query,
        notices=asked.notices,
        old_days=old_days(shown.stats),
    )


def _browsing(query: Query) -> Query:
    """Without words nothing is more relevant than the newest."""
    return replace(query, sort="newest") if query.sort == "relevance" else query


def _without_filters(results: Results) -> int:
    """Where the filters and dates may have left nothing: what matches without them, else 0."""
    if results.total or not results.query.text.strip() or not params.narrows(results.query):
        return 0
    bare = replace(params.unfiltered(results.query), size=0)
    return state().index.answer(bare, facets=()).total
