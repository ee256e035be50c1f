"""The answer of an engine made into results: hits with highlights and snippets, facets, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.fields import MONTH
from indexer.models import Article, Copy, FacetValue, Hit, Notice
from indexer.query.processor_time import check_processor_time
from indexer.search import highlight
from indexer.search.snippets import choose_snippets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.engines.interface import Answer, Document, EngineHit, Snapshot, TermPositions
    from indexer.models import Query
    from indexer.query.plan import QueryPlan


def build_hits(snapshot: Snapshot, answer: Answer) -> tuple[Hit, ...]:
    """Read the article of each row of an answer, in order, and highlight the matches in it."""
    ids = dict.fromkeys(one for row in answer.rows for one in (row.id, *row.copies))
    documents = dict(zip(ids, snapshot.read_documents(ids), strict=True))
    highlighter = highlight.HitHighlighter(answer.plan)
    return tuple(_build_hit(documents, row, highlighter) for row in answer.rows)


def _build_hit(
    documents: Mapping[str, Document], row: EngineHit, highlighter: highlight.HitHighlighter
) -> Hit:
    check_processor_time()
    article = documents[row.id].article
    title, body = mark_article(article, highlighter, row.located)
    return Hit(
        id=article.id,
        ref=article.ref,
        title=article.title,
        title_marks=highlight.merge_marks(title),
        url=article.url,
        source=article.source,
        published=article.published,
        authors=article.authors,
        place=article.place,
        section=article.section,
        score=round(row.score, 4),
        snippets=choose_snippets(article.body, body),
        copies=tuple(make_copy(documents[one].article) for one in row.copies),
    )


def make_copy(article: Article) -> Copy:
    """Make the entry of an article that is folded under another with the same text."""
    return Copy(article.id, article.title, article.source, article.published)


def mark_article(
    article: Article,
    highlighter: highlight.HitHighlighter,
    located: TermPositions | None = None,
) -> tuple[list[highlight.Mark], list[highlight.Mark]]:
    """Find the matches in the title and in the body of an article.

    Args:
        located: positions of the query's terms in the body; None to tokenize it.
    """
    title = highlighter.find_marks(article.title, "title")
    return title, highlighter.find_marks(article.body, "body", len(article.lead), located)


def order_facets(answer: Answer, query: Query) -> dict[str, tuple[FacetValue, ...]]:
    """List the values of each facet but `MONTH`; chosen values come first, also with count 0."""
    return {
        name: _put_chosen_first(counted, query.filters.get(name, ()))
        for name, counted in answer.facets.items()
        if name != MONTH
    }


def _put_chosen_first(
    counted: tuple[tuple[str, int], ...], chosen: tuple[str, ...]
) -> tuple[FacetValue, ...]:
    counts = dict(counted)
    first = [FacetValue(value, counts.get(value, 0), selected=True) for value in chosen]
    others = [FacetValue(value, count) for value, count in counted if value not in chosen]
    return (*first, *others)


def list_truncations(plan: QueryPlan) -> tuple[Notice, ...]:
    """List a notice for each typed word that expands to more terms than were searched."""
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
