"""Why an article has its score: what each leaf of a plan adds, and what the rest adds.

In: what an engine counted and scored for one article. Out: an `Explanation`, whose parts add up to
the score of the article.
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
    """What a leaf of the plan did for one article.

    Attributes:
        leaf: as searched, in its field; several that NEAR or ATLEAST joins by OR are one.
        articles: how many articles hold it in that field.
        frequencies: occurrences by field (`title`, `lead`, `body`, or that of a `field:`), only
            fields that have any; the lead is part of the body and counted in both.
        score: what it adds, 0 where it is missing.
    """

    leaf: PlannedLeaf
    articles: int
    frequencies: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article has its score: the sum of its parts.

    Attributes:
        matches: whether the tree matches it.
        closeness: added for words that stand close to each other.
        freshness: added for being recent.
        rest: added by what is no word, such as a date in the query.
    """

    matches: bool
    parts: tuple[LeafScore, ...]
    closeness: float = 0.0
    freshness: float = 0.0
    rest: float = 0.0

    @property
    def score(self) -> float:
        """The whole."""
        words = sum(part.score for part in self.parts)
        return words + self.closeness + self.freshness + self.rest


NO_MATCH: Final = Explanation(matches=False, parts=())


def explain_score(
    parts: Sequence[LeafScore], *, base: float, closeness: float, factor: float
) -> Explanation:
    """Explain the score of an article that matches.

    Args:
        parts: what the scored leaves did, in the order of the query.
        base: what the query scores there.
        closeness: the bonus for words that stand close. It is told for every article, though a
            search adds it to the best 200 only.
        factor: what the preference for the recent multiplies base and bonus by.
    """
    return Explanation(
        matches=True,
        parts=tuple(parts),
        closeness=closeness,
        freshness=(base + closeness) * (factor - 1),
        rest=base - sum(part.score for part in parts),
    )


def list_counted_fields(group: WordGroup) -> tuple[str, ...]:
    """Name the fields in which occurrences are told: the lead too for words of title and body."""
    names = tuple(name for name, _ in group.fields)
    return (*names, LEAD) if len(names) > 1 else names
