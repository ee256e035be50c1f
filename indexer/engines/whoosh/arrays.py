"""The arrays that codec and evaluator share: postings and columns of one segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term (or a merged group) stands in one field of one segment.

    Attributes:
        documents: int32, shape (n,), ascending segment-local document numbers, deleted included.
        frequencies: int32, shape (n,), occurrences in each document.
        starts: int64, shape (n + 1,); positions of document i are positions[starts[i]:starts[i+1]].
        positions: int32, ascending within a document, first token 0.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    starts: NDArray[np.int64]
    positions: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of none, one or several text values a document (sources, systems, authors ...).

    Attributes:
        values: the distinct values, sorted by code point.
        starts: int64, shape (documents + 1,); document d has ids[starts[d]:starts[d+1]].
        ids: int32 indexes into `values`, in the order the article gave them.
    """

    values: tuple[str, ...]
    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
