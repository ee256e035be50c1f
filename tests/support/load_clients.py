"""Many clients that search one server while its index is written; every response is checked.

The source is numbered: the second half of the records of state k contain k. The number of records
that contain a word is counted here. So a wrong total, parts of two states in one response, and a
state that was not live during the request are all found.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.server_process import ServerProcess

WORDS = [f"{first}{second}" for first in ("bar", "kel", "mon", "tir", "zov") for second in
         ("ada", "ebin", "iro", "olan", "umek", "yst", "agor", "enil", "issa", "oten")]  # fmt: skip
TIMEOUT_S = 60
HALF_OPEN = 30
SLOW_READERS = 2


class NumberedSource:
    """A source of numbered records and its index.

    Args:
        records: number of records.
    """

    def __init__(self, root: Path, records: int) -> None:
        chance = random.Random(7)
        self.index = root / "data"
        self.source = root / "rows.jsonl"
        self.texts = [
            " ".join(chance.choices(WORDS, k=chance.randrange(5, 12)) + [f"gun{number}"] * 2)
            for number in range(records)
        ]
        self.holding = Counter(word for text in self.texts for word in set(text.split()))

    def save(self, state: int) -> None:
        """Write the source of a state."""
        former = len(self.texts) // 2
        rows = [
            {
                "id": f"r{number}",
                "title": f"Report {number}",
                "body": f"State {state if number >= former else 0}. The brigade moved {text}.",
            }
            for number, text in enumerate(self.texts)
        ]
        self.source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def build(self, how: str) -> None:
        """Index the source in a process of its own, as a cron job does.

        Args:
            how: `rebuild` or `update`.
        """
        command = [sys.executable, "-m", "indexer", "--index", str(self.index), how]
        done = subprocess.run(
            [*command, "--quiet", "--workers", "1", str(self.source)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@dataclass
class LoadReport:
    """Measurements of the clients. `faults` are sentences about failed or wrong responses."""

    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    states: set[int] = field(default_factory=set)
    done: int = 0
    begun: int = 0
    over: bool = False

    def find_quantile(self, share: float) -> float:
        """Return the milliseconds within which this share of all responses came."""
        ranked = sorted(self.milliseconds)
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    def measure_growth(self) -> float:
        """Return the most memory of the run divided by the most in its first fifth."""
        early = self.memory[: max(len(self.memory) // 5, 1)]
        return max(self.memory) / max(early)

    def summarize(self) -> str:
        """Return the figures in one line."""
        early = max(self.memory[: max(len(self.memory) // 5, 1)])
        return (
            f"{len(self.milliseconds):,} requests, {len(self.faults)} failed or wrong, "
            f"{self.done} swaps; p50 {self.find_quantile(0.5):.0f} ms, "
            f"p99 {self.find_quantile(0.99):.0f} ms; "
            f"memory {early / 1e6:.0f} MB, at most {max(self.memory) / 1e6:.0f} MB later"
        )


def run_load(
    numbered: NumberedSource, clients: int, swaps: int, seconds: float, requests: int
) -> LoadReport:
    """Send requests until the time is over, the swaps are done and enough requests were answered.

    Args:
        numbered: the source; its first index is built here.
        clients: number of connections.
        swaps: number of further generations.
        seconds: least duration.
        requests: least number of responses.
    """
    numbered.save(0)
    numbered.build("rebuild")
    seen = LoadReport()
    with run_server(numbered.index) as server, crowd_server(server):
        asking = [
            threading.Thread(target=send_requests, args=(numbered, server, seen, number))
            for number in range(clients)
        ]
        for thread in asking:
            thread.start()
        end = time.monotonic() + seconds
        swapping = threading.Thread(target=swap_generations, args=(numbered, seen, swaps, seconds))
        swapping.start()
        while swapping.is_alive() or time.monotonic() < end or len(seen.milliseconds) < requests:
            seen.memory.append(read_resident_bytes(server.process.pid))
            time.sleep(0.5)
            if server.process.poll() is not None or len(seen.faults) > 100:
                break
        seen.over = True
        for thread in [*asking, swapping]:
            thread.join()
    return seen


def swap_generations(
    numbered: NumberedSource, seen: LoadReport, swaps: int, seconds: float
) -> None:
    """Run one rebuild, then updates, spread over the time."""
    for state in range(1, swaps + 1):
        numbered.save(state)
        seen.begun = state
        numbered.build("rebuild" if state == 1 else "update")
        seen.done = state
        time.sleep(max(0.0, seconds / swaps - 3))


def send_requests(
    numbered: NumberedSource, server: ServerProcess, seen: LoadReport, number: int
) -> None:
    """Send requests on one connection until the run is over."""
    chance = random.Random(number)
    connection = http.client.HTTPConnection(*server.host_and_port, timeout=TIMEOUT_S)
    while not seen.over:
        word = chance.choice(WORDS)
        address = chance.choice(["/api/search?size=50&q=", "/?size=25&q="])
        done, started = seen.done, time.perf_counter()
        try:
            connection.request("GET", address + word)
            response = connection.getresponse()
            body = response.read().decode()
        except (OSError, http.client.HTTPException) as exc:
            seen.faults.append(f"{address}{word}: {exc!r}")
            connection.close()
            continue
        seen.milliseconds.append(1000 * (time.perf_counter() - started))
        told = {int(state) for state in re.findall(r"State (\d+)\.", body)} - {0}
        seen.states |= told
        wrong = f"status {response.status}" if response.status != 200 else ""
        wrong = wrong or describe_wrong_total(numbered, word, body)
        wrong = wrong or describe_wrong_state(told, range(done, seen.begun + 1))
        if wrong:
            seen.faults.append(f"{address}{word}: {wrong}")
    connection.close()


def describe_wrong_total(numbered: NumberedSource, word: str, body: str) -> str:
    """Describe a wrong total; empty if it is right, or if the body is a page."""
    total = json.loads(body)["total"] if body.startswith("{") else numbered.holding[word]
    right = total == numbered.holding[word]
    return "" if right else f"{total} articles instead of {numbered.holding[word]}"


def describe_wrong_state(told: set[int], live: range) -> str:
    """Describe a response of several states or of one that was not live; else empty."""
    return "" if len(told) <= 1 and told <= set(live) else f"states {sorted(told)}, live: {live}"


@contextlib.contextmanager
def crowd_server(server: ServerProcess) -> Iterator[None]:
    """Keep half-open connections, and clients that read nothing, while the block runs."""
    over = threading.Event()

    def crowd() -> None:
        while not over.is_set():
            with contextlib.ExitStack() as stack:
                for number in range(HALF_OPEN + SLOW_READERS):
                    raw = stack.enter_context(
                        socket.create_connection(server.host_and_port, TIMEOUT_S)
                    )
                    slow = b"GET /export.jsonl?q=brigade HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    raw.sendall(slow if number < SLOW_READERS else b"GET /?q=")
                over.wait(5)

    thread = threading.Thread(target=crowd)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def read_resident_bytes(pid: int) -> int:
    """Return the anonymous memory of a process, without mapped files, which can be evicted."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return 1024 * int(re.search(r"RssAnon:\s+(\d+)", status)[1])
