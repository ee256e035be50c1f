"""The fitted judge of lines: features in, how sure it is that a line belongs to the article out.

A sum of small trees, each asking the same questions at one depth of every line, so that a page is
judged by one comparison of arrays. `python -m indexer.measure.line_classifier.fit` fits it and
writes the table `forest.tsv`, which holds numbers and names of features, nothing of any page.

A row of the table is one tree: the features it asks for, the limits they are compared with, and a
value for each combination of answers (first question first, in thousandths of a logit).

Where a page's lines are cut, by how sure the forest is of each: the share it serves best.

What counts is precision and recall of the whole text, not how many lines are judged rightly. A
line in doubt matters little to a page whose other lines are sure, and much to one where nearly
all are in doubt: there, leaving all of them out would leave no article.
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
"""Logits by which a line leans to what the rules said of it before any tree is asked."""

TABLE_SCALE: Final = 1_000
"""Steps of a logit in the table."""

CHUNK_LINES: Final = 512
"""Lines judged at once; a page of thousands would need hundreds of megabytes."""

TEMPERATURE: Final = 1.4
"""Logits are divided by this before they are chances: the lines of a page are right or wrong
together, so the chances of many say less than as many single ones. 1 to 1.6 gain alike."""

MIN_LOGIT: Final = -3.0
"""Logit below which no line belongs, however little a page would keep."""


@dataclass(frozen=True, slots=True)
class TreeSplits:
    """What trees ask, each question once: most are asked by several.

    Attributes:
        rows: of the features. limits: what they must exceed, in a column.
        asked: which of these all trees ask first, then which they ask second, ….
    """

    rows: Index
    limits: npt.NDArray[np.float32]
    asked: Index


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees of one depth, at most 8; the same only as itself, so that questions are kept by it.

    Attributes:
        features: the names asked for, a row a tree. limits: what they must exceed for yes.
        values: logits, a row a tree, a column a combination of answers.
    """

    features: tuple[tuple[str, ...], ...]
    limits: npt.NDArray[np.float32]
    values: npt.NDArray[np.float64]

    def score(self, described: LineFeatures) -> Column:
        """Return for each described line the logit that it belongs to the article."""
        kept = described.values[described.names.index("kept")].astype(np.float64)
        scores: Column = PRIOR_LOGIT * (2 * kept - 1)
        questions = _collect_splits(self, described.names)
        for start in range(0, len(scores), CHUNK_LINES):
            part = described.values[:, start : start + CHUNK_LINES]
            scores[start : start + CHUNK_LINES] += self._evaluate_trees(questions, part).sum(axis=0)
        return scores

    def _evaluate_trees(self, questions: TreeSplits, values: npt.NDArray[np.float32]) -> Column:
        """Return a row a tree, a column a line: the value of the answers to its questions."""
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
    """Return the forest that ships."""
    return parse_forest((files(__package__) / "forest.tsv").read_text("utf-8"))


def parse_forest(text: str) -> Forest:
    """Read a table; lines that start with `#` are remarks."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return Forest(
        features=tuple(tuple(row[0].split()) for row in rows),
        limits=np.array([row[1].split() for row in rows], dtype=np.float32),
        values=np.array([row[2].split() for row in rows], dtype=np.float64) / TABLE_SCALE,
    )


def format_forest(forest: Forest) -> str:
    """Write a table."""
    lines = []
    for features, limits, values in zip(forest.features, forest.limits, forest.values, strict=True):
        rounded = " ".join(f"{round(float(value) * TABLE_SCALE)}" for value in values)
        lines.append(f"{' '.join(features)}\t{' '.join(map(str, limits))}\t{rounded}\n")
    return "".join(lines)


def choose_threshold(sizes: Column, scores: Column) -> float:
    """Return the logit from which lines belong.

    Taken from the surest line down, lines have an expected precision and recall; the last one is
    where their sum is largest.

    Args:
        sizes: characters of each line. scores: its logits; at least one line.
    """
    order = np.argsort(-scores, kind="stable")
    falling, size = scores[order], sizes[order]
    right = np.cumsum(size / (1 + np.exp(falling / -TEMPERATURE)))
    served = right / np.cumsum(size) + right / right[-1]
    return max(float(falling[served.argmax()]), MIN_LOGIT)
