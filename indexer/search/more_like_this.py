"""More like this: the articles that share the most significant terms of one article.

The terms with the highest term frequency times inverse document frequency are searched exactly as
written, any of them (as Lucene's MoreLikeThis, https://lucene.apache.org).
"""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING

from indexer.analysis.stopwords import FUNCTION_WORDS
from indexer.analysis.tokenizer import extract_terms
from indexer.engines.interface import SearchOptions
from indexer.query.ast import Node, Or, Word
from indexer.query.rewrite import join_nodes

if TYPE_CHECKING:
    from indexer.engines.interface import Snapshot
    from indexer.models import Article

QUERY_TERMS = 20
"""Most terms searched."""

TITLE_WEIGHT = 3
"""Occurrences in the body that one in the title counts as."""


def find_similar(snapshot: Snapshot, article: Article, size: int = 5) -> tuple[str, ...]:
    """Find the ids of the articles most like one, best first; it and its copies are left out."""
    tree = _build_query(snapshot, article)
    if tree is None:
        return ()
    own = {article.id, *snapshot.find_copies(article.id)}
    options = SearchOptions(exact=True, fresh=False, size=size + len(own))
    rows = snapshot.search(tree, options).rows
    return tuple(row.id for row in rows if row.id not in own)[:size]


def _build_query(snapshot: Snapshot, article: Article) -> Node | None:
    counts = Counter(extract_terms(article.body))
    for term in extract_terms(article.title):
        counts[term] += TITLE_WEIGHT
    total = snapshot.read_stats().articles
    held = snapshot.ask_vocabulary(
        lambda known: {term: known.count_documents(term) for term in counts.keys() - FUNCTION_WORDS}
    )
    weights = {
        term: counts[term] * log((total + 1) / frequency)
        for term, frequency in held.items()
        if 1 < frequency < total
    }
    best = sorted(weights, key=lambda term: (-weights[term], term))[:QUERY_TERMS]
    return join_nodes(Or, [Word(term) for term in best]) if best else None
