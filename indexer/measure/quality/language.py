"""The quality of spellings: precision, recall and F1 of the documents that each spelling finds.

`spellings` describes a set and its documents. Queries run one by one through the engine, every word
required, and all hits count.

A spelling is scored by the documents it finds: F1 of precision and recall; if no document is right,
1 for an empty answer and 0 for any other. `rules` is the score without the lists of names, acronyms
and romanisations; UK spelling is folded when indexed and stays. Peers get the same spellings: each
word goes to their own parser, all words required, phrases quoted.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.analysis import designations
from indexer.engines.interface import SearchOptions
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.measure.quality.peers import PlainDocument, list_finders
from indexer.measure.quality.spellings import (
    find_documents,
    judge_documents,
    read_documents,
    read_queries,
)
from indexer.query.parser import parse
from indexer.query.rewrite import drop_function_words
from indexer.query.synonym_expansion import widen
from indexer.search.open import open_engine
from indexer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indexer.engines.interface import Snapshot
    from indexer.measure.quality.peers import Peer
    from indexer.measure.quality.spellings import JudgedQuery, SpellingDocument

ALL: Final = "all"
WORST_F1: Final = 0.95
"""Spellings below it are listed."""

_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class SpellingScore:
    """The score of one spelling. `right` is the number of documents that it should find."""

    query: str
    category: str
    form: str
    precision: float
    recall: float
    f1: float
    right: int
    found: frozenset[int]


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """Means over spellings, 0 to 1. `right` is the largest number of right documents of a query."""

    spellings: int
    precision: float
    recall: float
    f1: float
    right: int


@dataclass(frozen=True, slots=True)
class PeerScores:
    """The scores of a peer by category and for all; `one_set` as in `LanguageReport`."""

    scores: Mapping[str, CategoryScore]
    one_set: float


@dataclass(frozen=True, slots=True)
class DesignationCounts:
    """The designations that the rules find in the documents, and those of them that are listed.

    Attributes:
        distinct, listed: numbers of different ones.
        mentions, listed_mentions: numbers of occurrences.
    """

    distinct: int
    listed: int
    mentions: int
    listed_mentions: int


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """Scores by category and for all, with lists and by rules alone.

    Attributes:
        one_set: share of the queries that have a right document and whose spellings all found the
            same documents.
        peers: for each peer its scores by category, and its share as in `one_set`.
        worst: spellings below F1 .95, worst first, with lists.
    """

    documents: int
    queries: int
    lists: Mapping[str, CategoryScore]
    rules: Mapping[str, CategoryScore]
    one_set: float
    one_set_rules: float
    peers: Mapping[str, PeerScores]
    designations: DesignationCounts
    worst: tuple[SpellingScore, ...]


def evaluate(
    directory: Path, documents: Sequence[Path] = (), *, peers: bool = False
) -> LanguageReport:
    """Index the documents and search every spelling of every query.

    Args:
        directory: the folder of the set.
        documents: files of documents; empty for those in or near the folder.
        peers: whether installed peers are measured too.

    Raises:
        SourceError: there are no queries or no documents, or a file of them cannot be read.
    """
    queries = read_queries(directory / "queries.jsonl")
    texts = read_documents(documents or find_documents(directory))
    with tempfile.TemporaryDirectory() as folder:
        finder = _SpellingSearch(_index(texts, Path(folder)), len(texts))
        judged = [judge_documents(query, texts) for query in queries]
        with_lists = list(_score_spellings(judged, finder.find))
        by_rules = list(_score_spellings(judged, partial(finder.find, lists=False)))
    return LanguageReport(
        len(texts),
        len(queries),
        _score_categories(with_lists),
        _score_categories(by_rules),
        _compute_one_set(with_lists),
        _compute_one_set(by_rules),
        _score_peers(judged, texts) if peers else {},
        _count_designations(texts),
        _select_worst(with_lists),
    )


def as_table(report: LanguageReport) -> str:
    """Render a table with a row for each category, then the worst spellings."""
    lines = [f"{'':<18}{'spellings':>10}{'right':>7}{'P':>8}{'R':>8}{'F1':>8}{'rules F1':>10}"]
    for name, score in report.lists.items():
        means = f"{score.precision:>8.3f}{score.recall:>8.3f}{score.f1:>8.4f}"
        rules = report.rules[name].f1
        lines.append(f"{name:<18}{score.spellings:>10}{score.right:>7}{means}{rules:>10.4f}")
    lines.append(
        f"one set for {report.one_set:.1%} of the queries that have an answer, "
        f"{report.one_set_rules:.1%} by rules alone; {report.documents} documents"
    )
    found = report.designations
    lines.append(
        f"{found.distinct} designations found by rule, of which the lists know "
        f"{found.listed / (found.distinct or 1):.0%}; of their {found.mentions} mentions "
        f"{found.listed_mentions / (found.mentions or 1):.0%}"
    )
    if report.peers:
        lines += ["", *_render_peers(report), ""]
    lines += [f"{one.f1:.3f}  {one.query}  {one.form}" for one in report.worst]
    return "\n".join(lines)


def _render_peers(report: LanguageReport) -> list[str]:
    """Render F1 by category, ours and that of each peer, and the shares of `one_set`."""
    columns = {"dateline": PeerScores(report.lists, report.one_set), **report.peers}
    lines = [f"{'F1':<18}" + "".join(f"{name:>14}" for name in columns)]
    for category in report.lists:
        figures = (one.scores[category].f1 for one in columns.values())
        lines.append(f"{category:<18}" + "".join(f"{figure:>14.3f}" for figure in figures))
    shares = "".join(f"{one.one_set:>14.1%}" for one in columns.values())
    return [*lines, f"{'one set':<18}{shares}"]


def as_json(report: LanguageReport) -> dict[str, Any]:
    """Encode the report as JSON values; a worst spelling is [query, form, F1]."""
    worst = [(one.query, one.form, round(one.f1, 3)) for one in report.worst]
    return {**asdict(replace(report, worst=())), "worst": worst}


def _select_worst(spellings: Iterable[SpellingScore]) -> tuple[SpellingScore, ...]:
    bad = (one for one in spellings if one.f1 < WORST_F1)
    return tuple(sorted(bad, key=lambda one: (one.f1, one.query, one.form)))


def _index(documents: Sequence[SpellingDocument], folder: Path) -> Snapshot:
    """Build an index in which a document's `ref` is its number."""
    source = folder / "documents.jsonl"
    rows = (
        {"id": str(number), "title": document.title, "body": document.body}
        for number, document in enumerate(documents)
    )
    source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    engine = open_engine(str(folder / "index"))
    rebuild(engine, [source], Settings(), SilentProgress(), originals=False)
    return engine.open_snapshot()


def _count_designations(documents: Iterable[SpellingDocument]) -> DesignationCounts:
    counts = Counter(
        one.canonical for text in documents for one in designations.find_designations(text.text)
    )
    listed = {term: count for term, count in counts.items() if designations.is_listed(term)}
    return DesignationCounts(len(counts), len(listed), counts.total(), sum(listed.values()))


def _score_spellings(
    judged: Sequence[JudgedQuery], find: Callable[[str], frozenset[int]]
) -> Iterator[SpellingScore]:
    for one in judged:
        for form in one.query.forms:
            yield _score(one, form, find(form))


def _score_peers(
    judged: Sequence[JudgedQuery], documents: Sequence[SpellingDocument]
) -> dict[str, PeerScores]:
    plain = [PlainDocument(str(n), one.title, one.body) for n, one in enumerate(documents)]
    found: dict[str, PeerScores] = {}
    for kind in list_finders():
        peer = kind(plain)
        spellings = list(_score_spellings(judged, partial(_find_in_peer, peer, len(plain))))
        found[peer.name] = PeerScores(_score_categories(spellings), _compute_one_set(spellings))
    return found


def _find_in_peer(peer: Peer, count: int, form: str) -> frozenset[int]:
    return frozenset(map(int, peer.find(form, count)))


class _SpellingSearch:
    """Searches spellings in one index; caches the number of every document by its id."""

    def __init__(self, snapshot: Snapshot, count: int) -> None:
        self._snapshot = snapshot
        self._options = SearchOptions(fresh=False, size=count, fold_copies=False, seconds=_SECONDS)
        self._numbers: dict[str, int] = {}

    def find(self, form: str, *, lists: bool = True) -> frozenset[int]:
        """Return the numbers of all documents that match."""
        tree = drop_function_words(parse(form, limits=False).tree)
        if lists:
            tree = self._snapshot.ask_vocabulary(partial(widen, tree))
        found = self._snapshot.search(tree, self._options).rows
        return frozenset(self._number(row.id) for row in found)

    def _number(self, article_id: str) -> int:
        if article_id not in self._numbers:
            self._numbers[article_id] = int(self._snapshot.read_document(article_id).article.ref)
        return self._numbers[article_id]


def _score(judged: JudgedQuery, form: str, found: frozenset[int]) -> SpellingScore:
    query, right = judged.query, judged.right
    counted = found - judged.neutral
    hits = len(counted & right)
    recall = hits / len(right) if right else 1.0
    precision = hits / len(counted) if counted else float(not right)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return SpellingScore(query.id, query.category, form, precision, recall, f1, len(right), found)


def _score_categories(spellings: Sequence[SpellingScore]) -> dict[str, CategoryScore]:
    grouped: defaultdict[str, list[SpellingScore]] = defaultdict(list)
    for spelling in spellings:
        grouped[spelling.category].append(spelling)
    scores = {name: _mean(members) for name, members in grouped.items()}
    return scores | {ALL: _mean(spellings)}


def _mean(spellings: Sequence[SpellingScore]) -> CategoryScore:
    count = len(spellings)
    return CategoryScore(
        count,
        sum(spelling.precision for spelling in spellings) / count,
        sum(spelling.recall for spelling in spellings) / count,
        sum(spelling.f1 for spelling in spellings) / count,
        max(spelling.right for spelling in spellings),
    )


def _compute_one_set(spellings: Sequence[SpellingScore]) -> float:
    sets: defaultdict[str, set[frozenset[int]]] = defaultdict(set)
    for spelling in spellings:
        if spelling.right:
            sets[spelling.query].add(spelling.found)
    return sum(len(found) == 1 for found in sets.values()) / len(sets) if sets else 0.0
