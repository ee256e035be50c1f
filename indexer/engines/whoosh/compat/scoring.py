"""The scores of `engines.bm25` as a Whoosh weighting model.

In: the statistics of a Whoosh reader. Out: the score of each posting for Whoosh's own matchers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.scoring import WeightingModel, WeightLengthScorer, WeightScorer

from indexer.engines.bm25 import RANKING, Bm25, compute_idf
from indexer.engines.whoosh.compat.codec import CodecSegment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whoosh.reading import IndexReader
    from whoosh.scoring import BaseScorer
    from whoosh.searching import Searcher


class Bm25Model(WeightingModel):
    """BM25 as `engines.bm25` computes it, for Whoosh's own searchers."""

    def __init__(self, ranking: Bm25 = RANKING) -> None:
        self.ranking = ranking

    def idf(self, searcher: Searcher, fieldname: str, text: str) -> float:
        """Return the idf of a term over the live documents of the whole index."""
        reader = searcher.get_parent().reader()  # type: ignore[no-untyped-call]
        if reader.has_deletions():
            frequency = sum(1 for _ in reader.postings(fieldname, text).all_ids())
        else:
            frequency = reader.doc_frequency(fieldname, text)
        return compute_idf(reader.doc_count(), frequency)

    def scorer(
        self,
        searcher: Searcher,
        fieldname: str,
        text: str,
        qf: int = 1,  # noqa: ARG002
    ) -> BaseScorer:
        """Return the scorer of one term in one segment."""
        if not searcher.schema[fieldname].scorable:
            return WeightScorer.for_(searcher, fieldname, text)
        return Bm25Scorer(searcher, fieldname, text, self.ranking)


class Bm25Scorer(WeightLengthScorer):
    """Scores the postings of one term."""

    def __init__(self, searcher: Searcher, fieldname: str, text: str, ranking: Bm25) -> None:
        parent = searcher.get_parent()  # type: ignore[no-untyped-call]
        self._ranking = ranking
        self._idf = parent.idf(fieldname, text)
        self._mean = compute_mean_length(parent, ((fieldname, 1.0),))
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        return self._ranking.score(self._idf, weight, length, self._mean)


def compute_mean_length(searcher: Searcher, fields: Iterable[tuple[str, float]]) -> float:
    """Compute the mean weighted length of the live documents.

    Args:
        searcher: that of the whole index.
        fields: (name, weight) of each field.
    """
    leaves = [leaf for leaf, _ in searcher.reader().leaf_readers()]
    total = sum(
        weight * _count_live_tokens(leaf, name) for name, weight in fields for leaf in leaves
    )
    return float(total / (searcher.reader().doc_count() or 1))


def _count_live_tokens(leaf: IndexReader, name: str) -> int:
    """Count the tokens of live documents in a field of one segment, ours or stock Whoosh's."""
    segment = leaf.segment()
    if isinstance(segment, CodecSegment):
        return segment.count_live_tokens(name)
    if not leaf.has_deletions():
        return leaf.field_length(name)
    return sum(leaf.doc_field_length(document, name) or 0 for document in leaf.all_doc_ids())
