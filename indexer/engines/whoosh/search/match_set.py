"""What a query found: the documents, and the sum of contributions that scores them.

Matching and scoring are apart: documents are intersected first, then only those left are scored,
and a search by date scores none. Contributions stand in the order of the query, so that two
documents of equal text get equal floats whatever their segments hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.doc_set import DocSet
    from indexer.engines.whoosh.search.scored_postings import ScoredLeaf

T = TypeVar("T", np.float32, np.int32)

DENSE_SCORING = 4
"""Score every document instead of gathering once more than a fourth match: a gather costs about
four times a pass in order."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One summand of a score.

    Attributes:
        leaf: the word that scores; None for a constant 1.
        weight: factor on it.
        gates: documents outside any of these get 0.
    """

    leaf: ScoredLeaf | None
    weight: float
    gates: tuple[DocSet, ...] = ()

    def score_documents(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Its value at ascending documents."""
        if self.leaf is None:
            values = np.full(len(numbers), self.weight, np.float32)
        else:
            values = self.leaf.score_documents(numbers) * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.contains(numbers)
        return values

    def score_all(self, total: int) -> NDArray[np.float32]:
        """Its value at every document."""
        if self.leaf is None:
            values = np.full(total, self.weight, np.float32)
        else:
            values = self.leaf.score_all() * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.to_mask()
        return values

    def add_to(self, scores: NDArray[np.float32]) -> None:
        """Add its value at every document; of a rare word only where it stands."""
        if self.leaf is None or self.leaf.documents.numbers is None:
            scores += self.score_all(len(scores))
        else:
            numbers = self.leaf.documents.numbers
            scores[numbers] += self.score_documents(numbers)


@dataclass(frozen=True, slots=True)
class MatchSet:
    """Documents with the means to score them.

    Attributes:
        documents: what matches.
        parts: the score of a document that matches is their sum; outside, they mean nothing.
        exact: whether the sum is above 0 on the documents and 0 everywhere else.
    """

    documents: DocSet
    parts: tuple[Contribution, ...] = ()
    exact: bool = False

    def boost(self, boost: float) -> MatchSet:
        """The same with every score multiplied."""
        if boost == 1.0:
            return self
        parts = tuple(replace(part, weight=part.weight * boost) for part in self.parts)
        return MatchSet(self.documents, parts, self.exact and boost > 0)

    def restrict_to(self, documents: DocSet) -> MatchSet:
        """The same scores for fewer documents."""
        return MatchSet(documents, self.parts)

    def gate_parts(self) -> tuple[Contribution, ...]:
        """Contributions that are 0 outside the documents."""
        if self.exact:
            return self.parts
        return tuple(replace(part, gates=(*part.gates, self.documents)) for part in self.parts)

    def score_matches(self) -> ScoredDocuments:
        """Scores of all documents that match."""
        documents = self.documents
        if documents.numbers is None and documents.count * DENSE_SCORING > documents.total:
            scores = self._score_all()
            return ScoredDocuments(None, scores if self.exact else mask_values(scores, documents))
        numbers = documents.to_numbers()
        return ScoredDocuments(numbers, self.score_documents(numbers))

    def _score_all(self) -> NDArray[np.float32]:
        first, *rest = self.parts or (Contribution(None, 0.0),)
        scores = first.score_all(self.documents.total)
        for part in rest:
            part.add_to(scores)
        return scores

    def score_documents(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of ascending documents, all of which match."""
        return _sum_scores([part.score_documents(numbers) for part in self.parts], len(numbers))


@dataclass(frozen=True, slots=True)
class ScoredDocuments:
    """Values to rank documents by, the largest first.

    Attributes:
        numbers: int32, ascending documents; None where `values` has one for every document of the
            snapshot, those that do not match at most 0 and below all that match.
        values: float32 or int32.
    """

    numbers: NDArray[np.int32] | None
    values: NDArray[np.float32] | NDArray[np.int32]


def mask_values(values: NDArray[T], documents: DocSet) -> NDArray[T]:
    """Values of the documents of a mask, -1 elsewhere; values are 0 or above.

    By arithmetic: `np.where` over a mask without order takes six times as long.
    """
    mask = documents.to_mask()
    kept = values * mask
    kept += mask.view(np.int8) - np.int8(1)
    return kept


def _sum_scores(values: Sequence[NDArray[np.float32]], count: int) -> NDArray[np.float32]:
    if not values:
        return np.zeros(count, np.float32)
    total = values[0]
    for more in values[1:]:
        total += more
    return total
