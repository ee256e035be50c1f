"""Hundreds of generated query trees: the executor against stock Whoosh over the same documents.

Stock Whoosh writes its own index with its own codec here; our query classes run in it through
their own `matcher`, which walks stock postings one at a time. Then its searcher reads our segments,
as any script does by `indexer.open_whoosh`.
"""

from __future__ import annotations

import math
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.matching import ListMatcher
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    ConstantScoreQuery,
    DateRange,
    Every,
    FuzzyTerm,
    Not,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Require,
    Term,
)

from indexer import open_whoosh
from indexer.engines.interface import Document
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.search.executor import QueryExecutor
from indexer.engines.whoosh.search.index_arrays import IndexArrays
from indexer.engines.whoosh.search.queries import (
    AtLeastMentions,
    DayRange,
    Nearness,
    WordGroupQuery,
)
from indexer.models import Article
from tests.support.small_index import Doc, build, build_stock, find_our_scores, find_stock_scores

WORDS = ("the", "war", "wars", "warn", "air", "aid", "tank", "tanks")
DAYS = ("", "2024-01-30", "2024-01-31", "2024-02-01", "2025-06-30")
FIRST = 738915  # 2024-01-30

words = st.sampled_from(WORDS)
fieldnames = st.sampled_from(("title", "body"))
# Up to 10 words: a length of 11 is the first that stock Whoosh's codec rounds.
texts = st.lists(words, max_size=9).map(" ".join)
boosts = st.sampled_from((1.0, 1.0, 0.5, 3.0))
fieldsets = st.sampled_from(((("title", 3.0), ("body", 1.0)), (("body", 1.0),)))


@st.composite
def corpora(draw):
    rows = draw(st.lists(st.tuples(texts, texts, st.sampled_from(DAYS)), min_size=1, max_size=14))
    docs = [
        Doc(f"d{number:02d}", body, title, published)
        for number, (body, title, published) in enumerate(rows)
    ]
    cuts = sorted(draw(st.lists(st.integers(0, len(docs)), max_size=2)))
    bounds = [0, *cuts, len(docs)]
    segments = [docs[low:high] for low, high in pairwise(bounds) if low < high]
    deleted = draw(st.lists(st.sampled_from([doc.id for doc in docs]), max_size=3, unique=True))
    return segments, deleted[: len(docs) - 1]


phrases = st.lists(
    st.lists(words, min_size=1, max_size=2, unique=True).map(tuple), min_size=2, max_size=3
).map(tuple)


@st.composite
def groups(draw, fields=None):
    return WordGroupQuery(
        fields or draw(fieldsets),
        tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True))),
        tuple(draw(st.lists(phrases, max_size=1))),
        draw(boosts),
    )


@st.composite
def nearnesses(draw):
    fields = draw(fieldsets)
    operands = draw(st.lists(groups(fields), min_size=2, max_size=3))
    return Nearness(tuple(operands), draw(st.integers(0, 4)), draw(st.booleans()), draw(boosts))


leaves = st.one_of(
    st.builds(Term, fieldnames, words, boost=boosts),
    st.builds(
        Phrase, fieldnames, st.lists(words, min_size=2, max_size=4), st.integers(1, 3), boosts
    ),
    groups(),
    nearnesses(),
    st.builds(AtLeastMentions, groups(), st.integers(1, 4), boosts),
    st.builds(Every, st.sampled_from((None, "body")), boosts),
    # Never a boost of 0: stock Whoosh's ArrayUnionMatcher takes a score of 0 for no match.
    st.builds(
        DayRange,
        st.sampled_from((None, FIRST, FIRST + 1)),
        st.sampled_from((None, FIRST + 1)),
        boosts,
    ),
    st.builds(
        NumericRange,
        st.just("published"),
        st.integers(FIRST - 1, FIRST + 2),
        st.integers(FIRST + 3, FIRST + 999),
        st.booleans(),
        st.booleans(),
        boosts,
    ),
    # No boost: Whoosh 2.7.4 takes that of a pattern twice.
    st.builds(
        Prefix, fieldnames, st.sampled_from(("wa", "a", "tank")), constantscore=st.just(False)
    ),
    st.builds(
        FuzzyTerm,
        fieldnames,
        words,
        maxdist=st.integers(1, 2),
        prefixlength=st.integers(0, 1),
        constantscore=st.just(False),
    ),
)


def compounds(children):
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        st.builds(And, several, boosts),
        st.builds(Or, several, boosts),
        st.builds(And, st.tuples(children, st.builds(Not, children)).map(list)),
        st.builds(AndNot, children, children),
        st.builds(AndMaybe, children, children),
        st.builds(Require, children, children),
        st.builds(ConstantScoreQuery, children, st.sampled_from((0.5, 2.0))),
    )


queries = st.recursive(leaves, compounds, max_leaves=6)
fuzz = settings(
    deadline=None, max_examples=40, database=None, suppress_health_check=list(HealthCheck)
)


class WalkedQuery(Query):
    """AndNot, AndMaybe or Require by walking both stock matchers from end to end.

    Their own matchers err. AndNotMatcher (3.54.0 and 2.7.4) does not look at the first document of
    `a` where `b` begins earlier, and keeps it. AndMaybeMatcher.skip_to leaves `b` behind where `a`
    lands further on, and forgets its score. RequireMatcher of 2.7.4 matches at random.
    """

    def __init__(self, kind, a, b):
        self.kind, self.a, self.b = kind, a, b

    def estimate_size(self, ixreader):
        return ixreader.doc_count_all()

    def matcher(self, searcher, context=None):
        a, b = walk(self.a, searcher), walk(self.b, searcher)
        if self.kind is AndMaybe:
            scores = {document: score + b.get(document, 0.0) for document, score in a.items()}
        else:
            wanted = self.kind is Require
            scores = {document: a[document] for document in a if (document in b) == wanted}
        return ListMatcher(sorted(scores), [scores[document] for document in sorted(scores)])


def walk(query, searcher):
    matcher = query.matcher(searcher, searcher.context())
    scores = {}
    while matcher.is_active():
        scores[matcher.id()] = matcher.score()
        matcher.next()
    return scores


def replace_faulty(tree):
    """The tree with each query whose stock matcher errs walked instead."""
    tree = tree.apply(replace_faulty)
    if isinstance(tree, AndNot | AndMaybe | Require):
        return WalkedQuery(type(tree), tree.a, tree.b)
    return tree


def convert_days(tree):
    """The tree with a range of dates for each range of ordinals, as Whoosh's schema has dates."""
    tree = tree.apply(convert_days)
    if isinstance(tree, NumericRange):
        first, last = map(datetime.fromordinal, (tree.start, tree.end))
        return DateRange(tree.fieldname, first, last, tree.startexcl, tree.endexcl, tree.boost)
    return tree


@fuzz
@given(corpora(), st.lists(queries, min_size=8, max_size=12))
def test_documents_and_scores_are_those_of_stock_whoosh(corpus, trees):
    segments, deleted = corpus
    searcher = build_stock(*segments, deleted=deleted)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = build(Path(folder), *segments, deleted=deleted)
        for tree in trees:
            ours, stock = (
                find_our_scores(snapshot, tree),
                find_stock_scores(searcher, replace_faulty(tree)),
            )
            assert ours.keys() == stock.keys(), tree
            for key, score in stock.items():
                assert math.isclose(ours[key], score, rel_tol=1e-4, abs_tol=1e-6), (tree, key)


def write_articles(folder, segments, deleted):
    """A Dateline index of the documents, each segment added by a generation of its own."""
    engine = WhooshEngine(folder)
    for number, docs in enumerate(segments):
        with engine.open_writer(fresh=number == 0) as writer:
            for doc in docs:
                writer.add(Document(make_article(doc)))
            writer.publish()
    if deleted:
        with engine.open_writer(fresh=False) as writer:
            for key in deleted:
                writer.delete(key)
            writer.publish()


def make_article(doc):
    return Article(doc.id, doc.id, doc.id, doc.title, doc.body, published=doc.published or None)


@settings(fuzz, max_examples=20)
@given(corpora(), st.lists(queries, min_size=8, max_size=12))
def test_whooshs_searcher_over_an_open_whoosh_index_says_the_same(corpus, trees):
    segments, deleted = corpus
    with tempfile.TemporaryDirectory() as folder:
        write_articles(Path(folder), segments, deleted)
        executor = QueryExecutor(IndexArrays(WhooshEngine(Path(folder)).open_snapshot().index))
        searcher = open_whoosh(folder).searcher()
        for tree in trees:
            found = executor.find(tree)
            numbers = found.documents.to_numbers()
            ours = dict(zip(numbers.tolist(), found.score_documents(numbers).tolist(), strict=True))
            hits = searcher.search(replace_faulty(convert_days(tree)), limit=None)
            stock = {hit.docnum: hit.score for hit in hits}
            assert ours.keys() == stock.keys(), tree
            for number, score in stock.items():
                assert math.isclose(ours[number], score, rel_tol=1e-4, abs_tol=1e-6), tree
