"""Read queries from URL parameters, and build every URL of the pages.

In: the parameters of a request, with any content. Out: a `Query`, and a notice for each value that
was not used; never an error. `read_query` applied to the URL of `build_search_url(query)` gives
`query` again. No other module builds the URL of a search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, quote_plus, urlencode

from indexer.fields import FILTERS
from indexer.models import MATCHES, SORTS, Notice, Query
from indexer.search.request import Period, narrow_query, read_period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from werkzeug.datastructures import MultiDict

    from indexer.models import Match, NoticeKind, Sort

T = TypeVar("T")

SIZES: Final = (10, 25, 50)
MOST_HITS: Final = 10_000
"""Hits that can be reached by paging. No reader pages that far, and deeper pages cost more."""
MOST_VALUES: Final = 40
"""Filter values read from one URL."""
LONGEST_VALUE: Final = 200
"""Characters of one filter value; the longest author line of the sample corpus has under 60."""

_SORTS: Final[dict[str, Sort]] = {name: name for name in SORTS}
_MATCHES: Final[dict[str, Match]] = {name: name for name in MATCHES}
_SWITCH: Final = {"1": True, "0": False}
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_YEAR: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class UrlQuery:
    """The query read from URL parameters, and a notice for each value that was not used."""

    query: Query
    notices: tuple[Notice, ...] = ()


def read_query(args: MultiDict[str, str]) -> UrlQuery:
    """Read the query from URL parameters. Unknown names are ignored without a notice.

    >>> from werkzeug.datastructures import MultiDict
    >>> found = read_query(MultiDict([("q", "su-25"), ("sort", "newest"), ("size", "7")]))
    >>> found.query.text, found.query.sort, found.query.size
    ('su-25', 'newest', 10)
    >>> [notice.text for notice in found.notices]
    ['“7” was not used: size can be 10, 25, 50.']
    """
    reader = _ParameterReader(args)
    size = reader.read_choice("size", {str(size): size for size in SIZES}, SIZES[0])
    period = reader.read_days()
    query = Query(
        text=args.get("q", ""),
        sort=reader.read_choice("sort", _SORTS, "relevance"),
        match=reader.read_choice("match", _MATCHES, "all"),
        exact=reader.read_choice("exact", _SWITCH, False),
        fresh=reader.read_choice("fresh", _SWITCH, True),
        size=size,
    )
    query = narrow_query(query, period, reader.read_filters())
    query = replace(query, offset=reader.read_offset(size))
    return UrlQuery(query, tuple(reader.notices))


def list_parameters(query: Query) -> list[tuple[str, str]]:
    """Return the URL parameters of a query as (name, value), without those at their default."""
    found = [("q", query.text)] if query.text else []
    if query.sort != "relevance":
        found.append(("sort", query.sort))
    if query.match != "all":
        found.append(("match", query.match))
    if query.exact:
        found.append(("exact", "1"))
    if not query.fresh:
        found.append(("fresh", "0"))
    found += [(name, day) for name, day in (("from", query.first), ("to", query.last)) if day]
    found += [(name, value) for name in FILTERS for value in query.filters.get(name, ())]
    if query.size != SIZES[0]:
        found.append(("size", str(query.size)))
    if query.offset:
        found.append(("page", str(find_page_number(query))))
    return found


def list_form_parameters(query: Query, *without: str) -> list[tuple[str, str]]:
    """Return the parameters for the hidden fields of a form.

    Args:
        without: names of the visible fields of the form. They and `page` are left out.
    """
    return [pair for pair in list_parameters(query) if pair[0] not in ("page", *without)]


def build_search_url(query: Query) -> str:
    """Return the URL of the results of a search.

    >>> build_search_url(Query("su-25 belarus", sort="newest"))
    '/?q=su-25+belarus&sort=newest'
    """
    return _build_url("/", query)


def build_article_url(article_id: str, query: Query) -> str:
    """Return the URL of an article. It holds the search that found the article."""
    return _build_url(f"/article/{quote(article_id, safe='')}", query)


def build_version_url(article_id: str, key: str, query: Query) -> str:
    """Return the URL of an earlier saved version of an article."""
    return _build_url(f"/article/{quote(article_id, safe='')}/version/{quote(key, safe='')}", query)


def build_changes_url(article_id: str, key: str, query: Query) -> str:
    """Return the URL of the differences between an article and a version or another article.

    Args:
        key: the key of an earlier version, or the id of another article.
    """
    return _build_url(f"/article/{quote(article_id, safe='')}/changes/{quote(key, safe='')}", query)


def build_why_url(article_id: str, query: Query) -> str:
    """Return the URL of the explanation why a search found an article."""
    return _build_url(f"/article/{quote(article_id, safe='')}/why", query)


def build_original_url(article_id: str) -> str:
    """Return the URL of the saved page of an article."""
    return f"/article/{quote(article_id, safe='')}/original"


def build_feed_url(query: Query) -> str:
    """Return the URL of the feed of a search. A feed is always newest first."""
    return _build_url("/feed.atom", replace(query, sort="relevance", size=SIZES[0], offset=0))


def build_export_url(query: Query, extension: str) -> str:
    """Return the URL of the file of all hits of a search."""
    return _build_url(f"/export.{extension}", replace(query, size=SIZES[0], offset=0))


def build_cite_url(article_id: str, extension: str) -> str:
    """Return the URL of the record of an article for a reference manager."""
    return f"/article/{quote(article_id, safe='')}/cite.{extension}"


def find_page_number(query: Query) -> int:
    """Return the number of the page of results that a query asks for, from 1."""
    return query.offset // max(query.size, 1) + 1


def go_to_page(query: Query, number: int) -> Query:
    """Return the query for another page of the same search. Pages are numbered from 1."""
    return replace(query, offset=(number - 1) * query.size)


def change_query(query: Query, **changes: Any) -> Query:  # noqa: ANN401
    """Return the query with other attributes, at its first page."""
    return replace(query, offset=0, **changes)


def toggle_filter(query: Query, name: str, value: str) -> Query:
    """Return the query with a filter value added, or removed if the query has it."""
    values = query.filters.get(name, ())
    kept = tuple(one for one in values if one != value) if value in values else (*values, value)
    filters = {**query.filters, name: kept}
    return change_query(query, filters={key: chosen for key, chosen in filters.items() if chosen})


def make_filter_url_builder(query: Query, name: str) -> Callable[[str], str]:
    """Return a function from a filter value to the URL of the search with that value added.

    All other parameters are encoded once: a page has hundreds of such URLs.
    """
    # The added value is the last one of its name, and no encoded value contains a plain `=`.
    before, added, after = build_search_url(toggle_filter(query, name, "")).rpartition(f"{name}=")
    return lambda value: before + added + quote_plus(value, errors="replace") + after


def make_period_url_builder(query: Query) -> Callable[[str, str], str]:
    """Return a function from two ISO days, first and last, to the URL of the search between them.

    All other parameters are encoded once: a chart has up to 40 such URLs.
    """
    # No encoded value contains a plain `=`, so only the two parameters can match.
    both = "from=0&to=0"
    before, _, after = build_search_url(change_query(query, first="0", last="0")).partition(both)
    return lambda first, last: f"{before}from={first}&to={last}{after}"


def resolve_sort(query: Query) -> Query:
    """Return the query as it is run: without words, order by relevance becomes newest first."""
    if query.text.strip() or query.sort != "relevance":
        return query
    return replace(query, sort="newest")


def _build_url(path: str, query: Query) -> str:
    given = _encode_parameters(tuple(list_parameters(query)))
    return f"{path}?{given}" if given else path


@lru_cache(maxsize=64)
def _encode_parameters(given: tuple[tuple[str, str], ...]) -> str:
    """Encode parameters. The cache serves the 30 article links of a page, which share them."""
    return urlencode(given, encoding="utf-8", errors="replace")


class _ParameterReader:
    """Reads the parameters of one URL and collects notices about unused values."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self.args = args
        self.notices: list[Notice] = []

    def read_choice(self, name: str, allowed: dict[str, T], default: T) -> T:
        value = self.args.get(name, "")
        if value and value not in allowed:
            known = ", ".join(allowed)
            self._add_notice(name, value, f"can be {known}")
        return allowed.get(value, default)

    def read_offset(self, size: int) -> int:
        """Return the number of hits to skip; for a page beyond MOST_HITS that of the last page."""
        value = self.args.get("page", "")
        last = MOST_HITS // size
        if not value or (_COUNT.fullmatch(value) and 1 <= int(value) <= last):
            return (int(value or 1) - 1) * size
        if value.isascii() and value.isdigit() and value.strip("0"):
            self._add_notice("page", value, f"ends at {last}; narrow the search to see the rest")
            return (last - 1) * size
        self._add_notice("page", value, f"is a number from 1 to {last}")
        return 0

    def read_days(self) -> Period:
        """Return the first and the last day, swapped if the last is earlier."""
        days = {name: self.args.get(name, "").strip() or None for name in ("from", "to")}
        period = read_period(days["from"], days["to"])
        for name in period.unread:
            rule = "is a day such as 2024-02-29, a month or a year"
            self._add_notice(name, days[name] or "", rule, "date")
        if period.is_reversed:
            period = read_period(days["to"], days["from"])
            said = f"read as {period.first} to {period.last}."
            self.notices.append(Notice("date", f"The dates stood the wrong way round; {said}"))
        return period

    def read_filters(self) -> dict[str, tuple[str, ...]]:
        """Return the distinct values of each filter that is given, in the order of the URL."""
        found = {name: self._read_values(name) for name in FILTERS}
        if sum(map(len, found.values())) > MOST_VALUES:
            text = f"An address can hold {MOST_VALUES} filter values; this one has more. "
            self.notices.append(Notice("limit", text + "None of them was used."))
            return {}
        return {name: values for name, values in found.items() if values}

    def _read_values(self, name: str) -> tuple[str, ...]:
        return tuple(self._check_values(name, dict.fromkeys(self.args.getlist(name))))

    def _check_values(self, name: str, given: Iterable[str]) -> Iterator[str]:
        for value in given:
            if len(value) > LONGEST_VALUE:
                self._add_notice(name, value, f"has at most {LONGEST_VALUE} characters")
            elif name == "year" and value and not _YEAR.fullmatch(value):
                self._add_notice(name, value, "is four digits, such as 2024", "date")
            elif value:
                yield value

    def _add_notice(self, name: str, value: str, rule: str, kind: NoticeKind = "limit") -> None:
        shown = value if len(value) <= 40 else value[:39] + "…"
        self.notices.append(Notice(kind, f"“{shown}” was not used: {name} {rule}."))
