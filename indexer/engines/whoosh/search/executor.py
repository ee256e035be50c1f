"""Whoosh query objects -> what they find, over whole arrays.

Takes the query classes named in `Evaluator.find`: Whoosh's and ours. Scores are those that
Whoosh's own matchers give with `Bm25Model`, its ways included: a Not inside an And or Or adds 1,
a Phrase scores as its words do. Where Whoosh's answer depends on how it happens to match (constant
scores of a Prefix or FuzzyTerm), the score is the boost.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import time
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from whoosh.query.compound import And, AndMaybe, AndNot, Or, Require
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every, NullQuery
from whoosh.query.ranges import DateRange, NumericRange
from whoosh.query.terms import FuzzyTerm, Prefix, Term
from whoosh.query.wrappers import ConstantScoreQuery, Not

from indexer.engines.whoosh.search.doc_set import (
    Documents,
    from_mask,
    from_numbers,
    intersect,
    subtract,
    unite,
)
from indexer.engines.whoosh.search.match_set import Contribution, Found
from indexer.engines.whoosh.search.phrases import near_documents, slop_documents
from indexer.engines.whoosh.search.queries import (
    PUBLISHED,
    AtLeastMentions,
    DayRange,
    Group,
    HasValue,
    Nearness,
)
from indexer.engines.whoosh.search.scored_postings import Leaves
from indexer.errors import SearchTimeout

if TYPE_CHECKING:
    from whoosh.query.qcore import Query

    from indexer.engines.whoosh.search.index_arrays import Snapshot


class Evaluator:
    """Answers queries over one snapshot; threads may share it.

    Args:
        snapshot: the index.
        leaves: the words kept ready; its own where None.
    """

    def __init__(self, snapshot: Snapshot, leaves: Leaves | None = None) -> None:
        self.snapshot = snapshot
        self.leaves = leaves or Leaves(snapshot)
        self._nothing = from_numbers(np.empty(0, np.int32), snapshot.total)

    def find(self, query: Query, deadline: float | None = None) -> Found:  # noqa: PLR0911  a case each
        """Everything the query matches.

        Args:
            query: any composition of the classes below.
            deadline: `time.monotonic` at which to give up; checked before every node.

        Raises:
            SearchTimeout: the deadline has passed.
            TypeError: a query class that is not handled.
        """
        if deadline is not None and monotonic() > deadline:
            raise SearchTimeout("The search took too long; add a word, a date or a filter")
        match query:
            case Group():
                return self._leaf(query, query.boost)
            case Term():
                return self._leaf(as_group(query), query.boost)
            case And() | Or():
                children = [self.find(child, deadline) for child in query.subqueries]
                combine = self._all if isinstance(query, And) else self._any
                return combine(children).boosted(query.boost)
            case AndNot() | AndMaybe() | Require():
                return self._binary(query, deadline)
            case Not():
                matched = self.find(query.query, deadline).documents
                return self._constant(subtract(self.snapshot.every, matched), 1.0)
            case ConstantScoreQuery():
                return self._constant(self.find(query.child, deadline).documents, query.score)
            case _ if query == NullQuery:
                return Found(self._nothing)
        return self._find_leaf(query)

    def _find_leaf(self, query: Query) -> Found:  # noqa: PLR0911  a case each
        match query:
            case Phrase():
                return self._phrase(query)
            case Nearness():
                return self._near(query)
            case AtLeastMentions():
                often = self.leaves.mentioned(query.unweighted(), query.count)
                return self._leaf(query.group, query.boost * query.group.boost).within(often)
            case DayRange():
                return self._constant(
                    self._between(PUBLISHED, query.first, query.last), query.boost
                )
            case HasValue():
                return self._constant(self._valued(query), query.boost)
            case NumericRange():
                return self._constant(self._range(query), query.boost)
            case Every():
                return self._constant(self._every(query.fieldname), query.boost)
            case Prefix() | FuzzyTerm():
                return self._expanded(query)
        raise TypeError(f"cannot evaluate a {type(query).__name__}")

    def _leaf(self, group: Group, boost: float) -> Found:
        leaf = self.leaves[group]
        part = Contribution(leaf, leaf.idf * boost)
        return Found(leaf.documents, (part,), exact=boost > 0)

    def _constant(self, documents: Documents, score: float) -> Found:
        return Found(documents, (Contribution(None, score),) if score else ())

    def _all(self, children: list[Found]) -> Found:
        if len(children) == 1:
            return children[0]
        parts = tuple(part for child in children for part in child.parts)
        return Found(intersect([child.documents for child in children]), parts)

    def _any(self, children: list[Found]) -> Found:
        if len(children) == 1:
            return children[0]
        parts = tuple(part for child in children for part in child.gated())
        exact = all(child.exact for child in children)
        return Found(unite([child.documents for child in children]), parts, exact)

    def _binary(self, query: AndNot | AndMaybe | Require, deadline: float | None) -> Found:
        kept, other = (self.find(child, deadline) for child in (query.a, query.b))
        if isinstance(query, AndMaybe):
            return Found(kept.documents, (*kept.parts, *other.gated()))
        if isinstance(query, AndNot):
            return kept.within(subtract(kept.documents, other.documents))
        return kept.within(intersect([kept.documents, other.documents]))

    def _phrase(self, query: Phrase) -> Found:
        words = [self._leaf(as_group(Term(query.fieldname, word)), 1.0) for word in query.words]
        found = [
            slop_documents(reader, query.fieldname, query.words, query.slop)
            for reader in self.snapshot.readers
        ]
        return self._all(words).within(self.snapshot.joined(found)).boosted(query.boost)

    def _near(self, query: Nearness) -> Found:
        words = [self._leaf(group, group.boost) for group in query.groups]
        together = self._all(words)
        shared = self.snapshot.by_segment(together.documents.listed())
        pairs = zip(self.snapshot.readers, shared, strict=True)
        found = [near_documents(reader, query, within) for reader, within in pairs]
        return together.within(self.snapshot.joined(found)).boosted(query.boost)

    def _between(self, column: str, first: int | None, last: int | None) -> Documents:
        """Live documents whose number lies in a range; a day of 0 is none."""
        values = self.snapshot.ints(column)
        if column == PUBLISHED:
            first = max(first or 1, 1)
        mask = np.ones(len(values), np.bool_) if first is None else values >= first
        if last is not None:
            mask &= values <= last
        if self.snapshot.live is not None:
            mask &= self.snapshot.live
        return from_mask(mask)

    def _range(self, query: NumericRange) -> Documents:
        first, last = _day_bounds(query) if isinstance(query, DateRange) else _bounds(query)
        return self._between(query.fieldname, first, last)

    def _valued(self, query: HasValue) -> Documents:
        total = self.snapshot.total
        values = self.snapshot.values(query.column).values
        holders = self.snapshot.holders(query.column)
        numbers = [bisect_left(values, value) for value in query.values]
        known = [
            from_numbers(holders.of(number), total)
            for number, value in zip(numbers, query.values, strict=True)
            if number < len(values) and values[number] == value
        ]
        united = unite([self._nothing, *known])
        return intersect([united, self.snapshot.every])

    def _every(self, field: str | None) -> Documents:
        if field is None:
            return self.snapshot.every
        return intersect([from_mask(self.snapshot.lengths(field) > 0), self.snapshot.every])

    def _expanded(self, query: Prefix | FuzzyTerm) -> Found:
        terms = sorted(self._expand(query))
        fields = ((query.fieldname, 1.0),)
        if query.constantscore:
            documents = self.leaves[Group(fields, tuple(terms))].documents
            return self._constant(documents, query.boost)
        words = [self._leaf(Group(fields, (term,)), query.boost) for term in terms]
        return self._any(words) if words else self.find(NullQuery)

    def _expand(self, query: Prefix | FuzzyTerm) -> set[str]:
        """The index terms that a pattern stands for."""
        name, text = query.fieldname, query.text
        if isinstance(query, FuzzyTerm):
            start = text[: query.prefixlength]
            found = self.snapshot.terms_within(name, text, query.maxdist)
            return {term for term in found if term.startswith(start)}
        dictionaries = [segment.get_terms(name) for segment in self.snapshot.segments]
        return {
            term for terms in dictionaries for term in terms.decode(*terms.find_prefix_range(text))
        }


def as_group(term: Term) -> Group:
    """The group that scores as a term does."""
    return Group(((term.fieldname, 1.0),), (term.text,))


def _bounds(query: NumericRange) -> tuple[int | None, int | None]:
    """First and last whole number of a range, None where it is open."""
    first = None if query.start is None else int(query.start) + int(query.startexcl)
    last = None if query.end is None else int(query.end) - int(query.endexcl)
    return first, last


def _day_bounds(query: DateRange) -> tuple[int | None, int | None]:
    """The same for a range of times, where a document was published at 0:00 of its day."""
    first = last = None
    if query.startdate is not None:
        late = query.startexcl or query.startdate.time() > time.min
        first = query.startdate.toordinal() + int(late)
    if query.enddate is not None:
        early = query.endexcl and query.enddate.time() == time.min
        last = query.enddate.toordinal() - int(early)
    return first, last
