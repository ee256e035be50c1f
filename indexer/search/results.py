"""What an engine answered -> what the faces show of it: marked hits, facets, what was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.fields import MONTH
from indexer.models import Article, Copy, FacetValue, Hit, Notice
from indexer.search import highlight
from indexer.search.snippets import snippets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.engines import interface
    from indexer.engines.interface import Answer, Document, EngineHit, Snapshot
    from indexer.models import Query
    from indexer.query.plan import QueryPlan


def mark_hits(snapshot: Snapshot, answer: Answer) -> tuple[Hit, ...]:
    """The rows of an answer in their order, each article fetched and what matched marked."""
    ids = dict.fromkeys(one for row in answer.rows for one in (row.id, *row.copies))
    documents = dict(zip(ids, snapshot.read_documents(ids), strict=True))
    marker = highlight.Marker(answer.plan)
    return tuple(_hit(documents, row, marker) for row in answer.rows)


def _hit(documents: Mapping[str, Document], row: EngineHit, marker: highlight.Marker) -> Hit:
    article = documents[row.id].article
    title, body = mark_article(article, marker, row.located)
    return Hit(
        id=article.id,
        ref=article.ref,
        title=article.title,
        title_marks=highlight.spans(title),
        url=article.url,
        source=article.source,
        published=article.published,
        authors=article.authors,
        place=article.place,
        section=article.section,
        score=round(row.score, 4),
        snippets=snippets(article.body, body),
        copies=tuple(copy_of(documents[one].article) for one in row.copies),
    )


def copy_of(article: Article) -> Copy:
    """An article as it stands folded under another with its text."""
    return Copy(article.id, article.title, article.source, article.published)


def mark_article(
    article: Article, marker: highlight.Marker, located: interface.TermPositions | None = None
) -> tuple[list[highlight.Mark], list[highlight.Mark]]:
    """What matches in the title, and in the body; `located` is where the body has it, if known."""
    title = marker.marks(article.title, "title")
    return title, marker.marks(article.body, "body", len(article.lead), located)


def order_facets(answer: Answer, query: Query) -> dict[str, tuple[FacetValue, ...]]:
    """The values of each facet but `MONTH`, the chosen ones first even where their count is 0."""
    return {
        name: _chosen_first(counted, query.filters.get(name, ()))
        for name, counted in answer.facets.items()
        if name != MONTH
    }


def _chosen_first(
    counted: tuple[tuple[str, int], ...], chosen: tuple[str, ...]
) -> tuple[FacetValue, ...]:
    counts = dict(counted)
    first = [FacetValue(value, counts.get(value, 0), selected=True) for value in chosen]
    others = [FacetValue(value, count) for value, count in counted if value not in chosen]
    return (*first, *others)


def note_cut(plan: QueryPlan) -> tuple[Notice, ...]:
    """A notice for each thing typed that stands for more words than were searched."""
    notices = (
        Notice(
            "limit",
            f"“{leaf.expansion.typed}” stands for more than {len(leaf.expansion.terms):,} words; "
            "the most frequent were searched.",
        )
        for leaf in plan.leaves.values()
        if leaf.expansion.truncated
    )
    return tuple(dict.fromkeys(notices))
