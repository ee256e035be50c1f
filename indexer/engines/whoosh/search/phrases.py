"""Finds phrases, and words close together, in the postings of one segment.

In: the reader of a segment, and the forms of the words. Out: places of phrases, or documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engines.whoosh.search.positions import (
    SHIFT,
    Spans,
    find_near,
    find_phrase,
    find_slop,
    merge_places,
)
from indexer.query.processor_time import check_processor_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engines.whoosh.search.postings_reader import PostingsReader
    from indexer.engines.whoosh.search.queries import Nearness, WordGroupQuery
    from indexer.query.plan import PhraseForms


def find_phrase_starts(reader: PostingsReader, field: str, forms: PhraseForms) -> NDArray[np.int64]:
    """Find the places (see positions.py) where a phrase begins, deleted documents included."""
    words = [reader.find_slot(field, terms) for terms in forms]
    if not all(map(len, words)):
        return np.empty(0, np.int64)
    return find_phrase(words)


def find_slop_documents(
    reader: PostingsReader, field: str, words: Sequence[str], slop: int
) -> NDArray[np.int32]:
    """Find the documents with the words in order, each at most `slop` positions after the last."""
    if slop == 1 and len(words) > 1:
        return extract_documents(
            find_phrase_starts(reader, field, tuple((word,) for word in words))
        )
    postings = [reader.find(field, (word,)) for word in words]
    if not all(postings):
        return np.empty(0, np.int32)
    shared = postings[0][0].documents
    for (other,) in postings[1:]:
        shared = np.intersect1d(shared, other.documents, assume_unique=True)
    return extract_documents(find_slop([merge_places(word, shared) for word in postings], slop))


def find_near_documents(
    reader: PostingsReader, query: Nearness, within: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Find which of the ascending documents `within` have the groups close together in a field."""
    if not len(within):
        return within
    found = []
    for field, _ in query.groups[0].fields:
        spans = {
            group: find_group_spans(reader, field, group, within) for group in set(query.groups)
        }
        operands = [spans[group] for group in query.groups]
        ends = find_near(operands, query.distance, ordered=query.ordered)
        found.append(extract_documents(ends))
    matched = np.zeros(reader.segment.document_count, np.bool_)
    matched[np.concatenate(found)] = True
    return within[matched[within]]


def find_group_spans(
    reader: PostingsReader, field: str, group: WordGroupQuery, within: NDArray[np.int32]
) -> Spans:
    """Find the occurrences of a group in one field, at least those in the documents `within`."""
    words = reader.find_places(field, group.words, within)
    starts, ends = [words], [words]
    for forms in group.sequences:
        check_processor_time()
        begins = find_phrase_starts(reader, field, forms)
        starts.append(begins)
        ends.append(begins + (len(forms) - 1))
    if len(starts) == 1:
        return Spans(words, words)
    every_start, every_end = np.concatenate(starts), np.concatenate(ends)
    order = np.lexsort((every_end, every_start))
    return Spans(every_start[order], every_end[order])


def extract_documents(places: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the distinct documents of ascending places, ascending."""
    documents = (places >> SHIFT).astype(np.int32)
    first = np.ones(len(documents), np.bool_)
    np.not_equal(documents[1:], documents[:-1], out=first[1:])
    return documents[first]
