"""Hostile containers: linear work, bounded memory, and never more than the rest of one file lost.

Work is counted in calls of functions and bytes read, memory by tracemalloc, so that a slow machine
changes nothing.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import struct
import subprocess
import sys
import tracemalloc
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.ingest.readers import SourceFile, list_files
from indexer.ingest.readers.limits import Budget, NamedStream
from indexer.ingest.readers.reader_process import ReadLimits, read_in_process
from indexer.ingest.readers.registry import read_stream
from indexer.models import Page, QuarantinedPage
from indexer.settings import Settings
from tests.support.archives import (
    HTML,
    list_pages,
    make_mhtml,
    make_warc_record,
    map_reasons,
    read_entries,
)
from tests.support.saved_page import make_page

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = make_warc_record("https://a.example/good")
HEAD = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/bad\r\n"


def make_answer(http: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = ANSWER + b"Transfer-Encoding: chunked\r\n\r\n"
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "a.warc no line ends": lambda size: b"x" * size,
    "b.warc header without end": lambda size: HEAD + b"X: " + b"x" * size,
    "c.warc many headers": lambda size: HEAD + b"X: y\r\n" * (size // 6),
    "d.warc empty lines": lambda size: b"\r\n" * (size // 2),
    "e.warc long status": lambda size: make_answer(b"HTTP/1.1 " + b"x" * size),
    "f.warc many http headers": lambda size: make_answer(ANSWER + b"X: y\r\n" * (size // 6)),
    "g.warc chunks of a byte": lambda size: make_answer(CHUNKED + b"1\r\nx\r\n" * (size // 6)),
    "h.warc chunk without end": lambda size: make_answer(CHUNKED + b"f" * size),
    "i.warc small records": lambda size: GOOD * (size // len(GOOD)),
    "j.warc length over the end": lambda size: GOOD + HEAD + b"Content-Length: 9223372036854775808"
    b"\r\n\r\n" + b"x" * size,
    "k.jsonl no line ends": lambda size: b"x" * size,
    "l.jsonl empty lines": lambda size: b"\n" * size,
    "m.mhtml parameters": lambda size: b"Content-Type: multipart/related" + b";a=1" * (size // 4),
    "n.mhtml boundaries": lambda size: make_mhtml(
        b"\r\n------MultipartBoundary--abc----" * (size // 34)
    ),
    "o.mhtml no line ends": lambda size: b"x" * size,
}  # fmt: skip


NAME_BYTES = 300


class CountingFile(io.RawIOBase):
    """A file in memory that counts the bytes that are read."""

    def __init__(self, data: bytes) -> None:
        self.inner = io.BytesIO(data)
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self.inner.readinto(buffer)
        self.read_bytes += found
        return found


def count_work(name: str, data: bytes) -> tuple[int, int, int]:
    """Read a container; returns calls of functions, bytes read and the peak of memory.

    The names of its pages, which a reader knows apart, are taken off the peak.
    """
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    file = CountingFile(data)
    entry = NamedStream(name, "source", io.BufferedReader(file))
    sys.setprofile(count)
    try:
        for one in read_stream(entry, Budget(len(data), 20_000)):
            assert isinstance(one, (Page, QuarantinedPage))
    finally:
        sys.setprofile(None)
    pages = 0
    tracemalloc.start()
    try:
        for one in read_stream(
            NamedStream(name, "source", io.BufferedReader(CountingFile(data))),
            Budget(len(data), 20_000),
        ):
            pages += 1
            assert one.name
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return calls, file.read_bytes, peak - NAME_BYTES * pages


@pytest.mark.parametrize("case", HOSTILE)
def test_twice_the_bytes_are_at_most_twice_the_work_and_no_more_memory(case: str):
    name = case.split(" ", 1)[0]
    small, large = HOSTILE[case](300_000), HOSTILE[case](600_000)
    calls, read_bytes, peak = count_work(name, small)
    twice_calls, twice_bytes, twice_peak = count_work(name, large)
    assert read_bytes <= len(small)
    assert twice_bytes <= len(large)
    assert twice_calls <= 2.1 * calls + 200
    assert twice_peak <= 1.1 * peak + 60_000
    assert twice_peak < 2_000_000


LENGTHS = ["9223372036854775808", "18446744073709551616", "-1", "9" * 5000, "abc", "", "1e9", "٣"]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_length_that_cannot_be_costs_the_rest_of_its_file_by_name(
    tmp_path: Path, length: str, name: str
):
    bad = HEAD + f"Content-Length: {length}\r\n\r\n".encode() + HTML.encode()
    (tmp_path / name).write_bytes(GOOD + bad + GOOD)
    (tmp_path / "b.html").write_bytes(HTML.encode())
    found = read_entries(tmp_path)
    assert [page.name for page in list_pages(found)] == [f"{name}!https://a.example/good", "b.html"]
    (reason,) = map_reasons(found).values()
    assert "cannot be read to its end: a record declares no length that can be" in reason


def test_headers_without_end_in_one_answer_leave_the_next(tmp_path: Path):
    (tmp_path / "a.warc").write_bytes(make_answer(ANSWER + b"X: " + b"x" * 200_000) + GOOD)
    found = read_entries(tmp_path / "a.warc")
    assert len(list_pages(found)) == 1
    assert map_reasons(found) == {
        "a.warc!https://a.example/bad": "the headers of its HTTP answer are damaged or too long"
    }


def test_parameters_that_upset_the_mail_parser_of_python(tmp_path: Path):
    page = make_mhtml(kind=b"text/html; charset=utf-8; a=1; a*0=2; a*=3")
    (tmp_path / "a.mhtml").write_bytes(page)
    (found,) = list_pages(read_entries(tmp_path))
    assert found.charset == "utf-8"


def test_hostile_containers_stop_no_build(tmp_path: Path):
    source = tmp_path / "source"
    source.mkdir()
    for case, make in HOSTILE.items():
        (source / case.split(" ", 1)[0]).write_bytes(make(200_000))
    (source / "z.html").write_bytes(make_page(""))
    engine = WhooshEngine(tmp_path / "index")
    report = rebuild(engine, [source], Settings(workers=1, page_bytes=20_000), SilentProgress())
    assert report.indexed >= 1
    named = {bad.name.split("!")[0] for bad in report.quarantined}
    assert named >= {case.split(" ", 1)[0] for case in HOSTILE if case[0] not in "ln"}


# The process


def find_file(path: Path) -> SourceFile:
    (file,) = (one for one in list_files(path) if isinstance(one, SourceFile))
    return file


def write_rows(path: Path, count: int) -> SourceFile:
    rows = (json.dumps({"id": str(number), "body": "tank " * 400}) for number in range(count))
    path.write_text("\n".join(rows), encoding="utf-8")
    return find_file(path)


def list_readers() -> list[multiprocessing.Process]:
    return [process for process in multiprocessing.active_children() if process.is_alive()]


def test_reader_that_is_killed_costs_the_rest_of_its_file_by_name(tmp_path: Path):
    before = set(list_readers())
    entries = read_in_process(write_rows(tmp_path / "a.jsonl", 2_000), 100_000)
    assert next(entries).name == "a.jsonl!1"
    (reader,) = set(list_readers()) - before
    reader.kill()
    *pages, last = entries
    assert all(isinstance(page, Page) for page in pages)
    assert len(pages) < 1_999
    assert isinstance(last, QuarantinedPage)
    assert last.name == "a.jsonl"
    assert last.reason == "the process that reads it died; the rest of it was not read"


def test_reader_killed_before_its_first_page_is_no_fault_of_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    start = ForkServerProcess.start

    def start_and_kill(process: ForkServerProcess) -> None:
        start(process)
        process.kill()

    file = write_rows(tmp_path / "a.jsonl", 2_000)
    monkeypatch.setattr(ForkServerProcess, "start", start_and_kill)
    *_, bad = read_in_process(file, 100_000)
    assert isinstance(bad, QuarantinedPage)
    assert bad.name == "a.jsonl"
    assert bad.reason == "the process that reads it died; the rest of it was not read"


def test_no_process_is_left_when_reading_stops(tmp_path: Path):
    before = set(list_readers())
    entries = read_in_process(write_rows(tmp_path / "a.jsonl", 2_000), 100_000)
    next(entries)
    entries.close()  # type: ignore[attr-defined]
    assert set(list_readers()) == before


def test_reader_that_stops_reading_on_is_stopped(tmp_path: Path):
    """A pipe without a writer: opening it never ends."""
    os.mkfifo(tmp_path / "a.jsonl")
    file = SourceFile(str(tmp_path), "a.jsonl", tmp_path / "a.jsonl", 1, 0, "a.jsonl")
    limits = ReadLimits(seconds=0.5)
    (bad,) = read_in_process(file, 100_000, limits)
    assert isinstance(bad, QuarantinedPage)
    assert bad.reason == "no page in 0.5 s; the rest of it was not read"


def test_table_of_contents_over_the_memory_is_named(tmp_path: Path):
    """A zip of 400,000 members of no bytes: 20 MB that zipfile makes 200 MB of.

    Where not even its MemoryError has room, Python runs in a circle until its time is over, or
    dies.
    """
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[0] * 9, 1, *[0] * 6) + b"x"
    table = entry * 400_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(table), 0, 0)
    (tmp_path / "a.zip").write_bytes(table + end)
    limits = ReadLimits(seconds=10, memory_bytes=120_000_000)
    (bad,) = read_in_process(find_file(tmp_path / "a.zip"), 100_000, limits)
    assert isinstance(bad, QuarantinedPage)
    assert bad.name == "a.zip"
    assert bad.reason in {
        "needs more than 0.12 GB to read; the rest was not read",
        "no page in 10 s; the rest of it was not read",
        "the process that reads it died; the rest of it was not read",
    }


GUARD = 'if __name__ == "__main__":'
SCRIPT = """
import sys
from pathlib import Path
from indexer.ingest.readers import read_corpus

{guard}
    print([page.name for page in read_corpus([Path(sys.argv[1])], 1000)])
"""


@pytest.mark.parametrize("guard", ["if True:", GUARD])
def test_script_without_a_guard_is_told_to_have_one(tmp_path: Path, guard: str):
    (tmp_path / "a.jsonl").write_text('{"id": 1}', encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT.format(guard=guard), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "script.py", "a.jsonl"],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    if guard != GUARD:
        assert ended.returncode == 1
        assert ended.stderr.rstrip().endswith(f"Put what the script does under {GUARD}")
    else:
        assert ended.stdout == "['a.jsonl!1']\n"
