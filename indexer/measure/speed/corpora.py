"""Corpora of any size for the bench, made of the articles of some sources.

In: sources as `rebuild` takes them. Out: a file of JSON lines, one clean `Article` each, in a
shuffled order that depends on SEED alone; a smaller corpus is the beginning of a larger one. If the
corpus is larger than the sources, articles are remixed: title, date and names of one article, with
as many paragraphs as it has, each taken from any article. Words then have the same distribution and
phrases come from real sentences; only the vocabulary no longer grows.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from itertools import islice
from typing import TYPE_CHECKING

from indexer.errors import SourceError
from indexer.ingest.readers import read_corpus
from indexer.ingest.workers import PageLimits, clean_all
from indexer.models import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from indexer.settings import Settings

SEED = 20240229

_GAP = "\n\n"


def gather(sources: Sequence[Path], settings: Settings) -> list[Article]:
    """Read the articles of the sources, one for each id, cleaned as by `rebuild`; shuffle them.

    Raises:
        SourceError: a source cannot be read, or none of its pages is an article.
    """
    limits = PageLimits(settings.page_s, settings.page_memory_bytes, pack=False)
    pages = read_corpus(sources, settings.page_bytes)
    found: dict[str, Article] = {}
    for cleaned in clean_all(pages, settings.worker_count, limits):
        if isinstance(cleaned.outcome, Article):
            found.setdefault(cleaned.outcome.id, cleaned.outcome)
    if not found:
        raise SourceError(f"No article in {', '.join(map(str, sources))}")
    articles = [found[article_id] for article_id in sorted(found)]
    random.Random(SEED).shuffle(articles)  # noqa: S311  wanted the same each time
    return articles


def remix(articles: Sequence[Article], count: int) -> Iterator[Article]:
    """Yield the first `count` articles, and remixed ones after the last."""
    yield from islice(articles, count)
    if count <= len(articles):
        return
    paragraphs = [paragraph for one in articles for paragraph in one.body.split(_GAP)]
    chance = random.Random(SEED)  # noqa: S311  wanted the same each time
    for number in range(len(articles), count):
        pattern = articles[number % len(articles)]
        chosen = chance.choices(paragraphs, k=pattern.body.count(_GAP) + 1)
        name = f"{pattern.id}-{number}"
        yield replace(pattern, id=name, ref=name, name=name, lead=chosen[0], body=_GAP.join(chosen))


def write(articles: Iterator[Article], path: Path) -> None:
    """Write a corpus, a line for each article."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            filled = {name: value for name, value in asdict(article).items() if value}
            file.write(json.dumps(filled, ensure_ascii=False) + "\n")


def read(path: Path, count: int) -> Iterator[Article]:
    """Read the first `count` articles of a written corpus."""
    with path.open(encoding="utf-8") as file:
        for line in islice(file, count):
            row = json.loads(line)
            lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
            yield Article(**{"title": "", "body": "", **row, **lists})
