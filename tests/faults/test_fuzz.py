"""Fuzzing: readers, cleaner, tokenizer, parser, snippets, codec and an index folder's own files.

Some seconds by default, always the same examples; DATELINE_FUZZ_S=600 fuzzes for ten minutes,
shared among the targets, and .ci/run for thirty seconds. SEEDS holds what was found.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis.tokenizer import extract_terms, tokenize
from indexer.clean.article import clean
from indexer.engines.storage.manifest import MANIFEST
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index.integrity import verify_index
from indexer.engines.whoosh.index.table_of_contents import open_column_index
from indexer.errors import IndexerError, PageError, QueryRefused, StoreError
from indexer.ingest.readers import read_corpus
from indexer.models import Page, QuarantinedPage, Query
from indexer.query.parser import parse
from indexer.query.render import render
from indexer.search.index import Index
from indexer.settings import Settings
from tests.support.archives import make_mhtml, make_warc, make_warc_record, make_zip
from tests.support.numbered_archive import NumberedArchive, forge_manifest
from tests.support.small_index import LAYOUT, Doc, build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = float(os.environ.get("DATELINE_FUZZ_S", "0"))
TARGETS = 8
EXAMPLES = 60


def fuzz(strategy: st.SearchStrategy[Any], check: Callable[[Any], object]) -> None:
    """Try examples until the target's time is over, at least EXAMPLES."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not SECONDS,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def trial(value: Any) -> None:
        check(value)

    end = time.monotonic() + SECONDS / TARGETS
    trial()
    while time.monotonic() < end:
        trial()


# Readers

HTML = b"<p>Patriot batteries moved."
ROWS = b'{"id": "1"}\n{"id": "2"}\n'
SOUND = {
    "a.html": HTML,
    "a.html.gz": gzip.compress(HTML),
    "a.jsonl": ROWS,
    "a.jsonl.gz": gzip.compress(ROWS),
    "a.mhtml": make_mhtml(),
    "a.warc": make_warc(
        [make_warc_record("https://a.example/1"), make_warc_record("https://a.example/2")],
        packed=False,
    ),
    "a.warc.gz": make_warc(
        [make_warc_record("https://a.example/1"), make_warc_record("https://a.example/2")]
    ),
    "a.zip": make_zip(
        {"b.zip": make_zip({"c.html": HTML, "d.mht": make_mhtml()}), "e.jsonl": ROWS}
    ),
    "a.wacz": make_zip(
        {"archive/x.warc": make_warc([make_warc_record("https://a.example/1")], packed=False)}
    ),
}

mutations = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert", "repeat", "drop"]),
        st.integers(0, 1 << 16),
        st.binary(max_size=8),
    ),
    max_size=6,
)


def mutated(data: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    for kind, number, piece in changes:
        place = number % (len(data) + 1)
        match kind:
            case "set":
                data = data[:place] + piece + data[place + len(piece) :]
            case "cut":
                data = data[:place]
            case "insert":
                data = data[:place] + piece + data[place:]
            case "repeat":
                data = data[:place] + data[max(0, place - 40) :]
            case "drop":
                data = data[:place] + data[place + len(piece) :]
    return data


SEEDS: list[tuple[str, list[tuple[str, int, bytes]]]] = [
    ("a.wacz", [("set", 6, b"\x00\x08"), ("set", 368, b"\x80")]),
]
"""Files of SOUND and the mutations that once broke a reader."""


def test_readers_give_pages_or_reasons(tmp_path: Path):
    def check(value: tuple[str, list[tuple[str, int, bytes]]]) -> None:
        name, changes = value
        path = tmp_path / name
        path.write_bytes(mutated(SOUND[name], changes))
        for one in read_corpus([path], 5_000):
            assert one.name.startswith(name)
            one.name.encode("utf-8")
            if isinstance(one, QuarantinedPage):
                assert one.reason
            else:
                assert len(one.data) <= 5_001

    for seed in SEEDS:
        check(seed)
    fuzz(st.tuples(st.sampled_from(sorted(SOUND)), mutations), check)


# Cleaner

TAGS = """
    html head body title meta link base script style div p article main section aside nav h1 h2
    ul li table tr td a b span br img time blockquote figure svg template noscript form
    """.split()  # noqa: SIM905
ATTRIBUTES = [
    'class="byline"', 'class="ad related"', "id=x", 'href="https://a.example/x?utm_source=1"',
    'property="og:title"', 'name="author"', 'content="2024-05-01"', 'content=""', "hidden",
    'itemprop="datePublished"', 'rel="canonical"', 'rel="author"', 'datetime="2024-13-45"',
    'type="application/ld+json"', 'charset="x"', "itemscope", 'lang="zz"',
    'content="&#27;&#xd800;"',
]  # fmt: skip
TEXTS = [
    "KYIV, Ukraine (AP) — ", "By Jane Doe", "Published: 1 May 2024", "The brigade moved its guns. ",
    "&nbsp;", "&#27;", "&", "<!--", "-->", "<![CDATA[", '{"@type": "NewsArticle"}', "[" * 50,
    '{"@graph": [{"@type": ["NewsArticle"], "author": [{"name": null}], "headline": 5}]}', "\x00",
    "\u202e", "\U0001f680",
]  # fmt: skip

pieces = st.one_of(
    st.builds(
        lambda tag, attributes: f"<{tag} {' '.join(attributes)}>",
        st.sampled_from(TAGS),
        st.lists(st.sampled_from(ATTRIBUTES), max_size=3),
    ),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(TEXTS),
    st.text(max_size=30),
)


def test_cleaner_gives_an_article_or_a_reason():
    def check(value: tuple[list[str], str]) -> None:
        parts, charset = value
        data = "".join(parts).encode(charset, "replace")
        assert_clean(Page("a", data))

    fuzz(
        st.tuples(
            st.lists(pieces, max_size=60),
            st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-16-le", "iso-8859-5"]),
        ),
        check,
    )


def assert_clean(page: Page) -> None:
    try:
        article = clean(page)
    except PageError as exc:
        assert str(exc)  # noqa: PT017  a reason is as right as an article
        return
    article.title.encode("utf-8")
    article.body.encode("utf-8")
    assert article.id
    assert article.body.startswith(article.lead)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["2024-05-01", "https://a.example/x", "http://[", "\ud800", "\x1b[2J"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
names = st.sampled_from(
    ["id", "title", "body", "text", "date", "published", "author", "authors", "url", "tags",
     "section", "source", "lang", "updated"]
)  # fmt: skip


def test_record_gives_an_article_or_a_reason():
    def check(record: dict[str, object]) -> None:
        assert_clean(Page("a", json.dumps(record).encode(), kind="record"))

    fuzz(st.dictionaries(names, values, max_size=8), check)


# Tokenizer, parser

WORDS = [
    "F-16s", "155-mm", "$1.2 billion", "U.S.", "US", "Belarus’s", "O’Brien", "air-to-air", "Су-25",
    "東京", "e\u0301", "\u00ad", "\u200b", "1,200.50", "50%", "--", "a_b", "x" * 200, "\U0001f680",
]  # fmt: skip
texts = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from([" ", "\n", ".", "/", "-", "'"])
    | st.text(max_size=10),
    max_size=30,
).map("".join)


def test_tokens_stand_where_they_say():
    def check(text: str) -> None:
        tokens = tokenize(text)
        assert [token.term for token in tokens] == extract_terms(text)
        assert [token.position for token in tokens] == list(range(len(tokens)))
        for token in tokens:
            assert 0 <= token.start < token.end <= len(text)
            assert 0 < len(token.term) <= 64

    fuzz(texts, check)


OPERATORS = [
    "AND", "OR", "NOT", "(", ")", '"', "-", "+", "*", "?", "~", "~2", "NEAR/3", "W/5", "title:",
    "source:", "date:2024", "2023..2024", "[", "]", "{", "}", "^2", ":", "|", "&&", "!", "“", "”",
    "before:2024", "after:2023-05", "system:f-16", "/", "\\", "..", ",",
]  # fmt: skip
queries = st.lists(
    st.sampled_from(OPERATORS) | st.sampled_from(WORDS) | st.sampled_from([" ", "  "])
    | st.text(max_size=6),
    max_size=25,
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts)))  # fmt: skip


def test_any_query_gives_a_tree_that_renders_to_itself_or_a_refusal():
    def check(text: str) -> None:
        try:
            parsed = parse(text)
        except QueryRefused as exc:
            assert str(exc)  # noqa: PT017
            return
        if parsed.tree is not None:
            assert parse(render(parsed.tree)).tree == parsed.tree

    fuzz(queries, check)


# Codec, index folder

words = st.sampled_from(["war", "peace", "guns", "su25", "f16", "é", "東", "x"])
bodies = st.lists(words, max_size=12).map(" ".join)


def test_index_holds_what_was_written(tmp_path: Path):
    number = 0

    def check(segments: list[list[tuple[str, str]]]) -> None:
        nonlocal number
        number += 1
        docs = [
            [
                Doc(id=f"{place}-{row}", body=body, title=title)
                for row, (body, title) in enumerate(rows)
            ]
            for place, rows in enumerate(segments)
        ]
        folder = tmp_path / str(number)
        build(folder, *docs)
        index = open_column_index(folder, LAYOUT)
        verify_index(index)
        found = {key for segment in index.segments for key in segment.get_text_column("id")}
        assert found == {doc.id for rows in docs for doc in rows}
        for segment in index.segments:
            for place, key in enumerate(segment.get_text_column("id")):
                body = next(doc.body for rows in docs for doc in rows if doc.id == key)
                assert segment.get_lengths("body")[place] == len(body.split())
        shutil.rmtree(folder)

    rows = st.lists(st.tuples(bodies, bodies), min_size=1, max_size=6)
    fuzz(st.lists(rows, min_size=1, max_size=4), check)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = NumberedArchive(tmp_path_factory.mktemp("sound"))
    archive.build(0)
    archive.build(1)
    return archive.index


def test_folder_from_elsewhere_is_served_or_refused(sound: Path, tmp_path: Path):
    """Any file of an index changed at will, and the manifest made to fit."""
    live = sound / "generations" / "000002"
    files = sorted(path.relative_to(sound).as_posix() for path in live.iterdir())
    index = tmp_path / "index"

    def check(value: tuple[str, list[tuple[str, int, bytes]]]) -> None:
        name, changes = value
        shutil.copytree(sound, index)
        try:
            path = index / name
            path.write_bytes(mutated(path.read_bytes(), changes))
            if path.name != MANIFEST:
                forge_manifest(index)
            _use(WhooshEngine(index))
        finally:
            shutil.rmtree(index)

    fuzz(st.tuples(st.sampled_from(files), mutations), check)


def _use(engine: WhooshEngine) -> None:
    """Open, look up, check: refused in a sentence, or whatever the folder says; never a crash."""
    try:
        snapshot = engine.open_snapshot()
        snapshot.read_stats()
        for segment in snapshot.index.segments:
            for key in segment.get_text_column("id"):
                snapshot.read_document(key)
        index = Index(engine, Settings())
        for text in ("brigade", '"along the river" gun*', "gun -brigade"):
            index.answer(Query(text))
        list(engine.check())
    except IndexerError as exc:
        assert str(exc)  # noqa: PT017


@pytest.mark.parametrize(
    "content", ['{"generation": "0', "[" * 100_000, '"' * 9, "\ufeff{}", "null"]
)
def test_pointer_of_any_content_is_refused(sound: Path, tmp_path: Path, content: str):
    shutil.copytree(sound, tmp_path / "index")
    (tmp_path / "index" / "current.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=r"current\.json"):
        WhooshEngine(tmp_path / "index").open_snapshot()
