"""Articles as files for other programs, and the table of the formats.

In: articles, one after the other. Out: pieces of text that make up the file, so that a whole
archive can be written without holding it. Nothing is read, printed or searched here.

A format is a function that writes articles and a row of `FORMATS`; the command line, the addresses
of exports, the menus and the help draw on the row. A short function is written here.
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

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a cell a formula for a spreadsheet (OWASP, "CSV Injection")."""


def as_csv(articles: Iterable[Article]) -> Iterator[str]:
    """A row an article after a row of names (RFC 4180); `; ` between several values of one cell.

    No cell is a formula: `'` goes before.
    """
    yield _row(CSV_COLUMNS)
    for article in articles:
        yield _row([_cell(getattr(article, name)) for name in CSV_COLUMNS])


def as_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """A line an article, as `clean` prints it; `rebuild` reads it again."""
    for article in articles:
        yield json.dumps(as_json.article(article), ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write articles.

    Attributes:
        name: as the command line takes it. extension: of the file and of its address, without dot.
        label: as the menu of exports shows it.
        is_reference: whether the page of an article offers its record.
        write: gives the pieces of the file.
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
"""In the order in which menus and help show them. The feed has its own name and address, since it
says which search it is of."""

FEED_NAME: Final = "atom"

FORMAT_NAMES: Final = (*(form.name for form in FORMATS), FEED_NAME)
"""Formats that the command line can write."""

BY_EXTENSION: Final = {form.extension: form for form in FORMATS}


def write_articles(articles: Iterable[Article], name: str, metadata: FeedMetadata) -> Iterator[str]:
    """The pieces of a file in the format of a name.

    Args:
        name: one of FORMAT_NAMES.
        metadata: what a feed says of itself; files do not use it.
    """
    if name == FEED_NAME:
        return as_atom(articles, metadata)
    return next(form for form in FORMATS if form.name == name).write(articles)


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: str | tuple[str, ...] | None) -> str:
    text = "; ".join(value) if isinstance(value, tuple) else value or ""
    text = text.replace("\0", "")
    # Some spreadsheets pass over spaces before the sign.
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
