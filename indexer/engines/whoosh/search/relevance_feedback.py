"""More words for a query, from the documents that it ranks first (pseudo-relevance feedback).

Bo1, from divergence from randomness (Amati 2003, https://theses.gla.ac.uk/1570/): a word weighs the
more the oftener it stands in those documents against its frequency anywhere. For long questions
without operators: it finds more (recall), and never less than what was asked ranks on top.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log2
from typing import TYPE_CHECKING

from indexer.analysis.stopwords import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.engines.whoosh.search.queries import WordGroupQuery

DOCUMENTS = 10
WORDS = 20
WEIGHT = 0.3
"""Documents read, words added, and what the best of them weighs against a word typed once. Mean
nDCG@10 over cranfield, cisi and lisa .4293 without; .4352 so, and .4316 to .4356 with 10 to 40
words, weight .2 to .4. With 3 documents and 10 words, the thesis's choice, .4294. Weight .6 (.4383)
and 5 documents (.4389) measure better here; chosen on two of the collections and tested on the
third they gain .002, no more than noise, so the middle stays."""

SHARED = 2
"""Documents that must share a word for it to be added."""


def add_words(
    arrays: IndexArrays,
    asked: Sequence[WordGroupQuery],
    samples: Sequence[Sequence[str]],
    group_of: Callable[[str], WordGroupQuery],
) -> list[WordGroupQuery]:
    """The words asked, weighted, and up to `WORDS` others, to be searched with Or.

    Args:
        snapshot: the index.
        asked: words of the query, a repeated one repeated.
        samples: index terms of the first documents, the title's as often as it weighs.
        group_of: the group that a term is counted with; equal for terms of one group.
    """
    weights: dict[WordGroupQuery, float] = {}
    for group in asked:
        weights[group] = weights.get(group, 0.0) + 1.0
    found, documents = _count_words(samples, group_of)
    gains = {
        group: _score_bo1(
            count, arrays.count_group_occurrences(group) / (arrays.live_documents.count or 1)
        )
        for group, count in found.items()
        if documents[group] >= SHARED
    }
    best = [pair for pair in Counter(gains).most_common(WORDS) if pair[1] > 0]
    owners = {word: group for group in asked for word in group.words}
    for group, gain in best:
        typed = next((owners[word] for word in group.words if word in owners), group)
        weights[typed] = weights.get(typed, 0.0) + WEIGHT * gain / best[0][1]
    return [replace(group, boost=group.boost * weight) for group, weight in weights.items()]


def _count_words(
    samples: Sequence[Sequence[str]], group_of: Callable[[str], WordGroupQuery]
) -> tuple[Counter[WordGroupQuery], Counter[WordGroupQuery]]:
    """Occurrences of each word in the samples, and in how many of them it stands."""
    found: Counter[WordGroupQuery] = Counter()
    documents: Counter[WordGroupQuery] = Counter()
    for sample in samples:
        terms = Counter(term for term in sample if len(term) > 1 and not term.isdigit())
        here: Counter[WordGroupQuery] = Counter()
        for term in terms.keys() - FUNCTION_WORDS:
            here[group_of(term)] += terms[term]
        found.update(here)
        documents.update(here.keys())
    return found, documents


def _score_bo1(occurrences: int, expected: float) -> float:
    """Bits by which so many occurrences surprise where `expected` is their mean in a document."""
    if expected <= 0:
        return 0.0
    return occurrences * log2((1 + expected) / expected) + log2(1 + expected)
