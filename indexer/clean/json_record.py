"""Reads a record: one JSON object of a dump comes in, an `Article` goes out.

The keys a dump may use for each field are those of `indexer.fields.TABLE`.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from indexer.analysis.control_characters import strip_controls
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
"""Attributes that `clean_record` makes of more than one value; `read_fields` leaves them out."""

_SPLITTERS: Final = {"authors": split_names, "tags": split_tags}
"""By attribute, the function that splits its texts into single values."""

NOT_PERSONS: Final = "not_persons"
"""Key of the note that lists the authors that are agencies, desks, offices or the outlet, joined by
"; ".
"""


def parse_record(data: bytes) -> Mapping[str, Any]:
    """Return the object of a record.

    Args:
        data: UTF-8, with or without a byte order mark.

    Raises:
        PageError: the bytes are not UTF-8, not JSON or not an object.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise PageError(f"not a JSON object: {exc}") from exc
    if not isinstance(value, dict):
        raise PageError("not a JSON object: the line holds another value")
    return value


def find_text(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the value of the first of `keys` that holds text or a number, None if none does.

    Line breaks inside the text are kept, control characters are removed; a text of nothing else
    counts as none. The `name` of an object counts as its value.
    """
    raw = find_raw_text(record, keys)
    return None if raw is None else strip_controls(raw).strip()


def find_raw_text(record: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the text that `find_text` finds, control characters included."""
    for key in keys:
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = str(value).strip()
            if strip_controls(text).strip():
                return text
    return None


def find_texts(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Return the values of the first of `keys` that has any; a single text is a list of one."""
    for key in keys:
        value = record.get(key)
        values = value if isinstance(value, list) else [value]
        found = [_read_line(v.get("name") if isinstance(v, dict) else v) for v in values]
        if any(found):
            return [text for text in found if text]
    return []


def _read_line(value: object) -> str:
    return collapse_whitespace(strip_controls(to_plain_text(value)))


def read_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a record gives directly, by attribute of `Article`.

    A field that the record does not have is None or empty.
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
    """Return the first date among `keys` in ISO form, as printed; None if there is no date.

    A day before `date_parsing.EARLIEST_YEAR` is taken for a mistake on a page, but not in a record.
    """
    text = find_text(record, keys) or ""
    return parse_date(text) or _parse_plain_day(text)


def _parse_plain_day(text: str) -> str | None:
    day = parse_day(text)
    return day.isoformat() if day else None


def clean_record(page: Page) -> Article:
    """Return the article of a record; `article.clean` adds the fields that are read from its text.

    Raises:
        PageError: the record is not a JSON object in UTF-8.
    """
    record = parse_record(page.data)
    # The id tells two records apart even if only their control characters differ.
    own_id = find_raw_text(record, RECORD_KEYS["id"])
    own_ref = find_text(record, RECORD_KEYS["id"])
    url = canonicalize_url(find_text(record, RECORD_KEYS["url"]) or strip_controls(page.url or ""))
    body = "\n\n".join(_split_paragraphs(find_text(record, RECORD_KEYS["body"]) or ""))
    fields = read_fields(record)
    fields["title"] = collapse_whitespace(fields["title"] or "")
    notes = {name: "record" for name, found in fields.items() if found}
    desks = "; ".join(name for name in fields["authors"] if not is_person(name))
    kind, value = ("id", own_id) if own_id else ("url", url) if url else ("", None)
    return Article(
        name=page.name,
        id=make_id(kind, value) if value else "",
        ref=own_ref or url or page.name,
        body=body,
        url=url,
        lang=find_language(body, find_text(record, RECORD_KEYS["lang"])),
        notes=notes | ({NOT_PERSONS: desks} if desks else {}),
        **fields,
    )


def _split_paragraphs(text: str) -> list[str]:
    """Split plain text into paragraphs at blank lines, or at line ends if it has no blank line."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    if len(parts) == 1:
        parts = text.split("\n")
    return [line for line in map(collapse_whitespace, parts) if line]
