"""Positions of words in the bodies of a few documents, from postings: no body is read.

In: document numbers and terms. Out: `TermPositions` of each document.

Positions come from the index. The tokens of each line come from the column `lines`, which has one
character per line, whose code point is the number of tokens: one byte for most lines, in a plain
text column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.interface import TermPositions
from indexer.engines.whoosh.search.doc_set import find_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.index_arrays import IndexArrays
    from indexer.engines.whoosh.search.postings_reader import PostingsReader

LINES = "lines"
BODY = "body"

MOST_TERMS = 64
"""Most terms that are looked up: each takes 5 µs once and 2 µs per document, where reading ten
bodies takes 1 to 4 ms."""

_LONGEST_LINE = 0x10FFFF


def encode_lines(counts: Sequence[int]) -> str:
    """Encode the token count of each line as a text; "" if a count is above any code point."""
    return "".join(map(chr, counts)) if max(counts, default=0) <= _LONGEST_LINE else ""


def locate_terms(
    arrays: IndexArrays, documents: Sequence[int], terms: Sequence[str]
) -> list[TermPositions | None]:
    """Return the positions of the terms in the body of each document.

    Returns:
        In the order of `documents`; None for all if there are more than MOST_TERMS terms, and for
        a document whose lines are not stored.
    """
    if len(terms) > MOST_TERMS:
        return [None] * len(documents)
    found: dict[int, TermPositions | None] = {}
    ascending = np.array(sorted(set(documents)), np.int32)
    parts = zip(arrays.readers, arrays.split_by_segment(ascending), arrays.bases, strict=True)
    for reader, part, base in parts:
        located = _locate_in_segment(reader, part, terms) if len(part) else ()
        found.update(zip((part + base).tolist(), located, strict=True))
    return [found[document] for document in documents]


def _locate_in_segment(
    reader: PostingsReader, documents: NDArray[np.int32], terms: Iterable[str]
) -> list[TermPositions | None]:
    positions: list[dict[str, list[int]]] = [{} for _ in documents]
    for term in terms:
        for postings in reader.find(BODY, (term,)):
            rows, present = find_rows(postings.documents, documents)
            for place in np.flatnonzero(present).tolist():
                low, high = postings.starts[rows[place] : rows[place] + 2].tolist()
                positions[place][term] = postings.positions[low:high].tolist()
    column = reader.segment.get_text_column(LINES)
    lines = [tuple(map(ord, column[document])) for document in documents.tolist()]
    return [
        TermPositions(counts, where) if counts else None
        for counts, where in zip(lines, positions, strict=True)
    ]
