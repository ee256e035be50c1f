"""NEAR and PRE that would take longer than is left are refused before a position is read."""

from __future__ import annotations

import pytest
from whoosh.query.compound import And, AndNot, Or
from whoosh.query.wrappers import ConstantScoreQuery, Not

from indexer.engines.whoosh.search import executor as executor_module
from indexer.engines.whoosh.search import phrases
from indexer.engines.whoosh.search.executor import (
    TOO_COSTLY,
    QueryExecutor,
    refuse_costly_nearness,
)
from indexer.engines.whoosh.search.index_arrays import IndexArrays
from indexer.engines.whoosh.search.queries import Nearness, WordGroupQuery
from indexer.errors import QueryRefused
from indexer.query.processor_time import limit_processor_time
from tests.support.small_index import Doc, build

FIELDS = (("body", 1.0), ("title", 2.0))


def make_word(*words: str) -> WordGroupQuery:
    return WordGroupQuery(FIELDS, words)


WAR, AIR, RARE = make_word("war", "wars"), make_word("air"), make_word("zebra")
NEAR = Nearness((WAR, AIR), 5, ordered=False)


@pytest.fixture(scope="module")
def executor(tmp_path_factory):
    docs = [Doc(f"{number}", "war in the air " * 10, title="air wars") for number in range(9)]
    folder = tmp_path_factory.mktemp("cost")
    return QueryExecutor(IndexArrays(build(folder, docs, [Doc("z", "zebra air")])))


@pytest.fixture
def slow_machine(monkeypatch):
    """A look-up takes a minute, so that every NEAR that makes one is too costly."""
    monkeypatch.setattr(executor_module, "LOOKUP_S", 60.0)


@pytest.mark.usefixtures("slow_machine")
@pytest.mark.parametrize(
    "query",
    [NEAR, And([AIR, NEAR]), Or([RARE, NEAR]), AndNot(RARE, NEAR), Not(NEAR),
     ConstantScoreQuery(NEAR), Nearness((WAR, AIR), 5, ordered=True)],
    ids=lambda query: type(query).__name__,
)  # fmt: skip
def test_costly_nearness_is_refused_wherever_it_is(executor, query):
    with limit_processor_time(30), pytest.raises(QueryRefused, match=f"^{TOO_COSTLY}$"):
        refuse_costly_nearness(executor.leaves, query)


@pytest.mark.usefixtures("slow_machine")
@pytest.mark.parametrize("query", [AIR, And([WAR, AIR]), Nearness((RARE, WAR), 5, ordered=False)])
def test_words_and_nearness_without_common_documents_cost_nothing(executor, query):
    with limit_processor_time(30):
        refuse_costly_nearness(executor.leaves, query)


def test_no_position_is_read_before(executor, monkeypatch):
    def read(*_: object) -> None:
        pytest.fail("positions were read")

    monkeypatch.setattr(phrases, "find_group_spans", read)
    with limit_processor_time(30):
        refuse_costly_nearness(executor.leaves, NEAR)


def test_many_cheap_ones_are_costly_together(executor, monkeypatch):
    with limit_processor_time(30):
        monkeypatch.setattr(executor_module, "LOOKUP_S", 0.06)  # about 13 s each
        refuse_costly_nearness(executor.leaves, Or([NEAR, AIR]))
        with pytest.raises(QueryRefused):
            refuse_costly_nearness(executor.leaves, Or([NEAR] * 4))


def test_more_lookups_than_are_made_are_refused_beforehand(executor, monkeypatch):
    monkeypatch.setattr(executor_module, "MOST_LOOKUPS", 3)
    with pytest.raises(QueryRefused, match="rarer words"):
        refuse_costly_nearness(executor.leaves, NEAR)


def test_occurrences_are_counted_by_field_and_phrases_by_their_rarest_word(executor):
    count = executor.arrays.count_field_occurrences
    assert (count(WAR, "body"), count(WAR, "title")) == (90, 9)
    assert count(WordGroupQuery(FIELDS, (), ((("in",), ("air", "zebra")),)), "body") == 90
