"""One server under many clients while its index is rebuilt and updated, and beside slow clients.

A few seconds by default. With DATELINE_FULL_FAULTS=1: 64 clients for five minutes with a rebuild
and ten updates, and 10,000 requests during ten swaps; `-s` prints the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.load_clients import (
    NumberedSource,
    describe_wrong_state,
    describe_wrong_total,
    run_load,
)
from tests.support.numbered_archive import FULL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_no_request_fails_or_is_answered_wrong_while_the_index_is_written(tmp_path: Path):
    numbered = NumberedSource(tmp_path, 2_000 if FULL else 100)
    if FULL:
        seen = run_load(numbered, clients=64, swaps=11, seconds=300, requests=1)
    else:
        seen = run_load(numbered, clients=16, swaps=2, seconds=5, requests=1)
    print("\nload:", seen.summarize())  # noqa: T201
    assert seen.faults == []
    assert seen.done == (11 if FULL else 2)
    assert seen.states == set(range(1, seen.done + 1))
    if FULL:  # in some seconds the first answers still fill what is kept
        assert seen.measure_growth() <= 1.1


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="the test above does the same with fewer")
def test_no_request_of_10000_fails_during_ten_swaps(tmp_path: Path):
    seen = run_load(
        NumberedSource(tmp_path, 200), clients=16, swaps=10, seconds=40, requests=10_000
    )
    print("\nswaps:", seen.summarize())  # noqa: T201
    assert seen.faults == []
    assert len(seen.milliseconds) >= 10_000
    assert seen.done == 10


def test_wrong_answers_are_told_apart(tmp_path: Path):
    numbered = NumberedSource(tmp_path, 50)
    count = numbered.holding["barada"]
    assert describe_wrong_total(numbered, "barada", f'{{"total": {count}}}') == ""
    assert describe_wrong_total(numbered, "barada", f'{{"total": {count + 1}}}')
    assert describe_wrong_state({3}, range(3, 5)) == describe_wrong_state(set(), range(1)) == ""
    assert describe_wrong_state({2}, range(3, 5))
    assert describe_wrong_state({3, 4}, range(3, 5))
