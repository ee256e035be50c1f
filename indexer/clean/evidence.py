"""What the rules know of a page, as `traits` takes it: verdicts, weights, landmarks, sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.clean.blocks import Layout, Region
from indexer.clean.candidates import is_running

Column = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page after the rules.

    Attributes:
        weights: of each line as running text. verdicts: of the rules, "" where kept.
        regions: chosen to hold the article. headlines: lines that say a declared title.
        titles, descriptions: declared ones. authors: of the page.
    """

    layout: Layout
    weights: Sequence[float]
    verdicts: Sequence[str]
    regions: Sequence[Region]
    headlines: Sequence[int]
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page as columns, each with its running sum, which is one longer."""

    size: Column
    linked: Column
    kept: Column
    size_sum: Column
    link_sum: Column
    weight_sum: Column
    running_sum: Column
    kept_sum: Column
    kept_size_sum: Column

    @property
    def weight(self) -> float:
        """The running text of the page, at least 1."""
        return max(float(self.weight_sum[-1]), 1.0)

    @property
    def kept_size(self) -> float:
        """Characters the rules kept, at least 1."""
        return max(float(self.kept_size_sum[-1]), 1.0)


def measure(evidence: Evidence) -> Lines:
    """Return the columns every trait is made of."""
    blocks = evidence.layout.blocks
    size = column(block.size for block in blocks)
    links = column(block.link_size for block in blocks)
    kept = column(not out for out in evidence.verdicts)
    return Lines(
        size=size,
        linked=links / size,
        kept=kept,
        size_sum=running_sum(size),
        link_sum=running_sum(links),
        weight_sum=running_sum(column(evidence.weights)),
        running_sum=running_sum(column(map(is_running, blocks))),
        kept_sum=running_sum(kept),
        kept_size_sum=running_sum(kept * size),
    )


def column(values: Iterable[float]) -> Column:
    """Return the values as one column."""
    return np.fromiter(values, dtype=np.float64)


def running_sum(values: Column) -> Column:
    """Return the sums of the first 0, 1, 2, … values."""
    return np.concatenate(([0.0], np.cumsum(values)))
