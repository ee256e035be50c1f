"""The fields of an article: one table that index, search, page, API and exports are built from.

`TABLE` is the only list of fields in the product. Derived from it are the schema and the columns of
the Whoosh engine, the mapping of OpenSearch, the prefixes of the query language, the filters
(options, URL parameters, Python arguments), the facets, the columns of the CSV, the labels of the
page, the examples of the help page, the OpenAPI description, the keys that records of a dump use,
and the version of an index. A new field is a row here and an attribute of `models.Article`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.models import Article

FieldType = Literal["text", "texts", "date", "year", "notes"]
"""Type of the values. text: one string. texts: any number of strings. date: ISO 8601 as printed.
year: four digits of a date. notes: strings by name."""

SearchKind = Literal["text", "names", "designations"]
"""How a prefix searches a field. text: as running text. names: as names, which do not combine with
the words after the value (`source:AP 16`). designations: as names, but `system:F 16` is one
designation."""

ColumnKind = Literal["values", "day", "year"]
"""A column of an engine, besides the terms. values: whole values, to filter and count by. day: the
day as a number. year: the year as a value, which Whoosh computes from the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleField:
    """A row of the table. A place is the position in a list; 0 means absent from the list.

    Attributes:
        name: in queries, addresses, options and in the JSON of facets.
        attribute: of `Article`; also the key in JSON and the heading in the CSV.
        type: type of the values; JSON and OpenAPI types follow from it.
        optional: whether the JSON value may be null.
        keys: keys that records of a dump use for it, the first with a value counts.
        search: how `name:` searches it, None if there is no such prefix.
        weight: weight in ranking of words without a prefix; 0 if they do not search it.
        column: the column an engine stores besides the terms, None for no column.
        filter: place among the filters of the page and the parameters. facet: whether the filter's
            values are counted for the page.
        csv: place among the columns of the CSV.
        label: of the filter and the facet on the page.
        plural: of the label, in a sentence.
        listed: whether the page of an article lists the values.
        help, example, meaning: place among the examples of the help page, a query that finds
            something in the sample corpus, and what it finds, without a full stop.
    """

    name: str
    attribute: str
    type: FieldType = "text"
    optional: bool = False
    keys: tuple[str, ...] = ()
    search: SearchKind | None = None
    weight: float = 0.0
    column: ColumnKind | None = None
    filter: int = 0
    facet: bool = False
    csv: int = 0
    label: str = ""
    plural: str = ""
    listed: bool = False
    help: int = 0
    example: str = ""
    meaning: str = ""

    def get_values(self, article: Article) -> tuple[str, ...]:
        """Get the values of a text field of an article, in the article's order; empty if absent."""
        value: str | tuple[str, ...] | None = getattr(article, self.attribute)
        if isinstance(value, tuple):
            return value
        return (value,) if value else ()


YEAR: Final = "year"
"""Name of the year of publication, which the engines count without a column of its own."""

MONTH: Final = "month"
"""Name of the months of publication, counted like a facet: oldest first, days ignored as filter."""

TABLE: Final = (
    ArticleField(name="name", attribute="name"),
    ArticleField(
        name="id", attribute="id", csv=10,
        keys=("id", "_id", "doc_id", "docno", "docid", "uid", "guid"),
    ),
    ArticleField(name="ref", attribute="ref"),
    # A title counted three times ranked best on six collections (nDCG@10 .516 -> .525).
    ArticleField(
        name="title", attribute="title", search="text", weight=3.0, csv=20,
        keys=("title", "headline", "name"),
        help=10, example="title:belarus", meaning="in the title only",
    ),
    # The lead is the first paragraph and part of the body, so words without a prefix skip it.
    ArticleField(
        name="lead", attribute="lead", search="text", csv=140,
        help=20, example='lead:"air defense"', meaning="in the first paragraph only",
    ),
    ArticleField(
        name="body", attribute="body", search="text", weight=1.0,
        keys=("body", "text", "content", "articleBody", "maintext", "article", "fulltext",
              "full_text"),
        help=30, example="body:(tank OR howitzer)", meaning="in the text only, either word",
    ),
    ArticleField(
        name="url", attribute="url", optional=True, csv=90,
        keys=("url", "link", "source_url", "canonical_url", "permalink", "uri"),
    ),
    ArticleField(
        name="author", attribute="authors", type="texts", search="names", column="values",
        filter=40, facet=True, csv=60, label="Author", plural="authors",
        keys=("authors", "author", "byline", "creator"),
        help=60, example="author:kaldre", meaning="by the name in the byline",
    ),
    ArticleField(
        name="published", attribute="published", type="date", optional=True, column="day", csv=40,
        keys=("published", "date", "datePublished", "published_at", "date_publish", "pub_date",
              "publish_date", "created"),
    ),
    ArticleField(
        name=YEAR, attribute="published", type="year", column="year",
        filter=80, facet=True, label="Year", plural="years",
    ),
    ArticleField(
        name="updated", attribute="updated", type="date", optional=True, csv=50,
        keys=("updated", "modified", "dateModified", "updated_at"),
    ),
    ArticleField(name="dateline", attribute="dateline", optional=True),
    ArticleField(
        name="place", attribute="place", optional=True, search="names", column="values",
        filter=30, facet=True, csv=70, label="Place", plural="places",
        help=40, example="place:warsaw", meaning="by the place in the dateline",
    ),
    ArticleField(
        name="section", attribute="section", optional=True, search="names", column="values",
        filter=20, facet=True, csv=80, label="Section", plural="sections",
        keys=("section", "category", "articleSection", "desk"),
        help=70, example="section:europe", meaning="by the section of the outlet",
    ),
    ArticleField(
        name="source", attribute="source", optional=True, search="names", column="values",
        filter=10, facet=True, csv=30, label="Source", plural="sources",
        keys=("source", "publisher", "outlet", "site", "source_name", "site_name"),
        help=50, example='source:"northern wire"', meaning="by the outlet",
    ),
    ArticleField(
        name="tag", attribute="tags", type="texts", search="names", column="values",
        filter=70, csv=120, label="Tag", plural="tags", listed=True,
        keys=("tags", "keywords", "topics"),
        help=80, example="tag:drones", meaning="by a tag that the outlet gave",
    ),
    ArticleField(
        name="system", attribute="systems", type="texts", search="designations", column="values",
        filter=50, facet=True, csv=100, label="System", plural="systems", listed=True,
        help=90, example="system:su-25",
        meaning="articles that name this system; SU25 and Su 25 are the same",
    ),
    ArticleField(
        name="country", attribute="countries", type="texts", search="names", column="values",
        filter=60, facet=True, csv=110, label="Country", plural="countries", listed=True,
        help=100, example="country:belarus",
        meaning="articles about a country: in the title, the lead, or twice",
    ),
    ArticleField(
        name="lang", attribute="lang", optional=True, column="values", csv=130,
        keys=("lang", "language"),
    ),
    ArticleField(name="saved", attribute="saved", optional=True),
    ArticleField(name="notes", attribute="notes", type="notes"),
)  # fmt: skip
"""In the order of `Article`, the lead before the body. The order of the fields with a prefix is
that of notices and, in OpenSearch's dictionary, their number on disk; the order of those with keys
is that of an article's notes."""


def _sort_rows(place: Callable[[ArticleField], int]) -> tuple[ArticleField, ...]:
    return tuple(sorted(filter(place, TABLE), key=place))


def _list_names(rows: Iterable[ArticleField]) -> tuple[str, ...]:
    return tuple(row.name for row in rows)


SEARCH_FIELDS: Final = _list_names(row for row in TABLE if row.search)
"""Prefixes that narrow to one field; the parser adds `date`."""

TEXT_FIELDS: Final = _list_names(row for row in TABLE if row.search == "text")
"""Fields searched as text."""

NAME_FIELDS: Final = _list_names(row for row in TABLE if row.search and row.search != "text")
"""Fields of short names or designations, searched by `name:`."""

VALUE_FIELDS: Final = _list_names(row for row in TABLE if row.search == "names")
"""Fields whose values do not combine with the words after them."""

TEXT_WEIGHTS: Final = tuple((row.name, row.weight) for row in TABLE if row.weight)
"""Fields that a word without a prefix searches, with their weights in ranking."""

VALUE_ROWS: Final = tuple(row for row in TABLE if row.column == "values")
"""Rows with a column of whole values."""

FILTER_ROWS: Final = _sort_rows(lambda row: row.filter)
"""Rows of the filters by exact value, in the order of the page."""

FILTERS: Final = _list_names(FILTER_ROWS)
"""Names of the filters by exact value, in the order of the page."""

FACETS: Final = (*_list_names(row for row in FILTER_ROWS if row.facet), MONTH)
"""Facets counted for the page and the API, in the order of their JSON."""

LABELS: Final = {row.name: row.label for row in FILTER_ROWS}
"""Labels of the filters and facets on the page, by name."""

CSV_COLUMNS: Final = tuple(row.attribute for row in _sort_rows(lambda row: row.csv))
"""Attributes of `Article` in the CSV, in the order of its columns."""

HELP_ROWS: Final = _sort_rows(lambda row: row.help)
"""Rows with an example on the help page, in its order."""

ARTICLE_ROWS: Final = tuple(row for row in TABLE if row.type != "year")
"""One row for each attribute of `Article`."""

RECORD_KEYS: Final = {row.attribute: row.keys for row in ARTICLE_ROWS if row.keys}
"""Keys that records of a dump use, by attribute of `Article`."""

TOKENIZATION_VERSION: Final = 1
"""Raised with every change to the terms of a text (`analysis.tokenizer`)."""

FIRST_DIGEST: Final = "3482134ba294830b"
"""Digest of the first table. Its indexes, and those made before there was a table, have the bare
number as their version: 4 (Whoosh) and 2 (OpenSearch). It never changes."""


def compute_digest(
    table: Iterable[ArticleField] = TABLE, tokenization: int = TOKENIZATION_VERSION
) -> str:
    """Compute a digest, 16 hex digits, of everything in a table that an index depends on.

    It covers names, attributes, types and tokenization of the fields that are searched or have a
    column. Labels, examples, weights, filters and exports are left out: they need no rebuild.
    """
    held = [
        [row.name, row.attribute, row.type, row.search, row.column]
        for row in table
        if row.search or row.column
    ]
    return blake2b(json.dumps([tokenization, held]).encode(), digest_size=8).hexdigest()


def compute_index_version(number: int, table: Iterable[ArticleField] = TABLE) -> int | str:
    """Compute the version that an engine writes into an index and requires of it.

    Args:
        number: the engine's own number, raised with every change to its files that does not show
            in the table, such as columns of its own or the definition of copies.
        table: the fields.

    Returns:
        `number` alone for the first table, so that its indexes open; else with the digest.
    """
    found = compute_digest(table)
    return number if found == FIRST_DIGEST else f"{number}-{found}"
