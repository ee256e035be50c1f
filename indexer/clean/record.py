"""One JSON object with clean fields -> the fields of an article, whatever the dump calls them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from indexer.clean.dates import parse_date
from indexer.clean.names import split_names
from indexer.clean.page import plain
from indexer.clean.section import split_tags
from indexer.errors import PageError

ID_KEYS = ("id", "_id", "doc_id", "docno", "docid", "uid", "guid")
URL_KEYS = ("url", "link", "source_url", "canonical_url", "permalink", "uri")
TITLE_KEYS = ("title", "headline", "name")
BODY_KEYS = (
    "body",
    "text",
    "content",
    "articleBody",
    "maintext",
    "article",
    "fulltext",
    "full_text",
)
DATE_KEYS = (
    "published",
    "date",
    "datePublished",
    "published_at",
    "date_publish",
    "pub_date",
    "publish_date",
    "created",
)
UPDATED_KEYS = ("updated", "modified", "dateModified", "updated_at")
AUTHOR_KEYS = ("authors", "author", "byline", "creator")
SOURCE_KEYS = ("source", "publisher", "outlet", "site", "source_name", "site_name")
SECTION_KEYS = ("section", "category", "articleSection", "desk")
TAG_KEYS = ("tags", "keywords", "topics")


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


def read_authors(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors a record names."""
    return split_names(texts(record, AUTHOR_KEYS))


def read_tags(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tags a record names."""
    return split_tags(texts(record, TAG_KEYS))


def read_date(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first date among `keys`, ISO as printed.

    A day before `dates.EARLIEST` is a mistake on a page, but a record's own word.
    """
    text = first_text(record, keys) or ""
    return parse_date(text) or _believed(text)


def _believed(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None
