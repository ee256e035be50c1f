"""An engine's explanation -> why an article was found, in the words that stand in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.query.plan import plan_leaf_alone
from indexer.search.highlight import Marker

if TYPE_CHECKING:
    from indexer.engines.explanation import Explanation, LeafScore
    from indexer.models import Article

FORMS: Final = 4
"""Writings of one word that are named."""


@dataclass(frozen=True, slots=True)
class WordFound:
    """What one word or phrase of a query did for an article.

    Attributes:
        typed: what the user typed.
        title, lead, text: occurrences; `text` is the body without the lead.
        elsewhere: occurrences in a field asked for by name, as `author`.
        forms: how it is written there, the most frequent first; none where only as typed.
        articles: how many articles of the index have it.
        score: what it adds.
    """

    typed: str
    title: int
    lead: int
    text: int
    elsewhere: int
    forms: tuple[str, ...]
    articles: int
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article was found. The scores of words, closeness, freshness and rest add up."""

    article: Article
    matches: bool
    words: tuple[WordFound, ...]
    closeness: float
    freshness: float
    rest: float
    score: float


def why(article: Article, explanation: Explanation) -> Why:
    """The explanation with counts by place and the writings met."""
    return Why(
        article,
        explanation.matches,
        # What no article has is often no word that was typed, but two of them tried as one.
        tuple(_word(article, part) for part in explanation.parts if part.articles),
        explanation.closeness,
        explanation.freshness,
        explanation.rest,
        explanation.score,
    )


def _word(article: Article, part: LeafScore) -> WordFound:
    counts = part.frequencies
    named = sum(count for field, count in counts.items() if field not in {"title", "lead", "body"})
    lead = counts.get("lead", 0)
    return WordFound(
        typed=part.leaf.expansion.typed,
        title=counts.get("title", 0),
        lead=lead,
        text=max(0, counts.get("body", 0) - lead),
        elsewhere=named,
        forms=_forms(article, part),
        articles=part.articles,
        score=part.score,
    )


def _forms(article: Article, part: LeafScore) -> tuple[str, ...]:
    """How the word is written where it was found; none where only as typed, capitals apart."""
    marker = Marker(plan_leaf_alone(part.leaf))
    found: Counter[str] = Counter()
    for field, text in (("title", article.title), ("body", article.body)):
        if part.frequencies.get(field):
            marks = marker.marks(text, field)
            found.update(" ".join(text[mark.start : mark.end].split()) for mark in marks)
    forms = tuple(form for form, _ in found.most_common(FORMS))
    typed = part.leaf.expansion.typed.casefold()
    return () if [form.casefold() for form in forms] == [typed] else forms
