"""Matchers of our query classes for Whoosh's own searchers, one posting at a time in plain Python.

In: one of our queries and a Whoosh searcher of one segment. Out: a Whoosh matcher.

Importing this module registers a function for each class with `queries.make_matcher`. The
matchers are slow and written independently of the executor, so that each checks the other:
`tests/engines/whoosh/search/test_differential.py`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import pairwise, product
from typing import TYPE_CHECKING

from whoosh.matching.mcore import ListMatcher

from indexer.engines.bm25 import RANKING, compute_idf
from indexer.engines.whoosh.compat.codec_columns import UNDATED
from indexer.engines.whoosh.compat.scoring import Bm25Model, compute_mean_length
from indexer.engines.whoosh.search.queries import (
    PUBLISHED,
    AtLeastMentions,
    DayRange,
    Nearness,
    WordGroupQuery,
    make_matcher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whoosh.matching.mcore import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import Searcher

    from indexer.query.plan import PhraseForms


@make_matcher.register(WordGroupQuery)
def match_group(query: WordGroupQuery, searcher: Searcher) -> Matcher:
    """Match the documents of a group in one segment."""
    return _make_list_matcher(_score_group(query, searcher))


@make_matcher.register(Nearness)
def match_nearness(query: Nearness, searcher: Searcher) -> Matcher:
    """Match the documents of one segment with the groups close together."""
    reader = searcher.reader()
    near: set[int] = set()
    for name, _ in query.groups[0].fields:
        spans = [_find_group_spans(reader, name, group) for group in query.groups]
        for document in set.intersection(*map(set, spans)):
            if _is_near(query, [found[document] for found in spans]):
                near.add(document)
    totals = dict.fromkeys(near, 0.0)
    for group in query.groups:
        for document, score in _score_group(group, searcher).items():
            if document in near:
                totals[document] += score * query.boost
    return _make_list_matcher(totals)


@make_matcher.register(AtLeastMentions)
def match_mentions(query: AtLeastMentions, searcher: Searcher) -> Matcher:
    """Match the documents of one segment that mention the group often enough."""
    mentions = _sum_frequencies(query.drop_weights(), searcher.reader())
    scores = _score_group(query.group, searcher)
    often = [document for document, count in mentions.items() if count >= query.count]
    return _make_list_matcher({document: scores[document] * query.boost for document in often})


@make_matcher.register(DayRange)
def match_days(query: DayRange, searcher: Searcher) -> Matcher:
    """Match the documents of one segment published in the range; their score is the boost."""
    reader = searcher.reader()
    days = reader.column_reader(PUBLISHED)
    within = (number for number in reader.all_doc_ids() if _is_in_range(query, days[number]))
    return _make_list_matcher(dict.fromkeys(within, query.boost))


def _is_near(query: Nearness, spans: list[list[tuple[int, int]]]) -> bool:
    for chosen in product(*spans):
        placed = chosen if query.ordered else tuple(sorted(chosen))
        if all(before[1] < after[0] for before, after in pairwise(placed)):
            words = sum(end - start + 1 for start, end in placed)
            if placed[-1][1] - placed[0][0] + 1 - words <= query.distance:
                return True
    return False


def _is_in_range(query: DayRange, value: int | datetime) -> bool:
    """Whether a value of the column is in the range: an ordinal, or a datetime of a date field."""
    day = _to_ordinal(value) if isinstance(value, datetime) else value
    return day > 0 and (query.first or 1) <= day and (query.last is None or day <= query.last)


def _to_ordinal(time: datetime) -> int:
    return 0 if time == UNDATED else time.toordinal()


def _sum_frequencies(group: WordGroupQuery, reader: IndexReader) -> dict[int, float]:
    """Sum the weighted frequencies of a word in each live document of a Whoosh reader."""
    totals: dict[int, float] = defaultdict(float)
    for name, weight in group.fields:
        for term in group.words:
            for document, frequency in _read_frequencies(reader, name, term):
                totals[document] += weight * frequency
        for phrase in group.sequences:
            for document, spans in _find_phrase_spans(reader, name, phrase).items():
                totals[document] += weight * len(spans)
    return dict(totals)


def _make_list_matcher(scores: dict[int, float]) -> Matcher:
    documents = sorted(scores)
    return ListMatcher(documents, [scores[document] for document in documents])  # type: ignore[no-untyped-call]


def _score_group(group: WordGroupQuery, searcher: Searcher) -> dict[int, float]:
    """Score each document of a group, with a searcher of one segment."""
    weighting = searcher.weighting
    ranking = weighting.ranking if isinstance(weighting, Bm25Model) else RANKING
    parent = searcher.get_parent()  # type: ignore[no-untyped-call]
    known = len(_sum_frequencies(group, parent.reader()))
    idf = compute_idf(parent.reader().doc_count(), known)
    mean = compute_mean_length(parent, group.fields)
    scores = {}
    for document, frequency in _sum_frequencies(group, searcher.reader()).items():
        length = sum(
            weight * (searcher.reader().doc_field_length(document, name) or 0)
            for name, weight in group.fields
        )
        scores[document] = group.boost * ranking.score(idf, frequency, length, mean)
    return scores


def _read_postings(reader: IndexReader, name: str, term: str) -> Iterator[Matcher]:
    """Yield Whoosh's own matcher at each live document of the term."""
    if name not in reader.schema:
        return
    encoded = reader.schema[name].to_bytes(term)
    if (name, encoded) not in reader:
        return
    matcher = reader.postings(name, encoded)
    while matcher.is_active():
        yield matcher
        matcher.next()


def _read_frequencies(reader: IndexReader, name: str, term: str) -> Iterator[tuple[int, float]]:
    return ((matcher.id(), matcher.weight()) for matcher in _read_postings(reader, name, term))


def _find_phrase_spans(
    reader: IndexReader, name: str, phrase: PhraseForms
) -> dict[int, list[tuple[int, int]]]:
    """Find the first and last position of every occurrence of a phrase, by document."""
    starts = [_find_starts(reader, name, terms, place) for place, terms in enumerate(phrase)]
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for document, start in sorted(set.intersection(*starts)):
        spans[document].append((start, start + len(phrase) - 1))
    return spans


def _find_starts(
    reader: IndexReader, name: str, terms: Iterable[str], place: int
) -> set[tuple[int, int]]:
    """Find each (document, position) where a phrase with one of the terms at `place` may begin."""
    return {
        (matcher.id(), position - place)
        for term in terms
        for matcher in _read_postings(reader, name, term)
        for position in matcher.value_as("positions")
    }


def _find_group_spans(
    reader: IndexReader, name: str, group: WordGroupQuery
) -> dict[int, list[tuple[int, int]]]:
    """Find the first and last position of each occurrence of a group in a field, by document."""
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for phrase in (*(((term,),) for term in group.words), *group.sequences):
        for document, found in _find_phrase_spans(reader, name, phrase).items():
            spans[document].extend(found)
    return spans
