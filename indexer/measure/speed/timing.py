"""Measuring engines: each indexes and searches in a process of its own.

In: a `BenchPlan`. Out: `SizeFigures` for each size of corpus.

The questions of one class go to one engine after the other, round by round, so that other load of
the machine affects all alike. Other questions of the same classes warm the engines up; the first
round then asks each question for the first time. Times are processor time of the whole process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any, Self

from indexer.errors import WorkerFailed
from indexer.measure.speed import corpora, questions
from indexer.measure.speed.engines import (
    KINDS,
    OURS,
    WIDENED,
    EngineEntry,
    Question,
    UpdatableEngine,
    list_installed_peers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.settings import Settings

QUESTIONS = 16
"""Number of questions of a class, and of those that warm up."""

ROUNDS = 5

UPDATES = 20
"""Number of updates measured; enough for each engine to merge the small segments they leave."""

ARTICLES_PER_UPDATE = 10
"""Number of articles of an update."""


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """The cost of indexing: processor seconds, bytes on disk, and peak memory in bytes."""

    cpu_s: float
    articles_per_cpu_s: float
    index_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class SearchTimes:
    """Processor milliseconds of one class of questions.

    Attributes:
        p50_ms, p95_ms: over all rounds. first_p50_ms: of the first round alone.
        matching: median number of articles that match; None if the engine does not count.
    """

    p50_ms: float
    p95_ms: float
    first_p50_ms: float
    matching: float | None


@dataclass(frozen=True, slots=True)
class UpdateTimes:
    """Milliseconds of an update of ARTICLES_PER_UPDATE articles, over several in turn.

    Attributes:
        mean_ms: mean processor time, with the merges that updates cause. p50_ms: its median.
        mean_wall_ms: mean elapsed time, with waiting for the disk and other processes.
    """

    mean_ms: float
    p50_ms: float
    mean_wall_ms: float


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """The figures of one corpus size.

    Attributes:
        documents: number of articles.
        built: by engine. searching_peak_bytes: peak memory while searching, by engine.
        ready_ms: processor milliseconds to open the index and answer a first question, by engine;
            loading its library is not included.
        timed: by class, then by engine that can answer the class.
        updated: by engine whose index can be updated.
    """

    documents: int
    built: Mapping[str, BuildFigures]
    searching_peak_bytes: Mapping[str, int]
    ready_ms: Mapping[str, float]
    timed: Mapping[str, Mapping[str, SearchTimes]]
    updated: Mapping[str, UpdateTimes]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPlan:
    """The options of a measurement.

    Attributes:
        sources: as `rebuild` takes them.
        documents: corpus sizes; empty for the number of articles of the sources.
        peers: whether installed peers are measured too.
        rounds, questions: how often each question is asked, and the number of a class.
        updates: number of updates measured.
    """

    sources: Sequence[Path]
    documents: tuple[int, ...] = ()
    peers: bool = False
    rounds: int = ROUNDS
    questions: int = QUESTIONS
    updates: int = UPDATES


def measure(plan: BenchPlan, settings: Settings, say: Callable[[str], None]) -> list[SizeFigures]:
    """Measure every size in turn, the smallest first.

    Args:
        plan: what to measure.
        settings: for reading and cleaning the sources.
        say: called with a line for each step.

    Raises:
        SourceError: a source cannot be read, or none of its pages is an article.
        WorkerFailed: the process of an engine ended before it answered.
    """
    say("Reading the sources")
    articles = corpora.gather(plan.sources, settings)
    sizes = sorted(set(plan.documents)) or [len(articles)]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        corpus = Path(folder) / "corpus.jsonl"
        corpora.write(corpora.remix(articles, sizes[-1]), corpus)
        del articles
        return [_measure_size(plan, corpus, size, say) for size in sizes]


def _measure_size(
    plan: BenchPlan, corpus: Path, size: int, say: Callable[[str], None]
) -> SizeFigures:
    say(f"{size:,} articles: choosing questions")
    counted = questions.count_corpus(corpora.read(corpus, size))
    chosen = questions.choose_questions(counted, size, 2 * plan.questions)
    owners = (OURS, *(list_installed_peers() if plan.peers else ()))
    with tempfile.TemporaryDirectory(dir=corpus.parent) as root:
        folders, built = {}, {}
        for one in owners:
            say(f"{size:,} articles: {one.name} indexes")
            folder = folders[one.name] = Path(root) / one.module
            folder.mkdir()
            built[one.name] = _build(one, folder, corpus, size)
        with ExitStack() as stack:
            workers = {
                one.name: stack.enter_context(
                    _EngineProcess("ask", one, folders[one.shares or one.name])
                )
                for one in (OURS, WIDENED, *owners[1:])
            }
            say(f"{size:,} articles: asking {len(chosen)} questions")
            timed = {kind: _ask(kind, chosen, workers, plan.rounds) for kind in KINDS}
            peaks = {name: worker.peak_bytes for name, worker in workers.items()}
            ready = {name: worker.ready_ms for name, worker in workers.items()}
        say(f"{size:,} articles: {plan.updates} updates of {ARTICLES_PER_UPDATE}")
        updated = _update(owners, folders, corpus, size, plan.updates)
    return SizeFigures(size, built, peaks, ready, timed, updated)


def _build(one: EngineEntry, folder: Path, corpus: Path, size: int) -> BuildFigures:
    with _EngineProcess("build", one, folder, corpus, size) as worker:
        found = worker.read_answer()
    return BuildFigures(
        found["cpu_s"], size / found["cpu_s"], found["index_bytes"], found["peak_bytes"]
    )


def _ask(
    kind: str, chosen: Sequence[Question], workers: Mapping[str, _EngineProcess], rounds: int
) -> dict[str, SearchTimes]:
    """Ask every engine that can answer a class, round by round."""
    of_kind = [question for question in chosen if question.kind == kind]
    asked, others = of_kind[::2], of_kind[1::2]
    able = {name: worker for name, worker in workers.items() if kind in worker.kinds}
    if not asked:
        return {}
    for worker in able.values():
        worker.ask(others or asked)
    found = defaultdict(list)
    for _ in range(rounds):
        for name, worker in able.items():
            found[name].append(worker.ask(asked))
    return {name: _summarize_times(answers) for name, answers in found.items()}


def _summarize_times(answers: list[dict[str, Any]]) -> SearchTimes:
    times = sorted(ms for answer in answers for ms in answer["ms"])
    totals = [total for total in answers[0]["totals"] if total is not None]
    return SearchTimes(
        p50_ms=median(times),
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        first_p50_ms=median(answers[0]["ms"]),
        matching=median(totals) if totals else None,
    )


def _update(
    owners: Sequence[EngineEntry],
    folders: Mapping[str, Path],
    corpus: Path,
    size: int,
    updates: int,
) -> dict[str, UpdateTimes]:
    """Update every engine that can be, in turn; the first update of each is a warm-up."""
    count = min(size, (updates + 1) * ARTICLES_PER_UPDATE)
    found = defaultdict(list)
    with ExitStack() as stack:
        workers = {
            one.name: stack.enter_context(
                _EngineProcess("update", one, folders[one.name], corpus, count)
            )
            for one in owners
            if issubclass(one.load(), UpdatableEngine)
        }
        for number in range(updates + 1):
            numbers = [
                (number * ARTICLES_PER_UPDATE + place) % count
                for place in range(min(ARTICLES_PER_UPDATE, count))
            ]
            for name, worker in workers.items():
                found[name].append(worker.update(numbers))
    return {name: _summarize_updates(answers[1:]) for name, answers in found.items()}


def _summarize_updates(answers: list[dict[str, Any]]) -> UpdateTimes:
    times = [answer["ms"] for answer in answers]
    return UpdateTimes(mean(times), median(times), mean(answer["wall_ms"] for answer in answers))


class _EngineProcess:
    """A measuring process and the pipe to it."""

    def __init__(self, task: str, one: EngineEntry, *rest: object) -> None:
        self._name = one.name
        self.kinds = one.load().kinds
        self.peak_bytes = 0
        self.ready_ms = 0.0
        command = [
            sys.executable,
            "-m",
            "indexer.measure.speed.worker",
            task,
            one.name,
            *map(str, rest),
        ]
        self._process = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, asked: Sequence[Question]) -> dict[str, Any]:
        """Ask questions; return the result of `worker.ask`."""
        found = self._exchange([asdict(question) for question in asked])
        self.peak_bytes = found["peak_bytes"]
        self.ready_ms = self.ready_ms or found["open_ms"] + found["ms"][0]
        return found

    def update(self, numbers: list[int]) -> dict[str, Any]:
        """Update the articles with these numbers; return the result of `worker.update`."""
        return self._exchange(numbers)

    def _exchange(self, content: list[Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(content) + "\n")
        self._process.stdin.flush()
        return self.read_answer()

    def read_answer(self) -> dict[str, Any]:
        """Read the next line of the process.

        Raises:
            WorkerFailed: the process ended without one.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerFailed(f"{self._name} failed while measured; its message is above")
        found: dict[str, Any] = json.loads(line)
        return found
