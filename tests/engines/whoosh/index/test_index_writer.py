"""What the writer leaves in a folder, and what a reader finds there."""

import errno
import itertools
import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.index import index_writer
from indexer.engines.whoosh.index.array_file import ArrayWriter
from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.table_of_contents import open_column_index, read_toc
from indexer.errors import DamageError, NoIndex
from tests.support.random_index import (
    LAYOUT,
    GeneratedDocument,
    build_index,
    documents,
    expect_document,
    read_live_documents,
    restore_document,
)


def document(key, body="", **columns):
    return GeneratedDocument({"id": [key], "body": body.split()}, {"text": body}, columns)


def write(directory, *added, deleted=(), **options):
    with IndexWriter(directory, LAYOUT, **options) as writer:
        for key in deleted:
            writer.delete(key)
        for each in added:
            writer.add_document(each.terms, each.stored, each.columns)
        writer.commit()
    return open_column_index(directory, LAYOUT)


@settings(max_examples=60, deadline=None)
@given(added=st.lists(documents, max_size=8))
def test_documents_come_back_as_they_went_in(tmp_path_factory, added):
    index = build_index(tmp_path_factory.mktemp("w") / "index", added)
    assert read_live_documents(index) == [expect_document(each) for each in added]


def test_postings_of_a_term(tmp_path):
    index = write(tmp_path, document("k1", "war and war"), document("k2"), document("k3", "war"))
    [segment] = index.segments
    postings = segment.read_postings("body", segment.get_terms("body").find("war"))
    assert postings.documents.tolist() == [0, 2]
    assert postings.frequencies.tolist() == [2, 1]
    assert postings.starts.tolist() == [0, 2, 3]
    assert postings.positions.tolist() == [0, 2, 0]
    assert [array.dtype.str for array in (postings.documents, postings.frequencies)] == ["<i4"] * 2
    assert [array.dtype.str for array in (postings.starts, postings.positions)] == ["<i8", "<i4"]
    assert segment.get_lengths("body").tolist() == [3, 0, 1]


def test_dictionary(tmp_path):
    [segment] = write(tmp_path, document("k1", "war wars b é wars"), document("k2", "b")).segments
    terms = segment.get_terms("body")
    assert terms.decode() == ["b", "war", "wars", "é"]
    assert terms.decode(1, 3) == ["war", "wars"]
    assert [terms[number] for number in range(len(terms))] == terms.decode()
    assert terms.document_frequencies.tolist() == [2, 1, 1, 1]
    assert terms.collection_frequencies.tolist() == [2, 1, 2, 1]
    assert [terms.find(term) for term in ("b", "wars", "é")] == [0, 2, 3]
    assert [terms.find(term) for term in ("", "a", "warz", "\U0001f680")] == [-1] * 4
    assert terms.find_prefix_range("war") == (1, 3)
    assert terms.find_prefix_range("") == (0, 4)
    assert terms.find_prefix_range("x") == (3, 3)
    with pytest.raises(IndexError):
        terms[4]
    with pytest.raises(IndexError):
        terms[-1]


def test_term_counts_once_a_document_where_the_format_is_existence(tmp_path):
    added = GeneratedDocument({"id": ["k1", "k1"]}, {}, {})
    [segment] = write(tmp_path, added).segments
    assert segment.read_documents_and_frequencies("id", 0).frequencies.tolist() == [1]
    assert segment.get_lengths("id").tolist() == [1]


def test_frequency_above_a_byte(tmp_path):
    [segment] = write(tmp_path, document("k1", "war " * 300), document("k2", "war")).segments
    assert segment.read_documents_and_frequencies("body", 0).frequencies.tolist() == [300, 1]
    postings = segment.read_postings("body", 0)
    assert postings.positions.tolist() == [*range(300), 0]


def test_columns(tmp_path):
    index = write(
        tmp_path,
        document("k1", day=5, url="/é", authors=("B", "A", "B")),
        document("k2"),
        document("k3", day=None, url=None, authors=None),
    )
    [segment] = index.segments
    assert segment.get_int_column("day").tolist() == [5, 0, 0]
    assert list(segment.get_text_column("url")) == ["/é", "", ""]
    authors = segment.get_value_column("authors")
    assert authors.values == ("A", "B")
    assert authors.starts.tolist() == [0, 3, 3, 3]
    assert authors.ids.tolist() == [1, 0, 1]


def test_lone_surrogates_survive(tmp_path):
    [segment] = write(tmp_path, document("k1", "\ud800 a", url="\udfff")).segments
    assert segment.get_terms("body").decode() == ["a", "\ud800"]
    assert segment.get_text_column("url")[0] == "\udfff"
    assert segment.read_stored(0) == {"text": "\ud800 a"}


def test_flush_makes_segments_and_keeps_the_order(tmp_path):
    added = [document(f"k{number}", "war " * number) for number in range(1, 7)]
    index = write(tmp_path, *added, flush_postings=70)
    # Each costs 32, its tokens (body and id) and an eighth of its columns' bytes (8 and 8): 36 up
    # to 41. Two together are over 70.
    assert [segment.document_count for segment in index.segments] == [2, 2, 2]
    assert read_live_documents(index) == [expect_document(each) for each in added]


def test_long_document_gets_a_segment_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(index_writer, "LONG_DOCUMENT", 5)
    added = [document("k1", "a"), document("k2", "a b c d e"), document("k3", "a")]
    index = write(tmp_path, *added)
    assert [segment.document_count for segment in index.segments] == [1, 1, 1]
    assert read_live_documents(index) == [expect_document(each) for each in added]


def test_delete_before_flush_and_after(tmp_path):
    with IndexWriter(tmp_path, LAYOUT) as writer:
        for key in ("k1", "k2", "k1", "k3", "k4", "k5", "k6", "k7", "k8"):
            writer.add_document({"id": [key]}, {}, {})
        assert writer.delete("k1") == 2
        assert writer.delete("k1") == 0
        writer.add_document({"id": ["k1"]}, {}, {})
        assert writer.document_count == 8
        writer.commit()
    [segment] = open_column_index(tmp_path, LAYOUT).segments
    assert segment.live.tolist() == [False, True, False, *[True] * 7]
    index = write(tmp_path, deleted=["k2", "nobody"])
    [segment] = index.segments
    assert segment.deleted.tolist() == [0, 1, 2]
    assert index.document_count == segment.live_count == 7
    assert [restore_document(segment, number)["id"] for number in (3, 9)] == [["k3"], ["k1"]]


def test_survivors_are_told_of_the_documents_found(tmp_path):
    write(tmp_path, document("k1"), document("k2"), document("k3"))
    write(tmp_path, document("k4"), document("k5"), deleted=["k1"])
    with IndexWriter(tmp_path, LAYOUT, flush_postings=1) as writer:
        assert writer.make_survivor_mask().tolist() == [False, True, True, True, True]
        writer.delete("k4")
        writer.add_document({"id": ["k6"]}, {}, {})
        writer.delete("k6")
        assert writer.make_survivor_mask().tolist() == [False, True, True, False, True]


def test_an_index_that_begins_has_no_survivors(tmp_path):
    with IndexWriter(tmp_path, LAYOUT) as writer:
        writer.add_document({"id": ["k1"]}, {}, {})
        assert writer.make_survivor_mask().tolist() == []


def test_segment_without_deletions_has_no_mask(tmp_path):
    [segment] = write(tmp_path, document("k1")).segments
    assert segment.live is None
    assert segment.deleted.tolist() == []


def test_segment_goes_with_its_last_document(tmp_path):
    write(tmp_path, document("k1"))
    assert write(tmp_path, deleted=["k1"]).segments == ()
    assert [path.name for path in tmp_path.iterdir()] == ["toc.json"]


def test_existing_files_stay_as_they_are(tmp_path):
    """They may be hard links into the generation that is being served."""
    old = tmp_path / "old"
    new = tmp_path / "new"
    old.mkdir()
    new.mkdir()
    write(old, document("k1", "war"), document("k2", "peace"), document("k3", "war"))
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    for name in read_toc(old, LAYOUT).list_files():
        (new / name).hardlink_to(old / name)
    index = write(new, document("k4", "war"), deleted=["k2"])
    assert index.document_count == 3
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
    assert len(read_live_documents(open_column_index(old, LAYOUT))) == 3


def test_reader_keeps_its_snapshot_when_files_go(tmp_path):
    index = write(tmp_path, document("k1", "war"))
    before = read_live_documents(index)
    for path in tmp_path.iterdir():
        path.unlink()
    assert read_live_documents(index) == before


@pytest.mark.parametrize("flush", [1, 1000])
def test_without_commit_nothing_is_left(tmp_path, flush):
    write(tmp_path, document("k1"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with IndexWriter(tmp_path, LAYOUT, flush_postings=flush) as writer:
        writer.delete("k1")
        writer.add_document({"id": ["k2"]}, {}, {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


class FullDisk:
    """Stands in for a file on a disk with room for so many more writes in all."""

    room = 0

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        FullDisk.room -= 1
        if FullDisk.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def close(self):
        self._file.close()
        if FullDisk.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_at_any_write_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    write(tmp_path, *(document(f"k{number}", "war") for number in range(3)))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    begin = ArrayWriter.__init__

    def begin_on_full_disk(self, path, kind):
        if FullDisk.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        begin(self, path, kind)
        FullDisk.room -= 1
        self._file = FullDisk(self._file)

    monkeypatch.setattr(ArrayWriter, "__init__", begin_on_full_disk)
    failures = 0
    for room in itertools.count():
        FullDisk.room = room
        try:
            with IndexWriter(tmp_path, LAYOUT) as writer:
                writer.delete("k1")
                writer.add_document({"id": ["k9"], "body": ["a"]}, {}, {})
                writer.commit(single=True)
        except OSError:
            failures += 1
            assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        else:
            break
    assert failures > 50
    assert open_column_index(tmp_path, LAYOUT).document_count == 3


def test_refused_document_leaves_the_others(tmp_path):
    with IndexWriter(tmp_path, LAYOUT) as writer:
        writer.add_document({"id": ["k1"], "body": ["a"]}, {}, {})
        with pytest.raises(KeyError, match="nowhere"):
            writer.add_document({"id": ["k2"], "nowhere": ["a"]}, {}, {})
        with pytest.raises(KeyError, match="height"):
            writer.add_document({"id": ["k2"]}, {}, {"height": 3})
        with pytest.raises(TypeError):
            writer.add_document({"id": ["k2"], "body": ["b"]}, {}, {"day": 1, "url": 3})
        with pytest.raises(TypeError):
            writer.add_document({"id": ["k2"], "body": ["b"]}, {}, {"authors": "A"})
        with pytest.raises(TypeError):
            writer.add_document({"id": ["k2"], "body": ["b"]}, {}, {"body": bytes(63)})
        with pytest.raises(TypeError):
            writer.add_document({"id": ["k2"], "body": ["b"]}, {}, {"day": "1"})
        with pytest.raises(OverflowError):
            writer.add_document({"id": ["k2"], "body": ["b"]}, {}, {"day": 2**31})
        with pytest.raises(TypeError):
            writer.add_document({"id": ["k2"]}, {"text": object()}, {})
        writer.add_document({"id": ["k3"], "body": ["c"]}, {}, {"url": "u"})
        writer.commit()
    index = open_column_index(tmp_path, LAYOUT)
    assert [row["id"] for row in read_live_documents(index)] == [["k1"], ["k3"]]
    assert [row["body"] for row in read_live_documents(index)] == [["a"], ["c"]]
    assert [row["url"] for row in read_live_documents(index)] == ["", "u"]


def test_empty_index(tmp_path):
    index = write(tmp_path)
    assert index.segments == ()
    assert index.document_count == 0


def test_no_index(tmp_path):
    with pytest.raises(NoIndex, match="rebuild"):
        open_column_index(tmp_path, LAYOUT)


def test_table_of_contents_is_json_and_names_every_file(tmp_path):
    write(tmp_path, document("k1"), document("k2"), document("k3"), document("k4"))
    write(tmp_path, deleted=["k2"])
    content = json.loads((tmp_path / "toc.json").read_text(encoding="utf-8"))
    assert content["version"] == 1
    assert content["fields"] == ["body", "id", "tag", "title"]
    [segment] = content["segments"]
    assert segment == {"name": "s000001", "documents": 4, "deleted": "s000001-2.deleted"}
    named = read_toc(tmp_path, LAYOUT).list_files()
    assert sorted(named) == sorted(path.name for path in tmp_path.iterdir())


def link_files(directory, target):
    target.mkdir()
    for path in directory.iterdir():
        (target / path.name).hardlink_to(path)
    return target


def test_segments_open_already_are_shared_where_their_files_are_linked(tmp_path):
    (tmp_path / "one").mkdir()
    one = write(tmp_path / "one", *(document(f"k{number}", "war") for number in range(1, 4)))
    target = link_files(tmp_path / "one", tmp_path / "two")
    with IndexWriter(target, LAYOUT, one.segments) as writer:
        writer.delete("k1")
        writer.add_document({"id": ["k4"]}, {}, {})
        two = writer.commit()
    again = open_column_index(target, LAYOUT, two.segments)
    for index in (two, again):
        assert index.segments[0].get_terms("body") is one.segments[0].get_terms("body")
        assert index.segments[0].deleted.tolist() == [0]
        assert str(index.segments[0].make_damage_error("terms", "cut")).startswith(str(target))
    assert again.segments[1].get_terms("id") is two.segments[1].get_terms("id")
    assert one.segments[0].live is None
    assert [one.document_count, again.document_count] == [3, 3]


def test_segments_open_already_are_read_anew_where_their_files_are_copies(tmp_path):
    (tmp_path / "one").mkdir()
    one = write(tmp_path / "one", document("k1", "war"))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    two = open_column_index(tmp_path / "two", LAYOUT, one.segments)
    assert two.segments[0].get_terms("body") is not one.segments[0].get_terms("body")
    (tmp_path / "two" / "s000001.terms").unlink()
    with pytest.raises(DamageError, match=r"s000001\.terms"):
        open_column_index(tmp_path / "two", LAYOUT, one.segments)
