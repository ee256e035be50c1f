"""What every engine holds of an article: the values of its fields, and its stored form.

An `Article` in; the values of its fields, its day as a number and a dictionary of JSON values out,
and from that dictionary the article again.
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
"""Stands between two values of one field, so that no phrase reaches from one into the next."""


def list_values(article: Article) -> dict[str, tuple[str, ...]]:
    """The article's values for the columns of names, in the order it gives them."""
    return {row.name: row.get_values(article) for row in VALUE_ROWS}


def tokenize_values(names: Iterable[str]) -> list[str]:
    """The terms of several values of one field, GAP between two of them."""
    terms: list[str] = []
    for name in names:
        if terms:
            terms.append(GAP)
        terms.extend(extract_terms(name))
    return terms


def to_day_ordinal(printed: str | None) -> int:
    """Proleptic ordinal of the day printed; 0 where there is none."""
    day = parse_day(printed)
    return day.toordinal() if day else 0


def encode_document(document: Document) -> dict[str, Any]:
    """A document as JSON values, empty ones left out."""
    content = {"article": _encode_article(document.article)}
    if document.original:
        content["original"] = asdict(document.original)
    if document.versions:
        content["versions"] = [_encode_article(version) for version in document.versions]  # type: ignore[assignment]
    return content


def decode_document(content: dict[str, Any]) -> Document:
    """A document from its stored fields."""
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
    lists = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    return Article(**{"title": "", "body": "", **content, **lists})
