"""Damaged, foreign and newer files: named, never a wrong answer; and files at their edges."""

import json
import pickle
import shutil
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.index.array_file import ArrayFile, ArrayWriter
from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.integrity import verify_index
from indexer.engines.whoosh.index.layout import IndexLayout
from indexer.engines.whoosh.index.table_of_contents import open_column_index, read_toc
from indexer.errors import DamageError, VersionError
from indexer.near_duplicates import lsh
from tests.support.random_index import LAYOUT, GeneratedDocument, read_arrays

DOCUMENTS = [
    GeneratedDocument(
        {"id": [f"k{number}"], "body": ["war", "and", "war"][:number], "tag": ["a", "b"]},
        {"text": "war and war"},
        {
            "day": number,
            "url": f"/{number}",
            "authors": ("A", "B")[: number % 3],
            "body": bytes([5 - number]) * 64,
        },
    )
    for number in range(5)
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Folder of a sound index with deletions. Copied by each test that damages it."""
    directory = tmp_path_factory.mktemp("sound")
    for deleted in ((), ("k1",)):
        with IndexWriter(directory, LAYOUT) as writer:
            for key in deleted:
                writer.delete(key)
            for document in DOCUMENTS if not deleted else ():
                writer.add_document(document.terms, document.stored, document.columns)
            writer.commit()
    return directory


@pytest.fixture
def index(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "index")
    return tmp_path / "index"


def test_sound_index_verifies(index):
    verify_index(open_column_index(index, LAYOUT))


def list_files(directory):
    return sorted(path for path in directory.iterdir())


def test_missing_file_is_named(index):
    for path in list_files(index):
        if path.name != "toc.json":
            content = path.read_bytes()
            path.unlink()
            with pytest.raises(DamageError, match=f"{path.name}: missing"):
                open_column_index(index, LAYOUT)
            path.write_bytes(content)


@pytest.mark.parametrize("size", [0, 1, 63, 64, -1])
def test_cut_file_is_named(index, size):
    for path in list_files(index):
        content = path.read_bytes()
        path.write_bytes(content[:size])
        with pytest.raises(DamageError, match=path.name):
            open_column_index(index, LAYOUT)
        path.write_bytes(content)


def test_zeroed_and_lengthened_files_are_named(index):
    for path in list_files(index):
        content = path.read_bytes()
        for damaged in (bytes(len(content)), content + b"\0"):
            path.write_bytes(damaged)
            with pytest.raises(DamageError, match=path.name):
                open_column_index(index, LAYOUT)
        path.write_bytes(content)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_flipped_bit_is_damage_or_harmless(sound, tmp_path, data):
    """Opening and reading in full either names the damage or gives arrays, never a crash.

    That a word has moved to another place of its document, only the file's checksum tells.
    """
    path = data.draw(st.sampled_from(list_files(sound)))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    shutil.copytree(sound, tmp_path / "index", dirs_exist_ok=True)
    (tmp_path / "index" / path.name).write_bytes(content)
    try:
        opened = open_column_index(tmp_path / "index", LAYOUT)
        verify_index(opened)
    except (DamageError, VersionError):
        return
    for segment in opened.segments:
        assert len(read_arrays(segment)["stored"]) == segment.document_count


def rewrite(path, kind, change):
    """Write an array file anew, its arrays changed: what no checksum of the file would tell."""
    file = ArrayFile(path, kind)
    arrays = {
        name: file.get_array(name, dtype).copy() for name, (dtype, _, _) in file._arrays.items()
    }
    change(arrays)
    path.unlink()
    writer = ArrayWriter(path, kind)
    for name, values in arrays.items():
        writer.add_array(name, values, values.dtype.str)
    writer.close()


def put(name, place, value):
    def change(arrays):
        arrays[name][place] = value

    return change


def drop(name):
    def change(arrays):
        del arrays[name]

    return change


def cut(name):
    def change(arrays):
        arrays[name] = arrays[name][:-1]

    return change


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("terms", put("body.starts", 1, 99)),
        ("terms", put("body.starts", 0, 1)),
        ("terms", put("body.postings", -1, 99)),
        ("terms", put("body.occurrences", 1, -1)),
        ("terms", drop("body.blob")),
        ("terms", cut("body.lengths")),
        ("terms", cut("body.postings")),
        ("documents", drop("tag")),
        ("documents", cut("body")),
        ("frequencies", cut("body")),
        ("positions", cut("body")),
        ("columns", cut("day")),
        ("columns", put("url.starts", 1, 99)),
        ("columns", put("authors.ids", 0, 2)),
        ("columns", put("authors.ids", 0, -1)),
        ("columns", put("authors.blob", 0, 255)),
        ("columns", cut("body.rows")),
        ("columns", cut("body.keys")),
        ("columns", drop("body.order")),
        ("stored", put("starts", 2, -1)),
    ],
)
def test_wrong_shape_is_named_at_opening(index, kind, change):
    rewrite(index / f"s000001.{kind}", kind, change)
    with pytest.raises(DamageError, match=r"s000001\."):
        open_column_index(index, LAYOUT)


@pytest.mark.parametrize("document", [-1, 5])
def test_bands_that_name_no_document_are_named_when_searched(index, document, monkeypatch):
    monkeypatch.setattr(lsh, "MAX_PAIRS_COMPARED", 0)
    rewrite(index / "s000001.columns", "columns", put("body.order", 0, document))
    [segment] = open_column_index(index, LAYOUT).segments
    with pytest.raises(DamageError, match=r"s000001\.columns: order of 'body'"):
        segment.find_band_matches("body", np.frombuffer(bytes([1]) * 64, np.int32).reshape(1, -1))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("terms", put("body.blob", 0, ord("x"))),
        ("terms", put("body.blob", 0, 255)),
        ("terms", put("body.lengths", 0, 7)),
        ("terms", put("body.postings", 1, 0)),
        ("terms", put("body.occurrences", 1, 0)),
        ("documents", put("body", 0, 5)),
        ("documents", put("body", 0, -1)),
        ("documents", put("body", 1, 2)),
        ("frequencies", put("body", 0, 0)),
        ("frequencies", put("body", 0, 200)),
        ("frequencies", put("tag", 0, 2)),
        ("positions", put("body", 0, -1)),
        ("positions", put("body", 0, 9)),
        ("columns", put("url.blob", 0, 255)),
        ("columns", put("authors.blob", 0, ord("Z"))),
        ("columns", put("body.rows", 0, 7)),
        ("columns", put("body.keys", 0, 7)),
        ("columns", put("body.order", 0, 0)),
        ("stored", put("blob", 4, 7)),
    ],
)
def test_contradiction_is_named_when_verified(index, kind, change):
    rewrite(index / f"s000001.{kind}", kind, change)
    opened = open_column_index(index, LAYOUT)
    with pytest.raises(DamageError, match=r"s000001\."):
        verify_index(opened)


@pytest.mark.parametrize("commits", [1, 2])
def test_two_live_documents_of_one_key_are_named_when_verified(tmp_path, commits):
    """In one segment and in two; `sound` shows that a deleted document may have the key."""
    for part in ([DOCUMENTS[0], DOCUMENTS[0]],) if commits == 1 else ([DOCUMENTS[0]],) * 2:
        with IndexWriter(tmp_path, LAYOUT) as writer:
            for document in part:
                writer.add_document(document.terms, document.stored, document.columns)
            writer.commit()
    with pytest.raises(DamageError, match=r"two documents have the id k0; run `dateline check`"):
        verify_index(open_column_index(tmp_path, LAYOUT))


def test_term_with_altered_postings_is_refused_when_read(index):
    rewrite(index / "s000001.documents", "documents", put("body", 0, -1))
    [segment] = open_column_index(index, LAYOUT).segments
    with pytest.raises(DamageError, match="documents"):
        segment.read_postings("body", 0)


def test_stored_document_that_does_not_inflate_is_named(index):
    rewrite(index / "s000001.stored", "stored", put("blob", 4, 7))
    [segment] = open_column_index(index, LAYOUT).segments
    with pytest.raises(DamageError, match="document 0"):
        segment.read_stored(0)
    with pytest.raises(IndexError):
        segment.read_stored(5)


@pytest.mark.parametrize("deleted", [[], [1, 1], [3, 1], [-1], [5]])
def test_deletions_out_of_order_or_range_are_named(index, deleted):
    path = index / "s000001-2.deleted"
    path.unlink()
    writer = ArrayWriter(path, "deleted")
    writer.add_array("documents", np.array(deleted, np.int32), "<i4")
    writer.close()
    with pytest.raises(DamageError, match="deleted"):
        open_column_index(index, LAYOUT)


def test_files_of_two_kinds_exchanged_are_named(index):
    shutil.copy(index / "s000001.documents", index / "s000001.positions")
    with pytest.raises(DamageError, match="positions"):
        open_column_index(index, LAYOUT)


def test_newer_file_is_refused_with_the_way_out(index):
    path = index / "s000001.terms"
    content = path.read_bytes()
    path.write_bytes(content[:8] + struct.pack("<I", 2) + content[12:])
    with pytest.raises(VersionError, match="upgrade Dateline or rebuild"):
        open_column_index(index, LAYOUT)


@pytest.mark.parametrize(
    "directory",
    [
        b"[]",
        b"{}",
        b"{",
        b'{"kind": "terms"}',
        b'{"kind": "terms", "arrays": []}',
        b'{"kind": "terms", "arrays": {"x": 3}}',
        b'{"kind": "terms", "arrays": {"x": ["<i4", 1]}}',
        b'{"kind": "terms", "arrays": {"x": ["O", 1, 64]}}',
        b'{"kind": "terms", "arrays": {"x": ["<i4", 1e300, 64]}}',
        b'{"kind": "terms", "arrays": {"x": ["<i4", 99, 64]}}',
        b'{"kind": "terms", "arrays": {"x": ["<i4", 1, 0]}}',
        b'{"kind": "terms", "arrays": {"x": ["<i4", -1, 64]}}',
        b"[" * 100_000,
    ],
)
def test_crafted_directory_is_named(tmp_path, directory):
    header = struct.pack("<8sIIQQ32x", b"DATELINE", 1, zlib.crc32(directory), 64, len(directory))
    (tmp_path / "x.terms").write_bytes(header + directory)
    with pytest.raises(DamageError, match=r"x\.terms"):
        ArrayFile(tmp_path / "x.terms", "terms")


def change_toc(directory, **changes):
    path = directory / "toc.json"
    content = json.loads(path.read_bytes()) | changes
    path.write_text(json.dumps(content), encoding="utf-8")


ENTRY = {"name": "s000001", "documents": 5, "deleted": None}


@pytest.mark.parametrize(
    "segments",
    [
        None,
        3,
        [3],
        [{}],
        [ENTRY | {"name": "../../etc/passwd"}],
        [ENTRY | {"name": "s1"}],
        [ENTRY | {"name": 7}],
        [ENTRY | {"name": "s000001\n"}],
        [ENTRY | {"documents": -1}],
        [ENTRY | {"documents": "5"}],
        [ENTRY | {"documents": True}],
        [ENTRY | {"documents": 2**40}],
        [ENTRY | {"deleted": "../x-1.deleted"}],
        [ENTRY | {"deleted": 1}],
        [ENTRY | {"more": 1}],
        [ENTRY, ENTRY],
    ],
)
def test_table_of_contents_that_makes_no_sense_is_named(index, segments):
    change_toc(index, segments=segments)
    with pytest.raises(DamageError, match=r"toc\.json"):
        open_column_index(index, LAYOUT)


def test_other_layout_needs_a_rebuild(index):
    schema, columns = LAYOUT.schema, LAYOUT.columns
    for layout, differs in (
        (IndexLayout(schema, columns, version=2), "version 1, not 2"),
        (IndexLayout(schema, {**columns, "height": "int"}, version=1), "it has other columns"),
        (IndexLayout(schema, {**columns, "day": "text"}, version=1), "it has other columns"),
    ):
        with pytest.raises(VersionError) as refused:
            open_column_index(index, layout)
        assert str(refused.value) == (
            f"The index in {index} was made by another version of Dateline ({differs}); "
            "run `dateline rebuild SOURCE`"
        )
    change_toc(index, format=2)
    with pytest.raises(VersionError, match="format 2, not 1"):
        read_toc(index, LAYOUT)


def test_pickle_in_place_of_any_file_is_not_run(index, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    for path in list_files(index):
        content = path.read_bytes()
        path.write_bytes(pickle.dumps(Trap()))
        with pytest.raises(DamageError, match=path.name):
            open_column_index(index, LAYOUT)
        path.write_bytes(content)
    assert not (tmp_path / "sprung").exists()


def test_read_only_folder_opens(index):
    for path in list_files(index):
        path.chmod(0o444)
    index.chmod(0o555)
    try:
        assert open_column_index(index, LAYOUT).document_count == 4
    finally:
        index.chmod(0o755)


def test_arrays_are_aligned_and_read_only(index):
    [segment] = open_column_index(index, LAYOUT).segments
    _, documents, frequencies, positions = segment.get_field("body")
    for array in (documents, frequencies, positions, segment.get_lengths("body")):
        assert array.ctypes.data % 64 == 0
        assert not array.flags.writeable


def test_existing_file_is_not_overwritten(tmp_path):
    (tmp_path / "x").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        ArrayWriter(tmp_path / "x", "terms")
    assert (tmp_path / "x").read_bytes() == b"mine"
