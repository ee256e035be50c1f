"""After a search that found little or nothing: why, what may have been meant, what comes nearest.

In: the results or the tree of a query. Out: sentences, another query, other articles. The page and
the terminal show the same explanation, each in the length that it has room for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.query.did_you_mean import suggest_query
from indexer.query.literals import normalize_punctuation
from indexer.query.parser import NO_WORD, parse
from indexer.query.rewrite import drop_function_words, leave_out_words
from indexer.search.request import tree_to_search
from indexer.search.results import mark_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.engines.interface import SearchOptions, Snapshot
    from indexer.models import Hit, Query, Results
    from indexer.query.ast import Node

MOST_INSTEAD = 5
"""Near misses shown where nothing has all the words."""

NOTHING_FITS: Final = "No article fits the filters chosen."
NOTHING_ASKED: Final = "There is nothing in this query to search for."


@dataclass(frozen=True, slots=True)
class NothingFound:
    """Why a search found nothing, and which changes to it find something.

    Attributes:
        reason: one sentence, for a page that shows the counts and the changes beside it.
        sentences: the whole explanation, for a terminal; empty if a notice gives it.
        word_counts: each word with the number of articles that have it, the largest first.
        without_filters: articles that match without the filters and days; 0 if none, or if the
            query has neither.
        any_word_finds: whether `match="any"` finds something.
        unquoted: the query without its quotes, if no article has a phrase in them; else empty.
        may_widen: whether it was searched only as typed, so that other spellings may be found.
    """

    reason: str
    sentences: tuple[str, ...]
    word_counts: tuple[tuple[str, int], ...]
    without_filters: int
    any_word_finds: bool
    unquoted: str
    may_widen: bool


def explain_nothing(results: Results, without_filters: int = 0) -> NothingFound | None:
    """Why a search found nothing; None if it found something.

    Args:
        without_filters: as `Index.unnarrowed` counts.
    """
    if results.total:
        return None
    query, counts = results.query, results.word_counts
    missing = tuple(word for word, count in counts.items() if not count)
    typed = normalize_punctuation(query.text)
    is_quoted = '"' in typed and any(" " in word for word in missing)
    return NothingFound(
        reason=_reason(results, without_filters),
        sentences=tuple(_sentences(results, without_filters, missing, is_quoted=is_quoted)),
        word_counts=_largest_first(results),
        without_filters=without_filters,
        any_word_finds=len(counts) > 1 and query.match == "all" and any(counts.values()),
        unquoted=" ".join(typed.replace('"', " ").split()) if is_quoted else "",
        may_widen=query.exact and not without_filters,
    )


def _reason(results: Results, without_filters: int) -> str:
    counts = results.word_counts
    if without_filters:
        return "No article is left by the filters chosen."
    if not counts:
        return NOTHING_FITS if results.query.narrows else NOTHING_ASKED
    if len(counts) == 1 and any(counts.values()):
        return "No article with this word fits the dates or fields asked for."
    if len(counts) == 1:
        return _say_missing(next(iter(counts)))
    if results.query.match == "any" or not any(counts.values()):
        return "No article has any of these words."
    return "No article has all of these words."


def _sentences(
    results: Results, without_filters: int, missing: tuple[str, ...], *, is_quoted: bool
) -> Iterator[str]:
    if not results.word_counts and not results.notices:
        yield NOTHING_FITS if results.query.narrows else NO_WORD
    if without_filters:
        left = f"without them: {without_filters:,}."
        yield f"No article is left by the filters and days chosen; {left}"
    elif results.word_counts and not missing:
        counts = ", ".join(f"“{word}” {count:,}" for word, count in _largest_first(results))
        yield f"No article has all that was asked for. Articles with a word of it: {counts}."
    yield from map(_say_missing, missing)
    if is_quoted:
        yield "Without the quotes these words may stand apart."


def _largest_first(results: Results) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(results.word_counts.items(), key=lambda item: -item[1]))


def _say_missing(word: str) -> str:
    return f"No article has “{word}”."


def did_you_mean(
    query: Query, typed: Node, snapshot: Snapshot, options: SearchOptions
) -> str | None:
    """The query with its misspelt words put right; None where none is, or that finds nothing.

    Args:
        typed: the tree of the query, before widening.
        options: those of the query.
    """
    meant = snapshot.ask_vocabulary(partial(suggest_query, drop_function_words(typed)))
    if meant is None:
        return None
    tree = tree_to_search(query, parse(meant, limits=query.limits).tree, snapshot)
    found = snapshot.search(tree, replace(options, size=0, offset=0))
    return meant if found.total else None


def most_of(tree: Node, snapshot: Snapshot, options: SearchOptions) -> tuple[Hit, ...]:
    """The five best articles that have all words of a tree but one, else all but two, and so on."""
    nearest = replace(options, size=MOST_INSTEAD, offset=0)
    for fewer in leave_out_words(tree):
        answer = snapshot.search(fewer, nearest)
        if answer.total:
            return mark_hits(snapshot, answer)
    return ()
