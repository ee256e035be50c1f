"""An article as Whoosh sees it: a schema whose fields are searched, sorted and stored by name.

In: the table of fields, and the stored content of a document. Out: a Whoosh schema, and the stored
fields by name.

| field | searched as | sorted by | stored as |
|---|---|---|---|
| id | key | yes | text |
| title, lead, body | words | | text |
| names with one value: source, section, place | words | yes | text |
| names with several: author, tag, system, country | words | | values joined by ", " |
| published | dates, by the day | yes | datetime at midnight of the day printed, None if undated |
| others of `fields.ARTICLE_ROWS`: url, updated, lang … | | | text |

A field without a value is not stored. Undated articles sort before all others.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from whoosh.fields import DATETIME, ID, STORED, TEXT, Schema

from indexer.engines.stored_document import to_day_ordinal
from indexer.engines.whoosh.compat.analyzer import ArticleTokenizer
from indexer.engines.whoosh.search.queries import PUBLISHED
from indexer.fields import ARTICLE_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.fields import ArticleField

_NOT_STORED: Final = ("notes",)

_STORED_ONLY: Final = tuple(
    row
    for row in ARTICLE_ROWS
    if not row.search and row.attribute not in {"id", PUBLISHED, *_NOT_STORED}
)


def _make_searched_field(row: ArticleField) -> TEXT:
    """Make a field of words; it is sortable if an article has one name at most."""
    # A word that is several terms (`air-to-air`) is a phrase, as it is in Dateline's own queries.
    return TEXT(
        ArticleTokenizer(),
        stored=True,
        multitoken_query="phrase",
        sortable=row.search != "text" and row.type == "text",
    )


def _make_day_field() -> DATETIME:
    field = DATETIME(stored=True, sortable=True)
    field.shift_step = 0  # only one term per day: DayTerms makes no coarser ones
    return field


ARTICLE_SCHEMA: Final = Schema(
    id=ID(unique=True, stored=True, sortable=True),
    **{row.name: _make_searched_field(row) for row in ARTICLE_ROWS if row.search},
    **{PUBLISHED: _make_day_field()},
    **{row.name: STORED() for row in _STORED_ONLY},
)


def read_article_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored fields of a document by the names of the schema.

    Args:
        content: what `engines.stored_document.encode_document` wrote.
    """
    article: Mapping[str, Any] = content["article"]
    values = {
        row.name: ", ".join(article[row.attribute]) if row.type == "texts"
        else article[row.attribute]
        for row in ARTICLE_ROWS
        if row.attribute in article and row.attribute not in _NOT_STORED
    }  # fmt: skip
    day = to_day_ordinal(article.get(PUBLISHED))
    return values | {PUBLISHED: datetime.fromordinal(day) if day else None}
