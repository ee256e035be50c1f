"""The budget of a search: processor time of its own thread; the outermost budget holds."""

from __future__ import annotations

import threading
import time

import pytest

from indexer.errors import SearchTimeout
from indexer.query.processor_time import TOO_LONG, check_processor_time, limit_processor_time


def spend(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_without_a_budget_nothing_is_refused():
    spend(0.01)
    check_processor_time()


def test_spent_budget_is_refused_in_a_sentence():
    with limit_processor_time(0.005):
        check_processor_time()
        spend(0.01)
        with pytest.raises(SearchTimeout, match=f"^{TOO_LONG}$"):
            check_processor_time()
    check_processor_time()


def test_step_that_would_spend_it_is_refused_before():
    with limit_processor_time(60):
        check_processor_time(ahead=30)
        with pytest.raises(SearchTimeout):
            check_processor_time(ahead=90)


def test_waiting_spends_nothing():
    with limit_processor_time(0.1):
        time.sleep(0.2)
        check_processor_time()


def test_inner_budget_does_not_extend_the_outer_one():
    with limit_processor_time(-1), limit_processor_time(60), pytest.raises(SearchTimeout):
        check_processor_time()


def test_budget_is_of_one_thread():
    refused: list[bool] = []

    def check() -> None:
        try:
            check_processor_time()
        except SearchTimeout:
            refused.append(True)
        else:
            refused.append(False)

    with limit_processor_time(-1):
        thread = threading.Thread(target=check)
        thread.start()
        thread.join()
    assert refused == [False]
