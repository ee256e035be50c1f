"""Our query classes: what Whoosh has no word for, as real `whoosh.query.Query` objects.

The evaluator answers them over whole arrays. Their `matcher` answers them in Whoosh's own
searchers, one posting at a time and in plain Python: slow, but written apart from the evaluator,
so that each checks the other.

Compose them with Whoosh's And, Or, AndNot, AndMaybe, Require, ConstantScoreQuery.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, TypeAlias

from whoosh.matching.mcore import ListMatcher
from whoosh.query.qcore import Query

from indexer.engines.bm25 import RANKING, inverse_document_frequency
from indexer.engines.whoosh.scoring import Bm25Model, mean_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whoosh.matching.mcore import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import SearchContext, Searcher

PhraseForms: TypeAlias = tuple[tuple[str, ...], ...]
"""For each position of a phrase, the terms that may stand there."""

PUBLISHED = "published"
"""The int column of the day published: proleptic ordinal (`date.toordinal`), 0 = undated."""


class ArrayQuery(Query):
    """Base of our queries: values, with a boost where a score is theirs."""

    boost = 1.0

    def __str__(self) -> str:
        return repr(self)

    def field(self) -> str | None:
        """None: never merged with neighbours by Whoosh's `normalize`."""
        return None

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
class Group(ArrayQuery):
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

    fields: tuple[tuple[str, float], ...]
    words: tuple[str, ...] = ()
    sequences: tuple[PhraseForms, ...] = ()
    boost: float = 1.0

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's
    ) -> Matcher:
        """The documents of one segment with their scores."""
        return _list_matcher(_score(self, searcher))

    def frequencies(self, reader: IndexReader) -> dict[int, float]:
        """Weighted frequency in each live document of a Whoosh reader that has the word."""
        totals: dict[int, float] = defaultdict(float)
        for name, weight in self.fields:
            for term in self.words:
                for document, frequency in _frequencies(reader, name, term):
                    totals[document] += weight * frequency
            for phrase in self.sequences:
                for document, spans in _phrase_spans(reader, name, phrase).items():
                    totals[document] += weight * len(spans)
        return dict(totals)


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

    groups: tuple[Group, ...]
    distance: int
    ordered: bool
    boost: float = 1.0

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's
    ) -> Matcher:
        """The documents of one segment with their scores."""
        reader = searcher.reader()
        near: set[int] = set()
        for name, _ in self.groups[0].fields:
            spans = [_group_spans(reader, name, group) for group in self.groups]
            for document in set.intersection(*map(set, spans)):
                if self._is_near([found[document] for found in spans]):
                    near.add(document)
        totals = dict.fromkeys(near, 0.0)
        for group in self.groups:
            for document, score in _score(group, searcher).items():
                if document in near:
                    totals[document] += score * self.boost
        return _list_matcher(totals)

    def _is_near(self, spans: list[list[tuple[int, int]]]) -> bool:
        for chosen in product(*spans):
            placed = chosen if self.ordered else tuple(sorted(chosen))
            if all(before[1] < after[0] for before, after in pairwise(placed)):
                words = sum(end - start + 1 for start, end in placed)
                if placed[-1][1] - placed[0][0] + 1 - words <= self.distance:
                    return True
        return False


@dataclass(frozen=True)
class AtLeastMentions(ArrayQuery):
    """Documents that mention a word `count` times or more, all fields of the group together.

    Fields that repeat each other (lead and body) would be counted twice: name only one of them.
    Scores as the group does.
    """

    group: Group
    count: int
    boost: float = 1.0

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's
    ) -> Matcher:
        """The documents of one segment with their scores."""
        mentions = self.unweighted().frequencies(searcher.reader())
        scores = _score(self.group, searcher)
        often = [document for document, count in mentions.items() if count >= self.count]
        return _list_matcher({document: scores[document] * self.boost for document in often})

    def unweighted(self) -> Group:
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

    def matcher(
        self,
        searcher: Searcher,
        context: SearchContext | None = None,  # noqa: ARG002  Whoosh's
    ) -> Matcher:
        """The documents of one segment."""
        reader = searcher.reader()
        days = reader.column_reader(PUBLISHED)
        held = (document for document in reader.all_doc_ids() if self._holds(days[document]))
        return _list_matcher(dict.fromkeys(held, self.boost))

    def _holds(self, day: int) -> bool:
        return day > 0 and (self.first or 1) <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class HasValue(ArrayQuery):
    """Documents with any of the values in a column of values; their score is the boost, 0.

    Only the evaluator answers it: Whoosh's columns hold one value a document.
    """

    column: str
    values: tuple[str, ...]
    boost: float = 0.0


def _list_matcher(scores: dict[int, float]) -> Matcher:
    documents = sorted(scores)
    return ListMatcher(documents, [scores[document] for document in documents])  # type: ignore[no-untyped-call]


def _score(group: Group, searcher: Searcher) -> dict[int, float]:
    """The group's score in each document of a searcher of one segment."""
    weighting = searcher.weighting
    ranking = weighting.ranking if isinstance(weighting, Bm25Model) else RANKING
    parent = searcher.get_parent()  # type: ignore[no-untyped-call]
    known = len(group.frequencies(parent.reader()))
    idf = inverse_document_frequency(parent.reader().doc_count(), known)
    mean = mean_length(parent, group.fields)
    scores = {}
    for document, frequency in group.frequencies(searcher.reader()).items():
        length = sum(
            weight * (searcher.reader().doc_field_length(document, name) or 0)
            for name, weight in group.fields
        )
        scores[document] = group.boost * ranking.score(idf, frequency, length, mean)
    return scores


def _postings(reader: IndexReader, name: str, term: str) -> Iterator[Matcher]:
    """Yield Whoosh's own matcher once for each live document of the term."""
    if name not in reader.schema:
        return
    encoded = reader.schema[name].to_bytes(term)
    if (name, encoded) not in reader:
        return
    matcher = reader.postings(name, encoded)
    while matcher.is_active():
        yield matcher
        matcher.next()


def _frequencies(reader: IndexReader, name: str, term: str) -> Iterator[tuple[int, float]]:
    return ((matcher.id(), matcher.weight()) for matcher in _postings(reader, name, term))


def _phrase_spans(
    reader: IndexReader, name: str, phrase: PhraseForms
) -> dict[int, list[tuple[int, int]]]:
    """First and last position of every occurrence of a phrase, by document."""
    starts = [_starts(reader, name, terms, place) for place, terms in enumerate(phrase)]
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for document, start in sorted(set.intersection(*starts)):
        spans[document].append((start, start + len(phrase) - 1))
    return spans


def _starts(
    reader: IndexReader, name: str, terms: Iterable[str], place: int
) -> set[tuple[int, int]]:
    """(document, position) where a phrase would begin that has one of the terms at `place`."""
    return {
        (matcher.id(), position - place)
        for term in terms
        for matcher in _postings(reader, name, term)
        for position in matcher.value_as("positions")
    }


def _group_spans(reader: IndexReader, name: str, group: Group) -> dict[int, list[tuple[int, int]]]:
    """First and last position of every occurrence of a group in one field, by document."""
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for phrase in (*(((term,),) for term in group.words), *group.sequences):
        for document, found in _phrase_spans(reader, name, phrase).items():
            spans[document].extend(found)
    return spans
