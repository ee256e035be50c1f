"""The interface of an engine: what search and build ask for, and what they get back.

An engine writes generations and hands out snapshots; a snapshot answers from one generation for
as long as it is held, whatever is published meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from indexer.engines.explanation import Explanation
    from indexer.engines.storage.catalogue import Catalogue
    from indexer.engines.storage.files import OriginalLocation
    from indexer.models import Article, Sort, Stats
    from indexer.query.ast import Node
    from indexer.query.plan import Clause, QueryPlan
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine stores for one id: the newest saved version, and the earlier ones."""

    article: Article
    original: OriginalLocation | None = None
    versions: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search a tree. Days are ISO, both included; None is open.

    Attributes:
        exact: the tree stands for what was typed alone, and close words gain nothing.
        facets: names of the facets to count, none by default; `month` counts the months published.
        locate: tell where the words stand in each article listed, if that is known unread.
        feedback: rank a long question by the words of its first hits too (what matches stays).
        seconds: time budget, after which SearchTimeout is raised.
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


@dataclass(frozen=True, slots=True)
class EngineHit:
    """One article found: its id, its score, and the ids of its copies that were folded under it.

    `located` is where the words stand in its body; None where not asked for, or not known.
    """

    id: str
    score: float
    copies: tuple[str, ...] = ()
    located: TermPositions | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found. `facets` are values by falling count, months in order of time.

    Attributes:
        total: articles that match, copies too.
        listed: how many rows the whole list has: fewer where copies are folded.
        plan: the tree as searched.
        counts: by leaf of the plan, how many articles hold any of its terms.
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
        """What a question about the terms of title and body comes to.

        An engine elsewhere may put the question several times, to gather what it looks up into
        few requests: the question must depend on nothing but the vocabulary, and change nothing.
        """
        ...

    def search(self, tree: Node, options: SearchOptions) -> Answer:
        """The articles that match, best or newest first.

        Raises:
            SearchTimeout: over the time budget.
        """
        ...

    def explain(self, tree: Node, options: SearchOptions, article_id: str) -> Explanation:
        """Why an article matches, filters apart, and what makes up its score.

        Raises:
            NoArticle: the generation has no such id. SearchTimeout: over the time budget.
        """
        ...

    def read_document(self, article_id: str) -> Document:
        """What is stored for an id.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def read_documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """What is stored for each id, in their order, fetched as it is taken.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def find_copies(self, article_id: str) -> tuple[str, ...]:
        """Ids of the other articles with the same text, the first published first.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def count_values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Every value of a filter with its number of articles, by falling count."""
        ...

    def read_original(self, place: OriginalLocation) -> bytes:
        """The saved bytes of a page, as they were read (inflated)."""
        ...

    def read_stats(self) -> Stats:
        """Counts and spans."""
        ...


class EngineWriter(Protocol):
    """A generation being written. Nothing of it is seen until `publish`."""

    @property
    def generation(self) -> str:
        """Name of the generation."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """What the generation was made from."""
        ...

    def add(self, document: Document) -> None:
        """Index a document; its id must not be in the generation."""
        ...

    def delete(self, article_id: str) -> None:
        """Remove a document; no error where there is none."""
        ...

    def store_original(self, packed: bytes) -> OriginalLocation:
        """Store a page's saved bytes, zlib-compressed, beside the index."""
        ...

    def publish(self) -> str:
        """Make the generation durable, verify it, make it live; returns its name."""
        ...


class Engine(Protocol):
    """An index, wherever it is kept."""

    @property
    def folder(self) -> Path:
        """The folder of this machine that belongs to the index; may not exist yet."""
        ...

    def read_live_generation(self) -> str | None:
        """Name of the live generation, None where there is none that can be named."""
        ...

    def open_snapshot(self) -> Snapshot:
        """The live generation.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
        """
        ...

    def open_writer(self, *, fresh: bool) -> AbstractContextManager[EngineWriter]:
        """Write a new generation: from nothing, or from what the live one holds.

        Raises:
            LockedError: another process is writing.
        """
        ...

    def check(self) -> Iterator[str]:
        """Every damage found, one sentence each; none when all is well."""
        ...

    def rollback(self) -> str:
        """Make the generation before the live one live; returns its name."""
        ...


@dataclass(frozen=True, slots=True)
class TermPositions:
    """Where the terms of a query stand in one text, as an index knows without reading it.

    Attributes:
        lines: number of tokens of each line, blank ones included.
        positions: for each term that stands there its positions, ascending.
    """

    lines: tuple[int, ...]
    positions: Mapping[str, Sequence[int]]
