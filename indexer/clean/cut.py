"""Where a page's lines are cut, by how sure the forest is of each: the share it serves best.

What counts is precision and recall of the whole text, not how many lines are judged rightly. A
line in doubt matters little to a page whose other lines are sure, and much to one where nearly
all are in doubt: there, leaving all of them out would leave no article.
"""

from typing import Final

import numpy as np

from indexer.clean.evidence import Column

TEMPER: Final = 1.4
"""Logits are divided by this before they are chances: the lines of a page are right or wrong
together, so the chances of many say less than as many single ones. 1 to 1.6 gain alike."""

LEAST: Final = -3.0
"""Logit below which no line belongs, however little a page would keep."""


def find_cut(sizes: Column, scores: Column) -> float:
    """Return the logit from which lines belong.

    Taken from the surest line down, lines have an expected precision and recall; the last one is
    where their sum is largest.

    Args:
        sizes: characters of each line. scores: its logits; at least one line.
    """
    order = np.argsort(-scores, kind="stable")
    falling, size = scores[order], sizes[order]
    right = np.cumsum(size / (1 + np.exp(falling / -TEMPER)))
    served = right / np.cumsum(size) + right / right[-1]
    return max(float(falling[served.argmax()]), LEAST)
