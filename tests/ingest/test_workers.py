"""The pool of cleaning processes: order kept, a bad page stopped alone, nothing left running."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.errors import WorkerError
from indexer.ingest import workers
from indexer.ingest.workers import CleanedPage, CleaningPool, PageLimits, clean_all
from indexer.models import Article, Page, QuarantinedPage
from tests.support.killed_workers import KillAtStart, KillOn, kill_at_start, kill_on

__all__ = ["kill_at_start", "kill_on"]

LIMITS = PageLimits(seconds=20, memory_bytes=1_000_000_000, pack=False)
PARAGRAPH = "<p>Paragraph {} tells how the brigade moved its guns along the river road.</p>"


def paragraphs(count: int) -> str:
    return "".join(map(PARAGRAPH.format, range(count)))


def good(name: str) -> Page:
    text = f"<html><title>{name}</title><body><article>{paragraphs(6)}</article></body></html>"
    return Page(name, text.encode())


def outcomes(
    pages: list[Page | QuarantinedPage], limits: PageLimits = LIMITS
) -> list[tuple[str, str]]:
    return [(one.name, said(one)) for one in clean_all(pages, 2, limits)]


def said(cleaned: CleanedPage) -> str:
    return cleaned.outcome.reason if isinstance(cleaned.outcome, QuarantinedPage) else "article"


def test_order_is_kept_and_what_could_not_be_read_passes_through():
    pages = [good("a"), QuarantinedPage("b", "no permission"), good("c"), Page("d", b""), good("e")]
    assert outcomes(pages) == [
        ("a", "article"),
        ("b", "no permission"),
        ("c", "article"),
        ("d", "the file is empty"),
        ("e", "article"),
    ]


def test_worker_whose_owner_is_gone_before_it_answers_ends_without_a_word(capfd):
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=workers._serve, args=(theirs, LIMITS))
    ours.close()
    process.start()
    theirs.close()
    process.join(20)
    assert process.exitcode == 0
    assert capfd.readouterr().err == ""


def test_one_page_starts_one_process():
    with CleaningPool(8, LIMITS) as started:
        list(started.clean_all([good("a")]))
        assert len(started.started) == 1


def test_second_pass_uses_the_processes_of_the_first():
    with CleaningPool(1, LIMITS) as kept:
        list(kept.clean_all([good("a")]))
        first = {worker.process.pid for worker in kept.started}
        list(kept.clean_all([good("b")]))
        assert {worker.process.pid for worker in kept.started} == first


def test_no_process_is_left_when_the_pool_is():
    with CleaningPool(2, LIMITS) as left:
        list(left.clean_all([good(str(number)) for number in range(6)]))
        workers = [worker.process for worker in left.started]
        assert all(process.is_alive() for process in workers)
    assert not any(_runs(pid) for pid in [process.pid for process in workers])


def _runs(pid: int | None) -> bool:
    """Whether the process is there; its parent, the fork server, may not have reaped it yet."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        except OSError:
            return False
        if state.rsplit(")", 1)[1].split()[0] == "Z":
            return False
        time.sleep(0.01)
    return True


def test_killed_process_costs_no_page():
    with CleaningPool(1, LIMITS) as killed:
        found = []
        for number, cleaned in enumerate(killed.clean_all(map(good, "abcdefghijkl"))):
            found.append(said(cleaned))
            if number == 0:
                (worker,) = killed.started
                os.kill(worker.process.pid or 0, signal.SIGKILL)
    assert found == ["article"] * 12


def test_page_that_kills_its_process_twice_is_quarantined_alone(kill_on: KillOn):
    others = kill_on("c", 2)
    pages: list[Page | QuarantinedPage] = [good(name) for name in "abcdefghijkl"]
    assert dict(outcomes(pages)) == {
        **dict.fromkeys("abdefghijkl", "article"),
        "c": "the cleaning process died on this page, twice",
    }
    assert len(others) == 2
    assert others[1] == 0, "the second time no other page is cleaned"


def test_process_that_is_killed_before_its_first_page_is_started_again(kill_at_start: KillAtStart):
    kill_at_start(2)
    assert outcomes([good("a")]) == [("a", "article")]


def test_processes_that_are_killed_as_they_start_are_told_with_the_way_out(
    kill_at_start: KillAtStart,
):
    kill_at_start(3)
    with pytest.raises(WorkerError, match=r"3 times, the last by signal 9; .*--workers 1"):
        outcomes([good("a")])


def test_page_over_its_time_is_stopped_alone():
    limits = PageLimits(seconds=0.05, memory_bytes=LIMITS.memory_bytes, pack=False)
    with CleaningPool(1, LIMITS) as warm:
        list(warm.clean_all([good("a")]))
        (worker,) = warm.started
        worker.limits = limits
        os.kill(worker.process.pid or 0, signal.SIGSTOP)  # a page that never ends
        (reason,) = [said(one) for one in warm.clean_all([good("slow")])]
        assert "took longer than 0.05 s (setting page_s)" in reason
        assert [said(one) for one in warm.clean_all([good("b")])] == ["article"]


def test_page_over_its_memory_is_stopped_alone():
    limits = PageLimits(seconds=20, memory_bytes=60_000_000, pack=False)
    big = Page("big", b"<article>" + paragraphs(50_000).encode())
    found = outcomes([good("a"), big, good("b")], limits)
    assert [name for name, _ in found] == ["a", "big", "b"]
    assert found[0][1] == found[2][1] == "article"
    assert "GB (setting page_memory_bytes)" in found[1][1] or "died" in found[1][1]


def test_failure_in_the_cleaner_costs_one_page_and_is_told(monkeypatch: pytest.MonkeyPatch):
    def fail(page: Page) -> Article:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(workers, "clean", fail)
    cleaned = workers.clean_one(good("a"), LIMITS)
    assert isinstance(cleaned.outcome, QuarantinedPage)
    assert "ZeroDivisionError: nobody thought of this" in cleaned.outcome.reason


def test_stopping_in_the_middle_ends_at_once():
    with CleaningPool(2, LIMITS) as stopped:
        pages = stopped.clean_all([good(str(number)) for number in range(100)])
        next(pages)
    with pytest.raises(RuntimeError, match="shutdown"):
        list(stopped.clean_all([good("z")]))


SCRIPT = """
from indexer.ingest.workers import PageLimits, clean_all
from indexer.models import Page

limits = PageLimits(seconds=20, memory_bytes=1_000_000_000, pack=False)
{guard}
    print([one.name for one in clean_all([Page("a", b"<p>Guns</p>")], 2, limits)])
"""


def run_script(tmp_path: Path, guard: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(guard=guard))
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )


def test_script_without_a_guard_fails_with_the_way_out(tmp_path: Path):
    ended = run_script(tmp_path, "if True:")
    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith(
        'Put what the script does under if __name__ == "__main__":'
    )


def test_script_with_a_guard_cleans(tmp_path: Path):
    assert run_script(tmp_path, 'if __name__ == "__main__":').stdout == "['a']\n"
