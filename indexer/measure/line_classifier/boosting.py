"""Gradient boosting of small symmetric trees on binned columns, in NumPy.

Logistic loss with Newton steps (Friedman 2001; Chen and Guestrin 2016), trees with one
split for each depth (as CatBoost's), rows and columns sampled for each tree with a fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.clean.body.evidence import Column
from indexer.clean.body.line_classifier import Forest

BINS: Final = 32

Matrix = npt.NDArray[np.float32]
Bins = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BoostingOptions:
    """The options of a fit: `shrink` is the regularization of leaves, in rows of mean weight.

    Twice the trees at half the rate classify unseen outlets no better, nor do other depths (3 to 5)
    and regularizations (8 to 20): all within .001 of F1. Averaging forests that differ only by
    their random samples does: `forests` of 120 trees each.
    """

    trees: int = 120
    depth: int = 5
    rate: float = 0.25
    shrink: float = 8.0
    rows: float = 0.4
    columns: float = 0.4
    forests: int = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows to fit: features, 0 or 1, weight, and the logit they start from."""

    values: Matrix
    wanted: Column
    weight: Column
    start: Column


@dataclass(frozen=True, slots=True)
class SymmetricTree:
    """A tree: for each depth the column and the bin it is split above; for each leaf a value."""

    splits: Sequence[tuple[int, int]]
    values: Column


def fit(sample: Sample, names: Sequence[str], options: BoostingOptions) -> Forest:
    """Fit forests and return their mean as one; the same sample gives the same."""
    limits = [_find_limits(sample.values[:, column]) for column in range(len(names))]
    bins = np.stack(
        [np.searchsorted(limit, sample.values[:, i]) for i, limit in enumerate(limits)]
    ).astype(np.uint8)
    splittable = np.array([i for i, limit in enumerate(limits) if len(limit)])
    trees = [
        tree
        for number in range(options.forests)
        for tree in _boost(sample, bins, splittable, options, np.random.default_rng(number))
    ]
    return Forest(
        features=tuple(tuple(names[i] for i, _ in tree.splits) for tree in trees),
        limits=np.array(
            [[_get_limit(limits[i], split) for i, split in tree.splits] for tree in trees],
            dtype=np.float32,
        ),
        values=np.array([tree.values for tree in trees]) / options.forests,
    )


def _boost(
    sample: Sample,
    bins: Bins,
    splittable: npt.NDArray[np.intp],
    options: BoostingOptions,
    random: np.random.Generator,
) -> list[SymmetricTree]:
    """Return the trees of one forest, each fitted to what those before it leave."""
    weight = sample.weight / sample.weight.mean()
    logit = sample.start.copy()
    size = 1 << options.depth
    trees = []
    for _ in range(options.trees):
        chance = 1 / (1 + np.exp(-logit))
        slope = (chance - sample.wanted) * weight
        bend = np.maximum(chance * (1 - chance), 1e-4) * weight
        rows = np.nonzero(random.random(len(logit)) < options.rows)[0]
        columns = splittable[random.random(len(splittable)) < options.columns]
        part = bins[columns][:, rows].astype(np.intp)
        splits = [
            (int(columns[i]), split) for i, split in _grow(part, slope[rows], bend[rows], options)
        ]
        leaf = _find_leaves(bins, splits)
        bent = np.bincount(leaf, bend, size) + 2 * options.shrink
        values = -options.rate * np.bincount(leaf, slope, size) / bent
        logit += values[leaf]
        trees.append(SymmetricTree(splits, values))
    return trees


def _find_limits(values: npt.NDArray[np.float32]) -> Column:
    """Return at most BINS - 1 limits between the values of a column."""
    distinct = np.unique(values).astype(np.float64)
    if len(distinct) > BINS:
        distinct = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
        return distinct[: BINS - 1]
    return (distinct[:-1] + distinct[1:]) / 2


def _get_limit(limits: Column, split: int) -> float:
    """Return the limit that values in bins above `split` exceed; infinity for the last bin."""
    return float(limits[split]) if split < len(limits) else float("inf")


def _grow(
    bins: npt.NDArray[np.intp], slope: Column, bend: Column, options: BoostingOptions
) -> list[tuple[int, int]]:
    """Return the split of each depth, the one with the largest gain over all leaves together."""
    leaf = np.zeros(bins.shape[1], dtype=np.intp)
    splits = []
    for depth in range(options.depth):
        shape = (1 << depth, BINS)
        best = (-1.0, 0, 0)
        for column, values in enumerate(bins):
            cell = values + leaf * BINS
            slopes = _sum_cells(cell, slope, shape)
            bends = _sum_cells(cell, bend, shape)
            gains = _compute_gains(slopes, bends, options.shrink)
            split = int(gains.argmax())
            best = max(best, (float(gains[split]), column, split))
        _, column, split = best
        splits.append((column, split))
        leaf = leaf * 2 + (bins[column] > split)
    return splits


def _sum_cells(cell: npt.NDArray[np.intp], values: Column, shape: tuple[int, int]) -> Column:
    summed = np.bincount(cell, values, shape[0] * shape[1])
    return np.asarray(summed, dtype=np.float64).reshape(shape)


def _compute_gains(slopes: Column, bends: Column, shrink: float) -> Column:
    """Return the gain of a split at each border between bins, summed over the leaves."""
    low, low_bend = slopes.cumsum(axis=1)[:, :-1], bends.cumsum(axis=1)[:, :-1]
    all_, all_bend = slopes.sum(axis=1, keepdims=True), bends.sum(axis=1, keepdims=True)
    parts: Column = low**2 / (low_bend + shrink) + (all_ - low) ** 2 / (
        all_bend - low_bend + shrink
    )
    total: Column = parts.sum(axis=0)
    return total


def _find_leaves(bins: Bins, splits: list[tuple[int, int]]) -> npt.NDArray[np.intp]:
    leaf = np.zeros(bins.shape[1], dtype=np.intp)
    for column, split in splits:
        leaf = leaf * 2 + (bins[column] > split)
    return leaf
