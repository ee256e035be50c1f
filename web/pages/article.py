"""Build the values of the article page.

In: an article with highlighted spans, the index and the query that led to it. Out: its paragraphs,
the positions of its marks, its copies, versions and similar articles, and the neighbouring hits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from indexer.analysis.speakers import find_speakers
from indexer.engines.versions import make_version_key
from indexer.fields import FILTER_ROWS
from indexer.models import Query, Span
from indexer.near_duplicates.minhash import measure_similarity
from indexer.output.references import format_citation
from web import urls
from web.pages.pager import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.models import Article
    from indexer.search.index import HighlightedArticle, Index

MOST_NAMES: Final = 12
MOST_COMPARED: Final = 20
"""Copies compared with the article. A comparison takes 1 ms for 400 words; further copies are only
listed."""

LONGEST_SUBHEAD: Final = 70
"""Characters. Of the gold texts of the sample corpus this and SENTENCE_ENDS select 128 lines, each
of them a subhead. The index does not store which paragraphs were headings."""
SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", ";", ",", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under one title: systems, countries or tags with their article counts, or speakers.

    Attributes:
        more: number of values that are not shown.
    """

    title: str
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """A copy in another outlet, an earlier version, or a similar article.

    Attributes:
        overlap: share of the text in both articles (`96 % alike`); empty if they were not compared.
        changes: URL of the differences; empty if the texts are equal.
    """

    article: Article
    url: str
    overlap: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class ListPosition:
    """The position of an article in the list of hits that led to it.

    Attributes:
        hit_number: position from 1; 0 if the article is not in the list.
        previous, next: the neighbouring hits; None at the ends of the list.
    """

    hit_number: int = 0
    previous: Link | None = None
    next: Link | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The values of the article page besides the text."""

    copies: tuple[RelatedArticle, ...]
    versions: tuple[RelatedArticle, ...]
    similar: tuple[RelatedArticle, ...]
    link_groups: tuple[LinkGroup, ...]
    citation: str
    list_position: ListPosition


def build_article_page(index: Index, marked: HighlightedArticle, query: Query) -> ArticlePage:
    """Return the values of the page of an article that a search led to."""
    document = marked.document
    article = document.article
    copies = [index.read_document(copy.id).article for copy in index.find_copies(article.id)]
    known = {copy.id for copy in copies}
    near = [one for one in index.find_similar(article.id) if one.id not in known]
    return ArticlePage(
        copies=tuple(_link_copies(article, copies, query)),
        versions=tuple(_link_version(article, one, query) for one in document.versions),
        similar=tuple(RelatedArticle(one, urls.build_article_url(one.id, query)) for one in near),
        link_groups=tuple(_group_links(index, marked.article)),
        citation=format_citation(marked.article),
        list_position=_find_list_position(index, article, query),
    )


def find_newest_version(marked: HighlightedArticle, query: Query) -> RelatedArticle | None:
    """Return a link to the newest version, or None if `marked` is the newest version."""
    newest = marked.document.article
    if marked.article is newest:
        return None
    read = _link_version(newest, marked.article, query)
    return replace(read, article=newest, url=urls.build_article_url(newest.id, query))


def _link_version(newest: Article, earlier: Article, query: Query) -> RelatedArticle:
    key = make_version_key(earlier)
    return RelatedArticle(
        earlier,
        urls.build_version_url(newest.id, key, query),
        describe_overlap(newest, earlier),
        urls.build_changes_url(newest.id, key, query),
    )


def describe_overlap(one: Article, other: Article) -> str:
    """Return the share of text that two articles have in common; 100 % only if nothing differs."""
    share = measure_similarity(one.body, other.body)
    return (
        "the same text" if one.body == other.body else f"{min(99, int(100 * share))}\u202f% alike"
    )


def _link_copies(
    article: Article, copies: Iterable[Article], query: Query
) -> Iterable[RelatedArticle]:
    for number, copy in enumerate(copies):
        share = describe_overlap(article, copy) if number < MOST_COMPARED else ""
        where = (
            urls.build_changes_url(article.id, copy.id, query) if article.body != copy.body else ""
        )
        yield RelatedArticle(copy, urls.build_article_url(copy.id, query), share, where)


def _group_links(index: Index, article: Article) -> Iterable[LinkGroup]:
    """Yield links to the filter values of an article, most frequent first, and to its speakers."""
    for row in FILTER_ROWS:
        values = row.get_values(article) if row.listed else ()
        counts = index.count_values(row.name) if values else {}
        links = tuple(
            Link(value, build_filter_url(row.name, value), count=counts.get(value))
            for value in values[:MOST_NAMES]
        )
        if links:
            yield LinkGroup(row.plural.capitalize(), links, len(values) - len(links))
    if article.lang in (None, "en"):
        people = tuple(Link(name, _build_phrase_url(name)) for name in find_speakers(article.body))
        if people:
            yield LinkGroup("People who speak", people, 0)


def _build_phrase_url(name: str) -> str:
    """Return the URL of all articles that contain a name, newest first."""
    return urls.build_search_url(Query(text=f'"{name}"', sort="newest"))


def build_filter_url(name: str, value: str) -> str:
    """Return the URL of all articles with one filter value, newest first."""
    return urls.build_search_url(urls.toggle_filter(Query(text="", sort="newest"), name, value))


def _find_list_position(index: Index, article: Article, query: Query) -> ListPosition:
    """Return the position of the article among the hits, with links to its neighbours."""
    if not query.text.strip() and not query.has_filters:
        return ListPosition()
    beside = index.find_adjacent(article.id, query)
    if beside.place is None:
        return ListPosition()
    return ListPosition(
        beside.place + 1,
        _link_neighbour(beside.previous, beside.place - 1, query),
        _link_neighbour(beside.next, beside.place + 1, query),
    )


def _link_neighbour(article: Article | None, place: int, query: Query) -> Link | None:
    """Return a link to the hit at `place`, from 0. Its URL holds the number of its page."""
    if article is None or place >= urls.MOST_HITS:
        return None
    there = replace(query, offset=place // query.size * query.size)
    return Link(article.title or "Untitled", urls.build_article_url(article.id, there))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its marks.

    Attributes:
        marks: offsets in code points into `text`, end exclusive.
        first_mark: number of the first of them among all marks of the article.
    """

    text: str
    marks: tuple[Span, ...]
    first_mark: int

    @property
    def is_subhead(self) -> bool:
        """Whether the paragraph looks like a subhead: short, and not a sentence."""
        return len(self.text) <= LONGEST_SUBHEAD and not self.text.endswith(SENTENCE_ENDS)


def split_paragraphs(marked: HighlightedArticle) -> list[Paragraph]:
    """Split the body into paragraphs with their marks. No mark spans a blank line."""
    texts = marked.article.body.split("\n\n")
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


def find_mark_positions(marked: HighlightedArticle) -> list[float]:
    """Return the positions of the marks in percent of the length of title and body."""
    title = len(marked.article.title)
    whole = (title + len(marked.article.body)) or 1
    starts = [span.start for span in marked.title_marks]
    starts += [title + span.start for span in marked.body_marks]
    return [round(100 * start / whole, 1) for start in starts]
