"""An engine's explanation of a score, completed with the forms of each word in the article.

In: an article and the engine's `Explanation` of it. Out: an `ArticleExplanation`, which the page
shows: occurrences by place, forms as printed, and what each word adds to the score.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.query.plan import plan_leaf_alone
from indexer.search.highlight import HitHighlighter

if TYPE_CHECKING:
    from indexer.engines.explanation import Explanation, LeafScore
    from indexer.models import Article

MAX_FORMS: Final = 4
"""Most forms of one word that are listed."""


@dataclass(frozen=True, slots=True)
class WordExplanation:
    """What one word or phrase of a query adds to the score of an article, and where it occurs.

    Attributes:
        typed: the word or phrase as typed.
        title, lead, text: occurrences; `text` is the body without the lead.
        elsewhere: occurrences in other fields that the query names, such as `author`.
        forms: forms in the article, the most frequent first; empty if all are as typed.
        articles: number of articles of the index that contain it.
        score: its share of the article's score.
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
class ArticleExplanation:
    """Why an article was found.

    Attributes:
        article: the article.
        matches: whether it matches the query, filters apart.
        words: one entry for each word or phrase that some article contains.
        closeness, freshness, rest: what nearness of the words, the date, and all else add.
        score: the sum of the scores of `words`, `closeness`, `freshness` and `rest`.
    """

    article: Article
    matches: bool
    words: tuple[WordExplanation, ...]
    closeness: float
    freshness: float
    rest: float
    score: float


def explain_article(article: Article, explanation: Explanation) -> ArticleExplanation:
    """Explain a score by occurrences in title, lead and text, and by the forms of each word."""
    return ArticleExplanation(
        article,
        explanation.matches,
        # A part that no article has is often no typed word, but two of them tried as one.
        tuple(_explain_word(article, part) for part in explanation.parts if part.articles),
        explanation.closeness,
        explanation.freshness,
        explanation.rest,
        explanation.score,
    )


def _explain_word(article: Article, part: LeafScore) -> WordExplanation:
    counts = part.frequencies
    named = sum(count for field, count in counts.items() if field not in {"title", "lead", "body"})
    lead = counts.get("lead", 0)
    return WordExplanation(
        typed=part.leaf.expansion.typed,
        title=counts.get("title", 0),
        lead=lead,
        text=max(0, counts.get("body", 0) - lead),
        elsewhere=named,
        forms=_list_forms(article, part),
        articles=part.articles,
        score=part.score,
    )


def _list_forms(article: Article, part: LeafScore) -> tuple[str, ...]:
    """List the forms of a word in the article; empty if all are as typed, capitals apart."""
    highlighter = HitHighlighter(plan_leaf_alone(part.leaf))
    found: Counter[str] = Counter()
    for field, text in (("title", article.title), ("body", article.body)):
        if part.frequencies.get(field):
            marks = highlighter.find_marks(text, field)
            found.update(" ".join(text[mark.start : mark.end].split()) for mark in marks)
    forms = tuple(form for form, _ in found.most_common(MAX_FORMS))
    typed = part.leaf.expansion.typed.casefold()
    return () if [form.casefold() for form in forms] == [typed] else forms
