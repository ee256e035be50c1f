"""The engines measured, behind one small interface; which of them can run here.

Each indexes the same articles: `title` and `body` as text, the title counted three times, the same
fields stored, the day, year and source of each. Each answers the same questions by the shortest way
its library offers: the ids of the ten best, and how many match.

Where they differ:

- dateline (exact) folds case, accents and spelling but does not stem; `dateline, widened` finds
  inflections and other names too. The others stem, so single words are chosen that are their own
  stem and make up most of their stem group. Ours also indexes author, place, section, source, tag,
  system, country and lead, and pairs of hyphened words.
- stock Whoosh drops its 34 stop words and closes the gap: it looks for less of a common phrase.
- A prefix is looked for among stems where an engine stems. tantivy's and Whoosh's prefixes score
  every match alike; tantivy's and Whoosh's fuzzy words are looked for among stems too.
- bm25s ranks by any word, counts nothing, drops its own stop words, and holds all texts at once.
- SQLite FTS5 counts in a second statement; days and facets stand in a joined table.
- tantivy writes in one thread; the processor time of all threads counts.
- An update puts ten articles in the place of those with their ids, by a writer opened for it, and
  merges what the library's own policy merges. Ours and tantivy sync to the disk, stock Whoosh does
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
"""Hits asked for, and facet values counted at least."""

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
    """What an engine found: ids best first; `total` is None where the engine does not count."""

    total: int | None
    ids: list[str]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    snippets: list[str] = field(default_factory=list)


class Contender(Protocol):
    """An engine over an index in a folder, opened when made."""

    kinds: ClassVar[frozenset[str]]

    def __init__(self, folder: Path) -> None: ...

    @classmethod
    def build(cls, folder: Path, articles: Iterable[Article]) -> None:
        """Index the articles into an empty folder, durable when it returns."""
        ...

    def ask(self, question: Question, size: int = SIZE) -> Reply:
        """Answer a question whose kind is in `kinds`."""
        ...


@runtime_checkable
class Changing(Protocol):
    """A contender whose index can be changed."""

    def update(self, articles: Sequence[Article]) -> None:
        """Put articles in the place of those with their ids, for readers who open it then."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """A contender by name, imported only where it runs.

    Attributes:
        module: in this package; its class is `Contender`'s implementation named `kind`.
        needs: the module of its library, None for what is always there.
        shares: the contender whose index it searches, None for its own.
    """

    name: str
    module: str
    kind: str
    needs: str | None = None
    shares: str | None = None

    def load(self) -> type[Contender]:
        """Its class."""
        module = importlib.import_module(f"{__name__}.{self.module}")
        return cast("type[Contender]", getattr(module, self.kind))


OURS = Known("dateline", "dateline", "Dateline")
WIDENED = Known("dateline, widened", "dateline", "Widened", shares=OURS.name)
PEERS = (
    Known("stock Whoosh", "whoosh", "Whoosh", "whoosh"),
    Known("SQLite FTS5", "fts5", "Fts5"),
    Known("tantivy", "tantivy", "Tantivy", "tantivy"),
    Known("bm25s", "bm25s", "Bm25s", "bm25s"),
)


def installed() -> tuple[Known, ...]:
    """The peers that can run here."""
    return tuple(one for one in PEERS if not one.needs or importlib.util.find_spec(one.needs))


def known(name: str) -> Known:
    """A contender by its name."""
    return next(one for one in (OURS, WIDENED, *PEERS) if one.name == name)


def typed(question: Question) -> str:
    """A question as typed into ours or into Whoosh's parser, which read it alike."""
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


def day(article: Article) -> int:
    """Proleptic ordinal of the day published, 0 where undated."""
    published = parse_day(article.published)
    return published.toordinal() if published else 0


def year(article: Article) -> int:
    """Year published, 0 where undated."""
    return int(article.published[:4]) if article.published else 0


def rest(article: Article) -> str:
    """What is stored besides id, title and body, as JSON; empty fields left out."""
    content = {name: value for name, value in asdict(article).items() if value}
    return json.dumps({name: content[name] for name in content if name not in ("title", "body")})
