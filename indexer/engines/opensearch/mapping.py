"""Settings and mappings of the indices on the server, and the conversion of a `Document` to theirs.

Two indices make a generation: `news-000012`, one document per article, and
`news-000012-terms`, one document per term (see term_index.py). Of an article:

| field | is | for |
|---|---|---|
| title, lead, body, author … country | our terms, separated by spaces, one per position | search |
| named.source … named.tag, named.lang, named.year, named.month | whole values | filters, facets |
| published | day ordinal, absent if undated | sort, range, freshness |
| length.title …, length.text | terms in the field; weighted in title and body together | ranking |
| fold | id of the first of its near-duplicates, absent if it has none | collapsing them |
| id | its id, also that of the document | order of ties |
| document | everything stored, JSON as one string | hits, article; the only field in `_source` |

The server does not tokenize text: its analyzer splits our terms at the spaces. Its score of a term
is the frequency alone ("mentions"). The scripts in scoring_scripts.py compute BM25 from it, with
our lengths and counts, so that all shards score alike.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis.tokenizer import extract_terms, find_hyphen_pairs
from indexer.engines.stored_document import (
    encode_document,
    list_values,
    to_day_ordinal,
    tokenize_values,
)
from indexer.fields import (
    MONTH,
    NAME_FIELDS,
    SEARCH_FIELDS,
    TEXT_WEIGHTS,
    VALUE_ROWS,
    YEAR,
    compute_index_version,
)

if TYPE_CHECKING:
    from indexer.engines.interface import Document

VERSION: Final = compute_index_version(2)
"""The number is raised with every change to what an index holds that `fields.TABLE` does not show;
an index of another version needs a rebuild."""

SEARCHED: Final = SEARCH_FIELDS
"""Fields of terms; the build ledger stores their position here."""

PAIR_FIELD: Final = "pair"
"""The field of the index of terms that counts the articles which hyphenate a pair of words."""

TEXT_LENGTH: Final = "text"
"""Name of the length of title and body together, weighted as in ranking."""

ALTERNATIVE_SEPARATOR: Final = "\x01"
"""Separates, in a query, the alternative terms of one position."""

INDEX_ANALYZER, QUERY_ANALYZER = "terms", "ways"
"""Names of the analyzers: of indexed text, and of queries."""

MENTIONS: Final = "mentions"

MAX_VALUE_CHARS: Final = 8000
"""Longest value that is filtered and counted, characters; the server accepts 32,766 bytes."""

MAX_TOKEN_CHARS: Final = 1_048_576
"""Longest text without a space that the tokenizer of the server does not split, characters."""


def make_settings(shards: int) -> dict[str, Any]:
    """Make the settings of an index while it is written; publication adds replicas."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_terms_count": 65_536,
            "analysis": {
                "tokenizer": {
                    "spaces": {"type": "whitespace", "max_token_length": MAX_TOKEN_CHARS}
                },
                "filter": {
                    QUERY_ANALYZER: {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{ALTERNATIVE_SEPARATOR}]+)"],
                    }
                },
                "analyzer": {
                    INDEX_ANALYZER: {"type": "custom", "tokenizer": "spaces"},
                    QUERY_ANALYZER: {
                        "type": "custom",
                        "tokenizer": "spaces",
                        "filter": [QUERY_ANALYZER],
                    },
                },
            },
            "similarity": {
                MENTIONS: {
                    "type": "scripted",
                    "script": {"source": "return query.boost * doc.freq;"},
                }
            },
        }
    }


def make_mappings() -> dict[str, Any]:
    """Make the mappings of an index of articles."""
    text = {"type": "text", "analyzer": INDEX_ANALYZER, "similarity": MENTIONS, "norms": False}
    named = {
        name: {"type": "keyword", "ignore_above": MAX_VALUE_CHARS}
        for name in (*(row.name for row in VALUE_ROWS), YEAR, MONTH)
    }
    lengths = {name: {"type": "integer", "index": False} for name in (*SEARCHED, TEXT_LENGTH)}
    return {
        "dynamic": "strict",
        "_source": {"includes": ["document"]},
        "_meta": {"dateline": VERSION},
        "properties": {
            "id": {"type": "keyword"},
            **dict.fromkeys(SEARCHED, text),
            "named": {"properties": named},
            "published": {"type": "integer"},
            "length": {"properties": lengths},
            "fold": {"type": "keyword"},
            "document": {"type": "keyword", "index": False, "doc_values": False},
        },
    }


def make_dictionary_mappings() -> dict[str, Any]:
    """Make the mappings of an index of terms: term, stem, and number of articles by field."""
    return {
        "dynamic": "strict",
        "properties": {
            "term": {"type": "keyword"},
            "stem": {"type": "keyword"},
            "held": {"type": "object", "enabled": False},
        },
    }


def extract_field_terms(document: Document) -> dict[str, list[str]]:
    """Extract the terms of each searched field, with GAP between two values of one field."""
    article = document.article
    names = list_values(article)
    return {
        "title": extract_terms(article.title),
        "lead": extract_terms(article.lead),
        "body": extract_terms(article.body),
        **{name: tokenize_values(names[name]) for name in NAME_FIELDS},
    }


def extract_hyphen_pairs(document: Document) -> set[str]:
    """Extract the pairs of words that the body hyphenates, as ids of the index of terms.

    Pairs over 512 bytes, the longest id of a server, are left out; they are no words.
    """
    pairs = (f"{first}-{second}" for first, second in find_hyphen_pairs(document.article.body))
    return {pair for pair in pairs if len(pair.encode()) <= 512}


def make_server_document(
    document: Document, terms: dict[str, list[str]], fold: str | None
) -> dict[str, Any]:
    """Make the document that the server indexes.

    Args:
        document: of the article.
        terms: as `extract_field_terms` gives them.
        fold: id of the first of its near-duplicates; None if it has none.
    """
    article = document.article
    lengths = {name: len(found) for name, found in terms.items()}
    weighted = sum(weight * lengths[name] for name, weight in TEXT_WEIGHTS)
    day = to_day_ordinal(article.published)
    named = {name: list(found) for name, found in list_values(article).items() if found}
    content: dict[str, Any] = {
        "id": article.id,
        **{name: " ".join(found) for name, found in terms.items() if found},
        "named": named,
        "length": {**lengths, TEXT_LENGTH: round(weighted)},
        "document": json.dumps(encode_document(document)),
    }
    if day:
        content["published"] = day
        named[YEAR] = [(article.published or "")[:4]]
        named[MONTH] = [(article.published or "")[:7]]
    if fold:
        content["fold"] = fold
    return content
