"""The peers of the bench, as rankers by any of some words and as finders of all words.

Peers that are not installed are left out. Stock Whoosh only finds; bm25s only ranks, by any word.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.analysis.stopwords import FUNCTION_WORDS
from indexer.measure.speed import engines
from indexer.measure.speed.engines import Question
from indexer.models import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.measure.speed.engines import EngineEntry

_WORD = re.compile(r"\w+")
_RANKERS = ("SQLite FTS5", "tantivy", "bm25s")
_FINDERS = ("stock Whoosh", "SQLite FTS5", "tantivy")
_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """A document that every engine can index: a reference, a title and a text."""

    ref: str
    title: str
    text: str


class Peer:
    """One peer over documents, in a temporary folder that is deleted with the object."""

    def __init__(self, one: EngineEntry, documents: Sequence[PlainDocument]) -> None:
        self.name = one.name
        folder = Path(tempfile.mkdtemp(prefix="dateline-peer-"))
        weakref.finalize(self, shutil.rmtree, folder)
        kind = one.load()
        kind.build(folder, map(_make_article, documents))
        self._contender = kind(folder)

    def search(self, text: str, size: int) -> list[str]:
        """Rank the documents that have any of the words; return references, the best first."""
        wanted = split_words(text)
        return self._contender.ask(Question("or", tuple(wanted)), size).ids if wanted else []

    def find(self, typed: str, size: int) -> frozenset[str]:
        """Find the documents, at most `size`, that have every word and quoted phrase.

        Each word goes as typed to the parser and analyzer of the engine, which may split `F-16`.
        """
        sets = [self._find_one(phrase, word, size) for phrase, word in _PIECE.findall(typed)]
        return frozenset.intersection(*sets) if sets else frozenset()

    def _find_one(self, phrase: str, word: str, size: int) -> frozenset[str]:
        if phrase:
            question = Question("phrase", tuple(phrase.split()))
        else:
            # tantivy's parser takes a straight apostrophe for an opening quote
            question = Question("and", (word.strip("'’").replace("'", "’"),))
        return frozenset(self._contender.ask(question, size).ids)


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words without function words; all words if no other is left."""
    every = [word.lower() for word in _WORD.findall(text)]
    return [word for word in every if word not in FUNCTION_WORDS] or every


def list_rankers() -> list[Callable[[Sequence[PlainDocument]], Peer]]:
    """List the installed peers that rank by any word."""
    return [partial(Peer, one) for one in engines.list_installed_peers() if one.name in _RANKERS]


def list_finders() -> list[Callable[[Sequence[PlainDocument]], Peer]]:
    """List the installed peers that find by all words."""
    return [partial(Peer, one) for one in engines.list_installed_peers() if one.name in _FINDERS]


def _make_article(document: PlainDocument) -> Article:
    return Article(document.ref, document.ref, document.ref, document.title, document.text)
