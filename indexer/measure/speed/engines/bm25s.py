"""bm25s with the Snowball stemmer and its English stop words; the title written three times."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import bm25s
import Stemmer

from indexer.measure.speed.engines import SIZE, TITLE_BOOST, Question, Reply, encode_other_fields

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.models import Article

_IDS = "ids.json"
_STORED = "stored.jsonl"


class Bm25s:
    """Ranks by any word; has no other operator and does not count."""

    kinds: ClassVar[frozenset[str]] = frozenset({"rare", "common", "or"})

    def __init__(self, folder: Path) -> None:
        self._ranker = bm25s.BM25.load(str(folder), show_progress=False)
        self._ids = json.loads((folder / _IDS).read_text(encoding="utf-8"))
        self._stemmer = Stemmer.Stemmer("english")

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Index all texts at once, as the library requires; stored fields go to a file beside."""
        ids, texts = [], []
        with (folder / _STORED).open("w", encoding="utf-8") as stored:
            for one in articles:
                ids.append(one.id)
                texts.append(f"{(one.title + ' ') * TITLE_BOOST}{one.body}")
                stored.write(json.dumps([one.title, one.body, encode_other_fields(one)]) + "\n")
        ranker = bm25s.BM25()
        ranker.index(_tokens(texts, Stemmer.Stemmer("english")), show_progress=False)
        ranker.save(str(folder), show_progress=False)
        (folder / _IDS).write_text(json.dumps(ids), encoding="utf-8")

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Find the best articles that have any of the words."""
        tokens = _tokens([" ".join(question.words)], self._stemmer)
        size = min(size, len(self._ids))
        found, scores = self._ranker.retrieve(tokens, k=size, show_progress=False)
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return Reply(None, [self._ids[number] for number, score in pairs if score > 0])


def _tokens(texts: list[str], stemmer: Any) -> Any:  # noqa: ANN401  the library is untyped
    return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
