"""The engines that are measured, behind one small interface, and which of them are installed.

Each indexes the same articles: `title` and `body` as text, the title counted three times, the same
fields stored, the day, year and source of each. Each answers the same questions by the shortest way
of its library: the ids of the ten best, and the number of matches.

Where they differ:

- dateline (exact) folds case, accents and spelling but does not stem; `dateline, widened` finds
  inflections and other names too. The others stem, so single words are chosen that are their own
  stem and make up most of their stem group. Ours also indexes author, place, section, source, tag,
  system, country and lead, and pairs of hyphened words.
- stock Whoosh drops its 34 stop words and closes the gap: it searches for less of a common phrase.
- A prefix is searched among stems if an engine stems. tantivy's and Whoosh's prefixes score
  every match alike; tantivy's and Whoosh's fuzzy words are searched among stems too.
- bm25s ranks by any word, counts nothing, drops its own stop words, and holds all texts at once.
- SQLite FTS5 counts in a second statement; days and facets are in a joined table.
- tantivy writes in one thread; the processor time of all threads counts.
- An update replaces ten articles by their ids, with a writer opened for it, and merges by the
  policy of the library. Ours and tantivy sync to the disk, stock Whoosh does
  not. FTS5's table is keyed by row number here, bm25s cannot change an index: neither is updated.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, cast, runtime_checkable

from indexer.models import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from indexer.models import Article

TITLE_BOOST = 3

SIZE = 10
"""Number of hits returned, and least number of facet values counted."""

KINDS = (
    "rare",
    "common",
    "and",
    "or",
    "phrase",
    "common phrase",
    "prefix",
    "fuzzy",
    "newest",
    "facets",
    "snippets",
)
"""Classes of questions, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a class.

    Attributes:
        kind: one of KINDS.
        words: lower case; one for rare, common, fuzzy (within one edit), newest and facets, the
            beginning of one for prefix, the words of a phrase in order, any of them for or and
            snippets, all of them for and.
        first, last: day ordinals, both included; newest only, else 0.
    """

    kind: str
    words: tuple[str, ...]
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of an engine.

    Attributes:
        total: number of matches, None if the engine does not count.
        ids: the best first. facets: counts by name and value. snippets: with `<b>` around matches.
    """

    total: int | None
    ids: list[str]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    snippets: list[str] = field(default_factory=list)


class MeasuredEngine(Protocol):
    """An engine over an index in a folder, which the constructor opens."""

    kinds: ClassVar[frozenset[str]]

    def __init__(self, folder: Path) -> None: ...

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Index the articles into an empty folder; the index is durable on return."""
        ...

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Answer a question whose kind is in `kinds`."""
        ...


@runtime_checkable
class UpdatableEngine(Protocol):
    """An engine whose index can be updated."""

    def update(self, articles: Sequence[Article]) -> None:
        """Replace articles by their ids, visible to readers that open the index afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """An engine by name; its module is imported only by `load`.

    Attributes:
        name: in tables and JSON.
        module: its module in this package. class_name: its class there, a `MeasuredEngine`.
        needs: the module of its library, None if Python brings it.
        shares: the name of the engine whose index it searches, None for its own.
    """

    name: str
    module: str
    class_name: str
    needs: str | None = None
    shares: str | None = None

    def load(self) -> type[MeasuredEngine]:
        """Import its class."""
        module = importlib.import_module(f"{__name__}.{self.module}")
        return cast("type[MeasuredEngine]", getattr(module, self.class_name))


OURS = EngineEntry("dateline", "dateline", "DatelineEngine")
WIDENED = EngineEntry("dateline, widened", "dateline", "WidenedDatelineEngine", shares=OURS.name)
PEERS = (
    EngineEntry("stock Whoosh", "whoosh", "Whoosh", "whoosh"),
    EngineEntry("SQLite FTS5", "fts5", "Fts5"),
    EngineEntry("tantivy", "tantivy", "Tantivy", "tantivy"),
    EngineEntry("bm25s", "bm25s", "Bm25s", "bm25s"),
)


def list_installed_peers() -> tuple[EngineEntry, ...]:
    """List the peers whose library is installed."""
    return tuple(one for one in PEERS if not one.needs or importlib.util.find_spec(one.needs))


def find_entry(name: str) -> EngineEntry:
    """Find an engine by its name."""
    return next(one for one in (OURS, WIDENED, *PEERS) if one.name == name)


def write_query(question: Question) -> str:
    """Write a question as a query that our parser and Whoosh's parser read alike."""
    words = question.words
    match question.kind:
        case "phrase" | "common phrase":
            return f'"{" ".join(words)}"'
        case "or" | "snippets":
            return " OR ".join(words)
        case "prefix":
            return f"{words[0]}*"
        case "fuzzy":
            return f"{words[0]}~1"
        case _:
            return " ".join(words)


def compute_day(article: Article) -> int:
    """Compute the proleptic ordinal of the day of publication, 0 if undated."""
    published = parse_day(article.published)
    return published.toordinal() if published else 0


def compute_year(article: Article) -> int:
    """Compute the year of publication, 0 if undated."""
    return int(article.published[:4]) if article.published else 0


def encode_other_fields(article: Article) -> str:
    """Encode the fields stored besides id, title and body as JSON; empty ones are left out."""
    content = {name: value for name, value in asdict(article).items() if value}
    return json.dumps({name: content[name] for name in content if name not in ("title", "body")})
