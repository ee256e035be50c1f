"""The values and the stored form of an article, the same in every engine.

In: an `Article` or a `Document`. Out: the values of its fields, its day as a number, and a
dictionary of JSON values, from which the document can be decoded again.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from indexer.analysis.tokenizer import extract_terms
from indexer.engines.interface import Document
from indexer.engines.storage.files import OriginalLocation
from indexer.fields import VALUE_ROWS
from indexer.models import Article, parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable

GAP = "\x00"
"""A term between two values of one field, so that no phrase matches across them."""


def list_values(article: Article) -> dict[str, tuple[str, ...]]:
    """List the values of an article for each value field, in the order of the article."""
    return {row.name: row.get_values(article) for row in VALUE_ROWS}


def tokenize_values(names: Iterable[str]) -> list[str]:
    """Tokenize several values of one field, with GAP between two of them."""
    terms: list[str] = []
    for name in names:
        if terms:
            terms.append(GAP)
        terms.extend(extract_terms(name))
    return terms


def to_day_ordinal(printed: str | None) -> int:
    """Convert a printed date to the proleptic ordinal of its day; 0 if it has no day.

    >>> to_day_ordinal("2024-05-01"), to_day_ordinal(None)
    (739007, 0)
    """
    day = parse_day(printed)
    return day.toordinal() if day else 0


def encode_document(document: Document) -> dict[str, Any]:
    """Encode a document as JSON values; empty ones are left out."""
    content = {"article": _encode_article(document.article)}
    if document.original:
        content["original"] = asdict(document.original)
    if document.versions:
        content["versions"] = [_encode_article(version) for version in document.versions]  # type: ignore[assignment]
    return content


def decode_document(content: dict[str, Any]) -> Document:
    """Decode a document from the values that `encode_document` gave."""
    original = content.get("original")
    return Document(
        article=_decode_article(content["article"]),
        original=OriginalLocation(**original) if original else None,
        versions=tuple(map(_decode_article, content.get("versions", ()))),
    )


def _encode_article(article: Article) -> dict[str, Any]:
    pairs = ((field.name, getattr(article, field.name)) for field in fields(article))
    return {name: value for name, value in pairs if value}


def _decode_article(content: dict[str, Any]) -> Article:
    # Until November 2026 an id of control characters alone left an article without a ref.
    absent = {"title": "", "body": "", "ref": content["id"]}
    lists = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    return Article(**{**absent, **content, **lists})
