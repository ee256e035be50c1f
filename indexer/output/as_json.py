"""Results, articles and reports as JSON values, with the keys that scripts rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from indexer.models import Article, Copy, QuarantinedPage, Results, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.models import BuildReport, FacetValue, Hit, Query, Span, Suggestion

OMITTED: Final[dict[type, frozenset[str]]] = {
    Article: frozenset({"saved"}),
    Copy: frozenset({"title"}),
    Results: frozenset({"listed", "widened", "missing", "word_counts", "newest"}),
    Snippet: frozenset({"opens", "closes"}),
}
"""Attributes that the JSON omits, by class."""


def encode_article(value: Article) -> dict[str, Any]:
    """Encode an article as `clean`, `show` and `/api/article` print it."""
    return {name: one for name, one in asdict(value).items() if name not in OMITTED[Article]}


def encode_outcome(outcome: Article | QuarantinedPage) -> dict[str, Any]:
    """Encode a line of `clean`: the article, or the name of the page and the error."""
    if isinstance(outcome, QuarantinedPage):
        return {"name": outcome.name, "error": outcome.reason}
    return encode_article(outcome)


def encode_report(value: BuildReport) -> dict[str, Any]:
    """Encode the report of a rebuild or update."""
    content = asdict(value)
    del content["published"]  # a script sees it by the name of the generation
    return content


def encode_results(value: Results) -> dict[str, Any]:
    """Encode the results of a search."""
    return {
        "query": value.query.text,
        "total": value.total,
        "took_ms": value.took_ms,
        "hits": [encode_hit(one) for one in value.hits],
        "facets": {
            name: list(map(_encode_facet_value, values)) for name, values in value.facets.items()
        },
        "months": [{"month": month, "count": count} for month, count in value.months],
        "searched": {typed: list(terms) for typed, terms in value.searched.items()},
        "notices": [asdict(notice) for notice in value.notices],
        "suggestion": value.suggestion,
        "instead": [encode_hit(one) for one in value.instead],
    }


def _encode_facet_value(one: FacetValue) -> dict[str, Any]:
    """Encode a value of a facet; `asdict`, which copies deeply, takes twenty times as long."""
    return {"value": one.value, "count": one.count, "selected": one.selected}


def encode_search(value: Query) -> dict[str, Any]:
    """Encode the words, filters and days of a search, which identify it; not its order and page."""
    return {
        "text": value.text,
        "match": value.match,
        "exact": value.exact,
        "first": value.first,
        "last": value.last,
        "filters": {name: list(values) for name, values in value.filters.items()},
    }


def encode_hit(value: Hit) -> dict[str, Any]:
    """Encode one hit."""
    return {
        "id": value.id,
        "ref": value.ref,
        "title": value.title,
        "title_marks": _encode_spans(value.title_marks),
        "url": value.url,
        "source": value.source,
        "published": value.published,
        "authors": list(value.authors),
        "place": value.place,
        "section": value.section,
        "score": value.score,
        "copies": [
            {"id": copy.id, "source": copy.source, "published": copy.published}
            for copy in value.copies
        ],
        "snippets": [
            {"text": snippet.text, "marks": _encode_spans(snippet.marks)}
            for snippet in value.snippets
        ],
    }


def encode_suggestions(value: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Encode completions."""
    return [asdict(one) for one in value]


def encode_summary(value: Article) -> dict[str, Any]:
    """Encode an article as `similar` lists it."""
    return {
        "id": value.id,
        "title": value.title,
        "source": value.source,
        "published": value.published,
    }


def _encode_spans(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
