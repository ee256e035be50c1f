"""Results, articles and reports as JSON values, under the names that scripts rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from indexer.models import Article, Copy, Quarantined, Results, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.models import BuildReport, FacetValue, Hit, Query, Span, Suggestion

LEFT_OUT: Final[dict[type, frozenset[str]]] = {
    Article: frozenset({"saved"}),
    Copy: frozenset({"title"}),
    Results: frozenset({"listed", "widened", "missing", "word_counts", "newest"}),
    Snippet: frozenset({"opens", "closes"}),
}
"""Attributes that the JSON does not give."""


def article(value: Article) -> dict[str, Any]:
    """An article as `clean`, `show` and `/api/article` give it."""
    return {name: one for name, one in asdict(value).items() if name not in LEFT_OUT[Article]}


def cleaned(outcome: Article | Quarantined) -> dict[str, Any]:
    """A line of `clean`: the article, or the name and why it is none."""
    if isinstance(outcome, Quarantined):
        return {"name": outcome.name, "error": outcome.reason}
    return article(outcome)


def report(value: BuildReport) -> dict[str, Any]:
    """What a rebuild or update did."""
    return asdict(value)


def results(value: Results) -> dict[str, Any]:
    """The answer to a search."""
    return {
        "query": value.query.text,
        "total": value.total,
        "took_ms": value.took_ms,
        "hits": [hit(one) for one in value.hits],
        "facets": {name: list(map(_counted, values)) for name, values in value.facets.items()},
        "months": [{"month": month, "count": count} for month, count in value.months],
        "searched": {typed: list(terms) for typed, terms in value.searched.items()},
        "notices": [asdict(notice) for notice in value.notices],
        "suggestion": value.suggestion,
        "instead": [hit(one) for one in value.instead],
    }


def _counted(one: FacetValue) -> dict[str, Any]:
    """A value of a facet, by name: `asdict`, which copies deep, takes twenty times as long."""
    return {"value": one.value, "count": one.count, "selected": one.selected}


def asked(value: Query) -> dict[str, Any]:
    """What makes a search another one: its words, and what narrows them; not order and page."""
    return {
        "text": value.text,
        "match": value.match,
        "exact": value.exact,
        "first": value.first,
        "last": value.last,
        "filters": {name: list(values) for name, values in value.filters.items()},
    }


def hit(value: Hit) -> dict[str, Any]:
    """One article found."""
    return {
        "id": value.id,
        "ref": value.ref,
        "title": value.title,
        "title_marks": _pairs(value.title_marks),
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
            {"text": snippet.text, "marks": _pairs(snippet.marks)} for snippet in value.snippets
        ],
    }


def suggestions(value: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Completions of what was typed."""
    return [asdict(one) for one in value]


def neighbour(value: Article) -> dict[str, Any]:
    """An article as `similar` lists it."""
    return {
        "id": value.id,
        "title": value.title,
        "source": value.source,
        "published": value.published,
    }


def _pairs(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
