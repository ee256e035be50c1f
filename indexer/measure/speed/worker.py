"""One engine in a process of its own, so that its memory and processor time are its own.

`python -m indexer.measure.speed.worker build NAME FOLDER CORPUS COUNT` indexes and prints one JSON
object. `python -m indexer.measure.speed.worker update NAME FOLDER CORPUS COUNT` updates as many
articles of the corpus as a line of stdin names by their numbers, and answers each line with one
JSON object. `python -m indexer.measure.speed.worker ask NAME FOLDER` answers JSON lines of
questions from stdin, one list per line, with one JSON object each, until stdin ends.
`indexer.measure.speed.timing` starts the process and reads its output.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.measure.speed import corpora
from indexer.measure.speed.engines import Question, UpdatableEngine, find_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.measure.speed.engines import MeasuredEngine
    from indexer.models import Article


class _TimedArticles:
    """Yields the articles of a corpus and measures the processor time of reading them."""

    def __init__(self, articles: Iterator[Article]) -> None:
        self._articles = articles
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Article]:
        return self

    def __next__(self) -> Article:
        # The thread's time: engines may work on in other threads meanwhile.
        started = time.thread_time()
        try:
            return next(self._articles)
        finally:
            self.seconds += time.thread_time() - started


def build(name: str, folder: Path, corpus: Path, count: int) -> dict[str, float]:
    """Index the first articles of a corpus; the time of reading them is not counted.

    Returns:
        `cpu_s` processor seconds of all threads, `index_bytes`, `peak_bytes` of memory.
    """
    kind = find_entry(name).load()
    articles = _TimedArticles(corpora.read(corpus, count))
    started = time.process_time()
    kind.build(folder, articles)
    seconds = time.process_time() - started - articles.seconds
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"cpu_s": seconds, "index_bytes": size, "peak_bytes": peak_bytes()}


def ask(contender: MeasuredEngine, questions: list[Question]) -> dict[str, Any]:
    """Ask each question once.

    Returns:
        `ms`, processor milliseconds of each; `totals`, None if the engine does not count;
        `hits`, number of ids of each; `peak_bytes` of memory so far.
    """
    times, totals, hits = [], [], []
    gc.collect()
    for question in questions:
        started = time.process_time()
        reply = contender.ask(question)
        times.append((time.process_time() - started) * 1000)
        totals.append(reply.total)
        hits.append(len(reply.ids))
    return {"ms": times, "totals": totals, "hits": hits, "peak_bytes": peak_bytes()}


def update(contender: UpdatableEngine, articles: list[Article]) -> dict[str, float]:
    """Index articles again.

    Returns:
        `ms` of processor time, `wall_ms` of elapsed time.
    """
    gc.collect()
    started, began = time.process_time(), time.perf_counter()
    contender.update(articles)
    ms = (time.process_time() - started) * 1000
    return {"ms": ms, "wall_ms": (time.perf_counter() - began) * 1000}


def peak_bytes() -> int:
    """Read the peak memory of this process.

    Not `ru_maxrss`, which begins at the memory of the parent when it started this process.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status tells no VmHWM")


def main(task: str, name: str, folder: str, *rest: str) -> None:
    """Build an index, or answer lines until stdin ends."""
    if task == "build":
        corpus, count = rest
        _say(build(name, Path(folder), Path(corpus), int(count)))
        return
    kind = find_entry(name).load()
    if task == "update":
        corpus, count = rest
        changing = kind(Path(folder))
        assert isinstance(changing, UpdatableEngine)
        articles = list(corpora.read(Path(corpus), int(count)))
        for line in sys.stdin:
            _say(update(changing, [articles[number] for number in json.loads(line)]))
        return
    started = time.process_time()
    contender = kind(Path(folder))
    open_ms = (time.process_time() - started) * 1000
    for line in sys.stdin:
        rows = json.loads(line)
        questions = [Question(**{**row, "words": tuple(row["words"])}) for row in rows]
        _say({**ask(contender, questions), "open_ms": open_ms})


def _say(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
