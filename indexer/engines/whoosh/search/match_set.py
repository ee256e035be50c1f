"""The matches of a query: the documents, and the contributions whose sum is the score of each.

In: sets of documents and leaves with scores. Out: a `MatchSet`, and from it `ScoredDocuments`.

Matching and scoring are separate: documents are intersected first, then only those left are scored,
and a search by date scores none. Contributions are in the order of the query, so that two documents
of equal text get equal floats, whatever segments they are in.
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
"""If more than one document in so many matches, every document is scored: to gather a score costs
about four times as much as to pass it in order."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One summand of a score.

    Attributes:
        leaf: the word that scores; None for a constant 1.
        weight: factor on its score.
        gates: a document outside any of these sets gets 0.
    """

    leaf: ScoredLeaf | None
    weight: float
    gates: tuple[DocSet, ...] = ()

    def score_documents(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return its value for ascending documents, float32."""
        if self.leaf is None:
            values = np.full(len(numbers), self.weight, np.float32)
        else:
            values = self.leaf.score_documents(numbers) * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.contains(numbers)
        return values

    def score_all(self, total: int) -> NDArray[np.float32]:
        """Return its value for every document of the snapshot, float32, shape (total,)."""
        if self.leaf is None:
            values = np.full(total, self.weight, np.float32)
        else:
            values = self.leaf.score_all() * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.to_mask()
        return values

    def add_to(self, scores: NDArray[np.float32]) -> None:
        """Add its value to the scores of all documents; a rare word visits its documents only."""
        if self.leaf is None or self.leaf.documents.numbers is None:
            scores += self.score_all(len(scores))
        else:
            numbers = self.leaf.documents.numbers
            scores[numbers] += self.score_documents(numbers)


@dataclass(frozen=True, slots=True)
class MatchSet:
    """The documents that match a query, with the means to score them.

    Attributes:
        documents: those that match.
        parts: their sum is the score of a document that matches, and undefined for any other.
        exact: whether the sum is above 0 for every document that matches and 0 for every other.
    """

    documents: DocSet
    parts: tuple[Contribution, ...] = ()
    exact: bool = False

    def boost(self, boost: float) -> MatchSet:
        """Return the same matches with every score multiplied."""
        if boost == 1.0:
            return self
        parts = tuple(replace(part, weight=part.weight * boost) for part in self.parts)
        return MatchSet(self.documents, parts, self.exact and boost > 0)

    def restrict_to(self, documents: DocSet) -> MatchSet:
        """Return the same scores for a subset of the documents."""
        return MatchSet(documents, self.parts)

    def gate_parts(self) -> tuple[Contribution, ...]:
        """Return the contributions, made 0 outside the documents."""
        if self.exact:
            return self.parts
        return tuple(replace(part, gates=(*part.gates, self.documents)) for part in self.parts)

    def score_matches(self) -> ScoredDocuments:
        """Score all documents that match."""
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
        """Return the scores of ascending documents, all of which match, float32."""
        return _sum_scores([part.score_documents(numbers) for part in self.parts], len(numbers))


@dataclass(frozen=True, slots=True)
class ScoredDocuments:
    """Documents with the values to rank them by, the largest first.

    Attributes:
        numbers: int32, ascending documents; None if `values` has a value for every document of
            the snapshot: then those that do not match have at most 0, and less than any match.
        values: float32 or int32.
    """

    numbers: NDArray[np.int32] | None
    values: NDArray[np.float32] | NDArray[np.int32]


def mask_values(values: NDArray[T], documents: DocSet) -> NDArray[T]:
    """Return the values of a set of documents, -1 for all others; values are 0 or above.

    Arithmetic does it: `np.where` over a mask without order takes six times as long.
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
