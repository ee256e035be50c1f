"""A cache with a bound, least recently used entries dropped first, that threads may share.

cachetools keeps the order and the sizes; it has no lock, so that is here.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Values by key. Safe for threads; None cannot be a value.

    Args:
        bound: the sizes of all values together stay at or below it; a larger value is not stored.
        size: the size of a value, asked once when it is stored; without it every value counts 1.

    Example:
        >>> cache = LruCache[str, bytes](bound=10, size=len)
        >>> cache.get_or_make("a", lambda: b"123456")
        b'123456'
        >>> cache.get("a"), cache.get("b")
        (b'123456', None)
    """

    def __init__(self, bound: int, size: Callable[[V], int] | None = None) -> None:
        self._values: LRUCache[K, V] = LRUCache(bound, getsizeof=size)
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return the value of a key, None if it is not stored."""
        with self._lock:
            return self._values.get(key)

    def get_all(self, keys: Iterable[K]) -> dict[K, V]:
        """Return the values of those of the keys that are stored."""
        with self._lock:
            return {key: self._values[key] for key in keys if key in self._values}

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key; if it is not stored, make it and store it.

        `make` runs outside the lock: two threads that ask for one key at the same time may both
        run it. Each then returns its own value, and the first of them is stored.
        """
        value = self.get(key)
        if value is None:
            value = make()
            with self._lock:
                if key not in self._values:
                    self._store(key, value)
        return value

    def update(self, values: Mapping[K, V]) -> None:
        """Store values; those of keys that are stored already are replaced."""
        with self._lock:
            for key, value in values.items():
                self._store(key, value)

    def _store(self, key: K, value: V) -> None:
        try:
            self._values[key] = value
        except ValueError:  # it is larger than the bound: cachetools' way to say so
            self._values.pop(key, None)
