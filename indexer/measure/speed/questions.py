"""The questions of each class, chosen by the document frequencies of the corpus itself.

Single words are their own term and their own stem, and occur in most articles of their stem group,
so that engines with and without stemming search for nearly the same. Frequencies are counted in a
sample, the first SAMPLE articles of the (shuffled) corpus. The choice is deterministic: candidates
by falling frequency, ties in alphabetical order, are taken at even distances.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from indexer.analysis.stemming import stem
from indexer.analysis.stopwords import FUNCTION_WORDS
from indexer.analysis.tokenizer import extract_terms
from indexer.measure.speed.engines import KINDS, Question, compute_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.models import Article

K = TypeVar("K", str, tuple[str, ...])
T = TypeVar("T")

SAMPLE = 10_000

RARE_ARTICLES = (2, 12)
"""Number of articles of the whole corpus with a rare word, estimated: least and most."""

COMMON_SHARES = (0.10, 0.60)
MIDDLE_SHARES = (0.02, 0.20)
SELDOM_SHARES = (0.004, 0.05)
"""Shares of the articles: words of `common`, `newest` and `facets`; of `and`, `or`, `snippets` and
`prefix`; of `phrase` and `fuzzy`."""

OWN_SHARE = 0.8
"""Least share of the articles of its stem group in which a chosen word occurs."""

COMMON_PHRASE_WORDS = 4
PREFIX_LETTERS = 5
PREFIX_WORDS = (4, 60)
"""Number of words of the sample with a chosen prefix: least and most."""

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")
_PLAIN = re.compile(r"[a-z]+")
_LIKE_FUNCTION_WORDS = frozenset({"us", "un"})
"""Also names, which our tokenizer distinguishes and others do not."""


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """Number of articles of a sample with each word, stem, word pair and run of common words."""

    articles: int
    words: Counter[str]
    stems: Counter[str]
    pairs: Counter[tuple[str, ...]]
    runs: Counter[tuple[str, ...]]
    days: tuple[int, ...]


def count_corpus(articles: Iterable[Article]) -> CorpusCounts:
    """Count the frequencies in a sample, the first SAMPLE articles of a corpus."""
    words, stems = Counter[str](), Counter[str]()
    pairs, runs = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    stem_of: dict[str, str] = {}
    days, total = [], 0
    for one in islice(articles, SAMPLE):
        tokens = [token.lower() for token in _TOKEN.findall(f"{one.title}\n\n{one.body}")]
        plain = {token for token in tokens if _PLAIN.fullmatch(token)}
        words.update(plain)
        stem_of.update((word, stem(word)) for word in plain - stem_of.keys())
        stems.update({stem_of[word] for word in plain})
        pairs.update({pair for pair in _list_runs(tokens, 2) if FUNCTION_WORDS.isdisjoint(pair)})
        runs.update({run for run in _list_runs(tokens, COMMON_PHRASE_WORDS) if _is_common(run)})
        days += [compute_day(one)] if one.published else []
        total += 1
    return CorpusCounts(total, words, stems, pairs, runs, tuple(sorted(days)))


def choose_questions(counted: CorpusCounts, documents: int, count: int) -> list[Question]:
    """Choose `count` questions of each class, fewer if the corpus does not have as many.

    Args:
        counted: the frequencies in a sample of the corpus.
        documents: number of articles of the corpus.
    """
    own = [word for word, _ in _sort_by_count(counted.words) if _is_own_stem(word, counted)]
    words = {kind: list(_choose_words(kind, own, counted, documents, count)) for kind in KINDS}
    first, last = _find_middle_half(counted.days)
    return [
        Question(kind, chosen, first, last) if kind == "newest" else Question(kind, chosen)
        for kind in KINDS
        for chosen in words[kind]
        if kind != "newest" or counted.days
    ]


def _choose_words(
    kind: str, own: list[str], counted: CorpusCounts, documents: int, count: int
) -> Iterator[tuple[str, ...]]:
    """Yield the words of each question of a class."""
    scale = documents / counted.articles
    match kind:
        case "rare":
            low, high = (max(1, round(bound / scale)) for bound in RARE_ARTICLES)
            rare = [word for word in own if low <= counted.words[word] <= high]
            yield from ((word,) for word in _pick_evenly(rare, count))
        case "common" | "newest" | "facets":
            yield from (
                (word,)
                for word in _pick_evenly(_select_by_share(own, COMMON_SHARES, counted), count)
            )
        case "and":
            yield from _group_words(
                _pick_evenly(_select_by_share(own, MIDDLE_SHARES, counted), 2 * count), 2
            )
        case "or" | "snippets":
            yield from _group_words(
                _pick_evenly(_select_by_share(own, MIDDLE_SHARES, counted), 3 * count), 3
            )
        case "phrase":
            yield from _pick_evenly(_select_pairs(counted, set(own)), count)
        case "common phrase":
            # Spread, since the most frequent are pieces of one formula.
            frequent = [run for run, _ in _sort_by_count(counted.runs)[: 8 * count]]
            yield from _pick_evenly(frequent, count)
        case "prefix":
            yield from ((start,) for start in _pick_evenly(_select_prefixes(own, counted), count))
        case "fuzzy":
            seldom = [
                word
                for word in _select_by_share(own, SELDOM_SHARES, counted)
                if 6 <= len(word) <= 9
            ]
            yield from ((word,) for word in _pick_evenly(seldom, count))


def _list_runs(tokens: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(length)), strict=False)


def _is_common(run: tuple[str, ...]) -> bool:
    """Whether all words but one are function words, and none is a name that looks like one."""
    others = [word for word in run if word not in FUNCTION_WORDS]
    return len(others) == 1 and all(
        _PLAIN.fullmatch(word) and word not in _LIKE_FUNCTION_WORDS for word in run
    )


def _is_own_stem(word: str, counted: CorpusCounts) -> bool:
    return (
        len(word) > 3
        and word not in FUNCTION_WORDS
        and stem(word) == word
        and extract_terms(word) == [word]
        and counted.words[word] >= OWN_SHARE * counted.stems[word]
    )


def _select_pairs(counted: CorpusCounts, own: set[str]) -> list[tuple[str, ...]]:
    low, high = (share * counted.articles for share in SELDOM_SHARES)
    return [
        pair
        for pair, frequency in _sort_by_count(counted.pairs)
        if low <= frequency <= high and own.issuperset(pair)
    ]


def _select_prefixes(own: list[str], counted: CorpusCounts) -> list[str]:
    known = Counter(word[:PREFIX_LETTERS] for word in counted.words)
    low, high = PREFIX_WORDS
    starts = dict.fromkeys(
        word[:PREFIX_LETTERS] for word in _select_by_share(own, MIDDLE_SHARES, counted)
    )
    return [start for start in starts if low <= known[start] <= high]


def _select_by_share(
    own: list[str], shares: tuple[float, float], counted: CorpusCounts
) -> list[str]:
    low, high = (share * counted.articles for share in shares)
    return [word for word in own if low <= counted.words[word] <= high]


def _sort_by_count(counts: Counter[K]) -> list[tuple[K, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _pick_evenly(candidates: list[T], count: int) -> list[T]:
    """Pick at most `count` of the candidates, at even distances."""
    step = max(1.0, len(candidates) / count)
    return [candidates[int(place * step)] for place in range(min(count, len(candidates)))]


def _group_words(words: list[str], size: int) -> list[tuple[str, ...]]:
    """Group words that are far apart in frequency."""
    share = len(words) // size
    return list(
        zip(*(words[part * share : (part + 1) * share] for part in range(size)), strict=True)
    )


def _find_middle_half(days: Sequence[int]) -> tuple[int, int]:
    return (days[len(days) // 4], days[3 * len(days) // 4]) if days else (0, 0)
