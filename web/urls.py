"""URL <-> Query, both directions; the only place that writes the address of a search.

In: the parameters of an address, whatever they hold. Out: a `Query` and a notice for every value
that made no sense; never an error. And back: `search_url(query)` reads as the same query again.
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
"""Hits that can be paged to: a reader never gets there, and each deeper page costs more."""
MOST_VALUES: Final = 40
"""Filter values taken from one address."""
LONGEST_VALUE: Final = 200
"""Characters of one filter value; the longest author line of the sample corpus has under 60."""

_SORTS: Final[dict[str, Sort]] = {name: name for name in SORTS}
_MATCHES: Final[dict[str, Match]] = {name: name for name in MATCHES}
_SWITCH: Final = {"1": True, "0": False}
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_YEAR: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asked for, and a notice for each of its values that was not taken."""

    query: Query
    notices: tuple[Notice, ...] = ()


def read_query(args: MultiDict[str, str]) -> Asked:
    """The query an address stands for. Unknown names are passed over in silence."""
    reader = _AddressReader(args)
    size = reader.one_of("size", {str(size): size for size in SIZES}, SIZES[0])
    period = reader.period()
    query = Query(
        text=args.get("q", ""),
        sort=reader.one_of("sort", _SORTS, "relevance"),
        match=reader.one_of("match", _MATCHES, "all"),
        exact=reader.one_of("exact", _SWITCH, False),
        fresh=reader.one_of("fresh", _SWITCH, True),
        size=size,
    )
    query = narrow_query(query, period, reader.filters())
    query = replace(query, offset=reader.offset(size))
    return Asked(query, tuple(reader.notices))


def pairs(query: Query) -> list[tuple[str, str]]:
    """The parameters that stand for a query, defaults left out."""
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
        found.append(("page", str(page_number(query))))
    return found


def form_pairs(query: Query, *without: str) -> list[tuple[str, str]]:
    """What a form keeps in hidden fields: the search but for its page and the form's own fields."""
    return [pair for pair in pairs(query) if pair[0] not in ("page", *without)]


def search_url(query: Query) -> str:
    """The address of a search."""
    return _address("/", query)


def article_url(article_id: str, query: Query) -> str:
    """The address of an article that remembers the search it was found by."""
    return _address(f"/article/{quote(article_id, safe='')}", query)


def version_url(article_id: str, key: str, query: Query) -> str:
    """The address of an earlier saved version of an article."""
    return _address(f"/article/{quote(article_id, safe='')}/version/{quote(key, safe='')}", query)


def changes_url(article_id: str, key: str, query: Query) -> str:
    """The address of what differs between an article and a version of it or another article."""
    return _address(f"/article/{quote(article_id, safe='')}/changes/{quote(key, safe='')}", query)


def why_url(article_id: str, query: Query) -> str:
    """The address that tells why a search found an article."""
    return _address(f"/article/{quote(article_id, safe='')}/why", query)


def original_url(article_id: str) -> str:
    """The address of an article's page as it was saved."""
    return f"/article/{quote(article_id, safe='')}/original"


def feed_url(query: Query) -> str:
    """The address of a search's feed, which is always newest first."""
    return _address("/feed.atom", replace(query, sort="relevance", size=SIZES[0], offset=0))


def export_url(query: Query, extension: str) -> str:
    """The address of all hits of a search as a file."""
    return _address(f"/export.{extension}", replace(query, size=SIZES[0], offset=0))


def cite_url(article_id: str, extension: str) -> str:
    """The address of an article's record for a reference manager."""
    return f"/article/{quote(article_id, safe='')}/cite.{extension}"


def page_number(query: Query) -> int:
    """Which page of results a query asks for, from 1."""
    return query.offset // max(query.size, 1) + 1


def on_page(query: Query, number: int) -> Query:
    """The same search, another page of it, from 1."""
    return replace(query, offset=(number - 1) * query.size)


def changed(query: Query, **changes: Any) -> Query:  # noqa: ANN401
    """The same search but for `changes`, from its first page."""
    return replace(query, offset=0, **changes)


def toggled(query: Query, name: str, value: str) -> Query:
    """The same search with a filter value added, or taken away where it was chosen."""
    values = query.filters.get(name, ())
    kept = tuple(one for one in values if one != value) if value in values else (*values, value)
    filters = {**query.filters, name: kept}
    return changed(query, filters={key: chosen for key, chosen in filters.items() if chosen})


def adding_url(query: Query, name: str) -> Callable[[str], str]:
    """What gives the address of the search with one more value of a filter.

    Everything but the value is encoded once: a page has hundreds of such addresses.
    """
    # What is added stands last of its name, and no encoded value holds a bare `=`.
    before, added, after = search_url(toggled(query, name, "")).rpartition(f"{name}=")
    return lambda value: before + added + quote_plus(value, errors="replace") + after


def days_url(query: Query) -> Callable[[str, str], str]:
    """What gives the address of the search over other days, as ISO days: first, last.

    Everything but the days is encoded once: a chart has up to 40 such addresses.
    """
    # No encoded value holds a bare `=`, so that only the two names can be met.
    both = "from=0&to=0"
    before, _, after = search_url(changed(query, first="0", last="0")).partition(both)
    return lambda first, last: f"{before}from={first}&to={last}{after}"


def browsing(query: Query) -> Query:
    """The query as it is answered: without words nothing is more relevant than the newest."""
    if query.text.strip() or query.sort != "relevance":
        return query
    return replace(query, sort="newest")


def _address(path: str, query: Query) -> str:
    given = _encode(tuple(pairs(query)))
    return f"{path}?{given}" if given else path


@lru_cache(maxsize=64)
def _encode(given: tuple[tuple[str, str], ...]) -> str:
    """Parameters as an address holds them; the 30 links of a page to its articles share them."""
    return urlencode(given, encoding="utf-8", errors="replace")


class _AddressReader:
    """Reads one address, gathering notices."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self.args = args
        self.notices: list[Notice] = []

    def one_of(self, name: str, allowed: dict[str, T], default: T) -> T:
        value = self.args.get(name, "")
        if value and value not in allowed:
            known = ", ".join(allowed)
            self._note(name, value, f"can be {known}")
        return allowed.get(value, default)

    def offset(self, size: int) -> int:
        """Hits passed over; beyond MOST_HITS the last page that can be shown."""
        value = self.args.get("page", "")
        last = MOST_HITS // size
        if not value or (_COUNT.fullmatch(value) and 1 <= int(value) <= last):
            return (int(value or 1) - 1) * size
        if value.isascii() and value.isdigit() and value.strip("0"):
            self._note("page", value, f"ends at {last}; narrow the search to see the rest")
            return (last - 1) * size
        self._note("page", value, f"is a number from 1 to {last}")
        return 0

    def period(self) -> Period:
        """The first and the last day, put in order."""
        days = {name: self.args.get(name, "").strip() or None for name in ("from", "to")}
        period = read_period(days["from"], days["to"])
        for name in period.unread:
            rule = "is a day such as 2024-02-29, a month or a year"
            self._note(name, days[name] or "", rule, "date")
        if period.is_reversed:
            period = read_period(days["to"], days["from"])
            said = f"read as {period.first} to {period.last}."
            self.notices.append(Notice("date", f"The dates stood the wrong way round; {said}"))
        return period

    def filters(self) -> dict[str, tuple[str, ...]]:
        """For each filter named, its values in order, each once."""
        found = {name: self._values(name) for name in FILTERS}
        if sum(map(len, found.values())) > MOST_VALUES:
            text = f"An address can hold {MOST_VALUES} filter values; this one has more. "
            self.notices.append(Notice("limit", text + "None of them was used."))
            return {}
        return {name: values for name, values in found.items() if values}

    def _values(self, name: str) -> tuple[str, ...]:
        return tuple(self._fitting(name, dict.fromkeys(self.args.getlist(name))))

    def _fitting(self, name: str, given: Iterable[str]) -> Iterator[str]:
        for value in given:
            if len(value) > LONGEST_VALUE:
                self._note(name, value, f"has at most {LONGEST_VALUE} characters")
            elif name == "year" and value and not _YEAR.fullmatch(value):
                self._note(name, value, "is four digits, such as 2024", "date")
            elif value:
                yield value

    def _note(self, name: str, value: str, rule: str, kind: NoticeKind = "limit") -> None:
        shown = value if len(value) <= 40 else value[:39] + "…"
        self.notices.append(Notice(kind, f"“{shown}” was not used: {name} {rule}."))
