"""`Results` -> links to the pages of the list near this one.

`Link` is something to click, as a template draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web import urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.models import Query, Results


@dataclass(frozen=True, slots=True)
class Pager:
    """Pages of results. A link without an address is a gap between page numbers."""

    links: tuple[Link, ...]
    previous: str
    next: str
    last: int
    last_url: str


def pager(results: Results) -> Pager:
    """Links to the pages near this one, the first and the last."""
    query = results.query
    here = urls.page_number(query)
    last = _last_page(results)
    links = tuple(_page_links(query, here, last)) if last > 1 else ()
    return Pager(
        links=links,
        previous=_page_url(query, min(here - 1, last)) if here > 1 and last else "",
        next=_page_url(query, here + 1) if here < last else "",
        last=last,
        last_url=_page_url(query, max(last, 1)),
    )


def _last_page(results: Results) -> int:
    """The number of the last page, 0 where nothing was found."""
    size = results.query.size
    return min(-(-results.listed // size), urls.MOST_HITS // size)


def _page_links(query: Query, here: int, last: int) -> Iterator[Link]:
    """First, last and the two on each side of this page; a gap where numbers are left out."""
    near = {number for number in range(here - 2, here + 3) if 1 <= number <= last}
    before = 0
    for number in sorted({1, last} | near):
        if number - before > 1:
            yield Link("…", "")
        yield Link(str(number), _page_url(query, number), current=number == here)
        before = number


def _page_url(query: Query, number: int) -> str:
    return urls.search_url(urls.on_page(query, number))


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click. `count` is None where nothing is counted."""

    text: str
    url: str
    current: bool = False
    count: int | None = None
    label: str = ""
