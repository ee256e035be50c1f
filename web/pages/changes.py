"""Build the values of the page that shows the differences between two texts of one story.

In: an article, and an earlier version of it or another article. Out: the passages of both texts in
blocks; the template folds blocks that are the same in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from indexer.engines.versions import find_earlier_version
from indexer.errors import NoArticle
from indexer.output.text_diff import Passage, diff_texts
from web import urls
from web.pages.article import describe_overlap
from web.pages.template_filters import format_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.models import Article, Query
    from indexer.search.index import Index

LONGEST_TEXT: Final = 400_000
"""Characters compared of each text. They take at most one second; the longest article measured has
90,000."""


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One of the two texts, with its name on the page and its URL."""

    article: Article
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PassageBlock:
    """Consecutive passages, all changed or all the same."""

    has_changes: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The differences between two texts.

    Attributes:
        kind: `version` of one address, or `copy` in another outlet.
        overlap: share of the text in both, worded as on the article page.
        title: the title with its changes; None if both titles are the same.
        removed, added: numbers of words.
    """

    before: ComparedText
    after: ComparedText
    kind: Literal["version", "copy"]
    overlap: str
    title: Passage | None
    blocks: tuple[PassageBlock, ...]
    removed: int
    added: int


def compare_articles(index: Index, article_id: str, key: str, query: Query) -> ChangesPage:
    """Compare an article with an earlier version of it, or with another article.

    Args:
        key: key of an earlier version, else the id of the other article.
        query: the search that the links on the page return to.

    Raises:
        NoArticle: no article has that id, or no version and no article has that key.
    """
    document = index.read_document(article_id)
    version = find_earlier_version(document, key)
    other = version or _find_article(index, key)
    before, after = (one.body[:LONGEST_TEXT] for one in (other, document.article))
    passages = diff_texts(before, after)
    titles = diff_texts(other.title, document.article.title)
    here = urls.build_article_url(article_id, query)
    there = (
        urls.build_version_url(article_id, key, query)
        if version
        else urls.build_article_url(key, query)
    )
    return ChangesPage(
        before=ComparedText(other, _name_version(other) if version else _name_outlet(other), there),
        after=ComparedText(
            document.article, "the newest" if version else _name_outlet(document.article), here
        ),
        kind="version" if version else "copy",
        overlap=describe_overlap(other, document.article),
        title=titles[0] if titles and titles[0].has_changes else None,
        blocks=tuple(_group_passages(passages)),
        removed=_count_words(passages, "removed"),
        added=_count_words(passages, "added"),
    )


def _find_article(index: Index, key: str) -> Article:
    try:
        return index.read_document(key).article
    except NoArticle as exc:
        raise NoArticle(f"There is no version or article {key} to compare with") from exc


def _name_version(version: Article) -> str:
    if version.saved:
        return f"the version saved {format_day(version.saved)}"
    return f"the version dated {format_day(version.updated or version.published)}"


def _name_outlet(article: Article) -> str:
    return article.source or format_day(article.published)


def _group_passages(passages: Sequence[Passage]) -> Iterator[PassageBlock]:
    for has_changes, run in groupby(passages, key=lambda passage: passage.has_changes):
        yield PassageBlock(has_changes, tuple(run))


def _count_words(passages: Sequence[Passage], kind: str) -> int:
    pieces = (piece for passage in passages for piece in passage.pieces)
    return sum(len(piece.text.split()) for piece in pieces if piece.kind == kind)
