"""Articles as CSV, JSON Lines, BibTeX, RIS and Atom, for other programs.

In: articles, one after the other. Out: pieces of text that make up the file, so that a whole
archive can be written without holding it. Nothing is read, printed or searched here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

from indexer import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.models import Article, Query

COLUMNS: Final = (
    "id", "title", "source", "published", "updated", "authors", "place", "section", "url",
    "systems", "countries", "tags", "lang", "lead",
)  # fmt: skip
"""Of the CSV. Several values stand in one cell with `; ` between."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a cell a formula for a spreadsheet (OWASP, "CSV Injection")."""

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The month macros that every BibTeX style defines."""

_LATEX: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_LONE_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")

_ATOM: Final = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself.

    Attributes:
        title: shown by readers.
        query: the search; the feed's id is made of it.
        updated: ISO 8601, when what it is drawn from last changed.
        address: where the feed itself is, None where it is a file.
        page: where the search is shown, None where nowhere.
    """

    title: str
    query: Query
    updated: str
    address: str | None = None
    page: str | None = None


def as_csv(articles: Iterable[Article]) -> Iterator[str]:
    """A row an article after a row of names (RFC 4180). No cell is a formula: `'` goes before."""
    yield _row(COLUMNS)
    for article in articles:
        yield _row([_cell(getattr(article, name)) for name in COLUMNS])


def as_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """A line an article, as `clean` prints it; `rebuild` reads it again."""
    for article in articles:
        yield json.dumps(wire.article(article), ensure_ascii=False) + "\n"


def as_bibtex(articles: Iterable[Article]) -> Iterator[str]:
    """An `@article` each, of the outlet as its journal; `@misc` where no outlet is known.

    UTF-8, what LaTeX would read as commands escaped. A name with a comma or an "and" in it, and an
    outlet that signs, are braced, so that each stays one name.
    """
    for article in articles:
        kind = "article" if article.source else "misc"
        fields = "".join(f"  {name} = {value},\n" for name, value in _bibtex_fields(article))
        yield f"@{kind}{{dateline-{article.id},\n{fields}}}\n\n"


def as_ris(articles: Iterable[Article]) -> Iterator[str]:
    """A record of type NEWS each; names as printed."""
    for article in articles:
        lines = [f"{tag}  - {_one_line(value)}\r\n" for tag, value in _ris_fields(article) if value]
        yield "".join(("TY  - NEWS\r\n", *lines, "ER  - \r\n\r\n"))


def as_atom(
    articles: Iterable[Article], channel: Channel, page: Callable[[Article], str] | None = None
) -> Iterator[str]:
    """A feed (RFC 4287), an entry each. Ids stay the same for as long as those of articles do.

    Args:
        page: the absolute address where an article can be read; its own address by default.
    """
    head = _serialized(_feed(channel)).removesuffix("</feed>")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + head + "\n"
    for article in articles:
        yield _serialized(_entry(article, channel, page)) + "\n"
    yield "</feed>\n"


def citation(article: Article) -> str:
    """An article cited in one line: authors, title, outlet, day, address; what is unknown is out.

    `Adela Wirth, “Belarus tells Moscow …”, Northern Wire, 17 February 2023, https://…`
    """
    by = [name for name in article.authors if name != article.source]
    names = " and ".join(filter(None, [", ".join(by[:-1]), *by[-1:]])) if len(by) < 4 else (
        f"{by[0]} and others"
    )  # fmt: skip
    title = f"“{article.title or 'Untitled'}”"
    known = (names, title, article.source, _day_in_words(article.published), _link(article))
    return _one_line(", ".join(part for part in known if part))


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write articles: its file suffix, its media type, and who writes it."""

    suffix: str
    media_type: str
    write: Callable[[Iterable[Article]], Iterator[str]]


FORMATS: Final = {
    "csv": Format("csv", "text/csv", as_csv),
    "jsonl": Format("jsonl", "application/jsonl", as_jsonl),
    "bibtex": Format("bib", "application/x-bibtex", as_bibtex),
    "ris": Format("ris", "application/x-research-info-systems", as_ris),
}
"""By the name the command line gives it. Atom stands apart, since a feed says what it is of."""


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: str | tuple[str, ...] | None) -> str:
    text = "; ".join(value) if isinstance(value, tuple) else value or ""
    text = text.replace("\0", "")
    # Some spreadsheets pass over spaces before the sign.
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _bibtex_fields(article: Article) -> Iterator[tuple[str, str]]:
    if article.authors:
        yield (
            "author",
            "{" + " and ".join(_bibtex_name(name, article) for name in article.authors) + "}",
        )
    yield "title", "{{" + _latex(article.title or "Untitled") + "}}"
    if article.source:
        yield "journal", "{" + _latex(article.source) + "}"
    day = _day(article.published)
    if day:
        yield "year", f"{{{day.year}}}"
        yield "month", MONTHS[day.month - 1]
        yield "day", f"{{{day.day}}}"
    if _link(article):
        yield "url", "{" + quote(_link(article), safe="%/:?#[]@!$&'()*+,;=~-._") + "}"
    if article.lang:
        yield "language", "{" + _latex(article.lang) + "}"


def _bibtex_name(name: str, article: Article) -> str:
    plain = _latex(name)
    whole = name == article.source or "," in name or " and " in f" {name.lower()} "
    return f"{{{plain}}}" if whole else plain


def _latex(text: str) -> str:
    return _one_line(text).translate(_LATEX)


def _ris_fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "ID", article.id
    yield "TI", article.title or "Untitled"
    yield from (("AU", name) for name in article.authors)
    yield "T2", article.source or ""
    day = _day(article.published)
    if day:
        yield "PY", f"{day.year:04d}"
        yield "DA", f"{day:%Y/%m/%d}/"
    yield "SE", article.section or ""
    yield "PP", article.place or ""
    yield "AB", article.lead
    yield from (("KW", tag) for tag in article.tags)
    yield "LA", article.lang or ""
    yield "UR", _link(article)


def _feed(channel: Channel) -> ET.Element:
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "id", _urn(f"dateline:search:{json.dumps(wire.asked(channel.query))}"))
    _add(feed, "title", channel.title)
    _add(feed, "updated", _instant(channel.updated) or channel.updated)
    _add(ET.SubElement(feed, "author"), "name", "Dateline")
    if channel.address:
        ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=channel.address)
    if channel.page:
        ET.SubElement(feed, "link", rel="alternate", type="text/html", href=channel.page)
    return feed


def _entry(article: Article, channel: Channel, page: Callable[[Article], str] | None) -> ET.Element:
    entry = ET.Element("entry")
    published = _instant(article.published)
    _add(entry, "id", _urn(f"dateline:article:{article.id}"))
    _add(entry, "title", article.title or "Untitled")
    # An entry must say when it changed; an undated article did when the index was made.
    updated = _instant(article.updated) or published or _instant(channel.updated)
    _add(entry, "updated", updated or channel.updated)
    if published:
        _add(entry, "published", published)
    for name in article.authors or ((article.source,) if article.source else ()):
        _add(ET.SubElement(entry, "author"), "name", name)
    original = _link(article)
    shown = page(article) if page else original
    if shown:
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=shown)
    if original and original != shown:
        ET.SubElement(entry, "link", rel="via", href=original)
    for tag in article.tags:
        ET.SubElement(entry, "category", term=_xml_text(tag))
    # Without an address to read it at, RFC 4287 wants the content itself.
    _add(entry, "summary" if shown else "content", article.lead if shown else article.body)
    return entry


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _xml_text(text)


def _serialized(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", short_empty_elements=element.tag != "feed")


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _urn(key: str) -> str:
    """A permanent id (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key.encode(errors="replace").decode()).urn


def _instant(printed: str | None) -> str | None:
    """RFC 3339: a day is its midnight, a time without a zone is UTC; None where it is no date."""
    try:
        value = datetime.fromisoformat(printed or "")
    except ValueError:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _day(printed: str | None) -> date | None:
    try:
        return date.fromisoformat((printed or "")[:10])
    except ValueError:
        return None


def _day_in_words(printed: str | None) -> str:
    day = _day(printed)
    return f"{day.day} {day:%B} {day.year}" if day else ""


def _link(article: Article) -> str:
    """Its address where that is one of the web, spaces and the like written as %xx."""
    try:
        parts = urlsplit(article.url or "")
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    if not known:
        return ""
    path, query, fragment = map(_quoted, (parts.path, parts.query, parts.fragment))
    host = quote(parts.netloc, safe="%:@[]!$&'()*+,;=")
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _quoted(text: str) -> str:
    """A part of an address as RFC 3986 allows it: brackets and a lone % are written as %xx too."""
    return quote(_LONE_PERCENT.sub("%25", text), safe="%/:?@!$&'()*+,;=~-._")


def _one_line(text: str) -> str:
    return " ".join(text.split())
