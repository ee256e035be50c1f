"""After a search that finds few or no hits: the reason, a corrected query, partial matches.

In: the results or the tree of a query. Out: sentences, another query, other articles. The page and
the terminal show the same explanation: the page one sentence, the terminal all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from indexer.query.did_you_mean import suggest_query
from indexer.query.literals import normalize_punctuation
from indexer.query.parser import NO_WORD, parse
from indexer.query.rewrite import drop_function_words, leave_out_words
from indexer.search.request import expand_query
from indexer.search.results import build_hits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.engines.interface import SearchOptions, Snapshot
    from indexer.models import Hit, Query, Results
    from indexer.query.ast import Node

MAX_PARTIAL_HITS = 5
"""Hits listed that have most of the words, if no article has all of them."""

NO_ARTICLE_FITS: Final = "No article fits the filters chosen."
EMPTY_QUERY: Final = "There is nothing in this query to search for."


@dataclass(frozen=True, slots=True)
class NoHitsExplanation:
    """Why a search found nothing, and which changes to it find something.

    Attributes:
        reason: one sentence, for a page that also shows the counts and the changes.
        sentences: the whole explanation, for a terminal; empty if a notice gives it.
        word_counts: each word with the number of articles that have it, the largest first.
        without_filters: number of articles that match without the filters and days; 0 if none
            does, or if the query has neither.
        any_word_finds: whether `match="any"` finds something.
        unquoted: the query without its quotes, if no article has a quoted phrase; else empty.
        may_widen: whether it was searched as typed only, so that other spellings may match.
    """

    reason: str
    sentences: tuple[str, ...]
    word_counts: tuple[tuple[str, int], ...]
    without_filters: int
    any_word_finds: bool
    unquoted: str
    may_widen: bool


def explain_no_hits(results: Results, without_filters: int = 0) -> NoHitsExplanation | None:
    """Explain why a search found nothing.

    Args:
        results: of the search.
        without_filters: the count that `Index.count_without_filters` gives for it.

    Returns:
        The explanation, or None if the search found something.
    """
    if results.total:
        return None
    query, counts = results.query, results.word_counts
    missing = tuple(word for word, count in counts.items() if not count)
    typed = normalize_punctuation(query.text)
    is_quoted = '"' in typed and any(" " in word for word in missing)
    return NoHitsExplanation(
        reason=_choose_reason(results, without_filters),
        sentences=tuple(_write_sentences(results, without_filters, missing, is_quoted=is_quoted)),
        word_counts=_sort_by_count(results),
        without_filters=without_filters,
        any_word_finds=len(counts) > 1 and query.match == "all" and any(counts.values()),
        unquoted=" ".join(typed.replace('"', " ").split()) if is_quoted else "",
        may_widen=query.exact and not without_filters,
    )


def _choose_reason(results: Results, without_filters: int) -> str:
    counts = results.word_counts
    if without_filters:
        return "No article is left by the filters chosen."
    if not counts:
        return NO_ARTICLE_FITS if results.query.has_filters else EMPTY_QUERY
    if len(counts) == 1 and any(counts.values()):
        return "No article with this word fits the dates or fields asked for."
    if len(counts) == 1:
        return _name_missing_word(next(iter(counts)))
    if results.query.match == "any" or not any(counts.values()):
        return "No article has any of these words."
    return "No article has all of these words."


def _write_sentences(
    results: Results, without_filters: int, missing: tuple[str, ...], *, is_quoted: bool
) -> Iterator[str]:
    if not results.word_counts and not results.notices:
        yield NO_ARTICLE_FITS if results.query.has_filters else NO_WORD
    if without_filters:
        left = f"without them: {without_filters:,}."
        yield f"No article is left by the filters and days chosen; {left}"
    elif results.word_counts and not missing:
        counts = ", ".join(f"“{word}” {count:,}" for word, count in _sort_by_count(results))
        yield f"No article has all that was asked for. Articles with a word of it: {counts}."
    yield from map(_name_missing_word, missing)
    if is_quoted:
        yield "Without the quotes these words may stand apart."


def _sort_by_count(results: Results) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(results.word_counts.items(), key=lambda item: -item[1]))


def _name_missing_word(word: str) -> str:
    return f"No article has “{word}”."


def suggest_correction(
    query: Query, typed: Node, snapshot: Snapshot, options: SearchOptions
) -> str | None:
    """Correct the misspelt words of a query.

    Args:
        typed: the tree of the query, before widening.
        options: the options of the query.

    Returns:
        The corrected query, or None if no word is misspelt or the correction finds nothing.
    """
    meant = snapshot.ask_vocabulary(partial(suggest_query, drop_function_words(typed)))
    if meant is None:
        return None
    tree = expand_query(query, parse(meant, limits=query.limits).tree, snapshot)
    found = snapshot.search(tree, replace(options, size=0, offset=0))
    return meant if found.total else None


def find_partial_matches(tree: Node, snapshot: Snapshot, options: SearchOptions) -> tuple[Hit, ...]:
    """Find the best articles that have all words of a tree but one, else all but two, and so on.

    Returns:
        At most MAX_PARTIAL_HITS hits, the best first.
    """
    nearest = replace(options, size=MAX_PARTIAL_HITS, offset=0)
    for fewer in leave_out_words(tree):
        answer = snapshot.search(fewer, nearest)
        if answer.total:
            return build_hits(snapshot, answer)
    return ()
