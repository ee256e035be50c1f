"""The start page: what the index holds, the latest of it, and searches that find something."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.models import Query, age_s
from indexer.query.examples import EXAMPLES
from web import urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.models import Hit, Stats
    from indexer.query.examples import Example
    from indexer.search.index import Index

LATEST: Final = 6
EXAMPLES_SHOWN: Final = 7
SOURCES_SHOWN: Final = 24
OLD_DAYS: Final = 30
"""Age of an index from which the start page says how to bring it up to date."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An example with what it finds in this index."""

    example: Example
    query: Query
    total: int


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet, and the search that shows all of it."""

    name: str
    count: int
    query: Query


@dataclass(frozen=True, slots=True)
class Front:
    """What the start page shows of one generation."""

    stats: Stats
    latest: tuple[Hit, ...]
    examples: tuple[Tried, ...]
    sources: tuple[Source, ...]
    more_sources: int


def front(index: Index) -> Front:
    """The start page of the live generation."""
    return _front(index, index.generation)


def old_days(stats: Stats) -> int:
    """Age of the index in whole days where that is worth saying, else 0."""
    days = int(age_s(stats) // 86_400)
    return days if days >= OLD_DAYS else 0


@functools.lru_cache(maxsize=2)
def _front(index: Index, _generation: str) -> Front:
    """Made once a generation: the examples alone are two dozen searches."""
    stats = index.read_stats()
    newest_first = Query(text="", sort="newest", first=stats.oldest, size=LATEST)
    latest = index.answer(newest_first, facets=()).hits if stats.oldest else ()
    named = sorted(stats.sources.items(), key=lambda item: (-item[1], item[0]))
    sources = tuple(
        Source(name, number, urls.toggled(Query(text="", sort="newest"), "source", name))
        for name, number in named[:SOURCES_SHOWN]
    )
    examples = tuple(_that_find(index)) if stats.articles else ()
    return Front(stats, latest, examples, sources, max(0, len(named) - SOURCES_SHOWN))


def _that_find(index: Index) -> Iterator[Tried]:
    """The first examples of the help page that have hits here."""
    found = 0
    for example in EXAMPLES:
        query = Query(text=example.query)
        total = index.answer(Query(text=example.query, size=0), facets=()).total
        if total and found < EXAMPLES_SHOWN:
            found += 1
            yield Tried(example, query, total)
