"""Explains the score of one article: the part of each leaf of a plan, and the part of the rest.

In: the frequencies and scores that an engine computed for the article. Out: an `Explanation`, whose
parts add up to the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.query.plan import PlannedLeaf, WordGroup

LEAD: Final = "lead"


@dataclass(frozen=True, slots=True)
class LeafScore:
    """The contribution of one leaf of the plan to the score of an article.

    Attributes:
        leaf: as searched, in its field; leaves that NEAR or ATLEAST joins by OR are one.
        articles: number of articles that have it in that field.
        frequencies: occurrences by field (`title`, `lead`, `body`, or that of a `field:`), only
            fields that have any; the lead is part of the body and counted in both.
        score: 0 if the article does not have it.
    """

    leaf: PlannedLeaf
    articles: int
    frequencies: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of the score of an article.

    Attributes:
        matches: whether the tree matches the article.
        parts: of each scored leaf, in the order of the query.
        closeness: bonus for query words close to each other.
        freshness: gain for being recent.
        rest: score of clauses that are no words, such as a date in the query.
    """

    matches: bool
    parts: tuple[LeafScore, ...]
    closeness: float = 0.0
    freshness: float = 0.0
    rest: float = 0.0

    @property
    def score(self) -> float:
        """The sum of all parts."""
        words = sum(part.score for part in self.parts)
        return words + self.closeness + self.freshness + self.rest


NO_MATCH: Final = Explanation(matches=False, parts=())


def explain_score(
    parts: Sequence[LeafScore], *, base: float, closeness: float, factor: float
) -> Explanation:
    """Explain the score of an article that matches.

    Args:
        parts: of the scored leaves, in the order of the query.
        base: score of the query without closeness and freshness.
        closeness: bonus for query words close to each other. It is explained for every article,
            though a search adds it to the best 200 only.
        factor: of freshness, by which base and bonus are multiplied.
    """
    return Explanation(
        matches=True,
        parts=tuple(parts),
        closeness=closeness,
        freshness=(base + closeness) * (factor - 1),
        rest=base - sum(part.score for part in parts),
    )


def list_counted_fields(group: WordGroup) -> tuple[str, ...]:
    """List the fields in which occurrences are counted; for title and body, the lead too."""
    names = tuple(name for name, _ in group.fields)
    return (*names, LEAD) if len(names) > 1 else names
