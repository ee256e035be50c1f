"""The interface of an engine: the protocols and values that both engines share.

In: a query tree with `SearchOptions`, or documents to index. Out: an `Answer`, or a published
generation. An engine writes generations and opens snapshots. A snapshot reads one generation for as
long as it is referenced, whatever is published meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from indexer.engines.explanation import Explanation
    from indexer.engines.storage.catalogue import Catalogue
    from indexer.engines.storage.files import OriginalLocation
    from indexer.models import Article, GenerationSummary, Sort, Stats
    from indexer.query.ast import Node
    from indexer.query.plan import Clause, QueryPlan
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")

SECONDS_FOR_PROCESSOR_S: Final = 6
"""Seconds of the time budget of a search for each of processor time: .83 of 5. So four searches at
once on one processor end within the budget, and one that is stopped has taken under a second."""


@dataclass(frozen=True, slots=True)
class Document:
    """The stored form of one article id.

    Attributes:
        article: the newest saved version.
        original: where its saved bytes are; None if they were not stored.
        versions: earlier saved versions, newest first.
    """

    article: Article
    original: OriginalLocation | None = None
    versions: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of a search.

    Attributes:
        sort: `relevance`, `newest` or `oldest`.
        exact: match only the words typed; words close to each other add no score.
        fresh: prefer recent articles when sorted by relevance.
        first: first day published, ISO, included; None for no limit.
        last: last day published, ISO, included; None for no limit.
        filters: wanted values by name of the filter; an article needs any one value of each.
        size: most hits listed.
        offset: hits skipped.
        fold_copies: list one article of each group of near-duplicates.
        facets: names of the facets to count, none by default; `month` counts the months published.
        locate: give the positions of the terms in each hit, if the index has them.
        feedback: rank a long query by the terms of its first hits too; the matches do not change.
        seconds: time budget. On a server it is the time to wait; in this process the search may
            take `processor_s` of it. SearchTimeout is raised after it.
    """

    sort: Sort = "relevance"
    exact: bool = False
    fresh: bool = True
    first: str | None = None
    last: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: int = 10
    offset: int = 0
    fold_copies: bool = True
    facets: tuple[str, ...] = ()
    locate: bool = False
    feedback: bool = False
    seconds: float = 5.0

    @property
    def processor_s(self) -> float:
        """Processor time that the search may take in this process, in seconds."""
        return self.seconds / SECONDS_FOR_PROCESSOR_S


@dataclass(frozen=True, slots=True)
class EngineHit:
    """One hit.

    Attributes:
        id: of the article.
        score: 0 or more.
        copies: ids of its near-duplicates that match and are not listed themselves.
        located: positions of the terms in its body; None if not wanted, or not in the index.
    """

    id: str
    score: float
    copies: tuple[str, ...] = ()
    located: TermPositions | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a search.

    Attributes:
        total: number of articles that match, near-duplicates included.
        listed: number of hits in the whole list; less than `total` if copies are folded.
        rows: the hits from `offset` on, `size` of them at most.
        plan: the tree as searched.
        counts: by leaf of the plan, the number of articles with any of its terms.
        facets: by name, values with their counts, the most frequent first; months by time.
    """

    total: int
    listed: int
    rows: tuple[EngineHit, ...]
    plan: QueryPlan
    counts: Mapping[Clause, int] = field(default_factory=dict)
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


class Snapshot(Protocol):
    """One generation, open for reading; safe to use from several threads."""

    @property
    def generation(self) -> str:
        """Name of the generation."""
        ...

    def ask_vocabulary(self, question: Callable[[Vocabulary], T]) -> T:
        """Call a function with the vocabulary of title and body, and return its result.

        An engine on a server may call it several times, to gather its look-ups into few requests.

        Args:
            question: takes the vocabulary; it must depend on nothing else, and change nothing.
        """
        ...

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """Find the articles that match.

        Args:
            tree: the query.
            options: of the search.

        Raises:
            SearchTimeout: over the time budget.
            QueryRefused: it would be, by an estimate made before the search.
        """
        ...

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Explain whether an article matches, filters not considered, and how it is scored.

        Raises:
            NoArticle: the generation has no such id.
            SearchTimeout: over the time budget.
        """
        ...

    def read_document(self, article_id: str) -> Document:
        """Read the document of an id.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def read_documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """Read the documents of some ids, in their order, each when it is iterated.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def find_copies(self, article_id: str) -> tuple[str, ...]:
        """Find the near-duplicates of an article: their ids, the first published first.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def count_values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Count the articles of every value of a filter, the most frequent first."""
        ...

    def read_original(self, place: OriginalLocation) -> bytes:
        """Read the saved bytes of a page, inflated.

        Raises:
            DamageError: they are missing or altered.
        """
        ...

    def read_stats(self) -> Stats:
        """Read the numbers of the generation: articles, bytes, days and sources."""
        ...


class EngineWriter(Protocol):
    """The writer of one generation, which cannot be searched before `publish`."""

    @property
    def generation(self) -> str:
        """Name of the generation."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The sources, files and records that the generation is built from."""
        ...

    def add(self, document: Document) -> None:
        """Index a document; the generation must not hold its id."""
        ...

    def delete(self, article_id: str) -> None:
        """Remove a document; does nothing if the generation has no such id."""
        ...

    def store_original(self, packed: bytes) -> OriginalLocation:
        """Store the saved bytes of a page beside the index.

        Args:
            packed: the bytes, zlib-compressed.

        Returns:
            Their location, for `Document.original`.
        """
        ...

    def has_changed(self) -> bool:
        """Whether sources or records differ from those of the generation that it updates.

        True if it began empty. Times of change of files do not count.
        """
        ...

    def publish(self) -> str:
        """Make the generation durable, verify it and make it live; returns its name.

        Raises:
            StoreError: it cannot be written, or is not whole; the generation before stays live.
        """
        ...


class Engine(Protocol):
    """One index, in a folder or on a server."""

    @property
    def folder(self) -> Path:
        """The folder on this machine that belongs to the index; it may not exist yet."""
        ...

    def read_live_generation(self) -> str | None:
        """Read the name of the live generation; None if nothing was published yet.

        Raises:
            StoreError: it cannot be told: an error while reading is not the same as none.
        """
        ...

    def open_snapshot(self) -> Snapshot:
        """Open the live generation for reading.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
        """
        ...

    def open_writer(self, *, fresh: bool) -> AbstractContextManager[EngineWriter]:
        """Open a writer of a new generation, which is discarded if it is not published.

        Args:
            fresh: start from nothing; otherwise from the documents of the live generation.

        Raises:
            LockedError: another process is writing.
            NoIndex: not fresh, and no generation is live.
        """
        ...

    def check(self) -> Iterator[str]:
        """Verify every generation; yields a sentence for each damage."""
        ...

    def list_generations(self) -> tuple[GenerationSummary, ...]:
        """Summarize the generations that are kept, the newest first.

        Raises:
            NoIndex: there is none.
        """
        ...

    def rollback(self, to: str | None = None) -> str:
        """Make an earlier generation live; returns its name.

        Args:
            to: its name, also without leading zeros; None for the one before the live one.

        Raises:
            StoreError: it is not kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class TermPositions:
    """Positions of the terms of a query in one text, read from the index instead of the text.

    Attributes:
        lines: number of tokens of each line, blank lines included.
        positions: by term that occurs in the text, its positions, ascending.
    """

    lines: tuple[int, ...]
    positions: Mapping[str, Sequence[int]]
