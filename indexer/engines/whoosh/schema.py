"""The schema as one table, and the way from an `Article` to what the writer takes.

| field | searched as | column | shown in |
|---|---|---|---|
| id | key | text | |
| title, lead, body | words with positions | title | hits, article |
| author, place, section, source, tag, system, country | words with positions | values | facets |
| compound | pairs that some article hyphenates | | |
| published | | int: day ordinal, 0 = undated | sort, range, timeline, year |
| lang | | values | |
| pack | | int: generation whose pack holds the saved page, 0 = none | |
| signature00 ... 15 | | int: fingerprint of the body, all 0 = too short | copies |

Everything of the article is stored; columns repeat what is sorted, filtered and counted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from whoosh.analysis.tokenizers import IDTokenizer
from whoosh.fields import ID, KEYWORD, TEXT, Schema

from indexer.analysis import fingerprint, stems
from indexer.analysis.tokens import hyphen_pairs, index_terms
from indexer.engines.base import Document, Original
from indexer.engines.whoosh.layout import Layout
from indexer.models import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.engines.whoosh.columns import ColumnValue

VERSION = 1
"""Raised with every change to fields, columns or tokens; an older index then needs a rebuild."""

TEXT_WEIGHTS = (("title", 3.0), ("body", 1.0))
"""Fields an unfielded word is looked for in, with their weights in ranking: a title counted three
times ranked best on six collections (nDCG@10 .516 -> .525). The lead is part of the body."""

NAME_FIELDS = ("author", "place", "section", "source", "tag", "system", "country")
"""Fields of short names, searched by `field:` and filtered and counted as whole values."""

SIGNATURE = tuple(f"signature{number:02}" for number in range(fingerprint.WIDTH))
"""Columns of the signature that copies are found by."""

GAP = "\x00"
"""Stands between two values of one field, so that no phrase reaches from one into the next."""

LAYOUT = Layout(
    schema=Schema(
        id=ID(unique=True),
        compound=KEYWORD(),
        **{name: TEXT(analyzer=IDTokenizer()) for name in ("title", "lead", "body", *NAME_FIELDS)},
    ),
    columns={
        "published": "int",
        "pack": "int",
        **dict.fromkeys(SIGNATURE, "int"),
        "id": "text",
        **dict.fromkeys((*NAME_FIELDS, "lang"), "values"),
    },
    version=VERSION,
)

STEMMER = stems.STEMMER


@dataclass(frozen=True, slots=True)
class Row:
    """What `ColumnWriter.add_document` takes."""

    terms: dict[str, list[str]]
    stored: dict[str, Any]
    columns: dict[str, ColumnValue]


def rows(documents: Sequence[Document]) -> list[Row]:
    """Documents as terms, stored fields and columns; some at a time, for the signatures' sake."""
    made = [_row(document) for document in documents]
    signatures = fingerprint.signatures([row.terms["body"] for row in made]).tolist()
    for row, values in zip(made, signatures, strict=True):
        row.columns.update(zip(SIGNATURE, values, strict=True))
    return made


def _row(document: Document) -> Row:
    article = document.article
    names = values(article)
    terms = {
        "id": [article.id],
        "title": index_terms(article.title),
        "lead": index_terms(article.lead),
        "body": index_terms(article.body),
        "compound": sorted({f"{first}-{second}" for first, second in hyphen_pairs(article.body)}),
        **{name: _value_terms(names[name]) for name in NAME_FIELDS},
    }
    columns: dict[str, ColumnValue] = {
        "published": day_ordinal(article.published),
        "pack": int(document.original.generation) if document.original else 0,
        "id": article.id,
        **names,
    }
    return Row(terms, stored(document), columns)


def values(article: Article) -> dict[str, tuple[str, ...]]:
    """The article's values for the columns of names, in the order it gives them."""
    return {
        "source": _one(article.source),
        "section": _one(article.section),
        "place": _one(article.place),
        "author": article.authors,
        "system": article.systems,
        "country": article.countries,
        "tag": article.tags,
        "lang": _one(article.lang),
    }


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _value_terms(names: Iterable[str]) -> list[str]:
    terms: list[str] = []
    for name in names:
        if terms:
            terms.append(GAP)
        terms.extend(index_terms(name))
    return terms


def day_ordinal(printed: str | None) -> int:
    """Proleptic ordinal of the day printed; 0 where there is none."""
    try:
        return date.fromisoformat((printed or "")[:10]).toordinal()
    except ValueError:
        return 0


def stored(document: Document) -> dict[str, Any]:
    """A document as JSON values, empty ones left out."""
    content = {"article": _filled(document.article)}
    if document.original:
        content["original"] = asdict(document.original)
    if document.versions:
        content["versions"] = [_filled(version) for version in document.versions]  # type: ignore[assignment]
    return content


def document(content: dict[str, Any]) -> Document:
    """A document from its stored fields."""
    original = content.get("original")
    return Document(
        article=_article(content["article"]),
        original=Original(**original) if original else None,
        versions=tuple(map(_article, content.get("versions", ()))),
    )


def _filled(article: Article) -> dict[str, Any]:
    pairs = ((field.name, getattr(article, field.name)) for field in fields(article))
    return {name: value for name, value in pairs if value}


def _article(content: dict[str, Any]) -> Article:
    lists = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    return Article(**{"title": "", "body": "", **content, **lists})
