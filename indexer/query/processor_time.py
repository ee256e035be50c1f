"""The time budget of a search: processor time of its thread, looked at in every long loop.

In: a budget in seconds, for a block of code. Out: `SearchTimeout` from the first check after it.

Processor time, because a wall clock also counts the time in which other threads have the processor:
it refused good searches on a busy machine, and the four worst ones only after 50 s.
"""

from __future__ import annotations

import contextlib
import math
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from indexer.errors import SearchTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_LONG: Final = (
    "The search took too long; ask for fewer or rarer words, or write more letters before a star"
)

_END: ContextVar[float | None] = ContextVar("processor_time_end", default=None)


@contextlib.contextmanager
def limit_processor_time(seconds: float) -> Iterator[None]:
    """Limit the processor time of a block of code in this thread.

    Inside another such block nothing changes: the first budget is that of the whole search, its
    corrections and partial matches included.

    Args:
        seconds: the budget, counted from now.

    >>> with limit_processor_time(60):
    ...     check_processor_time()
    """
    if _END.get() is not None:
        yield
        return
    token = _END.set(time.thread_time() + seconds)
    try:
        yield
    finally:
        _END.reset(token)


def check_processor_time(ahead: float = 0.0) -> None:
    """Check that the budget of this thread is not spent; does nothing without a budget.

    A check takes .8 µs.

    Args:
        ahead: seconds that the next step takes at least, if it is long and cannot be interrupted.

    Raises:
        SearchTimeout: it is spent, or would be by that step.
    """
    end = _END.get()
    if end is not None and time.thread_time() + ahead > end:
        raise SearchTimeout(TOO_LONG)


def measure_time_left() -> float:
    """Return the seconds that are left of the budget of this thread; infinite without a budget."""
    end = _END.get()
    return math.inf if end is None else end - time.thread_time()
