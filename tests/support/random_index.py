"""Small indexes of random documents for the tests of storage.

They are built with a layout of a few fields, and read back array by array or document by document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from whoosh.fields import ID, KEYWORD, TEXT, Schema

from indexer.engines.whoosh.index.index_writer import IndexWriter
from indexer.engines.whoosh.index.layout import IndexLayout
from indexer.engines.whoosh.index.table_of_contents import open_column_index

SCHEMA = Schema(id=ID(unique=True), body=TEXT, title=TEXT, tag=KEYWORD)
LAYOUT = IndexLayout(
    SCHEMA, {"day": "int", "url": "text", "authors": "values", "body": "signature"}, version=1
)
WORDS = ("a", "ab", "abc", "b", "war", "wars", "Київ", "é", "z", "\U0001f680", "￿")


@dataclass(frozen=True)
class GeneratedDocument:
    """The arguments of `add_document`."""

    terms: dict[str, list[str]]
    stored: dict[str, Any]
    columns: dict[str, Any]

    @property
    def key(self):
        return self.terms["id"][0]


words = st.lists(st.sampled_from(WORDS), max_size=12)
documents = st.builds(
    GeneratedDocument,
    st.fixed_dictionaries(
        {"id": st.sampled_from(["k1", "k2", "k3", "k4"]).map(lambda key: [key])},
        optional={"body": words, "title": words, "tag": words},
    ),
    st.dictionaries(st.sampled_from(["text", "n"]), st.one_of(st.text(max_size=5), st.integers())),
    st.fixed_dictionaries(
        {},
        optional={
            "day": st.none() | st.integers(0, 2**31 - 1),
            "url": st.none() | st.text(max_size=4),
            "authors": st.none() | st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
            "body": st.none() | st.binary(min_size=64, max_size=64),
        },
    ),
)


def build_index(directory, added, **options):
    """Build an index of documents as one segment (none if there are no documents)."""
    directory.mkdir()
    with IndexWriter(directory, LAYOUT, **options) as writer:
        for document in added:
            writer.add_document(document.terms, document.stored, document.columns)
        writer.commit(single=True)
    return open_column_index(directory, LAYOUT)


def read_arrays(segment):
    """Return every array of a segment as lists."""
    content = {}
    for field in LAYOUT.list_indexed_fields():
        terms, postings, frequencies, positions = segment.get_field(field)
        content[field] = (
            terms.decode(),
            terms.posting_starts.tolist(),
            terms.occurrence_starts.tolist(),
            postings.tolist(),
            frequencies.tolist(),
            positions.tolist(),
            segment.get_lengths(field).tolist(),
        )
    authors = segment.get_value_column("authors")
    content["authors"] = (authors.values, authors.starts.tolist(), authors.ids.tolist())
    content["day"] = segment.get_int_column("day").tolist()
    content["url"] = list(segment.get_text_column("url"))
    bands = segment.get_signatures("body")
    content["bands"] = (bands.signatures.tolist(), bands.keys.tolist(), bands.order.tolist())
    content["stored"] = segment.read_stored_many(range(segment.document_count))
    return content


def read_live_documents(index):
    """Return the live documents of an index in order, restored from its arrays."""
    return [
        restore_document(segment, number)
        for segment in index.segments
        for number in range(segment.document_count)
        if segment.live is None or segment.live[number]
    ]


def restore_document(segment, number):
    """Restore a document: tokens (sorted if the field has no positions), columns, stored values."""
    return {
        "body": read_tokens(segment, "body", number),
        "title": read_tokens(segment, "title", number),
        "tag": read_occurrences(segment, "tag", number),
        "id": read_occurrences(segment, "id", number),
        "day": int(segment.get_int_column("day")[number]),
        "url": segment.get_text_column("url")[number],
        "authors": read_authors(segment, number),
        "signature": segment.get_signatures("body").signatures[number].tobytes(),
        "stored": segment.read_stored(number),
    }


def expect_document(document):
    """Return the value that `restore_document` must have for a document."""
    return {
        "body": document.terms.get("body", []),
        "title": document.terms.get("title", []),
        "tag": sorted(document.terms.get("tag", [])),
        "id": [document.key],
        "day": document.columns.get("day") or 0,
        "url": document.columns.get("url") or "",
        "authors": document.columns.get("authors") or (),
        "signature": document.columns.get("body") or bytes(64),
        "stored": document.stored,
    }


def read_tokens(segment, field, number):
    found = {}
    for term_number in range(len(segment.get_terms(field))):
        postings = segment.read_postings(field, term_number)
        for place in (postings.documents == number).nonzero()[0]:
            low, high = postings.starts[place], postings.starts[place + 1]
            term = segment.get_terms(field)[term_number]
            found |= dict.fromkeys(postings.positions[low:high].tolist(), term)
    assert sorted(found) == list(range(segment.get_lengths(field)[number]))
    return [found[position] for position in sorted(found)]


def read_occurrences(segment, field, number):
    found = []
    for term_number, term in enumerate(segment.get_terms(field).decode()):
        held = segment.read_documents_and_frequencies(field, term_number)
        for place in (held.documents == number).nonzero()[0]:
            found += [term] * int(held.frequencies[place])
    assert len(found) == segment.get_lengths(field)[number]
    return found


def read_authors(segment, number):
    column = segment.get_value_column("authors")
    ids = column.ids[column.starts[number] : column.starts[number + 1]]
    return tuple(column.values[value] for value in ids)
