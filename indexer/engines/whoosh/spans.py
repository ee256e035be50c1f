"""Postings of one segment -> where phrases begin, and which documents have words close together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.whoosh.positions import (
    SHIFT,
    Spans,
    find_near,
    find_phrase,
    find_slop,
    merged_places,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.arrays import Postings
    from indexer.engines.whoosh.queries import Group, Nearness, PhraseForms
    from indexer.engines.whoosh.segment import ColumnSegment
    from indexer.engines.whoosh.terms import TermDictionary


MANY = 16
"""More terms than this are read in one stretch of the vocabulary where they are neighbours."""


def find_numbers(terms: TermDictionary, wanted: Sequence[str]) -> list[int]:
    """Numbers of those of the terms that a vocabulary has, ascending where `wanted` is sorted."""
    if len(wanted) > MANY:
        low, high = terms.range(min(wanted))[0], terms.range(max(wanted))[1]
        if high - low <= len(wanted) * 2:
            among = set(wanted)
            stretch = enumerate(terms.decode(low, high), start=low)
            return [number for number, term in stretch if term in among]
    numbers = (terms.find(term) for term in wanted)
    return [number for number in numbers if number >= 0]


def find_postings(segment: ColumnSegment, field: str, terms: Sequence[str]) -> list[Postings]:
    """Postings of the terms that the segment has in the field."""
    numbers = find_numbers(segment.terms(field), terms)
    return [segment.postings(field, number) for number in numbers]


def phrase_starts(segment: ColumnSegment, field: str, forms: PhraseForms) -> NDArray[np.int64]:
    """Places (see positions.py) where a phrase begins, ascending, deleted documents included."""
    words = [find_postings(segment, field, terms) for terms in forms]
    if not all(words):
        return np.empty(0, np.int64)
    return find_phrase(words)


def slop_documents(
    segment: ColumnSegment, field: str, words: Sequence[str], slop: int
) -> NDArray[np.int32]:
    """Documents with the words in order, each at most `slop` positions after the one before."""
    if slop == 1 and len(words) > 1:
        return documents_of(phrase_starts(segment, field, tuple((word,) for word in words)))
    postings = [find_postings(segment, field, (word,)) for word in words]
    if not all(postings):
        return np.empty(0, np.int32)
    shared = postings[0][0].documents
    for (other,) in postings[1:]:
        shared = np.intersect1d(shared, other.documents, assume_unique=True)
    return documents_of(find_slop([merged_places(word, shared) for word in postings], slop))


def near_documents(
    segment: ColumnSegment, query: Nearness, within: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Those of the ascending documents `within` that have the groups close together in a field."""
    found = []
    for field, _ in query.groups[0].fields:
        operands = [group_spans(segment, field, group, within) for group in query.groups]
        ends = find_near(operands, query.distance, ordered=query.ordered)
        found.append(documents_of(ends))
    return np.intersect1d(np.concatenate(found), within)


def group_spans(
    segment: ColumnSegment, field: str, group: Group, within: NDArray[np.int32]
) -> Spans:
    """Occurrences of a group in one field, at least those in the documents `within`."""
    words = merged_places(find_postings(segment, field, group.words), within)
    starts, ends = [words], [words]
    for forms in group.sequences:
        begins = phrase_starts(segment, field, forms)
        starts.append(begins)
        ends.append(begins + (len(forms) - 1))
    if len(starts) == 1:
        return Spans(words, words)
    every_start, every_end = np.concatenate(starts), np.concatenate(ends)
    order = np.lexsort((every_end, every_start))
    return Spans(every_start[order], every_end[order])


def documents_of(places: NDArray[np.int64]) -> NDArray[np.int32]:
    """Distinct documents of ascending or unordered places, ascending."""
    return np.unique((places >> SHIFT).astype(np.int32))
