"""Installed peers behind one small interface, for relevance and for bench.

Each indexes the same documents with the same title boost and answers plain words, any of them.
What is not installed is left out; `installed` says which are.
"""

from __future__ import annotations

import importlib.util
import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from indexer.analysis.function_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TITLE_BOOST = 3

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """What every engine can take: a reference, a title and a text."""

    ref: str
    title: str
    text: str


class Peer(Protocol):
    """A search engine that ranks documents for plain words."""

    name: str

    def search(self, text: str, size: int) -> list[str]:
        """References of the best documents that have any of the words, best first."""
        ...


class Fts5:
    """SQLite FTS5 with its porter tokenizer and weighted bm25()."""

    name = "SQLite FTS5"

    def __init__(self, documents: Iterable[PlainDocument]) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(ref UNINDEXED, title, text, tokenize='porter')"
        )
        rows = ((one.ref, one.title, one.text) for one in documents)
        self._base.executemany("INSERT INTO docs VALUES (?, ?, ?)", rows)

    def search(self, text: str, size: int) -> list[str]:
        """See `Peer`."""
        query = " OR ".join(f'"{word}"' for word in words(text))
        if not query:
            return []
        order = f"bm25(docs, 0, {TITLE_BOOST}, 1)"
        rows = self._base.execute(
            f"SELECT ref FROM docs WHERE docs MATCH ? ORDER BY {order} LIMIT ?",  # noqa: S608
            (query, size),
        )
        return [ref for (ref,) in rows]


class Tantivy:
    """tantivy with its English stemmer, title boosted at query time."""

    name = "tantivy"

    def __init__(self, documents: Iterable[PlainDocument]) -> None:
        import tantivy  # noqa: PLC0415  an extra

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("ref", stored=True, tokenizer_name="raw")
        schema.add_text_field("title", tokenizer_name="en_stem")
        schema.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer(50_000_000, 1)
        for one in documents:
            writer.add_document(tantivy.Document(ref=one.ref, title=one.title, text=one.text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, text: str, size: int) -> list[str]:
        """See `Peer`."""
        query = " ".join(words(text))
        if not query:
            return []
        parsed = self._index.parse_query(
            query, ["title", "text"], field_boosts={"title": float(TITLE_BOOST)}
        )
        searcher = self._index.searcher()
        found = searcher.search(parsed, size).hits
        return [str(searcher.doc(address)["ref"][0]) for _, address in found]


class Bm25s:
    """bm25s with the Snowball stemmer and its English stop words; the title written three times."""

    name = "bm25s"

    def __init__(self, documents: Sequence[PlainDocument]) -> None:
        import bm25s  # noqa: PLC0415  an extra
        import Stemmer  # noqa: PLC0415

        self._library: Any = bm25s
        self._stemmer = Stemmer.Stemmer("english")
        self._refs = [one.ref for one in documents]
        texts = [f"{(one.title + ' ') * TITLE_BOOST}{one.text}" for one in documents]
        self._ranker = bm25s.BM25()
        self._ranker.index(self._tokens(texts), show_progress=False)

    def search(self, text: str, size: int) -> list[str]:
        """See `Peer`."""
        size = min(size, len(self._refs))
        found, scores = self._ranker.retrieve(self._tokens([text]), k=size, show_progress=False)
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [self._refs[number] for number, score in pairs if score > 0]

    def _tokens(self, texts: list[str]) -> Any:  # noqa: ANN401
        return self._library.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, show_progress=False
        )


def words(text: str) -> list[str]:
    """Plain lower-case words without function words; all of them where no other is left."""
    every = [word.lower() for word in _WORD.findall(text)]
    return [word for word in every if word not in FUNCTION_WORDS] or every


def installed() -> list[type[Fts5 | Tantivy | Bm25s]]:
    """The peers that can be run here."""
    needed: dict[type[Fts5 | Tantivy | Bm25s], str | None]
    needed = {Fts5: None, Tantivy: "tantivy", Bm25s: "bm25s"}
    return [
        peer for peer, module in needed.items() if not module or importlib.util.find_spec(module)
    ]
