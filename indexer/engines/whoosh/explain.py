"""Why a document matched: where and how often each word of the query stands, and what it scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from whoosh.query.compound import AndNot
from whoosh.query.terms import Term
from whoosh.query.wrappers import Not

from indexer.engines.base import Explanation, Leaf, Part
from indexer.engines.whoosh.evaluate import as_group
from indexer.engines.whoosh.positions import SHIFT
from indexer.engines.whoosh.proximity import closeness
from indexer.engines.whoosh.queries import PUBLISHED, AtLeastMentions, Group, Nearness
from indexer.engines.whoosh.spans import group_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from whoosh.query.qcore import Query

    from indexer.engines.bm25 import Freshness
    from indexer.engines.whoosh.compile import Compiler
    from indexer.engines.whoosh.found import Found
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


def explain(
    leaves: Leaves, query: Query, document: int, also: tuple[str, ...] = ()
) -> tuple[Reason, ...]:
    """What each word of a query did for one document, in the order of the query.

    Takes terms, groups, and the groups within nearness and mentions; what is excluded is left out.

    Args:
        also: fields to count occurrences in beside those of a word that is looked for in several.
    """
    return tuple(_reason(leaves, group, document, also) for group in _groups(query))


def explained(  # noqa: PLR0913  what one search was made of
    leaves: Leaves,
    compiler: Compiler,
    query: Query,
    found: Found,
    document: int,
    *,
    close: Sequence[Group],
    fresh: Freshness | None,
) -> Explanation:
    """What makes up the score of one document of those found.

    Args:
        close, fresh: as in `listing.Request`. Closeness is told for every document, though a search
            adds it to the best 200 only.
    """
    own = np.array([document], np.int32)
    if not found.documents.marked()[document]:
        return Explanation(matches=False, parts=())
    reasons = {reason.group: reason for reason in explain(leaves, query, document, also=("lead",))}
    parts = tuple(
        Part(
            node,
            Leaf(expansion, leaves[group].documents.count),
            reasons[group].frequencies,
            reasons[group].score,
        )
        for node, expansion in compiler.expansions.items()
        if (group := compiler.groups[node]) in reasons
    )
    base = float(found.scores_at(own)[0])
    near = float(closeness(leaves, close, own)[0])
    factor = float(fresh.factors(leaves.snapshot.ints(PUBLISHED))[document]) if fresh else 1.0
    return Explanation(
        matches=True,
        parts=parts,
        closeness=near,
        freshness=(base + near) * (factor - 1),
        rest=base - sum(part.score for part in parts),
    )


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


def _reason(leaves: Leaves, group: Group, document: int, also: tuple[str, ...]) -> Reason:
    place = leaves.snapshot.place(document)
    reader = leaves.snapshot.readers[place.segment]
    own = np.array([place.document], np.int32)
    frequencies = {}
    names = [field for field, _ in group.fields]
    for field in (*names, *also) if len(names) > 1 else names:
        spans = group_spans(reader, field, group, own)
        count = int(np.count_nonzero((spans.starts >> SHIFT) == place.document))
        if count:
            frequencies[field] = count
    leaf = leaves[group]
    score = float(leaf.at(np.array([document], np.int32))[0]) * leaf.idf * group.boost
    return Reason(group, frequencies, score)
