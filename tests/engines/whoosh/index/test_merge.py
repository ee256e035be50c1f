"""Merges: when, and that nothing but deleted documents is lost."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.index import merge, merge_postings
from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.merge_policy import SegmentSize, plan_merges
from indexer.engines.whoosh.index.table_of_contents import open_column_index
from tests.support.random_index import (
    LAYOUT,
    build_index,
    documents,
    expect_document,
    read_arrays,
    read_live_documents,
)

FULL = 512


def plan(*sizes, single=False):
    return plan_merges([SegmentSize(size, size) for size in sizes], single=single)


@pytest.mark.parametrize(
    ("sizes", "merges"),
    [
        ([], []),
        ([FULL] * 7, []),
        ([FULL] * 8, [range(8)]),
        ([100_000, *[10] * 7], []),
        ([100_000, *[10] * 8], [range(1, 9)]),
        ([10, 100_000, *[10] * 7], []),
        ([*[8 * FULL] * 7, *[FULL] * 8], [range(15)]),
        ([*[8 * FULL] * 6, *[FULL] * 8], [range(6, 14)]),
        ([100_000, *[8 * FULL] * 7, *[FULL] * 8], [range(1, 16)]),
        ([*[8 * FULL] * 7, *[10] * 8], [range(7, 15)]),
        ([8 * FULL, *[10] * 7, 8 * FULL, *[10] * 6], []),
        ([8 * FULL, *[10] * 7, 8 * FULL, *[10] * 7], [range(16)]),
    ],
)
def test_eight_of_a_tier_at_the_end_become_one(sizes, merges):
    assert plan(*sizes) == merges


def test_single_merges_all_but_leaves_one_clean_segment_alone():
    assert plan(10, 20, 30, single=True) == [range(3)]
    assert plan(10, single=True) == []
    assert plan(single=True) == []
    assert plan_merges([SegmentSize(10, 9)], single=True) == [range(1)]


def test_segment_with_over_a_third_deleted_is_written_anew():
    loads = [SegmentSize(900, 600), SegmentSize(900, 599), SegmentSize(10, 10)]
    assert plan_merges(loads) == [range(1, 2)]


def test_number_of_segments_stays_logarithmic():
    sizes = []
    for _ in range(3000):
        sizes.append(10)
        for merged in reversed(plan(*sizes)):
            sizes[merged.start : merged.stop] = [sum(sizes[merged.start : merged.stop])]
        assert len(sizes) <= 7 + 7 + 7
    assert sum(sizes) == 30_000


@pytest.fixture
def tiny_batches(monkeypatch):
    """Batches so small that every merge takes several ranges, slices and rows."""
    monkeypatch.setattr(merge_postings, "BATCH_OCCURRENCES", 6)
    monkeypatch.setattr(merge_postings, "BATCH_TERMS", 2)
    monkeypatch.setattr(merge_postings, "SLICE_POSTINGS", 2)
    monkeypatch.setattr(merge, "BATCH_ROWS", 2)


commands = st.lists(
    st.one_of(
        documents,
        st.sampled_from(["k1", "k2", "k3", "k4"]),
        st.sampled_from(["commit", "single"]).map(lambda name: (name,)),
    ),
    max_size=40,
)


@pytest.mark.usefixtures("tiny_batches")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(commands=commands, flush=st.sampled_from([1, 40, 100, 1000]))
def test_any_history_equals_a_rebuild_from_scratch(commands, flush):
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "index"
        directory.mkdir()
        added = run(directory, commands, flush)
        index = open_column_index(directory, LAYOUT)
        assert read_live_documents(index) == [expect_document(document) for document in added]
        assert index.document_count == len(added)
        with IndexWriter(directory, LAYOUT) as writer:
            writer.commit(single=True)
        merged = open_column_index(directory, LAYOUT).segments
        scratch = build_index(Path(name) / "scratch", added).segments
        assert list(map(read_arrays, merged)) == list(map(read_arrays, scratch))
        assert {path.name for path in directory.iterdir()} == set(
            open_column_index(directory, LAYOUT).toc.list_files()
        )


def run(directory, commands, flush):
    """Carry out commands; returns the documents that live in the end, in order."""
    living = []
    writer = IndexWriter(directory, LAYOUT, flush_postings=flush)
    for command in [*commands, ("commit",)]:
        match command:
            case (name,):
                writer.commit(single=name == "single")
                writer = IndexWriter(directory, LAYOUT, flush_postings=flush)
            case str(key):
                kept = [document for document in living if document.key != key]
                assert writer.delete(key) == len(living) - len(kept)
                living = kept
            case document:
                writer.add_document(document.terms, document.stored, document.columns)
                living.append(document)
        assert writer.document_count == len(living)
    writer.abort()
    return living
