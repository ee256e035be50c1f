"""Our query classes, for queries that Whoosh lacks; they derive from `whoosh.query.Query`.

The executor runs them over whole arrays. `compat.query_matchers` runs them in Whoosh's own
searchers, one posting at a time: slow, but written independently of the executor, so that each
checks the other.

Combine them with Whoosh's And, Or, AndNot, AndMaybe, Require, ConstantScoreQuery.
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

    Importing `compat.query_matchers` registers one function for each class here. The engine itself
    does not need them, so it imports nothing of `compat`.

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
    """Base of our query classes: frozen values, with a boost if they score."""

    boost = 1.0

    def __str__(self) -> str:
        return repr(self)

    def field(self) -> str | None:
        """Return None, so that Whoosh's `normalize` never merges it with its neighbours."""
        return None

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's signature
    ) -> Matcher:
        """Return the matcher over the documents of one segment; see `make_matcher`."""
        return make_matcher(self, searcher)

    def estimate_size(self, ixreader: IndexReader) -> int:
        """Return all documents: Whoosh orders its matchers by this, and may overestimate."""
        return int(ixreader.doc_count_all())

    def estimate_min_size(self, ixreader: IndexReader) -> int:  # noqa: ARG002  Whoosh's signature
        """Return 0, the safe underestimate."""
        return 0

    def with_boost(self, boost: float) -> Query:
        """Return a copy with that boost."""
        return replace(self, boost=boost)  # type: ignore[type-var]


@dataclass(frozen=True)
class WordGroupQuery(ArrayQuery):
    """One query word in all its forms, over weighted fields, counted as one word.

    The frequency in a document is the sum over fields (times weight), words and sequences. The
    document frequency is the number of documents with any of them. So a stem group ranks as a
    stemmed field does.

    Attributes:
        fields: (name, weight), weights above 0.
        words: index terms, each of which is the word.
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
    """Documents with all groups close together within one field.

    Occurrences may not share a token: `poland poland` needs the word twice. The score is the sum
    of the scores of the groups, over all their fields.

    Attributes:
        groups: two or more, all over the same fields.
        distance: most other words between the first and the last of them.
        ordered: whether they must be in the order given.
    """

    groups: tuple[WordGroupQuery, ...]
    distance: int
    ordered: bool
    boost: float = 1.0


@dataclass(frozen=True)
class AtLeastMentions(ArrayQuery):
    """Documents that mention a word `count` times or more, all fields of the group together.

    Give only one of two fields that contain the same text (lead and body), or mentions count twice.
    The score is that of the group.
    """

    group: WordGroupQuery
    count: int
    boost: float = 1.0

    def drop_weights(self) -> WordGroupQuery:
        """Return the group with weight 1 for every field."""
        return replace(self.group, fields=tuple((name, 1.0) for name, _ in self.group.fields))


@dataclass(frozen=True)
class DayRange(ArrayQuery):
    """Documents published from `first` to `last`, both included.

    The score is `boost`, by default 0. `first` and `last` are day ordinals; None leaves that end
    open. An undated document is never in a range.
    """

    first: int | None
    last: int | None
    boost: float = 0.0


@dataclass(frozen=True)
class HasValue(ArrayQuery):
    """Documents with any of the values in a column of values; the score is `boost`, by default 0.

    Only the executor runs it: Whoosh's columns hold one value per document.
    """

    column: str
    values: tuple[str, ...]
    boost: float = 0.0
