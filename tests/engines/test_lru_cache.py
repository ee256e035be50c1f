"""The cache that both engines share: its bound, what is dropped first, and threads."""

from threading import Barrier, Thread

import pytest

from indexer.engines.lru_cache import LruCache


class Maker:
    """Makes a text as long as asked, and counts the calls."""

    def __init__(self):
        self.made: list[int] = []

    def __call__(self, length: int):
        self.made.append(length)
        return "x" * length


@pytest.fixture
def maker():
    return Maker()


def ask(cache: LruCache, maker: Maker, lengths: list[int]):
    for length in lengths:
        assert len(cache.get_or_make(length, lambda length=length: maker(length))) == length


def test_stored_value_is_not_made_again(maker: Maker):
    cache = LruCache(bound=10, size=len)
    ask(cache, maker, [6, 6])
    assert maker.made == [6]


def test_least_recently_used_is_dropped_first(maker: Maker):
    cache = LruCache(bound=10, size=len)
    # 3 + 4 fit; 5 makes 12 and 4, the older of the two, goes; 4 again makes 12 and 5 goes.
    ask(cache, maker, [3, 4, 3, 5, 3, 4])
    assert maker.made == [3, 4, 5, 4]
    assert set(cache.get_all([3, 4, 5])) == {3, 4}


def test_values_that_fill_the_bound_exactly_are_all_stored(maker: Maker):
    cache = LruCache(bound=10, size=len)
    ask(cache, maker, [4, 6, 4, 6])
    assert maker.made == [4, 6]


def test_value_beyond_the_bound_is_made_anew_and_drops_nothing(maker: Maker):
    cache = LruCache(bound=10, size=len)
    ask(cache, maker, [5, 11, 5, 11])
    assert maker.made == [5, 11, 11]


def test_value_that_grows_beyond_the_bound_is_forgotten():
    cache = LruCache(bound=10, size=len)
    cache.update({"a": "xxx", "b": "yyy"})
    cache.update({"a": "x" * 11})
    assert cache.get_all("ab") == {"b": "yyy"}


def test_without_sizes_values_are_counted_and_empty_ones_are_stored():
    cache = LruCache(bound=2)
    cache.update({"a": 0, "b": (), "c": ""})
    assert cache.get_all("abc") == {"b": (), "c": ""}
    assert cache.get("a") is None


def test_reading_all_makes_them_recent():
    cache = LruCache(bound=2)
    cache.update({"a": 1, "b": 2})
    cache.get_all(["a"])
    cache.update({"c": 3})
    assert cache.get_all("abc") == {"a": 1, "c": 3}


def test_two_threads_that_miss_one_key_both_make_it_and_the_first_is_stored():
    cache: LruCache[str, object] = LruCache(bound=10, size=lambda _: 6)
    both_make = Barrier(2, timeout=60)  # `make` under the lock would never get here twice
    returned = []

    def make():
        both_make.wait()
        return object()

    threads = [Thread(target=lambda: returned.append(cache.get_or_make("a", make))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    first, second = returned
    assert first is not second
    assert cache.get("a") in returned
    cache.update({"b": object()})  # 6 + 6 would be beyond the bound: "a" was counted once
    assert cache.get("a") is None


def test_threads_leave_the_bound_and_the_values_whole():
    cache: LruCache[int, str] = LruCache(bound=50, size=len)
    wrong = []

    def work(start: int):
        for step in range(3000):
            length = (start + step * 7) % 20 + 1
            value = cache.get_or_make(length, lambda length=length: "x" * length)
            if len(value) != length:
                wrong.append(value)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    stored = cache.get_all(range(1, 21))
    assert stored
    assert all(len(value) == key for key, value in stored.items())
    assert sum(map(len, stored.values())) <= 50
