"""Results, articles and reports as lines of text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexer.output.article_facts import iso_day
from indexer.search.fallbacks import explain_no_hits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.models import Article, BuildReport, Hit, QuarantineEntry, Results, Span, Stats


LEAST_WIDTH = 10
"""Columns below which no text is broken."""


def report(value: BuildReport, index: str) -> Iterator[str]:
    """What a rebuild or update did, and last what could not be indexed, and why."""
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
    if value.quarantined:
        yield from _summary(value, index)


MOST_NAMED = 5
"""Quarantined pages named for each reason at the end of a build; `quarantine list` names all."""


def _summary(value: BuildReport, index: str) -> Iterator[str]:
    """What a build could not read, by reason, the most frequent first; it stands last."""
    by_reason: dict[str, list[str]] = {}
    for bad in value.quarantined:
        by_reason.setdefault(bad.reason, []).append(bad.name)
    yield ""
    yield f"NOT INDEXED: {len(value.quarantined):,} of {value.read:,} pages are in quarantine"
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield f"  {len(names):>5,}  {_plain(reason)}"
        yield from (f"         {_plain(name)}" for name in names[:MOST_NAMED])
        if len(names) > MOST_NAMED:
            yield f"         and {len(names) - MOST_NAMED:,} more"
    yield f"All of them: dateline --index {index} quarantine list; once more: quarantine retry"


def quarantine(entries: Sequence[QuarantineEntry]) -> Iterator[str]:
    """What is in quarantine: when it was met, name and reason; sources apart."""
    source = None
    for kept in entries:
        if kept.source != source:
            source = kept.source
            yield _plain(source)
        yield f"  {iso_day(kept.time)}  {_plain(kept.name)}: {_plain(kept.reason)}"
    if not entries:
        yield "Nothing is in quarantine"


def _plain(text: str) -> str:
    """Text from a file name or a page without what steers a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def results(
    value: Results, *, bold: bool, width: int = 0, without_filters: int = 0
) -> Iterator[str]:
    """The answer to a search; matches in bold, else in brackets.

    Args:
        width: columns that snippets are broken to; 0 leaves each on one line, for scripts.
        without_filters: articles that match without the filters and days, where these leave none.
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
        yield from _hit(number, hit, bold=bold, width=width)
    if value.instead:
        yield ""
        yield "Articles that have most of the words:"
    for number, hit in enumerate(value.instead, start=1):
        yield from _hit(number, hit, bold=bold, width=width)


def article(value: Article, width: int = 0) -> Iterator[str]:
    """One article, set for reading in lines of so many columns; 0: a line a paragraph."""
    facts = [value.source, value.published, value.place, *value.authors]
    yield value.title
    yield " · ".join(fact for fact in facts if fact)
    if value.url:
        yield value.url
    yield ""
    yield from (broken(line, width) for line in value.body.split("\n"))


def broken(text: str, width: int) -> str:
    """A line of text with line feeds in place of the spaces where it turns; offsets stay.

    >>> broken("ready to assemble the jet", 10)
    'ready to\\nassemble\\nthe jet'
    """
    begin = 0
    while LEAST_WIDTH <= width < len(text) - begin:
        space = text.rfind(" ", begin, begin + width + 1)
        if space < 0:  # a longer word stands alone
            space = text.find(" ", begin + width)
        if space < 0:
            break
        text = f"{text[:space]}\n{text[space + 1 :]}"
        begin = space + 1
    return text


def neighbour(value: Article) -> str:
    """An article in one line, its id last."""
    facts = [value.title, value.source, iso_day(value.published)]
    return f"{' · '.join(fact for fact in facts if fact)}  [{value.id}]"


def stats(value: Stats) -> Iterator[str]:
    """Counts and spans of an index."""
    yield f"{value.articles:,} articles, {value.oldest or 'undated'} to {value.newest or 'undated'}"
    yield f"generation {value.generation}, built {value.built}, {value.bytes:,} bytes"
    yield from (f"  {count:>7,}  {source}" for source, count in value.sources.items())


def _hit(number: int, hit: Hit, *, bold: bool, width: int) -> Iterator[str]:
    facts = [hit.source, iso_day(hit.published), hit.place, *hit.authors[:2]]
    yield ""
    yield f"{number}. {_marked(hit.title, hit.title_marks, bold=bold)}"
    yield f"   {' · '.join(fact for fact in facts if fact)}  [{hit.id}]"
    for snippet in hit.snippets:
        before, after = "… " if snippet.opens else "", " …" if snippet.closes else ""
        # Seven columns are kept for the indent and both ellipses.
        text = _marked(broken(snippet.text, width - 7), snippet.marks, bold=bold)
        yield f"   {before}{text}{after}".replace("\n", "\n   ")
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
