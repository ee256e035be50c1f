"""What was made once and may be asked for again, within a bound of memory; threads may share it."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class Sized(Protocol):
    """Something that knows what memory it takes."""

    @property
    def size_bytes(self) -> int:
        """Memory it takes."""
        ...


V = TypeVar("V", bound=Sized)


class Kept(Generic[V]):
    """Values by key, least recently used dropped first.

    Args:
        bound: bytes kept; a larger value is made anew each time.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._bytes = 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not kept; two threads may both make it."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
                return value
        value = make()
        with self._lock:
            if key not in self._values and value.size_bytes <= self._bound:
                self._values[key] = value
                self._bytes += value.size_bytes
            while self._bytes > self._bound:
                self._bytes -= self._values.popitem(last=False)[1].size_bytes
        return value
