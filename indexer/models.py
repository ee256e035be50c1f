"""The values that rooms pass to each other: pages, articles, queries, results, reports. No I/O.

A reader makes a `Page`, the cleaner an `Article` of it. A search turns a `Query` into `Results`,
from which HTML, JSON, TREC lines and exports are made.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["all", "any"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
MATCHES: Final[tuple[Match, ...]] = get_args(Match)
PageKind = Literal["html", "record"]
NoticeKind = Literal["syntax", "field", "date", "limit", "hint", "missing"]


@dataclass(frozen=True, slots=True)
class Page:
    """Raw bytes with a name, as a reader read them; nothing is parsed yet.

    Attributes:
        name: path inside its source, `/` separated; inside a container after `!`
            (`archive.zip!europe/su25.html`, `rows.jsonl!17`).
        data: the bytes, already unzipped; at most the reader's cap.
        kind: `html`, or `record` for one JSON object that holds clean fields.
        source: the source it came from, as recorded for updates (absolute path).
        url: the address the container records, None if it records none.
        charset: the charset the container declares (HTTP header), None if it declares none.
        saved: when it was saved, as an ISO 8601 UTC time, None if unknown.
    """

    name: str
    data: bytes
    kind: PageKind = "html"
    source: str = ""
    url: str | None = None
    charset: str | None = None
    saved: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One clean article. Text is plain Unicode (NFC), never HTML.

    Attributes:
        name: name of the page it came from.
        id: short, URL-safe, the same after every rebuild (from the record's own id, else the
            canonical URL when that has a path, else the text).
        ref: the record's own id, else the URL, else the name.
        published, updated: ISO 8601 as printed, `2025-02-19` or `2025-02-19T14:05:00-05:00`.
        dateline: as printed, `WARSAW, Poland`; place: the same for display, `Warsaw, Poland`.
        systems: display forms of the designations and listed systems named, most frequent first.
        countries: named in the title or the lead, or twice in the body.
        lang: ISO 639-1 code, None if unknown.
        lead: the first paragraph; also the beginning of `body`.
        body: paragraphs joined by one blank line.
        saved: when the page was saved (ISO 8601, UTC), None if unknown.
        notes: by field, the origin of its value: `json-ld`, `meta`, `page`, `url`, `script`,
            `record`; `page (last update)` for a `published` that is the only date the page prints.
            `not_persons`: the authors that are agencies, desks or the outlet, joined by "; ".
    """

    name: str
    id: str
    ref: str
    title: str
    body: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    dateline: str | None = None
    place: str | None = None
    section: str | None = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    lang: str | None = None
    lead: str = ""
    saved: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


def parse_day(printed: str | None) -> date | None:
    """Parse the day of a date or time as printed, in its own time zone; None if invalid.

    >>> parse_day("2025-02-19T23:05:00-05:00")
    datetime.date(2025, 2, 19)
    """
    try:
        return date.fromisoformat((printed or "")[:10])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Query:
    """A search of a user, before the text is parsed.

    Attributes:
        text: the text as typed.
        sort: order of the hits.
        match: whether all words are required, or any one is enough.
        exact: whether words are searched only as typed; case and accents are folded all the same.
        fresh: whether recent articles are preferred slightly when sorting by relevance.
        first, last: ISO days, both included; None for no bound.
        filters: for a name in `fields.FILTERS` the values wanted: OR within one, AND between.
        size: most hits returned, 0 or more. offset: hits skipped, 0 or more.
        plain: whether the text is plain words without operators.
        fold_copies: whether a group of copies is one hit.
        limits: whether the limits of the web apply (length, terms, depth).
    """

    text: str
    _: KW_ONLY
    sort: Sort = "relevance"
    match: Match = "all"
    exact: bool = False
    fresh: bool = True
    first: str | None = None
    last: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: int = 10
    offset: int = 0
    plain: bool = False
    fold_copies: bool = True
    limits: bool = True

    @property
    def has_filters(self) -> bool:
        """Whether it has a day or a filter, so that articles can be listed without words."""
        return bool(self.first or self.last or any(self.filters.values()))

    def without_filters(self) -> Query:
        """Return the query without days and filters, with offset 0."""
        return replace(self, filters={}, first=None, last=None, offset=0)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about a query: what in it was changed, dropped or missing, and why."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets into a text, in code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article's body with its matches.

    Attributes:
        text: the passage.
        marks: the matches as offsets into `text`.
        opens, closes: whether text of the body is left out before and after it.
    """

    text: str
    marks: tuple[Span, ...] = ()
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text, folded under a hit."""

    id: str
    title: str
    source: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of the results. `score` is comparable within one list of results only."""

    id: str
    ref: str
    title: str
    title_marks: tuple[Span, ...]
    url: str | None
    source: str | None
    published: str | None
    authors: tuple[str, ...]
    place: str | None
    section: str | None
    score: float
    snippets: tuple[Snippet, ...] = ()
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, the number of matches that have it, and whether it is a chosen filter."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a query.

    Attributes:
        query: the query.
        total: number of articles that match, copies too.
        took_ms: duration of the search, milliseconds.
        hits: the part of the list that the query names.
        facets: values by name of the facet, chosen ones first, then the most frequent.
        searched: for each typed word, the index terms searched for it, the typed one first.
        widened: display forms of the terms searched besides the typed ones, in order.
        notices: sentences about the query.
        suggestion: a corrected query, None if the query finds enough or no correction does.
        instead: if `total` is 0, articles that have most of the words.
        missing: typed words that no article has.
        word_counts: if `total` is 0, each typed word with the number of articles that have it.
        months: number of matches by month of publication (`2024-02`), oldest first, counted as if
            the query had no days; undated articles are left out.
        newest: the latest day of publication in the index, None if no article is dated.
        listed: number of hits in the whole list, less than `total` if copies are folded.
    """

    query: Query
    total: int
    took_ms: float
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    months: tuple[tuple[str, int], ...] = ()
    searched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    widened: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    suggestion: str | None = None
    instead: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()
    word_counts: Mapping[str, int] = field(default_factory=dict)
    newest: str | None = None
    listed: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: kind `system`, `author`, `place`, `source` or `title`; a title has an id."""

    kind: str
    text: str
    count: int
    id: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantinedPage:
    """A page that could not be indexed, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """One page in the quarantine of an index.

    Attributes:
        name, reason: as in `QuarantinedPage`.
        time: when a build put it there, ISO 8601 UTC.
        source: the source, an absolute path. file: the file in the source that holds the page.
        bytes: size of the page, None if it could not be read.
        kind, url, charset, saved: as in `Page`.
    """

    name: str
    reason: str
    time: str
    source: str
    file: str
    bytes: int | None = None
    kind: PageKind = "html"
    url: str | None = None
    charset: str | None = None
    saved: str | None = None


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Report of a rebuild or update: read = indexed + duplicates + quarantined (+ unchanged)."""

    read: int
    indexed: int
    duplicates: int
    quarantined: tuple[QuarantinedPage, ...]
    seconds: float
    generation: str
    unchanged: int = 0
    removed: int = 0
    published: bool = True


@dataclass(frozen=True, slots=True)
class GenerationSummary:
    """One generation that an index keeps.

    Attributes:
        generation: its name.
        live: whether it is searched now.
        built: ISO 8601 UTC, None if that cannot be read.
        articles: how many it has, None if that cannot be read.
        damage: why it cannot be gone back to, None if nothing is known against it.
    """

    generation: str
    live: bool
    built: str | None = None
    articles: int | None = None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts and the range of dates of an index.

    Attributes:
        articles: number of articles. generation: name of the live generation.
        built: when the generation was built, ISO 8601 UTC.
        bytes: size of the index.
        oldest, newest: ISO days of publication, None if no article is dated.
        sources: number of articles by outlet.
    """

    articles: int
    generation: str
    built: str
    bytes: int
    oldest: str | None
    newest: str | None
    sources: Mapping[str, int]


def compute_age_s(stats: Stats) -> float:
    """Compute the seconds since the generation was built."""
    return (datetime.now(UTC) - datetime.fromisoformat(stats.built)).total_seconds()
