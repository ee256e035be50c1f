"""The result of the rules for a page (`RuleEvidence`), and sums over its lines (`LineSums`).

`features` computes the features of each line from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.clean.body.line_rules import LineOpening
from indexer.clean.page.blocks import PageLayout, Region, is_running_text

Column = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """The result of the rules for one page.

    Attributes:
        weights: weight of each line as running text.
        drop_reasons: for each line why it is left out, "" if it is kept.
        regions: the elements that were chosen as holding the article.
        headlines: indices of the lines that repeat a declared title.
        openings: how the lines begin that the rules examined, by index.
        authors: names of the authors of the page.
    """

    layout: PageLayout
    weights: Sequence[float]
    drop_reasons: Sequence[str]
    regions: Sequence[Region]
    headlines: Sequence[int]
    openings: Mapping[int, LineOpening]
    authors: tuple[str, ...]


SIZE, LINKS, WEIGHT, RUNNING, KEPT, KEPT_SIZE = range(6)
"""Rows of `LineSums`: characters, characters inside links, weight, whether the line is running
text, whether the rules kept it, characters kept."""


@dataclass(frozen=True, slots=True)
class LineSums:
    """Six quantities of each line, and their running totals.

    Attributes:
        each: a row for each quantity, a column for each line.
        sums: totals over the first 0, 1, 2, … lines; one column more.
    """

    each: Column
    sums: Column

    @property
    def weight(self) -> float:
        """The weight of all running text of the page, at least 1."""
        return max(float(self.sums[WEIGHT, -1]), 1.0)

    @property
    def kept_size(self) -> float:
        """Characters of the lines that the rules kept, at least 1."""
        return max(float(self.sums[KEPT_SIZE, -1]), 1.0)

    def sum_ranges(self, first: Index, last: Index) -> Column:
        """Return the six totals over ranges of lines (end exclusive), a column for each range."""
        totals: Column = self.sums[:, last] - self.sums[:, first]
        return totals


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features by name: a row for each name, a column for each line."""

    names: tuple[str, ...]
    values: Column


def make_table(**rows: npt.NDArray[np.number[Any]] | npt.NDArray[np.bool_]) -> FeatureTable:
    """Return a table of rows of equal length; the keywords are the names of the features."""
    values = np.concatenate(list(rows.values()), dtype=np.float64).reshape(len(rows), -1)
    return FeatureTable(tuple(rows), values)


def sum_lines(evidence: RuleEvidence) -> LineSums:
    """Return the quantities from which features are computed."""
    blocks = evidence.layout.blocks
    each = np.array(
        [
            [block.size for block in blocks],
            [block.link_size for block in blocks],
            evidence.weights,
            [is_running_text(block) for block in blocks],
            [not out for out in evidence.drop_reasons],
            [0] * len(blocks),
        ],
        dtype=np.float64,
    )
    each[KEPT_SIZE] = each[KEPT] * each[SIZE]
    sums = np.zeros((len(each), len(blocks) + 1))
    np.cumsum(each, axis=1, out=sums[:, 1:])
    return LineSums(each, sums)
