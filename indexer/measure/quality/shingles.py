"""The body metric: precision and recall over runs of four words, and how titles are folded.

As scrapinghub's article-extraction-benchmark defines it in its own evaluation (MIT): words are
`\\w+`, shingles are counted as bags, a text shorter than four words is one shingle.
"""

import re
import unicodedata
from collections import Counter
from typing import Final

SHINGLE: Final = 4
"""Words of a shingle."""

_WORD: Final = re.compile(r"\w+")


def score_body(truth: str, found: str) -> tuple[float | None, float, bool]:
    """Return precision (None if nothing was found), recall, and whether both are 1."""
    wanted, given = count_shingles(truth), count_shingles(found)
    hits = sum((wanted & given).values())
    given_count, wanted_count = sum(given.values()), sum(wanted.values())
    precision = hits / given_count if given_count else None
    recall = hits / wanted_count if wanted_count else 0.0
    return precision, recall, hits == given_count == wanted_count


def count_shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the bag of runs of four words; a shorter text is one run."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of a title or name for comparison: NFKC, case folded."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def compute_f1(precision: float, recall: float) -> float:
    """Return the harmonic mean, 0 if both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
