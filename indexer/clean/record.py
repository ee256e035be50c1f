"""One JSON object with clean fields -> the fields of an article, whatever the dump calls them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from indexer.clean.dates import parse_date
from indexer.clean.names import split_names
from indexer.clean.page import plain
from indexer.clean.section import split_tags
from indexer.errors import PageError
from indexer.fields import ARTICLE_ROWS, ArticleField
from indexer.models import parse_day

_APART: Final = {"id", "url", "body", "lang"}
"""Attributes that are made of more than the record's value; see `clean`."""

_SPLIT: Final = {"authors": split_names, "tags": split_tags}
"""What makes single values of the texts of an attribute."""


def load(data: bytes) -> Mapping[str, Any]:
    """Return the object of a record.

    Raises:
        PageError: no UTF-8, no JSON, or no object.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise PageError(f"not a JSON object: {exc}") from exc
    if not isinstance(value, dict):
        raise PageError("not a JSON object: the line holds another value")
    return value


def first_text(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first of `keys` that holds text or a number, as text with its line breaks."""
    for key in keys:
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = str(value).strip()
            if text:
                return text
    return None


def texts(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Return the values of the first of `keys` that has some, a list or one text."""
    for key in keys:
        value = record.get(key)
        values = value if isinstance(value, list) else [value]
        found = [plain(v.get("name") if isinstance(v, dict) else v) for v in values]
        if any(found):
            return [text for text in found if text]
    return []


def read_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a record gives as they are, by attribute of `Article`.

    Keys are those of `fields.TABLE`; a field that is not in the record is None or empty.
    """
    return {
        row.attribute: _read(record, row)
        for row in ARTICLE_ROWS
        if row.keys and row.attribute not in _APART
    }


def _read(record: Mapping[str, Any], row: ArticleField) -> str | tuple[str, ...] | None:
    if row.type == "texts":
        return _SPLIT.get(row.attribute, tuple)(texts(record, row.keys))
    if row.type == "date":
        return read_date(record, row.keys)
    return first_text(record, row.keys)


def read_date(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first date among `keys`, ISO as printed.

    A day before `dates.EARLIEST` is a mistake on a page, but a record's own word.
    """
    text = first_text(record, keys) or ""
    return parse_date(text) or _believed(text)


def _believed(text: str) -> str | None:
    day = parse_day(text)
    return day.isoformat() if day else None
