"""An article as Whoosh sees it: a schema whose fields are searched, sorted and stored by name.

| field | searched as | sorted by | stored as |
|---|---|---|---|
| id | key | yes | text |
| title, lead, body | words | | text |
| source, section, place | words | yes | text |
| author, tag, system, country | words | | values joined by ", " |
| published | dates, by the day | yes | datetime at midnight of the day printed, None if undated |
| url, updated, dateline, lang, saved, name, ref | | | text |

A field without a value is not stored. Undated articles sort before all others.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from whoosh.fields import DATETIME, ID, STORED, TEXT, Schema

from indexer.engines.fields import day_ordinal
from indexer.engines.whoosh.compat.analyzer import ArticleTokenizer
from indexer.engines.whoosh.queries import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

_SINGLE_VALUES: Final = ("source", "section", "place")
_SEVERAL_VALUES: Final = {
    "author": "authors",
    "tag": "tags",
    "system": "systems",
    "country": "countries",
}
"""Indexed field to the attribute of `Article` that holds its values."""

_STORED_ONLY: Final = ("url", "updated", "dateline", "lang", "saved", "name", "ref")


def _text_field(*, sortable: bool = False) -> TEXT:
    # A word that is several terms (`air-to-air`) is a phrase, as it is in Dateline's own queries.
    return TEXT(ArticleTokenizer(), stored=True, multitoken_query="phrase", sortable=sortable)


def _day_field() -> DATETIME:
    field = DATETIME(stored=True, sortable=True)
    field.shift_step = 0  # terms of whole days alone: DayTerms makes no coarser ones
    return field


ARTICLE_SCHEMA: Final = Schema(
    id=ID(unique=True, stored=True, sortable=True),
    **{name: _text_field() for name in ("title", "lead", "body", *_SEVERAL_VALUES)},
    **{name: _text_field(sortable=True) for name in _SINGLE_VALUES},
    **{PUBLISHED: _day_field()},
    **{name: STORED() for name in _STORED_ONLY},
)


def read_article_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored fields of a document by the names of the schema.

    Args:
        content: what `engines.fields.stored` wrote.
    """
    article: Mapping[str, Any] = content["article"]
    names = ("id", "title", "lead", "body", *_SINGLE_VALUES, *_STORED_ONLY)
    values = {name: article[name] for name in names if name in article}
    values |= {
        name: ", ".join(article[attribute])
        for name, attribute in _SEVERAL_VALUES.items()
        if attribute in article
    }
    day = day_ordinal(article.get(PUBLISHED))
    return values | {PUBLISHED: datetime.fromordinal(day) if day else None}
