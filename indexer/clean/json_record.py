"""One JSON object with clean fields -> the fields of an article, whatever the dump calls them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from indexer.clean.fields.date_parsing import parse_date
from indexer.clean.fields.language import find_language
from indexer.clean.fields.person_names import is_person, split_names
from indexer.clean.fields.section_and_tags import split_tags
from indexer.clean.fields.url_and_id import canonicalize_url, make_id
from indexer.clean.page.document import collapse_whitespace, to_plain_text
from indexer.errors import PageError
from indexer.fields import ARTICLE_ROWS, RECORD_KEYS, ArticleField
from indexer.models import Article, Page, parse_day

_DERIVED_ATTRIBUTES: Final = {"id", "url", "body", "lang"}
"""Attributes that are made of more than the record's value; see `clean`."""

_SPLITTERS: Final = {"authors": split_names, "tags": split_tags}
"""What makes single values of the texts of an attribute."""

NOT_PERSONS: Final = "not_persons"
"""Note that names, joined by "; ", the authors that are agencies, desks, offices or the outlet."""


def parse_record(data: bytes) -> Mapping[str, Any]:
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


def find_text(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
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


def find_texts(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Return the values of the first of `keys` that has some, a list or one text."""
    for key in keys:
        value = record.get(key)
        values = value if isinstance(value, list) else [value]
        found = [to_plain_text(v.get("name") if isinstance(v, dict) else v) for v in values]
        if any(found):
            return [text for text in found if text]
    return []


def read_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a record gives as they are, by attribute of `Article`.

    Keys are those of `fields.TABLE`; a field that is not in the record is None or empty.
    """
    return {
        row.attribute: _read_field(record, row)
        for row in ARTICLE_ROWS
        if row.keys and row.attribute not in _DERIVED_ATTRIBUTES
    }


def _read_field(record: Mapping[str, Any], row: ArticleField) -> str | tuple[str, ...] | None:
    if row.type == "texts":
        return _SPLITTERS.get(row.attribute, tuple)(find_texts(record, row.keys))
    if row.type == "date":
        return read_date(record, row.keys)
    return find_text(record, row.keys)


def read_date(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first date among `keys`, ISO as printed.

    A day before `date_parsing.EARLIEST` is a mistake on a page, but a record's own word.
    """
    text = find_text(record, keys) or ""
    return parse_date(text) or _parse_plain_day(text)


def _parse_plain_day(text: str) -> str | None:
    day = parse_day(text)
    return day.isoformat() if day else None


def clean_record(page: Page) -> Article:
    record = parse_record(page.data)
    own_id = find_text(record, RECORD_KEYS["id"])
    url = canonicalize_url(find_text(record, RECORD_KEYS["url"]) or page.url or "")
    body = "\n\n".join(_split_paragraphs(find_text(record, RECORD_KEYS["body"]) or ""))
    fields = read_fields(record)
    fields["title"] = collapse_whitespace(fields["title"] or "")
    notes = {name: "record" for name, found in fields.items() if found}
    desks = "; ".join(name for name in fields["authors"] if not is_person(name))
    kind, value = ("id", own_id) if own_id else ("url", url) if url else ("", None)
    return Article(
        name=page.name,
        id=make_id(kind, value) if value else "",
        ref=own_id or url or page.name,
        body=body,
        url=url,
        lang=find_language(body, find_text(record, RECORD_KEYS["lang"])),
        notes=notes | ({NOT_PERSONS: desks} if desks else {}),
        **fields,
    )


def _split_paragraphs(text: str) -> list[str]:
    """Split plain text into paragraphs: at blank lines, else at line ends."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    if len(parts) == 1:
        parts = text.split("\n")
    return [line for line in map(collapse_whitespace, parts) if line]
