"""Completions while typing: systems, names, places and sources by how many articles have them.

A name is offered when any of its words begins with what was typed, folded as when searching
(`su2` offers Su-25, `zel` Volodymyr Zelenskyy). Titles follow, newest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.analysis.folding import fold
from indexer.analysis.tokens import index_terms
from indexer.engines.base import SearchOptions
from indexer.models import Suggestion
from indexer.query.nodes import And, Field, Node, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.engines.base import Snapshot

KINDS = ("system", "author", "place", "source")
EACH = 4
"""Most names of one kind, so that no kind crowds out the rest."""
LEAST_TITLE = 3
"""Letters from which titles are looked for, as for a prefix in a query."""


def suggest(snapshot: Snapshot, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
    """Completions of what was typed: names by falling count, then titles.

    Args:
        typed: any text; blank gives none.
        size: most completions in all.
    """
    wanted = squeeze(typed)
    if not wanted:
        return ()
    names = sorted(_names(snapshot, wanted), key=lambda one: (-one.count, one.text))
    return (*names, *_titles(snapshot, typed))[:size]


def squeeze(text: str) -> str:
    """Folded, without hyphens and spaces: `Su-25` and `su 25` are one."""
    return "".join(char for char in fold(text) if char.isalnum())


def _names(snapshot: Snapshot, wanted: str) -> Iterator[Suggestion]:
    for kind in KINDS:
        found = 0
        for value, count in snapshot.values(kind):
            if found < EACH and any(part.startswith(wanted) for part in _tails(value)):
                found += 1
                yield Suggestion(kind, value, count)


def _tails(name: str) -> Iterator[str]:
    """The name from each of its words on."""
    words = name.split()
    return (squeeze(" ".join(words[place:])) for place in range(len(words)))


def _titles(snapshot: Snapshot, typed: str) -> Iterator[Suggestion]:
    terms = index_terms(typed)
    if not terms or len(terms[-1]) < LEAST_TITLE:
        return
    parts: tuple[Node, ...] = (*map(Word, terms[:-1]), Prefix(terms[-1]))
    tree = Field("title", And(parts) if len(parts) > 1 else parts[0])
    answer = snapshot.search(tree, SearchOptions(sort="newest", exact=True, size=EACH))
    for document in snapshot.documents(row.id for row in answer.rows):
        yield Suggestion("title", document.article.title, 1, document.article.id)
