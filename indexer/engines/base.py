"""The interface of an engine: what search and build ask for, and what they get back.

An engine writes generations and hands out snapshots; a snapshot answers from one generation for
as long as it is held, whatever is published meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from indexer.engines.catalogue import Catalogue
    from indexer.highlight import Located
    from indexer.models import Article, Sort, Stats
    from indexer.query.expand import Expansion
    from indexer.query.nodes import Node
    from indexer.query.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Original:
    """Where the saved bytes of a page stand: zlib data at an offset of a generation's pack."""

    generation: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine stores for one id: the newest saved version, and the earlier ones."""

    article: Article
    original: Original | None = None
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
class Leaf:
    """A leaf of the tree as searched: its index terms, and how many articles hold any of them."""

    expansion: Expansion
    articles: int


@dataclass(frozen=True, slots=True)
class Found:
    """One article found: its id, its score, and the ids of its copies that were folded under it.

    `located` is where the words stand in its body; None where not asked for, or not known.
    """

    id: str
    score: float
    copies: tuple[str, ...] = ()
    located: Located | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found. `facets` are values by falling count, months in order of time.

    Attributes:
        total: articles that match, copies too.
        listed: how many rows the whole list has: fewer where copies are folded.
    """

    total: int
    listed: int
    rows: tuple[Found, ...]
    leaves: Mapping[Node, Leaf] = field(default_factory=dict)
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    @property
    def expansions(self) -> dict[Node, Expansion]:
        """For each leaf of the tree what it stood for."""
        return {node: leaf.expansion for node, leaf in self.leaves.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """What a leaf of the tree did for one article.

    Attributes:
        node, leaf: as asked, and as searched.
        frequencies: occurrences by field (`title`, `lead`, `body`, or that of a `field:`), only
            fields that have any; the lead is part of the body and counted in both.
        score: what it adds, 0 where it is missing.
    """

    node: Node
    leaf: Leaf
    frequencies: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article has its score: the sum of its parts.

    Attributes:
        matches: whether the tree matches it.
        closeness: added for words that stand close to each other.
        freshness: added for being recent.
        rest: added by what is no word, such as a date in the query.
    """

    matches: bool
    parts: tuple[Part, ...]
    closeness: float = 0.0
    freshness: float = 0.0
    rest: float = 0.0

    @property
    def score(self) -> float:
        """The whole."""
        words = sum(part.score for part in self.parts)
        return words + self.closeness + self.freshness + self.rest


class Snapshot(Protocol):
    """One generation, open for reading; safe to use from several threads."""

    @property
    def generation(self) -> str:
        """Name of the generation."""
        ...

    def ask(self, question: Callable[[Vocabulary], T]) -> T:
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

    def document(self, article_id: str) -> Document:
        """What is stored for an id.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def documents(self, article_ids: Iterable[str]) -> Iterator[Document]:
        """What is stored for each id, in their order, fetched as it is taken.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def copies(self, article_id: str) -> tuple[str, ...]:
        """Ids of the other articles with the same text, the first published first.

        Raises:
            NoArticle: the generation has no such id.
        """
        ...

    def values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Every value of a filter with its number of articles, by falling count."""
        ...

    def original(self, place: Original) -> bytes:
        """The saved bytes of a page, as they were read (inflated)."""
        ...

    def stats(self) -> Stats:
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

    def keep(self, packed: bytes) -> Original:
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

    def live(self) -> str | None:
        """Name of the live generation, None where there is none that can be named."""
        ...

    def snapshot(self) -> Snapshot:
        """The live generation.

        Raises:
            NoIndex, VersionError, DamageError: it cannot be opened; the message says the way out.
        """
        ...

    def writing(self, *, fresh: bool) -> AbstractContextManager[EngineWriter]:
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
