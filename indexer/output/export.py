"""Articles as files for other programs, and the table of the formats.

In: articles, one after the other. Out: pieces of text that make up the file, so that an archive of
any size can be written without holding it in memory.

A format is a function that writes articles and a row of `FORMATS`; the command line, the addresses
of exports, the menus and the help read the row. Short functions are defined here.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.fields import CSV_COLUMNS
from indexer.output import as_json
from indexer.output.atom import FeedMetadata, as_atom
from indexer.output.references import as_bibtex, as_ris

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.models import Article

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that make a cell a formula for a spreadsheet (OWASP, "CSV Injection")."""


def as_csv(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a row of names, then a row for each article (RFC 4180).

    `; ` separates several values in a cell. A cell that would be a formula begins with `'`.
    """
    yield _write_row(CSV_COLUMNS)
    for article in articles:
        yield _write_row([_format_cell(getattr(article, name)) for name in CSV_COLUMNS])


def as_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a line for each article, as `clean` prints it; `rebuild` can read the file."""
    for article in articles:
        yield json.dumps(as_json.encode_article(article), ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of exports.

    Attributes:
        name: name on the command line.
        extension: extension of the file and of its address, without dot.
        media_type: for the `Content-Type` header.
        label: name in the menu of exports.
        is_reference: whether the page of an article offers the article in this format.
        write: yields the pieces of a file with the given articles.
    """

    name: str
    extension: str
    media_type: str
    label: str
    is_reference: bool = False
    write: Callable[[Iterable[Article]], Iterator[str]]


FORMATS: Final = (
    Format(name="csv", extension="csv", media_type="text/csv", label="Table, CSV", write=as_csv),
    Format(
        name="jsonl", extension="jsonl", media_type="application/jsonl", label="JSON Lines",
        write=as_jsonl,
    ),
    Format(
        name="bibtex", extension="bib", media_type="application/x-bibtex", label="BibTeX",
        is_reference=True, write=as_bibtex,
    ),
    Format(
        name="ris", extension="ris", media_type="application/x-research-info-systems", label="RIS",
        is_reference=True, write=as_ris,
    ),
)  # fmt: skip
"""In the order of menus and help. The feed names its search, so it has an address of its own."""

FEED_NAME: Final = "atom"

FORMAT_NAMES: Final = (*(form.name for form in FORMATS), FEED_NAME)
"""Formats that the command line can write."""

BY_EXTENSION: Final = {form.extension: form for form in FORMATS}


def write_articles(articles: Iterable[Article], name: str, metadata: FeedMetadata) -> Iterator[str]:
    """Yield the pieces of a file in a format.

    Args:
        articles: in the order of the file.
        name: one of FORMAT_NAMES.
        metadata: of a feed; files do not use it.

    >>> from indexer.models import Query
    >>> hits = index.stream(Query("su-25 belarus", sort="newest"))
    >>> head, *rows = write_articles(hits, "csv", FeedMetadata("", Query(""), ""))
    >>> head[:16], len(rows)
    ('id,title,source,', 4)
    """
    if name == FEED_NAME:
        return as_atom(articles, metadata)
    return next(form for form in FORMATS if form.name == name).write(articles)


def _write_row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _format_cell(value: str | tuple[str, ...] | None) -> str:
    text = "; ".join(value) if isinstance(value, tuple) else value or ""
    text = text.replace("\0", "")
    # Some spreadsheets pass over spaces before the sign.
    return (
        f"'{text}"
        if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
        else text
    )
