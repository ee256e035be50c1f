"""Why a document matched: where and how often each word of the query stands, and what it scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from whoosh.query.compound import AndNot
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not

from indexer.engines.whoosh.evaluate import as_group
from indexer.engines.whoosh.positions import SHIFT
from indexer.engines.whoosh.queries import AtLeastMentions, Group, Nearness
from indexer.engines.whoosh.spans import group_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from whoosh.query.qcore import Query

    from indexer.engines.whoosh.leaves import Leaves


@dataclass(frozen=True, slots=True)
class Reason:
    """What one word of a query did for a document.

    Attributes:
        group: the word.
        frequencies: occurrences by field, only fields that have any.
        score: what the word scores there, 0 where it is missing.
    """

    group: Group
    frequencies: Mapping[str, int]
    score: float


def explain(leaves: Leaves, query: Query, document: int) -> tuple[Reason, ...]:
    """What each word of a query did for one document, in the order of the query.

    Takes terms, groups, and the groups within nearness and mentions; what is excluded is left out.
    """
    return tuple(_reason(leaves, group, document) for group in _groups(query))


def _groups(query: Query) -> Iterator[Group]:
    match query:
        case Group():
            yield query
        case Term():
            yield as_group(query)
        case Nearness():
            yield from query.groups
        case AtLeastMentions():
            yield query.group
        case Not():
            return
        case AndNot():
            yield from _groups(query.a)
        case _:
            for child in query.children():
                yield from _groups(child)


def _reason(leaves: Leaves, group: Group, document: int) -> Reason:
    place = leaves.snapshot.place(document)
    reader = leaves.snapshot.readers[place.segment]
    own = np.array([place.document], np.int32)
    frequencies = {}
    for field, _ in group.fields:
        spans = group_spans(reader, field, group, own)
        count = int(np.count_nonzero((spans.starts >> SHIFT) == place.document))
        if count:
            frequencies[field] = count
    leaf = leaves[group]
    score = float(leaf.at(np.array([document], np.int32))[0]) * leaf.idf * group.boost
    return Reason(group, frequencies, score)
