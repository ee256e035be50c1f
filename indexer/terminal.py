"""Results, articles and reports as lines of text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.models import Article, BuildReport, Hit, Results, Span, Stats


def report(value: BuildReport, index: str) -> Iterator[str]:
    """What a rebuild or update did; every quarantined page with its reason."""
    rate = value.read / value.seconds if value.seconds else 0
    counts = [
        f"{value.read:,} pages read",
        f"{value.indexed:,} indexed",
        f"{value.duplicates:,} duplicates",
        f"{len(value.quarantined):,} quarantined",
    ]
    if value.unchanged or value.removed:
        counts += [f"{value.unchanged:,} unchanged", f"{value.removed:,} removed"]
    yield ", ".join(counts)
    yield f"{value.seconds:.1f} s, {rate:,.0f} pages/s; generation {value.generation} of {index}"
    for bad in value.quarantined:
        yield f"  quarantined  {bad.name}: {bad.reason}"


def results(value: Results, *, bold: bool) -> Iterator[str]:
    """The answer to a search; matches in bold, else in brackets."""
    articles = "article" if value.total == 1 else "articles"
    yield f"{value.total:,} {articles} in {value.took_ms:.0f} ms"
    if value.widened:
        yield f"Also searched: {', '.join(value.widened)}  (--exact turns this off)"
    yield from (f"Note: {notice.text}" for notice in value.notices)
    yield from (f"No article has “{word}”." for word in value.missing)
    if value.suggestion:
        yield f"Did you mean: {value.suggestion}"
    for number, hit in enumerate(value.hits, start=value.query.offset + 1):
        yield from _hit(number, hit, bold=bold)
    if value.instead:
        yield ""
        yield "Articles that have most of the words:"
    for number, hit in enumerate(value.instead, start=1):
        yield from _hit(number, hit, bold=bold)


def article(value: Article) -> Iterator[str]:
    """One article, set for reading."""
    facts = [value.source, value.published, value.place, *value.authors]
    yield value.title
    yield " · ".join(fact for fact in facts if fact)
    if value.url:
        yield value.url
    yield ""
    yield value.body


def neighbour(value: Article) -> str:
    """An article in one line, its id last."""
    facts = [value.title, value.source, (value.published or "")[:10]]
    return f"{' · '.join(fact for fact in facts if fact)}  [{value.id}]"


def stats(value: Stats) -> Iterator[str]:
    """Counts and spans of an index."""
    yield f"{value.articles:,} articles, {value.oldest or 'undated'} to {value.newest or 'undated'}"
    yield f"generation {value.generation}, built {value.built}, {value.bytes:,} bytes"
    yield from (f"  {count:>7,}  {source}" for source, count in value.sources.items())


def _hit(number: int, hit: Hit, *, bold: bool) -> Iterator[str]:
    facts = [hit.source, (hit.published or "")[:10], hit.place, *hit.authors[:2]]
    yield ""
    yield f"{number}. {_marked(hit.title, hit.title_marks, bold=bold)}"
    yield f"   {' · '.join(fact for fact in facts if fact)}  [{hit.id}]"
    for snippet in hit.snippets:
        before, after = "… " if snippet.opens else "", " …" if snippet.closes else ""
        yield f"   {before}{_marked(snippet.text, snippet.marks, bold=bold)}{after}"
    if hit.copies:
        sources = ", ".join(copy.source or copy.id for copy in hit.copies)
        yield f"   {len(hit.copies)} more with this text: {sources}"


def _marked(text: str, marks: tuple[Span, ...], *, bold: bool) -> str:
    parts, end = [], 0
    for mark in marks:
        found = text[mark.start : mark.end]
        parts += [text[end : mark.start], click.style(found, bold=True) if bold else f"[{found}]"]
        end = mark.end
    return "".join(parts) + text[end:]
