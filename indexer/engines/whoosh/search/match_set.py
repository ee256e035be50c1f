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

    from indexer.engines.whoosh.search.doc_set import Documents
    from indexer.engines.whoosh.search.scored_postings import Leaf

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

    leaf: Leaf | None
    weight: float
    gates: tuple[Documents, ...] = ()

    def at(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Its value at ascending documents."""
        if self.leaf is None:
            values = np.full(len(numbers), self.weight, np.float32)
        else:
            values = self.leaf.at(numbers) * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.has(numbers)
        return values

    def everywhere(self, total: int) -> NDArray[np.float32]:
        """Its value at every document."""
        if self.leaf is None:
            values = np.full(total, self.weight, np.float32)
        else:
            values = self.leaf.everywhere() * np.float32(self.weight)
        for gate in self.gates:
            values *= gate.marked()
        return values

    def add_everywhere(self, scores: NDArray[np.float32]) -> None:
        """Add its value at every document; of a rare word only where it stands."""
        if self.leaf is None or self.leaf.documents.numbers is None:
            scores += self.everywhere(len(scores))
        else:
            numbers = self.leaf.documents.numbers
            scores[numbers] += self.at(numbers)


@dataclass(frozen=True, slots=True)
class Found:
    """Documents with the means to score them.

    Attributes:
        documents: what matches.
        parts: the score of a document that matches is their sum; outside, they mean nothing.
        exact: whether the sum is above 0 on the documents and 0 everywhere else.
    """

    documents: Documents
    parts: tuple[Contribution, ...] = ()
    exact: bool = False

    def boosted(self, boost: float) -> Found:
        """The same with every score multiplied."""
        if boost == 1.0:
            return self
        parts = tuple(replace(part, weight=part.weight * boost) for part in self.parts)
        return Found(self.documents, parts, self.exact and boost > 0)

    def within(self, documents: Documents) -> Found:
        """The same scores for fewer documents."""
        return Found(documents, self.parts)

    def gated(self) -> tuple[Contribution, ...]:
        """Contributions that are 0 outside the documents."""
        if self.exact:
            return self.parts
        return tuple(replace(part, gates=(*part.gates, self.documents)) for part in self.parts)

    def scores(self) -> Scored:
        """Scores of all documents that match."""
        documents = self.documents
        if documents.numbers is None and documents.count * DENSE_SCORING > documents.total:
            scores = self._everywhere()
            return Scored(None, scores if self.exact else only(scores, documents))
        numbers = documents.listed()
        return Scored(numbers, self.scores_at(numbers))

    def _everywhere(self) -> NDArray[np.float32]:
        first, *rest = self.parts or (Contribution(None, 0.0),)
        scores = first.everywhere(self.documents.total)
        for part in rest:
            part.add_everywhere(scores)
        return scores

    def scores_at(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Scores of ascending documents, all of which match."""
        return _add([part.at(numbers) for part in self.parts], len(numbers))


@dataclass(frozen=True, slots=True)
class Scored:
    """Values to rank documents by, the largest first.

    Attributes:
        numbers: int32, ascending documents; None where `values` has one for every document of the
            snapshot, those that do not match at most 0 and below all that match.
        values: float32 or int32.
    """

    numbers: NDArray[np.int32] | None
    values: NDArray[np.float32] | NDArray[np.int32]


def only(values: NDArray[T], documents: Documents) -> NDArray[T]:
    """Values of the documents of a mask, -1 elsewhere; values are 0 or above.

    By arithmetic: `np.where` over a mask without order takes six times as long.
    """
    mask = documents.marked()
    kept = values * mask
    kept += mask.view(np.int8) - np.int8(1)
    return kept


def _add(values: Sequence[NDArray[np.float32]], count: int) -> NDArray[np.float32]:
    if not values:
        return np.zeros(count, np.float32)
    total = values[0]
    for more in values[1:]:
        total += more
    return total
