"""Scores lines with a fitted forest: features come in, logits and a threshold go out.

The forest is a sum of small trees. All nodes of one depth in a tree make the same split, so that a
page is scored by one comparison of arrays. `python -m indexer.measure.line_classifier.fit` fits the
forest and writes `forest.tsv`, which holds numbers and names of features, but no text of any page.
A row of it is one tree: the features of its splits, their limits, and a value for each combination
of answers (first split first, in thousandths of a logit).

`choose_threshold` maximizes precision and recall of the whole text, not the number of lines judged
correctly. A doubtful line matters little on a page whose other lines are sure. If nearly all lines
are doubtful, leaving them all out would leave no article.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.clean.body.evidence import Column, Index
from indexer.clean.body.features import LineFeatures

PRIOR_LOGIT: Final = 1.0
"""Logit of a line before the trees: positive if the rules kept it, negative if not."""

TABLE_SCALE: Final = 1_000
"""Units of the table in one logit."""

CHUNK_LINES: Final = 512
"""Lines scored at once; a page of thousands would need hundreds of megabytes."""

TEMPERATURE: Final = 1.4
"""Logits are divided by this before they become probabilities. The lines of a page are right or
wrong together, so the probabilities of many lines mean less than as many independent ones. 1 to 1.6
gain alike.
"""

MIN_LOGIT: Final = -3.0
"""Logit below which no line belongs, however little of a page is kept."""


@dataclass(frozen=True, slots=True)
class TreeSplits:
    """The distinct splits of a forest; most are used by several trees.

    Attributes:
        rows: for each split the row of its feature in the table of features.
        limits: the value that the feature must exceed, shape (splits, 1).
        asked: index of the first split of every tree, then of the second of every tree, ….
    """

    rows: Index
    limits: npt.NDArray[np.float32]
    asked: Index


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees of one depth, at most 8.

    A forest equals only itself, so that its splits are cached by identity.

    Attributes:
        features: names, a row for each tree.
        limits: values that the features must exceed, a row for each tree.
        values: logits, a row for each tree, a column for each combination of answers.
    """

    features: tuple[tuple[str, ...], ...]
    limits: npt.NDArray[np.float32]
    values: npt.NDArray[np.float64]

    def score(self, described: LineFeatures) -> Column:
        """Return for each line the logit that it belongs to the article."""
        kept = described.values[described.names.index("kept")].astype(np.float64)
        scores: Column = PRIOR_LOGIT * (2 * kept - 1)
        questions = _collect_splits(self, described.names)
        for start in range(0, len(scores), CHUNK_LINES):
            part = described.values[:, start : start + CHUNK_LINES]
            scores[start : start + CHUNK_LINES] += self._evaluate_trees(questions, part).sum(axis=0)
        return scores

    def _evaluate_trees(self, questions: TreeSplits, values: npt.NDArray[np.float32]) -> Column:
        """Return the leaf value of each line: a row for each tree, a column for each line."""
        count, depth = self.limits.shape
        answers = values.take(questions.rows, axis=0) > questions.limits
        yes = answers.view(np.uint8).take(questions.asked, axis=0).reshape(depth, count, -1)
        leaf = yes[0]
        for more in yes[1:]:
            leaf = leaf + leaf + more
        first = np.arange(0, self.values.size, 1 << depth)[:, np.newaxis]
        given: Column = self.values.ravel().take(first + leaf)
        return given


@lru_cache(maxsize=2)
def _collect_splits(forest: Forest, names: tuple[str, ...]) -> TreeSplits:
    """Return the splits of a forest for features in the order of `names`, each split once."""
    row_of = {name: row for row, name in enumerate(names)}
    numbers: dict[tuple[int, float], int] = {}
    asked = [
        numbers.setdefault((row_of[feature], limit), len(numbers))
        for features, limits in zip(
            zip(*forest.features, strict=True), forest.limits.T.tolist(), strict=True
        )
        for feature, limit in zip(features, limits, strict=True)
    ]
    return TreeSplits(
        rows=np.array([row for row, _ in numbers], dtype=np.intp),
        limits=np.array([[limit] for _, limit in numbers], dtype=np.float32),
        asked=np.array(asked, dtype=np.intp),
    )


@cache
def load_forest() -> Forest:
    """Return the forest of `forest.tsv`, read once per process."""
    return parse_forest((files(__package__) / "forest.tsv").read_text("utf-8"))


def parse_forest(text: str) -> Forest:
    """Return the forest of a table; lines that begin with `#` are comments."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return Forest(
        features=tuple(tuple(row[0].split()) for row in rows),
        limits=np.array([row[1].split() for row in rows], dtype=np.float32),
        values=np.array([row[2].split() for row in rows], dtype=np.float64) / TABLE_SCALE,
    )


def format_forest(forest: Forest) -> str:
    """Return the table of a forest."""
    lines = []
    for features, limits, values in zip(forest.features, forest.limits, forest.values, strict=True):
        rounded = " ".join(f"{round(float(value) * TABLE_SCALE)}" for value in values)
        lines.append(f"{' '.join(features)}\t{' '.join(map(str, limits))}\t{rounded}\n")
    return "".join(lines)


def choose_threshold(sizes: Column, scores: Column) -> float:
    """Return the logit from which lines belong to the article, at least MIN_LOGIT.

    Lines are taken from the surest down; each number of lines has an expected precision and recall.
    The threshold is the logit of the last line where their sum is largest.

    Args:
        sizes: characters of each line. scores: their logits; at least one line.
    """
    order = np.argsort(-scores, kind="stable")
    falling, size = scores[order], sizes[order]
    right = np.cumsum(size / (1 + np.exp(falling / -TEMPERATURE)))
    served = right / np.cumsum(size) + right / right[-1]
    return max(float(falling[served.argmax()]), MIN_LOGIT)
