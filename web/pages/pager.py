"""Build the links between pages of results.

In: `Results`. Out: a `Pager`. `Link` is the view model of every link in the templates.
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
    """Links to pages of results.

    Attributes:
        links: page numbers; a link with an empty URL is a gap between them.
        previous, next: URLs; empty on the first and the last page.
        last: number of the last page, 0 if there are no results.
    """

    links: tuple[Link, ...]
    previous: str
    next: str
    last: int
    last_url: str


def build_pager(results: Results) -> Pager:
    """Return links to the pages near the current one, to the first and to the last."""
    query = results.query
    here = urls.find_page_number(query)
    last = _find_last_page(results)
    links = tuple(_list_page_links(query, here, last)) if last > 1 else ()
    return Pager(
        links=links,
        previous=_build_page_url(query, min(here - 1, last)) if here > 1 and last else "",
        next=_build_page_url(query, here + 1) if here < last else "",
        last=last,
        last_url=_build_page_url(query, max(last, 1)),
    )


def _find_last_page(results: Results) -> int:
    """Return the number of the last page, 0 if there are no results."""
    size = results.query.size
    return min(-(-results.listed // size), urls.MOST_HITS // size)


def _list_page_links(query: Query, here: int, last: int) -> Iterator[Link]:
    """Yield links to the first and last page and to two on each side, with gaps between."""
    near = {number for number in range(here - 2, here + 3) if 1 <= number <= last}
    before = 0
    for number in sorted({1, last} | near):
        if number - before > 1:
            yield Link("…", "")
        yield Link(str(number), _build_page_url(query, number), current=number == here)
        before = number


def _build_page_url(query: Query, number: int) -> str:
    return urls.build_search_url(urls.go_to_page(query, number))


@dataclass(frozen=True, slots=True)
class Link:
    """A link on a page.

    Attributes:
        current: whether it leads to the state that is shown.
        count: number of articles shown beside it, or None.
        label: name of the filter in front of the text, or empty.
    """

    text: str
    url: str
    current: bool = False
    count: int | None = None
    label: str = ""
