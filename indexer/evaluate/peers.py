"""The bench's peers as rankers of plain words: any of them, best first.

Only those that rank by any word without an engine of ours; what is not installed is left out.
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

from indexer.analysis.function_words import FUNCTION_WORDS
from indexer.bench import contenders
from indexer.bench.contenders import Question
from indexer.models import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.bench.contenders import Known

_WORD = re.compile(r"\w+")
_NAMES = ("SQLite FTS5", "tantivy", "bm25s")


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """What every engine can take: a reference, a title and a text."""

    ref: str
    title: str
    text: str


class Peer:
    """One peer over documents, in a temporary folder as long as it lives."""

    def __init__(self, one: Known, documents: Sequence[PlainDocument]) -> None:
        self.name = one.name
        folder = Path(tempfile.mkdtemp(prefix="dateline-peer-"))
        weakref.finalize(self, shutil.rmtree, folder)
        kind = one.load()
        kind.build(folder, map(_article, documents))
        self._contender = kind(folder)

    def search(self, text: str, size: int) -> list[str]:
        """References of the best documents that have any of the words, best first."""
        wanted = words(text)
        return self._contender.ask(Question("or", tuple(wanted)), size).ids if wanted else []


def words(text: str) -> list[str]:
    """Plain lower-case words without function words; all of them where no other is left."""
    every = [word.lower() for word in _WORD.findall(text)]
    return [word for word in every if word not in FUNCTION_WORDS] or every


def installed() -> list[Callable[[Sequence[PlainDocument]], Peer]]:
    """The peers that can be run here."""
    return [partial(Peer, one) for one in contenders.installed() if one.name in _NAMES]


def _article(document: PlainDocument) -> Article:
    return Article(document.ref, document.ref, document.ref, document.title, document.text)
