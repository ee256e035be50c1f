"""A Dateline index as a read-only `whoosh.index.Index`.

In: the embedded engine. Out: an index for Whoosh's own query parsers, searchers and highlighters.

    index = ReadOnlyIndex(WhooshEngine(Path("data")))
    with index.searcher() as searcher:
        searcher.search(QueryParser("body", index.schema).parse("su-25"))
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from whoosh.index import Index

from indexer.engines.whoosh.compat.article_schema import ARTICLE_SCHEMA, read_article_fields
from indexer.engines.whoosh.compat.codec import SchemaView, open_reader, refuse_writing
from indexer.engines.whoosh.compat.scoring import Bm25Model

if TYPE_CHECKING:
    from whoosh.fields import Schema
    from whoosh.reading import IndexReader
    from whoosh.searching import Searcher

    from indexer.engines.whoosh.engine import WhooshEngine

_ARTICLES = SchemaView(ARTICLE_SCHEMA, read_article_fields)


class ReadOnlyIndex(Index):
    """One generation, for Whoosh's own query parsers, searchers, results and highlighters.

    It stays at the generation that was live when it was opened. `up_to_date` tells whether a newer
    one is live, and `refresh` opens that. `writer` and `optimize` raise StoreError.

    Attributes:
        schema: see `article_schema`.
    """

    def __init__(self, engine: WhooshEngine) -> None:
        self._engine = engine
        self._snapshot = engine.open_snapshot()
        self.schema: Schema = ARTICLE_SCHEMA.copy()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._engine.folder)!r}, {self._snapshot.generation!r})"

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """Return a reader of this generation, or of the live one for `Searcher.refresh`.

        Args:
            reuse: the reader that `Searcher.refresh` gives; it is not reused. None for this
                generation.

        Raises:
            DamageError: a file was truncated since it was opened.
        """
        if reuse is not None:
            return self.refresh().reader()
        for segment in self._snapshot.index.segments:
            segment.verify_sizes()
        view = _ARTICLES._replace(schema=self.schema)
        return open_reader(self._snapshot.index, view, int(self._snapshot.generation))

    def searcher(self, **kwargs: Any) -> Searcher:  # noqa: ANN401  those of Whoosh's Searcher
        """Return Whoosh's searcher; it scores by Dateline's BM25 unless a `weighting` is given."""
        return super().searcher(**{"weighting": Bm25Model, **kwargs})

    def is_empty(self) -> bool:
        """Whether there is no document."""
        return self.doc_count_all() == 0

    def latest_generation(self) -> int:
        """Return the number of the generation that is live now.

        Raises:
            NoIndex, DamageError: the folder has no live generation any more.
        """
        return int(self._engine.generations.read_current())

    def up_to_date(self) -> bool:
        """Whether this generation is still the live one."""
        return self.latest_generation() == int(self._snapshot.generation)

    def refresh(self) -> ReadOnlyIndex:
        """Return this index if it is up to date, else one of the generation that is live now.

        Raises:
            NoIndex, VersionError, DamageError: that generation cannot be opened.
        """
        return self if self.up_to_date() else ReadOnlyIndex(self._engine)

    def last_modified(self) -> int:
        """Return the time when the generation was built, in seconds since 1970 UTC."""
        return int(datetime.fromisoformat(self._snapshot.read_stats().built).timestamp())

    writer = optimize = staticmethod(refuse_writing)
