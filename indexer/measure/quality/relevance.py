"""The quality of ranking on judged queries: nDCG@10, average precision, recall@100.

A collection is a folder with `docs.jsonl` {id, title, text}, `queries.jsonl` {id, text} and
`qrels.tsv` (query, document, grade; above 0 is relevant). Its queries are plain questions without
operators, and any word is enough. A folder without `docs.jsonl` is a set of judgements over the
saved pages in `../pages`; its queries are in the query language, judged by `ref`; peers get the
cleaned articles and the words of the query. Measures are computed by ir-measures, as means over the
queries that have a relevant document.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.engines.interface import SearchOptions
from indexer.errors import SettingError, SourceError
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.measure.quality.peers import PlainDocument, list_rankers
from indexer.models import Query
from indexer.query.ast import Everything
from indexer.search.open import open_engine, open_index
from indexer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indexer.measure.quality.peers import Peer
    from indexer.search.index import Index

DEPTH = 1000
"""Number of hits ranked for a query."""


@dataclass(frozen=True, slots=True)
class RelevanceScore:
    """Means over the queries of one collection, 0 to 1."""

    ndcg10: float
    ap: float
    recall100: float


@dataclass(frozen=True, slots=True)
class RelevanceReport:
    """The scores by collection and engine; `mean` is over the collections."""

    collections: Mapping[str, Mapping[str, RelevanceScore]]
    mean: Mapping[str, RelevanceScore]


@dataclass(frozen=True, slots=True)
class _Collection:
    name: str
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    documents: tuple[PlainDocument, ...]
    source: Path


def evaluate(directory: Path, *, peers: bool = False) -> RelevanceReport:
    """Rank every query of a collection, or of every collection in a folder.

    Args:
        directory: a collection, or a folder of collections.
        peers: whether installed peers are measured too.

    Raises:
        SourceError: there is no collection, or a file of one cannot be read.
        SettingError: ir-measures is not installed.
    """
    folders = _find_collections(directory)
    scores: dict[str, dict[str, RelevanceScore]] = {}
    for folder in folders:
        collection = _read_collection(folder)
        scores[collection.name] = {
            name: _score(collection, run) for name, run in _list_engines(collection, peers=peers)
        }
    engines = list(next(iter(scores.values())))
    return RelevanceReport(
        scores, {name: _mean([row[name] for row in scores.values()]) for name in engines}
    )


def as_table(report: RelevanceReport) -> str:
    """Render a table with a row for each collection and engine."""
    lines = [f"{'':<14}{'':<14}{'nDCG@10':>9}{'AP':>9}{'R@100':>9}"]
    for name, scores in [*report.collections.items(), ("mean", report.mean)]:
        for engine, score in scores.items():
            figures = f"{score.ndcg10:>9.3f}{score.ap:>9.3f}{score.recall100:>9.3f}"
            lines.append(f"{name:<14}{engine:<14}{figures}")
    return "\n".join(lines)


def as_json(report: RelevanceReport) -> dict[str, Any]:
    """Encode the report as JSON values."""
    return asdict(report)


def _find_collections(directory: Path) -> list[Path]:
    if (directory / "queries.jsonl").is_file():
        return [directory]
    found = sorted(path.parent for path in directory.glob("*/queries.jsonl"))
    if not found:
        raise SourceError(f"No queries.jsonl in {directory} or in a folder of it")
    return found


def _read_collection(folder: Path) -> _Collection:
    try:
        queries = {str(row["id"]): str(row["text"]) for row in _read_rows(folder / "queries.jsonl")}
        qrels = _read_qrels(folder / "qrels.tsv")
        docs = folder / "docs.jsonl"
        documents = tuple(
            PlainDocument(str(row["id"]), row.get("title") or "", row.get("text") or "")
            for row in (_read_rows(docs) if docs.is_file() else ())
        )
    except (OSError, ValueError, KeyError) as exc:
        raise SourceError(f"{folder} is no collection of judged queries: {exc}") from exc
    judged = {name: text for name, text in queries.items() if any(qrels.get(name, {}).values())}
    source = docs if documents else folder.parent / "pages"
    return _Collection(folder.resolve().name, judged, qrels, documents, source)


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            query, document, grade = line.split("\t")
            grades.setdefault(query, {})[document] = int(grade)
    return grades


def _list_engines(
    collection: _Collection, *, peers: bool
) -> Iterator[tuple[str, Callable[[str], Sequence[str]]]]:
    """Yield the name of each engine and a function that ranks with it."""
    with tempfile.TemporaryDirectory() as folder:
        index = _build_index(collection, Path(folder))
        plain = bool(collection.documents)
        yield "dateline", lambda text: _rank(index, text, plain=plain)
        documents = collection.documents or (_list_articles(index) if peers else ())
    for kind in list_rankers() if peers else ():
        peer: Peer = kind(documents)
        yield peer.name, lambda text, peer=peer: peer.search(text, DEPTH)  # type: ignore[misc]


def _list_articles(index: Index) -> tuple[PlainDocument, ...]:
    """List every article of an index as a document that a peer can index."""
    snapshot = index.engine.open_snapshot()
    options = SearchOptions(sort="oldest", size=snapshot.read_stats().articles, fold_copies=False)
    ids = [row.id for row in snapshot.search(Everything(), options).rows]
    articles = (document.article for document in snapshot.read_documents(ids))
    return tuple(PlainDocument(one.ref, one.title, one.body) for one in articles)


def _build_index(collection: _Collection, folder: Path) -> Index:
    source = collection.source
    if collection.documents:
        source = folder / "docs.jsonl"
        rows = (
            {"id": one.ref, "title": one.title, "text": one.text} for one in collection.documents
        )
        source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    location = str(folder / "index")
    rebuild(open_engine(location), [source], Settings(), SilentProgress(), originals=False)
    return open_index(location)


def _rank(index: Index, text: str, *, plain: bool) -> list[str]:
    query = Query(
        text,
        match="any" if plain else "all",
        plain=plain,
        fresh=False,
        size=DEPTH,
        fold_copies=False,
        limits=False,
    )
    return [ref for ref, _ in index.rank_refs(query)]


def _score(collection: _Collection, rank: Callable[[str], Sequence[str]]) -> RelevanceScore:
    try:
        import ir_measures  # noqa: PLC0415  an extra
    except ImportError as exc:
        raise SettingError(
            "ir-measures is not installed; pip install 'dateline-search[evaluate]'"
        ) from exc
    run = {
        name: {ref: float(DEPTH - place) for place, ref in enumerate(rank(text))}
        for name, text in collection.queries.items()
    }
    qrels = {name: collection.qrels[name] for name in collection.queries}
    measures = [ir_measures.nDCG @ 10, ir_measures.AP, ir_measures.R @ 100]
    values = ir_measures.calc_aggregate(measures, qrels, run)
    return RelevanceScore(*(float(values[measure]) for measure in measures))


def _mean(scores: Sequence[RelevanceScore]) -> RelevanceScore:
    count = len(scores)
    return RelevanceScore(
        sum(score.ndcg10 for score in scores) / count,
        sum(score.ap for score in scores) / count,
        sum(score.recall100 for score in scores) / count,
    )
