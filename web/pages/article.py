"""An article and its neighbours -> what surrounds the text: copies, versions, the list it is from.

Values that a template draws without computing; every address comes from `urls`.

A marked article -> its paragraphs and its rail, as the page draws them.
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
from indexer.output.references import citation
from web import urls
from web.pages.pager import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.models import Article
    from indexer.search.index import HighlightedArticle, Index

MOST_NAMED: Final = 12
MOST_COMPARED: Final = 20
"""Copies compared with the article; comparing takes 1 ms for 400 words. The rest are only named."""

LONGEST_SUBHEAD: Final = 70
"""Characters. In the gold texts of the sample corpus this and SENTENCE_ENDS pick 128 lines, each of
them a subhead. The index does not keep which paragraphs were headings."""
SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", ";", ",", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class Named:
    """Systems, countries or tags with how many articles have each, or people who speak."""

    title: str
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another text: a copy in another outlet, an earlier version, an article like this one.

    Attributes:
        alike: how much of the text both have (`96 % alike`), empty where it was not compared.
        changes: where what differs is shown, empty where nothing does.
    """

    article: Article
    url: str
    alike: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class InList:
    """Where an article stands in the list of hits that led to it.

    Attributes:
        hit: its place, from 1; 0 where it is not from a list.
        previous, next: the neighbours, None where there is none.
    """

    hit: int = 0
    previous: Link | None = None
    next: Link | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around the text of an article."""

    copies: tuple[Elsewhere, ...]
    versions: tuple[Elsewhere, ...]
    similar: tuple[Elsewhere, ...]
    named: tuple[Named, ...]
    citation: str
    in_list: InList


def around(index: Index, marked: HighlightedArticle, query: Query) -> Around:
    """What surrounds the text of an article that a search led to."""
    document = marked.document
    article = document.article
    copies = [index.read_document(copy.id).article for copy in index.find_copies(article.id)]
    known = {copy.id for copy in copies}
    near = [one for one in index.find_similar(article.id) if one.id not in known]
    return Around(
        copies=tuple(_compared(article, copies, query)),
        versions=tuple(_version(article, one, query) for one in document.versions),
        similar=tuple(Elsewhere(one, urls.article_url(one.id, query)) for one in near),
        named=tuple(_named(index, marked.article)),
        citation=citation(marked.article),
        in_list=_in_list(index, article, query),
    )


def version_of(marked: HighlightedArticle, query: Query) -> Elsewhere | None:
    """The newest version where an earlier one is read, None where it is the newest itself."""
    newest = marked.document.article
    if marked.article is newest:
        return None
    read = _version(newest, marked.article, query)
    return replace(read, article=newest, url=urls.article_url(newest.id, query))


def _version(newest: Article, earlier: Article, query: Query) -> Elsewhere:
    key = make_version_key(earlier)
    return Elsewhere(
        earlier,
        urls.version_url(newest.id, key, query),
        said(newest, earlier),
        urls.changes_url(newest.id, key, query),
    )


def said(one: Article, other: Article) -> str:
    """How much of their text two articles have in common; 100 % only where nothing differs."""
    share = measure_similarity(one.body, other.body)
    return (
        "the same text" if one.body == other.body else f"{min(99, int(100 * share))}\u202f% alike"
    )


def _compared(article: Article, copies: Iterable[Article], query: Query) -> Iterable[Elsewhere]:
    for number, copy in enumerate(copies):
        share = said(article, copy) if number < MOST_COMPARED else ""
        where = urls.changes_url(article.id, copy.id, query) if article.body != copy.body else ""
        yield Elsewhere(copy, urls.article_url(copy.id, query), share, where)


def _named(index: Index, article: Article) -> Iterable[Named]:
    """What the article names, most frequent first, and who speaks in it."""
    for row in FILTER_ROWS:
        values = row.values(article) if row.listed else ()
        counts = index.count_values(row.name) if values else {}
        links = tuple(
            Link(value, only(row.name, value), count=counts.get(value))
            for value in values[:MOST_NAMED]
        )
        if links:
            yield Named(row.plural.capitalize(), links, len(values) - len(links))
    if article.lang in (None, "en"):
        people = tuple(Link(name, _phrase(name)) for name in find_speakers(article.body))
        if people:
            yield Named("People who speak", people, 0)


def _phrase(name: str) -> str:
    """The address of everything in which a name stands, newest first."""
    return urls.search_url(Query(text=f'"{name}"', sort="newest"))


def only(name: str, value: str) -> str:
    """The address of everything with one filter value, newest first."""
    return urls.search_url(urls.toggled(Query(text="", sort="newest"), name, value))


def _in_list(index: Index, article: Article, query: Query) -> InList:
    """The article's place among the hits, and links to those beside it, the search kept."""
    if not query.text.strip() and not query.has_filters:
        return InList()
    beside = index.find_adjacent(article.id, query)
    if beside.place is None:
        return InList()
    return InList(
        beside.place + 1,
        _step(beside.previous, beside.place - 1, query),
        _step(beside.next, beside.place + 1, query),
    )


def _step(article: Article | None, place: int, query: Query) -> Link | None:
    """A link to a hit that remembers the page of results on which it stands."""
    if article is None or place >= urls.MOST_HITS:
        return None
    there = replace(query, offset=place // query.size * query.size)
    return Link(article.title or "Untitled", urls.article_url(article.id, there))


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


def split_paragraphs(marked: HighlightedArticle) -> list[Paragraph]:
    """The body in paragraphs, each with its own marks; a mark never reaches over a blank line."""
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


def rail(marked: HighlightedArticle) -> list[float]:
    """Where the marks stand, in hundredths of the article's length; the title is its beginning."""
    title = len(marked.article.title)
    whole = (title + len(marked.article.body)) or 1
    starts = [span.start for span in marked.title_marks]
    starts += [title + span.start for span in marked.body_marks]
    return [round(100 * start / whole, 1) for start in starts]
