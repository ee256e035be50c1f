"""Searching whole: order, ties, depth, dates, copies, facets, time, and every query class."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from whoosh.query import (
    And,
    ConstantScoreQuery,
    DateRange,
    Every,
    NullQuery,
    Or,
    Prefix,
    Wildcard,
)

from indexer.engines.bm25 import Freshness
from indexer.engines.search_request import SearchRequest
from indexer.engines.whoosh.collapse import CopyGroups
from indexer.engines.whoosh.search.compiler import compile_query
from indexer.engines.whoosh.search.executor import QueryExecutor
from indexer.engines.whoosh.search.explain import explain_document
from indexer.engines.whoosh.search.facets import count_months
from indexer.engines.whoosh.search.queries import DayRange, HasValue, WordGroupQuery
from indexer.engines.whoosh.search.scored_postings import LeafCache
from indexer.engines.whoosh.search.searcher import execute_search
from indexer.engines.whoosh.search.top_k import find_largest
from indexer.errors import SearchTimeout
from indexer.query.parser import parse
from indexer.query.plan import plan_query
from indexer.query.processor_time import limit_processor_time
from tests.support.small_index import Doc, build, find_our_scores, read_ids
from tests.support.vocabulary_double import MemoryVocabulary

BODY = (("body", 1.0),)


def word(*words):
    return WordGroupQuery(BODY, words)


def ask(snapshot, query, **options):
    """The answer; `copies` are the groups of copies to fold, none to list them all."""
    copies = options.pop("copies", None)
    request = SearchRequest(query=query, fold=copies is not None, **options)
    return execute_search(QueryExecutor(snapshot), request, copies)


def copies(snapshot):
    return CopyGroups(snapshot.get_int_column("copies"))


def list_ids(snapshot, query, **options):
    """Ids of the rows, as one string."""
    rows = ask(snapshot, query, **options).hits
    return "".join(read_ids(snapshot, [row.document for row in rows]))


DOCS = [
    Doc("e", "war war", published="2024-03-01", source="x", tag="p q", copies=7),
    Doc("d", "war air air", source="y", tag="p"),
    Doc("c", "war war", published="2024-02-29", source="x", copies=7),
    Doc("b", "air", published="2023-12-31", source="z"),
    Doc("a", "war air air", published="2024-03-01", source="y", tag="q"),
]


@pytest.fixture
def snapshot(tmp_path):
    return build(tmp_path, DOCS[:2], DOCS[2:])


def test_best_first_and_ties_by_id(snapshot):
    assert list_ids(snapshot, word("war")) == "cead"


def test_pages_continue_where_the_one_before_ended(snapshot):
    pages = [list_ids(snapshot, word("war"), size=2, offset=offset) for offset in (0, 2, 4)]
    assert pages == ["ce", "ad", ""]


def test_count_is_of_all_that_match_whatever_is_listed(snapshot):
    assert ask(snapshot, word("war"), size=1).matching.count == 4
    assert ask(snapshot, word("war"), size=0).matching.count == 4


def test_newest_first_undated_last(snapshot):
    assert list_ids(snapshot, word("war"), sort="newest") == "aecd"


def test_oldest_first_undated_last(snapshot):
    assert list_ids(snapshot, word("war"), sort="oldest") == "caed"


def test_every_document_by_date_where_all_match(snapshot):
    assert list_ids(snapshot, ConstantScoreQuery(Every(), 0.0), sort="newest") == "aecbd"


def test_a_sort_by_date_tells_the_score_too(snapshot):
    by_score = {row.document: row.score for row in ask(snapshot, word("war")).hits}
    assert {row.document: row.score for row in ask(snapshot, word("war"), sort="oldest").hits} == (
        by_score
    )


def test_deleted_documents_are_gone_from_everything(tmp_path):
    snapshot = build(tmp_path, DOCS[:2], DOCS[2:], deleted=["e", "a"])
    found = ask(snapshot, word("war"), facets=("source", "year"))
    assert (found.matching.count, len(found.hits)) == (2, 2)
    assert found.facets == {"source": (("x", 1), ("y", 1)), "year": (("2024", 1),)}


def test_copies_are_folded_under_the_best(snapshot):
    found = ask(snapshot, word("war"), copies=copies(snapshot))
    rows = [
        (read_ids(snapshot, [row.document]), read_ids(snapshot, row.copies)) for row in found.hits
    ]
    assert rows == [(["c"], ["e"]), (["a"], []), (["d"], [])]
    assert (found.matching.count, found.listed) == (4, 3)


def test_a_copy_that_does_not_match_is_not_named(snapshot):
    query = And([word("war"), DayRange(None, date(2024, 2, 29).toordinal())])
    found = ask(snapshot, query, copies=copies(snapshot))
    assert [(row.document, row.copies) for row in found.hits] == [(2, ())]


def test_folded_pages_hold_no_article_twice(tmp_path):
    docs = [Doc(f"{n:03d}", "war", copies=1 + n % 3 if n < 90 else 0) for n in range(100)]
    snapshot = build(tmp_path, docs)
    pages = [
        ask(snapshot, word("war"), copies=copies(snapshot), size=5, offset=offset)
        for offset in (0, 5, 10)
    ]
    documents = [row.document for page in pages for row in page.hits]
    assert documents == [0, 1, 2, *range(90, 100)]
    assert pages[0].listed == 13
    assert len(pages[0].hits[0].copies) == 29


def test_a_facet_counts_under_every_filter_but_its_own(snapshot):
    filters = {"source": HasValue("source", ("x",)), "tag": HasValue("tag", ("p", "q"))}
    found = ask(snapshot, word("war"), filters=filters, facets=("source", "tag", "year"))
    assert found.matching.count == 1
    assert found.facets == {
        "source": (("y", 2), ("x", 1)),
        "tag": (("p", 1), ("q", 1)),
        "year": (("2024", 1),),
    }


def test_a_facet_lists_the_most_frequent(snapshot):
    assert ask(snapshot, Every(), facets=("source",), facet_size=2).facets == {
        "source": (("x", 2), ("y", 2))
    }


def test_years_are_a_filter(snapshot):
    filters = {"year": HasValue("year", ("2023",))}
    assert list_ids(snapshot, Every(), filters=filters) == "b"


def test_months_are_counted_without_the_undated(snapshot):
    found = QueryExecutor(snapshot).find(Every())
    assert count_months(snapshot, found.documents) == (
        ("2023-12", 1),
        ("2024-02", 1),
        ("2024-03", 2),
    )


def test_filters_do_not_change_scores(snapshot):
    before = {row.document: row.score for row in ask(snapshot, word("war")).hits}
    filters = {"source": HasValue("source", ("y",))}
    after = {row.document: row.score for row in ask(snapshot, word("war"), filters=filters).hits}
    assert after == {document: before[document] for document in (1, 4)}


def test_freshness_lifts_the_recent_and_leaves_the_undated(snapshot):
    plain = {row.document: row.score for row in ask(snapshot, word("war")).hits}
    fresh = Freshness(strength=0.5, half_life=1.0)
    lifted = {row.document: row.score for row in ask(snapshot, word("war"), fresh=fresh).hits}
    assert lifted == pytest.approx(
        {0: 1.5 * plain[0], 2: 1.25 * plain[2], 4: 1.5 * plain[4], 1: plain[1]}
    )


def test_search_that_has_spent_its_processor_time_is_given_up(snapshot):
    with limit_processor_time(-1), pytest.raises(SearchTimeout, match="rarer words"):
        ask(snapshot, word("war"))


def test_an_unknown_query_class_is_refused(snapshot):
    with pytest.raises(TypeError, match="Wildcard"):
        ask(snapshot, Wildcard("body", "w?r"))


def test_an_empty_index_answers(tmp_path):
    snapshot = build(tmp_path, [])
    query = Or([And([word("war"), word("air")]), Every(), DayRange(1, 2), Prefix("body", "w")])
    found = ask(snapshot, query, facets=("source", "year"), copies=copies(snapshot))
    assert (found.matching.count, found.hits, found.listed) == (0, (), 0)
    assert found.facets == {"source": (), "year": ()}


def test_nothing_matches_nothing(snapshot):
    assert find_our_scores(snapshot, NullQuery) == {}


@pytest.mark.parametrize(
    ("start", "end", "excluded", "expected"),
    [
        ("2024-02-29", "2024-03-01", "", "ace"),
        ("2024-02-29", "2024-03-01", "start", "ae"),
        ("2024-02-29T12:00", None, "", "ae"),
        (None, "2024-03-01", "end", "bc"),
        (None, "2024-02-29T12:00", "end", "bc"),
    ],
)
def test_a_range_of_times_takes_documents_at_midnight(snapshot, start, end, excluded, expected):
    first, last = (datetime.fromisoformat(time) if time else None for time in (start, end))
    query = DateRange("published", first, last, excluded == "start", excluded == "end")
    assert "".join(sorted(find_our_scores(snapshot, query))) == expected


def test_a_constant_prefix_scores_its_boost(snapshot):
    assert find_our_scores(snapshot, Prefix("body", "ai", boost=2.0)) == {"d": 2, "b": 2, "a": 2}


def test_leaves_past_the_bound_are_dropped(snapshot):
    leaves = LeafCache(snapshot, bound=0)
    assert QueryExecutor(snapshot, leaves).find(word("war")).documents.count == 4


def test_common_words_are_masks_and_rare_ones_numbers(tmp_path):
    docs = [Doc(f"{n:03d}", "the war" if n % 50 == 7 else "the") for n in range(200)]
    executor = QueryExecutor(build(tmp_path, docs))
    assert executor.find(word("the")).documents.numbers is None
    rare = executor.find(word("war")).documents
    assert rare.numbers is not None
    assert rare.numbers.tolist() == [7, 57, 107, 157]


@pytest.mark.parametrize("count", [1, 3, 10, 500])
def test_largest_holds_all_ties_of_the_last(count):
    values = np.random.default_rng(1).integers(0, 40, 3000).astype(np.float32)
    threshold = sorted(values.tolist(), reverse=True)[count - 1]
    expected = [place for place, value in enumerate(values.tolist()) if value >= threshold]
    assert find_largest(values, count).tolist() == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (1, {"kyiv", "kiiv", "kyi", "kyivs", "kyïv"}),
        (2, {"kyiv", "kiiv", "kyi", "kyivs", "kyïv", "kiev", "ky"}),
    ],
)
def test_fuzzy_terms_are_those_within_the_edits(tmp_path, edits, expected):
    terms = ["kyiv", "kiiv", "kyi", "kyivs", "kyïv", "kiev", "ky", "kharkiv", "київ", "k"]
    snapshot = build(tmp_path, [Doc("a", " ".join(terms))])
    found = snapshot.find_similar_terms("body", "kyiv", edits)
    assert found == expected


def test_explains_a_match_word_by_word_and_field_by_field(tmp_path):
    docs = [Doc("z", "air"), Doc("a", "war the war air force", title="war"), Doc("b", "aid")]
    snapshot = build(tmp_path, docs[:1], docs[1:])
    tree = parse('title:war body:(war ("air force" OR aid) -tank)').tree
    vocabulary = MemoryVocabulary(*(doc.body for doc in docs))
    plan = plan_query(tree, lambda _: vocabulary)
    query = compile_query(plan)
    found = QueryExecutor(snapshot).find(query)
    why = explain_document(LeafCache(snapshot), plan, found, 1, close=(), fresh=None)
    assert [(part.leaf.expansion.typed, part.articles, part.frequencies) for part in why.parts] == [
        ("war", 1, {"title": 1}),
        ("war", 1, {"body": 2}),
        ("air force", 1, {"body": 1}),
        ("aid", 1, {}),
    ]
    assert sum(part.score for part in why.parts) == pytest.approx(
        find_our_scores(snapshot, query)["a"]
    )
    assert why.parts[3].score == 0


def test_ties_by_the_thousand_go_by_id_too(tmp_path):
    docs = [Doc(f"{(n * 7919) % 6007:05d}", "air", title="war" * (n == 77)) for n in range(6000)]
    snapshot = build(tmp_path, docs[:3500], docs[3500:])
    expected = sorted(doc.id for doc in docs if not doc.title)[:12]
    query = Or([word("air"), WordGroupQuery((("title", 1.0),), ("war",))])
    found = ask(snapshot, query, size=13)
    assert read_ids(snapshot, [row.document for row in found.hits]) == [docs[77].id, *expected]
    deep = ask(snapshot, query, size=3, offset=10)
    assert read_ids(snapshot, [row.document for row in deep.hits]) == expected[9:12]
