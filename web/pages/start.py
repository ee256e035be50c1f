"""Build the values of the start page.

In: the index. Out: its statistics, its newest articles, example searches that have hits, and its
outlets.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.models import Query, compute_age_s
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
"""Days. From this age of the index on, the start page shows how to update it."""


@dataclass(frozen=True, slots=True)
class ExampleCount:
    """An example search with its number of hits in this index."""

    example: Example
    query: Query
    total: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """An outlet with its number of articles and the query that finds all of them."""

    name: str
    count: int
    query: Query


@dataclass(frozen=True, slots=True)
class StartPage:
    """The values of the start page for one generation of the index."""

    stats: Stats
    latest: tuple[Hit, ...]
    examples: tuple[ExampleCount, ...]
    sources: tuple[SourceCount, ...]
    more_sources: int


def build_start_page(index: Index) -> StartPage:
    """Return the values of the start page for the live generation."""
    return _build_generation_page(index, index.generation)


def count_old_days(stats: Stats) -> int:
    """Return the age of the index in whole days, or 0 if it is below OLD_DAYS."""
    days = int(compute_age_s(stats) // 86_400)
    return days if days >= OLD_DAYS else 0


@functools.lru_cache(maxsize=2)
def _build_generation_page(index: Index, _generation: str) -> StartPage:
    """Build the page once for each generation: the examples alone take two dozen searches."""
    stats = index.read_stats()
    newest_first = Query(text="", sort="newest", first=stats.oldest, size=LATEST)
    latest = index.answer(newest_first, facets=()).hits if stats.oldest else ()
    named = sorted(stats.sources.items(), key=lambda item: (-item[1], item[0]))
    sources = tuple(
        SourceCount(name, number, urls.toggle_filter(Query(text="", sort="newest"), "source", name))
        for name, number in named[:SOURCES_SHOWN]
    )
    examples = tuple(_find_useful_examples(index)) if stats.articles else ()
    return StartPage(stats, latest, examples, sources, max(0, len(named) - SOURCES_SHOWN))


def _find_useful_examples(index: Index) -> Iterator[ExampleCount]:
    """Yield the first examples of the help page that have hits in this index."""
    found = 0
    for example in EXAMPLES:
        query = Query(text=example.query)
        total = index.answer(Query(text=example.query, size=0), facets=()).total
        if total and found < EXAMPLES_SHOWN:
            found += 1
            yield ExampleCount(example, query, total)
