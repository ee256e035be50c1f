"""Do all spellings of one thing find one set? Precision, recall and F1 of sets, by category.

What a set is and where its documents are, spellings.py says. Queries run one by one through the
engine, every word required, and all hits count.

A spelling scores by the documents it found: F1 of precision and recall, where nothing is right 1
for an empty answer and 0 for any. `rules` is the score without the lists of names, acronyms and
romanisations; UK spelling is folded when indexed and stays. Peers get the same spellings: each word
goes to their own parser, all words required, phrases quoted.
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
from indexer.measure.quality.peers import PlainDocument, finders
from indexer.measure.quality.spellings import find_documents, judge, read_documents, read_queries
from indexer.query.parser import parse
from indexer.query.rewrite import drop_function_words
from indexer.query.synonym_expansion import widen
from indexer.search.open import open_engine
from indexer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indexer.engines.interface import Snapshot
    from indexer.measure.quality.peers import Peer
    from indexer.measure.quality.spellings import Document, Judged

ALL: Final = "all"
WORST_F1: Final = 0.95
"""Spellings below it are listed."""

_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one spelling did. `right` counts the documents it should have found."""

    query: str
    category: str
    form: str
    precision: float
    recall: float
    f1: float
    right: int
    found: frozenset[int]


@dataclass(frozen=True, slots=True)
class Score:
    """Means over spellings, 0 to 1. `right` is the most right documents a query of them has."""

    spellings: int
    precision: float
    recall: float
    f1: float
    right: int


@dataclass(frozen=True, slots=True)
class PeerScores:
    """A peer's scores by category and for all, and the share of queries it answers with one set."""

    scores: Mapping[str, Score]
    one_set: float


@dataclass(frozen=True, slots=True)
class Designations:
    """Designations that the rules find in the documents, and how many of them the lists know.

    Attributes:
        distinct, listed: different ones.
        mentions, listed_mentions: each as often as it stands there.
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
    lists: Mapping[str, Score]
    rules: Mapping[str, Score]
    one_set: float
    one_set_rules: float
    peers: Mapping[str, PeerScores]
    designations: Designations
    worst: tuple[Spelling, ...]


def evaluate(
    directory: Path, documents: Sequence[Path] = (), *, peers: bool = False
) -> LanguageReport:
    """Index the documents and run every spelling of every query, in peers too where asked.

    Raises:
        SourceError: no queries or no documents there, or a file of them cannot be read.
    """
    queries = read_queries(directory / "queries.jsonl")
    texts = read_documents(documents or find_documents(directory))
    with tempfile.TemporaryDirectory() as folder:
        finder = _Finder(_index(texts, Path(folder)), len(texts))
        judged = [judge(query, texts) for query in queries]
        with_lists = list(_run(judged, finder.find))
        by_rules = list(_run(judged, partial(finder.find, lists=False)))
    return LanguageReport(
        len(texts),
        len(queries),
        _scores(with_lists),
        _scores(by_rules),
        _one_set(with_lists),
        _one_set(by_rules),
        _peer_scores(judged, texts) if peers else {},
        _count_designations(texts),
        _worst(with_lists),
    )


def as_table(report: LanguageReport) -> str:
    """A table for people: a row a category, then what fell short."""
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
        lines += ["", *_peer_table(report), ""]
    lines += [f"{one.f1:.3f}  {one.query}  {one.form}" for one in report.worst]
    return "\n".join(lines)


def _peer_table(report: LanguageReport) -> list[str]:
    """F1 by category, ours and each peer's, and one set."""
    columns = {"dateline": PeerScores(report.lists, report.one_set), **report.peers}
    lines = [f"{'F1':<18}" + "".join(f"{name:>14}" for name in columns)]
    for category in report.lists:
        figures = (one.scores[category].f1 for one in columns.values())
        lines.append(f"{category:<18}" + "".join(f"{figure:>14.3f}" for figure in figures))
    shares = "".join(f"{one.one_set:>14.1%}" for one in columns.values())
    return [*lines, f"{'one set':<18}{shares}"]


def as_json(report: LanguageReport) -> dict[str, Any]:
    """The report as JSON values; a worst spelling is [query, form, F1]."""
    worst = [(one.query, one.form, round(one.f1, 3)) for one in report.worst]
    return {**asdict(replace(report, worst=())), "worst": worst}


def _worst(spellings: Iterable[Spelling]) -> tuple[Spelling, ...]:
    bad = (one for one in spellings if one.f1 < WORST_F1)
    return tuple(sorted(bad, key=lambda one: (one.f1, one.query, one.form)))


def _index(documents: Sequence[Document], folder: Path) -> Snapshot:
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


def _count_designations(documents: Iterable[Document]) -> Designations:
    counts = Counter(
        one.canonical for text in documents for one in designations.find_designations(text.text)
    )
    listed = {term: count for term, count in counts.items() if designations.is_listed(term)}
    return Designations(len(counts), len(listed), counts.total(), sum(listed.values()))


def _run(judged: Sequence[Judged], find: Callable[[str], frozenset[int]]) -> Iterator[Spelling]:
    for one in judged:
        for form in one.query.forms:
            yield _score(one, form, find(form))


def _peer_scores(judged: Sequence[Judged], documents: Sequence[Document]) -> dict[str, PeerScores]:
    plain = [PlainDocument(str(n), one.title, one.body) for n, one in enumerate(documents)]
    found: dict[str, PeerScores] = {}
    for kind in finders():
        peer = kind(plain)
        spellings = list(_run(judged, partial(_find_in_peer, peer, len(plain))))
        found[peer.name] = PeerScores(_scores(spellings), _one_set(spellings))
    return found


def _find_in_peer(peer: Peer, count: int, form: str) -> frozenset[int]:
    return frozenset(map(int, peer.find(form, count)))


class _Finder:
    """Runs spellings over one index; remembers the number of every document by its id."""

    def __init__(self, snapshot: Snapshot, count: int) -> None:
        self._snapshot = snapshot
        self._options = SearchOptions(fresh=False, size=count, fold_copies=False, seconds=_SECONDS)
        self._numbers: dict[str, int] = {}

    def find(self, form: str, *, lists: bool = True) -> frozenset[int]:
        """Return the numbers of all documents found."""
        tree = drop_function_words(parse(form, limits=False).tree)
        if lists:
            tree = self._snapshot.ask_vocabulary(partial(widen, tree))
        found = self._snapshot.search(tree, self._options).rows
        return frozenset(self._number(row.id) for row in found)

    def _number(self, article_id: str) -> int:
        if article_id not in self._numbers:
            self._numbers[article_id] = int(self._snapshot.read_document(article_id).article.ref)
        return self._numbers[article_id]


def _score(judged: Judged, form: str, found: frozenset[int]) -> Spelling:
    query, right = judged.query, judged.right
    counted = found - judged.neutral
    hits = len(counted & right)
    recall = hits / len(right) if right else 1.0
    precision = hits / len(counted) if counted else float(not right)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Spelling(query.id, query.category, form, precision, recall, f1, len(right), found)


def _scores(spellings: Sequence[Spelling]) -> dict[str, Score]:
    grouped: defaultdict[str, list[Spelling]] = defaultdict(list)
    for spelling in spellings:
        grouped[spelling.category].append(spelling)
    scores = {name: _mean(members) for name, members in grouped.items()}
    return scores | {ALL: _mean(spellings)}


def _mean(spellings: Sequence[Spelling]) -> Score:
    count = len(spellings)
    return Score(
        count,
        sum(spelling.precision for spelling in spellings) / count,
        sum(spelling.recall for spelling in spellings) / count,
        sum(spelling.f1 for spelling in spellings) / count,
        max(spelling.right for spelling in spellings),
    )


def _one_set(spellings: Sequence[Spelling]) -> float:
    sets: defaultdict[str, set[frozenset[int]]] = defaultdict(set)
    for spelling in spellings:
        if spelling.right:
            sets[spelling.query].add(spelling.found)
    return sum(len(found) == 1 for found in sets.values()) / len(sets) if sets else 0.0
