"""Our query classes: what Whoosh has no word for, as real `whoosh.query.Query` objects.

The executor answers them over whole arrays. `compat.query_matchers` answers them in Whoosh's own
searchers, one posting at a time: slow, but written apart from the executor, so that each checks
the other.

Compose them with Whoosh's And, Or, AndNot, AndMaybe, Require, ConstantScoreQuery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING

from whoosh.query.qcore import Query

if TYPE_CHECKING:
    from whoosh.matching.mcore import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import SearchContext, Searcher

    from indexer.query.plan import FieldWeights, PhraseForms

PUBLISHED = "published"
"""The int column of the day published: proleptic ordinal (`date.toordinal`), 0 = undated."""


@singledispatch
def make_matcher(query: Query, searcher: Searcher) -> Matcher:
    """Make Whoosh's matcher of one of our queries.

    Importing `compat.query_matchers` registers one function a class here. The engine itself has no
    need of them, so nothing of `compat` is imported by it.

    Args:
        query: the query.
        searcher: of one segment.

    Raises:
        NotImplementedError: no function is registered for the class of the query.
    """
    raise NotImplementedError(
        f"{type(query).__name__} has no matcher; the executor alone answers it, or "
        "indexer.engines.whoosh.compat.query_matchers is not imported"
    )


class ArrayQuery(Query):
    """Base of our queries: values, with a boost where a score is theirs."""

    boost = 1.0

    def __str__(self) -> str:
        return repr(self)

    def field(self) -> str | None:
        """None: never merged with neighbours by Whoosh's `normalize`."""
        return None

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's signature
    ) -> Matcher:
        """The documents of one segment with their scores; see `make_matcher`."""
        return make_matcher(self, searcher)

    def estimate_size(self, ixreader: IndexReader) -> int:
        """Every document: Whoosh orders its matchers by this, and may overestimate."""
        return int(ixreader.doc_count_all())

    def estimate_min_size(self, ixreader: IndexReader) -> int:  # noqa: ARG002  Whoosh's signature
        """None at all: the safe underestimate."""
        return 0

    def with_boost(self, boost: float) -> Query:
        """A copy with that boost."""
        return replace(self, boost=boost)  # type: ignore[type-var]


@dataclass(frozen=True)
class WordGroupQuery(ArrayQuery):
    """One query word in all its forms, over weighted fields, counted as one word.

    A document's frequency is the sum over fields (times weight), words and sequences; the document
    frequency is that of the union. So a stem group ranks as a stemmed field does.

    Attributes:
        fields: (name, weight), weights above 0.
        words: index terms that stand for it alone.
        sequences: ways to write it over consecutive positions, two or more each; the fields must
            have positions.
        boost: factor on the score; 0 matches without scoring.
    """

    fields: FieldWeights
    words: tuple[str, ...] = ()
    sequences: tuple[PhraseForms, ...] = ()
    boost: float = 1.0


@dataclass(frozen=True)
class Nearness(ArrayQuery):
    """Documents where all groups occur close together within one field.

    Occurrences may not share a token: `poland poland` needs the word twice. Scores as the groups
    do together, over all their fields.

    Attributes:
        groups: two or more, all over the same fields.
        distance: how many other words may stand between the first and the last of them.
        ordered: whether they must stand in the order given.
    """

    groups: tuple[WordGroupQuery, ...]
    distance: int
    ordered: bool
    boost: float = 1.0


@dataclass(frozen=True)
class AtLeastMentions(ArrayQuery):
    """Documents that mention a word `count` times or more, all fields of the group together.

    Fields that repeat each other (lead and body) would be counted twice: name only one of them.
    Scores as the group does.
    """

    group: WordGroupQuery
    count: int
    boost: float = 1.0

    def drop_weights(self) -> WordGroupQuery:
        """The group with every field counted alike."""
        return replace(self.group, fields=tuple((name, 1.0) for name, _ in self.group.fields))


@dataclass(frozen=True)
class DayRange(ArrayQuery):
    """Documents published from `first` to `last`, both included; their score is the boost, 0.

    Day ordinals; None is open. An undated document is never in a range.
    """

    first: int | None
    last: int | None
    boost: float = 0.0


@dataclass(frozen=True)
class HasValue(ArrayQuery):
    """Documents with any of the values in a column of values; their score is the boost, 0.

    Only the executor answers it: Whoosh's columns hold one value a document.
    """

    column: str
    values: tuple[str, ...]
    boost: float = 0.0
