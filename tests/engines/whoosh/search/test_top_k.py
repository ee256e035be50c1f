"""The best of what was found is what a plain sort by value and id gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.search.match_set import ScoredDocuments
from indexer.engines.whoosh.search.top_k import find_largest, rank_best
from tests.support.small_index import Doc, build

DOCUMENTS = 150


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    ids = [f"{n * 67 % DOCUMENTS:03d}" for n in range(DOCUMENTS)]
    docs = [Doc(key, "war") for key in ids]
    return build(tmp_path_factory.mktemp("ranking"), docs[:90], docs[90:])


def scores(most: int):
    """Values of documents, many of them equal."""
    return st.lists(st.integers(0, most), min_size=1, max_size=DOCUMENTS)


def sort_plainly(snapshot, scored: ScoredDocuments, count: int) -> list[tuple[float, str]]:
    numbers = range(len(scored.values)) if scored.numbers is None else scored.numbers.tolist()
    pairs = zip(scored.values.tolist(), map(snapshot.get_id, numbers), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:count]


@settings(deadline=None)
@given(st.one_of(scores(2), scores(9), scores(500)), st.data())
def test_best_is_a_plain_sort_by_value_and_id(snapshot, given_scores, data):
    values = np.array(given_scores, np.float32)
    count = data.draw(st.integers(1, len(values)))
    numbers = None
    if len(values) < DOCUMENTS or data.draw(st.booleans()):
        chosen = data.draw(st.permutations(range(DOCUMENTS)))[: len(values)]
        numbers = np.array(sorted(chosen), np.int32)
    scored = ScoredDocuments(numbers, values)
    found = rank_best(snapshot, scored, count)
    ids = map(snapshot.get_id, found.documents.tolist())
    assert list(zip(found.values.tolist(), ids, strict=True)) == sort_plainly(
        snapshot, scored, count
    )


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 30_000),
    st.integers(1, 300),
    st.sampled_from([1, 7, 100, 10**6]),
)
def test_largest_are_all_that_reach_the_last_of_a_plain_sort(seed, size, count, most):
    values = np.random.default_rng(seed).integers(0, most, size, endpoint=True).astype(np.float32)
    count = min(count, size)
    threshold = sorted(values.tolist())[-count]
    assert find_largest(values, count).tolist() == np.flatnonzero(values >= threshold).tolist()
