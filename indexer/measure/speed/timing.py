"""Corpora, engines and questions -> figures: each engine built and asked in its own process.

Questions of one class go to one engine after the other, round by round, so that whatever else the
machine does falls on all alike. Warm-up are other questions of the same classes; the first round
then asks each question for the first time. Times are processor time of the whole process.
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
from indexer.measure.speed.engines import KINDS, OURS, WIDENED, Changing, Known, Question, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indexer.settings import Settings

QUESTIONS = 16
"""Questions a class, and as many again for warming up."""

ROUNDS = 5

UPDATES = 20
"""Updates measured, enough for each engine to merge the small segments they leave."""

UPDATED = 10
"""Articles an update."""


@dataclass(frozen=True, slots=True)
class Built:
    """What indexing took: processor seconds, bytes on disk, and bytes of memory at most."""

    cpu_s: float
    articles_per_cpu_s: float
    index_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Timed:
    """Processor milliseconds of one class of questions.

    Attributes:
        p50_ms, p95_ms: over all rounds. first_p50_ms: of the first round alone.
        matching: articles that match, the median; None where the engine does not count.
    """

    p50_ms: float
    p95_ms: float
    first_p50_ms: float
    matching: float | None


@dataclass(frozen=True, slots=True)
class Updated:
    """What updates of UPDATED articles took each, in turn: milliseconds.

    Attributes:
        mean_ms: of processor time, what was merged on the way included. p50_ms: of the same.
        mean_wall_ms: until it was done, waiting for the disk and other processes included.
    """

    mean_ms: float
    p50_ms: float
    mean_wall_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One corpus size.

    Attributes:
        built: by engine. searching_peak_bytes: memory at most while searching, by engine.
        ready_ms: processor milliseconds to open and answer a first question, by engine; loading
            its library apart.
        timed: by class, then engine; an engine that cannot do a class is missing there.
        updated: by engine, of those that can be.
    """

    documents: int
    built: Mapping[str, Built]
    searching_peak_bytes: Mapping[str, int]
    ready_ms: Mapping[str, float]
    timed: Mapping[str, Mapping[str, Timed]]
    updated: Mapping[str, Updated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure.

    Attributes:
        documents: corpus sizes; none: as many as the sources hold.
        peers: whether installed peers are measured too.
        rounds, questions: how often each question is asked, and how many a class.
        updates: how many updates are measured.
    """

    sources: Sequence[Path]
    documents: tuple[int, ...] = ()
    peers: bool = False
    rounds: int = ROUNDS
    questions: int = QUESTIONS
    updates: int = UPDATES


def measure(plan: Plan, settings: Settings, say: Callable[[str], None]) -> list[Measured]:
    """Every size in turn, smallest first.

    Args:
        say: told what is being done.

    Raises:
        SourceError: a source cannot be read, or none of its pages is an article.
        WorkerFailed: an engine's process ended before it answered.
    """
    say("Reading the sources")
    articles = corpora.gather(plan.sources, settings)
    sizes = sorted(set(plan.documents)) or [len(articles)]
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        corpus = Path(folder) / "corpus.jsonl"
        corpora.write(corpora.multiplied(articles, sizes[-1]), corpus)
        del articles
        return [_measure_size(plan, corpus, size, say) for size in sizes]


def _measure_size(plan: Plan, corpus: Path, size: int, say: Callable[[str], None]) -> Measured:
    say(f"{size:,} articles: choosing questions")
    counted = questions.count(corpora.read(corpus, size))
    chosen = questions.choose(counted, size, 2 * plan.questions)
    owners = (OURS, *(installed() if plan.peers else ()))
    with tempfile.TemporaryDirectory(dir=corpus.parent) as root:
        folders, built = {}, {}
        for one in owners:
            say(f"{size:,} articles: {one.name} indexes")
            folder = folders[one.name] = Path(root) / one.module
            folder.mkdir()
            built[one.name] = _build(one, folder, corpus, size)
        with ExitStack() as stack:
            workers = {
                one.name: stack.enter_context(_Worker("ask", one, folders[one.shares or one.name]))
                for one in (OURS, WIDENED, *owners[1:])
            }
            say(f"{size:,} articles: asking {len(chosen)} questions")
            timed = {kind: _ask(kind, chosen, workers, plan.rounds) for kind in KINDS}
            peaks = {name: worker.peak_bytes for name, worker in workers.items()}
            ready = {name: worker.ready_ms for name, worker in workers.items()}
        say(f"{size:,} articles: {plan.updates} updates of {UPDATED}")
        updated = _update(owners, folders, corpus, size, plan.updates)
    return Measured(size, built, peaks, ready, timed, updated)


def _build(one: Known, folder: Path, corpus: Path, size: int) -> Built:
    with _Worker("build", one, folder, corpus, size) as worker:
        found = worker.answer()
    return Built(found["cpu_s"], size / found["cpu_s"], found["index_bytes"], found["peak_bytes"])


def _ask(
    kind: str, chosen: Sequence[Question], workers: Mapping[str, _Worker], rounds: int
) -> dict[str, Timed]:
    """Every engine that can do a class, round by round."""
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
    return {name: _timed(answers) for name, answers in found.items()}


def _timed(answers: list[dict[str, Any]]) -> Timed:
    times = sorted(ms for answer in answers for ms in answer["ms"])
    totals = [total for total in answers[0]["totals"] if total is not None]
    return Timed(
        p50_ms=median(times),
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        first_p50_ms=median(answers[0]["ms"]),
        matching=median(totals) if totals else None,
    )


def _update(
    owners: Sequence[Known], folders: Mapping[str, Path], corpus: Path, size: int, updates: int
) -> dict[str, Updated]:
    """Update every engine that can be in turn; the first update of each is for warming up."""
    count = min(size, (updates + 1) * UPDATED)
    found = defaultdict(list)
    with ExitStack() as stack:
        workers = {
            one.name: stack.enter_context(_Worker("update", one, folders[one.name], corpus, count))
            for one in owners
            if issubclass(one.load(), Changing)
        }
        for number in range(updates + 1):
            numbers = [(number * UPDATED + place) % count for place in range(min(UPDATED, count))]
            for name, worker in workers.items():
                found[name].append(worker.update(numbers))
    return {name: _updated(answers[1:]) for name, answers in found.items()}


def _updated(answers: list[dict[str, Any]]) -> Updated:
    times = [answer["ms"] for answer in answers]
    return Updated(mean(times), median(times), mean(answer["wall_ms"] for answer in answers))


class _Worker:
    """A measuring process and the pipe to it."""

    def __init__(self, task: str, one: Known, *rest: object) -> None:
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
        """What `worker.ask` gives for these questions."""
        found = self._told([asdict(question) for question in asked])
        self.peak_bytes = found["peak_bytes"]
        self.ready_ms = self.ready_ms or found["open_ms"] + found["ms"][0]
        return found

    def update(self, numbers: list[int]) -> dict[str, Any]:
        """What `worker.update` gives for the articles of these numbers."""
        return self._told(numbers)

    def _told(self, content: list[Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(content) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line of the process.

        Raises:
            WorkerFailed: it ended without one.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerFailed(f"{self._name} failed while measured; its message is above")
        found: dict[str, Any] = json.loads(line)
        return found
