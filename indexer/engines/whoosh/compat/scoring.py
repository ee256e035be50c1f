"""The scores of `engines.bm25` from Whoosh's own matchers: a weighting model for its searchers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from whoosh.scoring import WeightingModel, WeightLengthScorer, WeightScorer

from indexer.engines.bm25 import RANKING, Bm25, inverse_document_frequency

if TYPE_CHECKING:
    from whoosh.scoring import BaseScorer
    from whoosh.searching import Searcher

_MEANS: WeakKeyDictionary[Searcher, dict[tuple[tuple[str, float], ...], float]]
_MEANS = WeakKeyDictionary()
"""Mean lengths by searcher and fields: with deletions to count one takes all documents, and every
term of a query in every segment asks for it."""


class Bm25Model(WeightingModel):
    """The same scores from Whoosh's own matchers: a weighting model for its searchers."""

    def __init__(self, ranking: Bm25 = RANKING) -> None:
        self.ranking = ranking

    def idf(self, searcher: Searcher, fieldname: str, text: str) -> float:
        """Idf of a term over the live documents of the whole index."""
        reader = searcher.get_parent().reader()  # type: ignore[no-untyped-call]
        if reader.has_deletions():
            frequency = sum(1 for _ in reader.postings(fieldname, text).all_ids())
        else:
            frequency = reader.doc_frequency(fieldname, text)
        return inverse_document_frequency(reader.doc_count(), frequency)

    def scorer(
        self,
        searcher: Searcher,
        fieldname: str,
        text: str,
        qf: int = 1,  # noqa: ARG002
    ) -> BaseScorer:
        """The scorer of one term in one segment."""
        if not searcher.schema[fieldname].scorable:
            return WeightScorer.for_(searcher, fieldname, text)
        return Bm25Scorer(searcher, fieldname, text, self.ranking)


class Bm25Scorer(WeightLengthScorer):
    """Scores the postings of one term."""

    def __init__(self, searcher: Searcher, fieldname: str, text: str, ranking: Bm25) -> None:
        parent = searcher.get_parent()  # type: ignore[no-untyped-call]
        self._ranking = ranking
        self._idf = parent.idf(fieldname, text)
        self._mean = mean_length(parent, ((fieldname, 1.0),))
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        return self._ranking.score(self._idf, weight, length, self._mean)


def mean_length(searcher: Searcher, fields: tuple[tuple[str, float], ...]) -> float:
    """Mean weighted length of the live documents, worked out once a searcher.

    Args:
        searcher: that of the whole index.
        fields: (name, weight) of each field.
    """
    means = _MEANS.setdefault(searcher, {})
    if fields not in means:
        means[fields] = _measure_mean_length(searcher, fields)
    return means[fields]


def _measure_mean_length(searcher: Searcher, fields: tuple[tuple[str, float], ...]) -> float:
    reader = searcher.reader()
    if reader.has_deletions():
        total = sum(
            weight * (reader.doc_field_length(document, name) or 0)
            for name, weight in fields
            for document in reader.all_doc_ids()
        )
    else:
        total = sum(weight * reader.field_length(name) for name, weight in fields)
    return float(total / (reader.doc_count() or 1))
