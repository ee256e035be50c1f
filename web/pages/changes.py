"""Two texts of one story -> what differs, laid out for reading: what is the same is folded away."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from indexer.engines.versions import find_earlier_version
from indexer.errors import NoArticle
from indexer.output.text_diff import Passage, differences
from web import urls
from web.pages.article import said
from web.pages.template_filters import day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.models import Article, Query
    from indexer.search.index import Index

LONGEST: Final = 400_000
"""Characters compared of each text: a second at worst; the longest article measured has 90,000."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts: what it is called, and where it can be read."""

    article: Article
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring paragraphs, all changed or all the same."""

    changed: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What the later text has and the earlier has not, and the other way round.

    Attributes:
        kind: `version` of one address, or `copy` in another outlet.
        alike: how much both have, as the article page says it.
        removed, added: words.
    """

    before: Side
    after: Side
    kind: Literal["version", "copy"]
    alike: str
    title: Passage | None
    blocks: tuple[Block, ...]
    removed: int
    added: int


def changes(index: Index, article_id: str, key: str, query: Query) -> Changes:
    """What differs between an article and an earlier version of it, or another article.

    Args:
        key: of an earlier version, else the id of the other article.

    Raises:
        NoArticle: there is none with that id, or neither a version nor an article with that key.
    """
    document = index.read_document(article_id)
    version = find_earlier_version(document, key)
    other = version or _other(index, key)
    before, after = (one.body[:LONGEST] for one in (other, document.article))
    passages = differences(before, after)
    titles = differences(other.title, document.article.title)
    here = urls.article_url(article_id, query)
    there = urls.version_url(article_id, key, query) if version else urls.article_url(key, query)
    return Changes(
        before=Side(other, _saved(other) if version else _outlet(other), there),
        after=Side(document.article, "the newest" if version else _outlet(document.article), here),
        kind="version" if version else "copy",
        alike=said(other, document.article),
        title=titles[0] if titles and titles[0].changed else None,
        blocks=tuple(_blocks(passages)),
        removed=_words(passages, "removed"),
        added=_words(passages, "added"),
    )


def _other(index: Index, key: str) -> Article:
    try:
        return index.read_document(key).article
    except NoArticle as exc:
        raise NoArticle(f"There is no version or article {key} to compare with") from exc


def _saved(version: Article) -> str:
    if version.saved:
        return f"the version saved {day(version.saved)}"
    return f"the version dated {day(version.updated or version.published)}"


def _outlet(article: Article) -> str:
    return article.source or day(article.published)


def _blocks(passages: Sequence[Passage]) -> Iterator[Block]:
    for changed, run in groupby(passages, key=lambda passage: passage.changed):
        yield Block(changed, tuple(run))


def _words(passages: Sequence[Passage], kind: str) -> int:
    pieces = (piece for passage in passages for piece in passage.pieces)
    return sum(len(piece.text.split()) for piece in pieces if piece.kind == kind)
