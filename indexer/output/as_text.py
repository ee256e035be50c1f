"""Results, articles and reports as lines of text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexer.analysis.control_characters import make_printable
from indexer.output.article_facts import format_iso_day
from indexer.search.fallbacks import explain_no_hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.models import (
        Article,
        BuildReport,
        GenerationSummary,
        Hit,
        QuarantineEntry,
        Results,
        Span,
        Stats,
    )


MIN_WRAP_WIDTH = 10
"""Columns below which no text is wrapped."""


def render_report(value: BuildReport, index: str) -> Iterator[str]:
    """Render the report of a rebuild or update; pages not indexed and the reasons come last."""
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
    made = f"generation {value.generation} of {index}"
    if not value.published:
        made = f"nothing changed, {made} stays"
    yield f"{value.seconds:.1f} s, {rate:,.0f} pages/s; {made}"
    if value.quarantined:
        yield from _render_quarantined(value, index)


MAX_NAMED_PAGES = 5
"""Quarantined pages named for each reason at the end of a build; `quarantine list` names all."""


def _render_quarantined(value: BuildReport, index: str) -> Iterator[str]:
    """Render the pages that a build could not index by reason, the most frequent first."""
    by_reason: dict[str, list[str]] = {}
    for bad in value.quarantined:
        by_reason.setdefault(bad.reason, []).append(bad.name)
    yield ""
    yield f"NOT INDEXED: {len(value.quarantined):,} of {value.read:,} pages are in quarantine"
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield f"  {len(names):>5,}  {make_printable(reason)}"
        yield from (f"         {make_printable(name)}" for name in names[:MAX_NAMED_PAGES])
        if len(names) > MAX_NAMED_PAGES:
            yield f"         and {len(names) - MAX_NAMED_PAGES:,} more"
    yield f"All of them: dateline --index {index} quarantine list; once more: quarantine retry"


def render_generations(summaries: Sequence[GenerationSummary]) -> Iterator[str]:
    """Render the generations that an index keeps, a line each."""
    for one in summaries:
        if one.damage is not None:
            yield f"{one.generation}  cannot be gone back to: {one.damage}"
            continue
        built = (one.built or "")[:16].replace("T", " ")
        live = "  live" if one.live else ""
        yield f"{one.generation}  {built} UTC  {one.articles:>9,} articles{live}"


def render_quarantine(entries: Sequence[QuarantineEntry]) -> Iterator[str]:
    """Render the entries of a quarantine under their sources: day, name and reason."""
    source = None
    for entry in entries:
        if entry.source != source:
            source = entry.source
            yield make_printable(source)
        name, reason = make_printable(entry.name), make_printable(entry.reason)
        yield f"  {format_iso_day(entry.time)}  {name}: {reason}"
    if not entries:
        yield "Nothing is in quarantine"


def render_results(
    value: Results, *, bold: bool, width: int = 0, without_filters: int = 0
) -> Iterator[str]:
    """Render the results of a search.

    Args:
        value: the results.
        bold: show matches in bold; else in brackets.
        width: columns that snippets are wrapped to; 0 leaves each on one line, for scripts.
        without_filters: number of articles that match without the filters and days, if none
            matches with them.
    """
    articles = "article" if value.total == 1 else "articles"
    yield f"{value.total:,} {articles} in {value.took_ms:.0f} ms"
    if value.widened:
        yield f"Also searched: {', '.join(value.widened)}  (--exact turns this off)"
    yield from (f"Note: {notice.text}" for notice in value.notices)
    nothing = explain_no_hits(value, without_filters)
    yield from nothing.sentences if nothing else ()
    if value.suggestion:
        yield f"Did you mean: {value.suggestion}"
    for number, hit in enumerate(value.hits, start=value.query.offset + 1):
        yield from _render_hit(number, hit, bold=bold, width=width)
    if value.instead:
        yield ""
        yield "Articles that have most of the words:"
    for number, hit in enumerate(value.instead, start=1):
        yield from _render_hit(number, hit, bold=bold, width=width)


def render_article(value: Article, width: int = 0) -> Iterator[str]:
    """Render an article, wrapped to `width` columns; 0 puts each paragraph on one line."""
    facts = [value.source, value.published, value.place, *value.authors]
    yield value.title
    yield _join_facts(facts)
    if value.url:
        yield value.url
    yield ""
    yield from (wrap_text(line, width) for line in value.body.split("\n"))


def wrap_text(text: str, width: int) -> str:
    """Wrap a line of text: line feeds replace some of its spaces, so that offsets stay valid.

    >>> wrap_text("ready to assemble the jet", 10)
    'ready to\\nassemble\\nthe jet'
    """
    begin = 0
    while MIN_WRAP_WIDTH <= width < len(text) - begin:
        space = text.rfind(" ", begin, begin + width + 1)
        if space < 0:  # a longer word has a line of its own
            space = text.find(" ", begin + width)
        if space < 0:
            break
        text = f"{text[:space]}\n{text[space + 1 :]}"
        begin = space + 1
    return text


def render_summary(value: Article) -> str:
    """Render an article in one line, its id last."""
    facts = [value.title, value.source, format_iso_day(value.published)]
    return f"{_join_facts(facts)}  [{value.id}]"


def render_stats(value: Stats) -> Iterator[str]:
    """Render the counts and the range of dates of an index."""
    yield f"{value.articles:,} articles, {value.oldest or 'undated'} to {value.newest or 'undated'}"
    yield f"generation {value.generation}, built {value.built}, {value.bytes:,} bytes"
    yield from (f"  {count:>7,}  {source}" for source, count in value.sources.items())


def _join_facts(facts: Sequence[str | None]) -> str:
    """Join the facts that are known, in one line."""
    return " · ".join(make_printable(fact) for fact in facts if fact)


def _render_hit(number: int, hit: Hit, *, bold: bool, width: int) -> Iterator[str]:
    facts = [hit.source, format_iso_day(hit.published), hit.place, *hit.authors[:2]]
    yield ""
    yield f"{number}. {_show_marks(hit.title, hit.title_marks, bold=bold)}"
    yield f"   {_join_facts(facts)}  [{hit.id}]"
    for snippet in hit.snippets:
        before, after = "… " if snippet.opens else "", " …" if snippet.closes else ""
        # Seven columns are reserved for the indent and both ellipses.
        text = _show_marks(wrap_text(snippet.text, width - 7), snippet.marks, bold=bold)
        yield f"   {before}{text}{after}".replace("\n", "\n   ")
    if hit.copies:
        sources = ", ".join(copy.source or copy.id for copy in hit.copies)
        yield f"   {len(hit.copies)} more with this text: {sources}"


def _show_marks(text: str, marks: tuple[Span, ...], *, bold: bool) -> str:
    parts, end = [], 0
    for mark in marks:
        found = text[mark.start : mark.end]
        parts += [text[end : mark.start], click.style(found, bold=True) if bold else f"[{found}]"]
        end = mark.end
    return "".join(parts) + text[end:]
