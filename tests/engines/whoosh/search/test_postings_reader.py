"""Places of a group: the same whether they are merged for the documents asked or cut from all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.search import postings_reader
from indexer.engines.whoosh.search.positions import merge_places
from indexer.engines.whoosh.search.postings_reader import PostingsCache, PostingsReader
from tests.support.small_index import Doc, build

WORDS = ("air", "war", "sea", "one", "two", "gone")
TERMS = st.lists(st.sampled_from(WORDS), min_size=1, unique=True).map(tuple)


@pytest.fixture(scope="module")
def segments(tmp_path_factory):
    random = np.random.default_rng(5)
    docs = [Doc(f"{n:03d}", " ".join(random.choice(WORDS[:5], n % 12))) for n in range(90)]
    folder = tmp_path_factory.mktemp("places")
    return build(folder, docs[:60], docs[60:], deleted=["007", "061"]).segments


@pytest.mark.parametrize("many", [0, 16], ids=["at once", "one by one"])
@settings(deadline=None)
@given(asked=st.lists(st.tuples(st.integers(0, 1), TERMS, st.sets(st.integers(0, 29))), max_size=6))
def test_places_are_those_of_the_documents_asked_however_often(segments, many, asked):
    cache = PostingsCache()
    readers = [PostingsReader(segment, cache) for segment in segments]
    for number, terms, chosen in asked * 3:
        within = np.array(sorted(chosen), np.int32)
        reader = readers[number]
        expected = merge_places(reader.find("body", terms), within)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(postings_reader, "MAX_TERMS_MERGED", many)
            found = reader.find_places("body", terms, within)
        assert found.tolist() == expected.tolist()


def test_a_group_is_merged_whole_from_its_second_time(segments):
    cache = PostingsCache()
    reader = PostingsReader(segments[0], cache)
    key = (segments[0].name, "body", ("air", "war"))
    within = np.array([3, 40], np.int32)
    reader.find_places("body", ("air", "war"), within)
    assert cache.places.get(key) is None
    reader.find_places("body", ("air", "war"), within)
    every = merge_places(reader.find("body", ("air", "war")))
    assert cache.places.get(key).tolist() == every.tolist()


@pytest.mark.parametrize(
    ("bound", "value"), [("MOST_PLACES", 3), ("MAX_DOCUMENTS_CUT_OUT", 1), ("PLACES_BYTES", 8)]
)
def test_what_is_too_much_to_cache_is_merged_for_the_documents_asked(
    segments, monkeypatch, bound: str, value: int
):
    monkeypatch.setattr(postings_reader, bound, value)
    cache = PostingsCache()
    reader = PostingsReader(segments[0], cache)
    within = np.array([3, 11, 40], np.int32)
    expected = merge_places(reader.find("body", ("air", "war")), within).tolist()
    for _ in range(3):
        assert reader.find_places("body", ("air", "war"), within).tolist() == expected
    assert cache.places.get((segments[0].name, "body", ("air", "war"))) is None


def test_threads_are_given_the_same_places(segments):
    reader = PostingsReader(segments[0], PostingsCache())
    within = np.array([3, 11, 40], np.int32)
    expected = merge_places(reader.find("body", ("air", "war")), within).tolist()
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(
                lambda _: reader.find_places("body", ("air", "war"), within).tolist(), range(100)
            )
        )
    assert found == [expected] * 100
