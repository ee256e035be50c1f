"""The fields and columns of the index as one table, and the conversion of documents to them.

In: a `Document`. Out: an `IndexDocument` for the writer.

| field | searched as | column | shown in |
|---|---|---|---|
| id | key | text | |
| title, lead, body | words with positions | title | hits, article |
| `fields.NAME_FIELDS` | words with positions | values | facets |
| compound | pairs that some article hyphenates | | |
| published | | int: day ordinal, 0 = undated | sort, range, timeline, year |
| other `fields.VALUE_ROWS`: lang | | values | |
| pack | | int: generation whose pack holds the saved page, 0 = none | |
| lines | | text: tokens of each line of the body (match_positions.py) | marks |
| signature | | signature: fingerprint of the body, all 0 = too short | copies |

The whole article is stored; columns repeat the values that are sorted, filtered and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from whoosh.analysis.tokenizers import IDTokenizer
from whoosh.fields import ID, KEYWORD, TEXT, Schema

from indexer.analysis import stemming
from indexer.analysis.tokenizer import extract_terms, find_hyphen_pairs
from indexer.engines.stored_document import (
    encode_document,
    list_values,
    to_day_ordinal,
    tokenize_values,
)
from indexer.engines.whoosh.index.layout import IndexLayout
from indexer.engines.whoosh.search.match_positions import LINES, encode_lines
from indexer.fields import NAME_FIELDS, SEARCH_FIELDS, VALUE_ROWS, compute_index_version
from indexer.near_duplicates import minhash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.engines.interface import Document
    from indexer.engines.whoosh.index.columns import ColumnValue
    from indexer.models import Article

VERSION = compute_index_version(4)
"""The number is raised with every change of the index that `fields.TABLE` does not show: of columns
of this engine, or of the definition of copies, since an update keeps the groups it finds. An index
of another version needs a rebuild."""

SIGNATURE = "signature"
"""The column of signatures, by which copies are found."""

LAYOUT = IndexLayout(
    schema=Schema(
        id=ID(unique=True),
        compound=KEYWORD(),
        **{name: TEXT(analyzer=IDTokenizer()) for name in SEARCH_FIELDS},
    ),
    columns={
        "published": "int",
        "pack": "int",
        SIGNATURE: "signature",
        "id": "text",
        LINES: "text",
        **{row.name: "values" for row in VALUE_ROWS},
    },
    version=VERSION,
)

STEMMER = stemming.STEMMER


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """The arguments of `IndexWriter.add_document` for one document."""

    terms: dict[str, list[str]]
    stored: dict[str, Any]
    columns: dict[str, ColumnValue]


def make_index_documents(documents: Sequence[Document]) -> list[IndexDocument]:
    """Convert documents to terms, stored fields and columns.

    Several at a time, since signatures of several texts are computed together.
    """
    made = [_make_index_document(document) for document in documents]
    signatures = minhash.sign_texts([row.terms["body"] for row in made])
    for row, signature in zip(made, signatures, strict=True):
        row.columns[SIGNATURE] = signature.astype("<i4", copy=False).tobytes()
    return made


def _make_index_document(document: Document) -> IndexDocument:
    article = document.article
    names = list_values(article)
    lines = [extract_terms(line) for line in article.body.split("\n")]
    terms = {
        "id": [article.id],
        "title": extract_terms(article.title),
        "lead": _extract_lead_terms(article, lines),
        "body": list(chain.from_iterable(lines)),
        "compound": sorted(
            {f"{first}-{second}" for first, second in find_hyphen_pairs(article.body)}
        ),
        **{name: tokenize_values(names[name]) for name in NAME_FIELDS},
    }
    columns: dict[str, ColumnValue] = {
        "published": to_day_ordinal(article.published),
        "pack": int(document.original.generation) if document.original else 0,
        "id": article.id,
        LINES: encode_lines([len(line) for line in lines]),
        **names,
    }
    return IndexDocument(terms, encode_document(document), columns)


def _extract_lead_terms(article: Article, lines: list[list[str]]) -> list[str]:
    """Return the terms of the lead: those of the body's first lines, as each line is cut alone."""
    body, end = article.body, len(article.lead)
    if body.startswith(article.lead) and body[end : end + 1] in ("", "\n"):
        return list(chain.from_iterable(lines[: article.lead.count("\n") + 1]))
    return extract_terms(article.lead)
