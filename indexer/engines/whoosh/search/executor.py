"""Executes Whoosh query objects over whole arrays.

In: a query of the classes named in `QueryExecutor.find`, Whoosh's and ours. Out: a `MatchSet`.

Scores are those of Whoosh's own matchers with `Bm25Model`, its peculiarities included: a Not inside
an And or Or adds 1, a Phrase scores as its words do. If Whoosh's score depends on how it happens to
match (constant scores of a Prefix or FuzzyTerm), ours is the boost.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import time
from typing import TYPE_CHECKING, Final

import numpy as np
from whoosh.query.compound import And, AndMaybe, AndNot, CompoundQuery, Or, Require
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every, NullQuery
from whoosh.query.ranges import DateRange, NumericRange
from whoosh.query.terms import FuzzyTerm, Prefix, Term
from whoosh.query.wrappers import ConstantScoreQuery, Not, WrappingQuery

from indexer.engines.whoosh.search.doc_set import (
    DocSet,
    intersect,
    make_doc_set,
    make_doc_set_from_mask,
    subtract,
    unite,
)
from indexer.engines.whoosh.search.match_set import Contribution, MatchSet
from indexer.engines.whoosh.search.phrases import find_near_documents, find_slop_documents
from indexer.engines.whoosh.search.positions import MOST_LOOKUPS, count_lookups
from indexer.engines.whoosh.search.queries import (
    PUBLISHED,
    AtLeastMentions,
    DayRange,
    HasValue,
    Nearness,
    WordGroupQuery,
)
from indexer.engines.whoosh.search.scored_postings import LeafCache
from indexer.errors import QueryRefused
from indexer.query.processor_time import check_processor_time, measure_time_left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.query.qcore import Query

    from indexer.engines.whoosh.search.index_arrays import IndexArrays

READ_S: Final = 60e-9
"""Processor time to read one occurrence; measured 40 to 110 ns for those of thousands of terms."""

LOOKUP_S: Final = 40e-9
"""Processor time of one binary search among places; measured 40 to 63 ns for NEAR."""

TOO_COSTLY: Final = (
    "Words this common are near each other everywhere, and to look takes too long; ask for rarer "
    "words or fewer NEAR, or write more letters before a star"
)


class QueryExecutor:
    """Executes queries over one snapshot. Threads may share it.

    Args:
        arrays: of the snapshot.
        leaves: the cache of scored words; None for a new one.
    """

    def __init__(self, arrays: IndexArrays, leaves: LeafCache | None = None) -> None:
        self.arrays = arrays
        self.leaves = leaves or LeafCache(arrays)
        self._nothing = make_doc_set(np.empty(0, np.int32), arrays.total)

    def find(self, query: Query) -> MatchSet:  # noqa: PLR0911  a case each
        """Find all documents that match a query.

        Args:
            query: any composition of the classes below.

        Raises:
            SearchTimeout: the processor time is spent; checked before every node of the query.
            TypeError: a query class that is not handled.
        """
        check_processor_time()
        match query:
            case WordGroupQuery():
                return self._match_group(query, query.boost)
            case Term():
                return self._match_group(convert_term(query), query.boost)
            case And() | Or():
                children = [self.find(child) for child in query.subqueries]
                combine = self._match_all if isinstance(query, And) else self._match_any
                return combine(children).boost(query.boost)
            case AndNot() | AndMaybe() | Require():
                return self._match_binary(query)
            case Not():
                matched = self.find(query.query).documents
                return self._match_constant(subtract(self.arrays.live_documents, matched), 1.0)
            case ConstantScoreQuery():
                return self._match_constant(self.find(query.child).documents, query.score)
            case _ if query == NullQuery:
                return MatchSet(self._nothing)
        return self._match_leaf_query(query)

    def _match_leaf_query(self, query: Query) -> MatchSet:  # noqa: PLR0911  a case each
        match query:
            case Phrase():
                return self._match_phrase(query)
            case Nearness():
                return self._match_nearness(query)
            case AtLeastMentions():
                often = self.leaves.find_mentions(query.drop_weights(), query.count)
                return self._match_group(query.group, query.boost * query.group.boost).restrict_to(
                    often
                )
            case DayRange():
                return self._match_constant(
                    self._find_between(PUBLISHED, query.first, query.last), query.boost
                )
            case HasValue():
                return self._match_constant(self._find_values(query), query.boost)
            case NumericRange():
                return self._match_constant(self._find_range(query), query.boost)
            case Every():
                return self._match_constant(self._find_every(query.fieldname), query.boost)
            case Prefix() | FuzzyTerm():
                return self._match_expansion(query)
        raise TypeError(f"cannot evaluate a {type(query).__name__}")

    def _match_group(self, group: WordGroupQuery, boost: float) -> MatchSet:
        leaf = self.leaves[group]
        part = Contribution(leaf, leaf.idf * boost)
        return MatchSet(leaf.documents, (part,), exact=boost > 0)

    def _match_constant(self, documents: DocSet, score: float) -> MatchSet:
        return MatchSet(documents, (Contribution(None, score),) if score else ())

    def _match_all(self, children: list[MatchSet]) -> MatchSet:
        if len(children) == 1:
            return children[0]
        parts = tuple(part for child in children for part in child.parts)
        return MatchSet(intersect([child.documents for child in children]), parts)

    def _match_any(self, children: list[MatchSet]) -> MatchSet:
        if len(children) == 1:
            return children[0]
        parts = tuple(part for child in children for part in child.gate_parts())
        exact = all(child.exact for child in children)
        return MatchSet(unite([child.documents for child in children]), parts, exact)

    def _match_binary(self, query: AndNot | AndMaybe | Require) -> MatchSet:
        kept, other = (self.find(child) for child in (query.a, query.b))
        if isinstance(query, AndMaybe):
            return MatchSet(kept.documents, (*kept.parts, *other.gate_parts()))
        if isinstance(query, AndNot):
            return kept.restrict_to(subtract(kept.documents, other.documents))
        return kept.restrict_to(intersect([kept.documents, other.documents]))

    def _match_phrase(self, query: Phrase) -> MatchSet:
        words = [
            self._match_group(convert_term(Term(query.fieldname, word)), 1.0)
            for word in query.words
        ]
        found = [
            find_slop_documents(reader, query.fieldname, query.words, query.slop)
            for reader in self.arrays.readers
        ]
        return (
            self._match_all(words).restrict_to(self.arrays.join_segments(found)).boost(query.boost)
        )

    def _match_nearness(self, query: Nearness) -> MatchSet:
        words = [self._match_group(group, group.boost) for group in query.groups]
        together = self._match_all(words)
        shared = self.arrays.split_by_segment(together.documents.to_numbers())
        pairs = zip(self.arrays.readers, shared, strict=True)
        found = [find_near_documents(reader, query, within) for reader, within in pairs]
        return together.restrict_to(self.arrays.join_segments(found)).boost(query.boost)

    def _find_between(self, column: str, first: int | None, last: int | None) -> DocSet:
        """Find the live documents with a value in a range, both ends included; day 0 is undated."""
        values = self.arrays.get_int_column(column)
        if column == PUBLISHED:
            first = max(first or 1, 1)
        mask = np.ones(len(values), np.bool_) if first is None else values >= first
        if last is not None:
            mask &= values <= last
        if self.arrays.live is not None:
            mask &= self.arrays.live
        return make_doc_set_from_mask(mask)

    def _find_range(self, query: NumericRange) -> DocSet:
        first, last = (
            _read_day_bounds(query) if isinstance(query, DateRange) else _read_bounds(query)
        )
        return self._find_between(query.fieldname, first, last)

    def _find_values(self, query: HasValue) -> DocSet:
        total = self.arrays.total
        values = self.arrays.get_value_column(query.column).values
        holders = self.arrays.get_documents_by_value(query.column)
        numbers = [bisect_left(values, value) for value in query.values]
        known = [
            make_doc_set(holders.get_documents(number), total)
            for number, value in zip(numbers, query.values, strict=True)
            if number < len(values) and values[number] == value
        ]
        united = unite([self._nothing, *known])
        return intersect([united, self.arrays.live_documents])

    def _find_every(self, field: str | None) -> DocSet:
        if field is None:
            return self.arrays.live_documents
        return intersect(
            [make_doc_set_from_mask(self.arrays.get_lengths(field) > 0), self.arrays.live_documents]
        )

    def _match_expansion(self, query: Prefix | FuzzyTerm) -> MatchSet:
        terms = sorted(self._expand_terms(query))
        fields = ((query.fieldname, 1.0),)
        if query.constantscore:
            documents = self.leaves[WordGroupQuery(fields, tuple(terms))].documents
            return self._match_constant(documents, query.boost)
        words = [self._match_group(WordGroupQuery(fields, (term,)), query.boost) for term in terms]
        return self._match_any(words) if words else self.find(NullQuery)

    def _expand_terms(self, query: Prefix | FuzzyTerm) -> set[str]:
        """Return the index terms that a pattern matches."""
        name, text = query.fieldname, query.text
        if isinstance(query, FuzzyTerm):
            start = text[: query.prefixlength]
            found = self.arrays.find_similar_terms(name, text, query.maxdist)
            return {term for term in found if term.startswith(start)}
        dictionaries = [segment.get_terms(name) for segment in self.arrays.segments]
        return {
            term for terms in dictionaries for term in terms.decode(*terms.find_prefix_range(text))
        }


def convert_term(term: Term) -> WordGroupQuery:
    """Make the group that scores as a term does."""
    return WordGroupQuery(((term.fieldname, 1.0),), (term.text,))


def refuse_costly_nearness(leaves: LeafCache, query: Query) -> None:
    """Refuse a query whose NEAR and PRE would take more than the processor time that is left.

    No position is read. Words alone cost milliseconds even if they are in every document, but a
    common word occurs 15 times a document, and 25 pairs of common words took 3.3 s of the
    processor over 100,000. The estimate is low: what is refused would have taken longer, and what
    takes longer than estimated is stopped by `processor_time`.

    Args:
        leaves: of the snapshot; those of the words are made, and cached for the search.
        query: any query that the executor runs.

    Raises:
        QueryRefused: it would.
        SearchTimeout: the words alone have taken all of it.
    """
    seconds = 0.0
    for nearness in _find_nearness(query):
        check_processor_time()
        seconds += _estimate_seconds(leaves, nearness)
        if seconds > measure_time_left():
            raise QueryRefused(TOO_COSTLY)


def _find_nearness(query: Query) -> Iterator[Nearness]:
    """Yield every NEAR and PRE of a query."""
    match query:
        case Nearness():
            yield query
        case CompoundQuery():
            for child in query.subqueries:
                yield from _find_nearness(child)
        case WrappingQuery():
            yield from _find_nearness(query.child)
        case Not():
            yield from _find_nearness(query.query)


def _estimate_seconds(leaves: LeafCache, query: Nearness) -> float:
    """Estimate the processor time from the documents that have all groups.

    In them each word is taken to occur as often as in all of its documents.

    Raises:
        QueryRefused: more look-ups than `find_near` makes, by a factor of two.
    """
    words = [leaves[group] for group in query.groups]
    shared = intersect([word.documents for word in words]).count
    arrays = leaves.arrays
    seconds = 0.0
    for field in dict(query.groups[0].fields):
        sizes = [
            arrays.count_field_occurrences(group, field) * shared / max(word.documents.count, 1)
            for group, word in zip(query.groups, words, strict=True)
        ]
        apart = dict(zip(query.groups, sizes, strict=True))
        lookups = count_lookups(sizes, list(apart.values()), ordered=query.ordered)
        if lookups > 2 * MOST_LOOKUPS:
            raise QueryRefused(TOO_COSTLY)
        seconds += READ_S * sum(apart.values()) + LOOKUP_S * lookups
    return seconds


def _read_bounds(query: NumericRange) -> tuple[int | None, int | None]:
    """Return the first and the last integer of a range; None if it is open."""
    first = None if query.start is None else int(query.start) + int(query.startexcl)
    last = None if query.end is None else int(query.end) - int(query.endexcl)
    return first, last


def _read_day_bounds(query: DateRange) -> tuple[int | None, int | None]:
    """Return the first and the last day of a range of times; documents are published at 0:00."""
    first = last = None
    if query.startdate is not None:
        late = query.startexcl or query.startdate.time() > time.min
        first = query.startdate.toordinal() + int(late)
    if query.enddate is not None:
        early = query.endexcl and query.enddate.time() == time.min
        last = query.enddate.toordinal() - int(early)
    return first, last
