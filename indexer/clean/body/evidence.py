"""What the rules know of a page, as `features` takes it: verdicts, weights, landmarks, sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.clean.page.blocks import PageLayout, Region, is_running_text

Column = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """A page after the rules.

    Attributes:
        weights: of each line as running text. verdicts: of the rules, "" where kept.
        regions: chosen to hold the article. headlines: lines that say a declared title.
        openings: what lines open like, as far as the rules asked (`line_rules.classify_opening`).
        authors: of the page.
    """

    layout: PageLayout
    weights: Sequence[float]
    verdicts: Sequence[str]
    regions: Sequence[Region]
    headlines: Sequence[int]
    openings: Mapping[int, int]
    authors: tuple[str, ...]


SIZE, LINKS, WEIGHT, RUNNING, KEPT, KEPT_SIZE = range(6)
"""What is summed over lines: characters, those inside links, weight, lines of running text, lines
the rules kept, their characters."""


@dataclass(frozen=True, slots=True)
class LineSums:
    """The lines of a page as columns.

    Attributes:
        each: a row for each of the six, a column a line.
        sums: the same over the first 0, 1, 2, … lines; one column longer.
    """

    each: Column
    sums: Column

    @property
    def weight(self) -> float:
        """The running text of the page, at least 1."""
        return max(float(self.sums[WEIGHT, -1]), 1.0)

    @property
    def kept_size(self) -> float:
        """Characters the rules kept, at least 1."""
        return max(float(self.sums[KEPT_SIZE, -1]), 1.0)

    def sum_ranges(self, first: Index, last: Index) -> Column:
        """Return the six sums over ranges of lines (end exclusive), a column a range."""
        totals: Column = self.sums[:, last] - self.sums[:, first]
        return totals


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features by name, a row each; a column a line."""

    names: tuple[str, ...]
    values: Column


def make_table(**rows: npt.NDArray[np.number[Any]] | npt.NDArray[np.bool_]) -> FeatureTable:
    """Return rows of one length as a table."""
    values = np.concatenate(list(rows.values()), dtype=np.float64).reshape(len(rows), -1)
    return FeatureTable(tuple(rows), values)


def sum_lines(evidence: RuleEvidence) -> LineSums:
    """Return the sums every feature is made of."""
    blocks = evidence.layout.blocks
    each = np.array(
        [
            [block.size for block in blocks],
            [block.link_size for block in blocks],
            evidence.weights,
            [is_running_text(block) for block in blocks],
            [not out for out in evidence.verdicts],
            [0] * len(blocks),
        ],
        dtype=np.float64,
    )
    each[KEPT_SIZE] = each[KEPT] * each[SIZE]
    sums = np.zeros((len(each), len(blocks) + 1))
    np.cumsum(each, axis=1, out=sums[:, 1:])
    return LineSums(each, sums)
