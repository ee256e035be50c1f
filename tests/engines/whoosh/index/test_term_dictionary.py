"""Terms are found by number as a plain binary search over all of them finds them."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.index.term_dictionary import SAMPLE_STEP, TermDictionary


def dictionary(terms: list[bytes]) -> TermDictionary:
    """A dictionary of sorted terms without postings."""
    starts = np.cumsum([0, *map(len, terms)], dtype=np.int64)
    blob = np.frombuffer(b"".join(terms), np.uint8)
    return TermDictionary(blob, starts, starts, starts)


TERMS = st.lists(st.text("abé\ud800\U0001f600", max_size=5), unique=True, max_size=200).map(
    lambda terms: sorted(term.encode("utf-8", "surrogatepass") for term in terms)
)


@settings(deadline=None)
@given(TERMS, st.lists(st.binary(max_size=4)))
def test_place_is_that_of_a_search_over_all_terms(terms, others):
    known = dictionary(terms)
    for wanted in (*terms, *others, *(term + b"\xff" for term in terms), b"", b"\xff"):
        assert known.bisect(wanted) == bisect_left(terms, wanted)


@pytest.mark.parametrize("count", [0, 1, SAMPLE_STEP - 1, SAMPLE_STEP, SAMPLE_STEP + 1, 97])
def test_every_term_is_found_at_the_edges_of_the_sample(count: int):
    terms = [f"{2 * number:04d}".encode() for number in range(count)]
    known = dictionary(terms)
    for number in range(2 * count + 2):
        wanted = f"{number:04d}"
        assert known.bisect(wanted.encode()) == bisect_left(terms, wanted.encode())
        assert known.find(wanted) == (number // 2 if number % 2 == 0 and number < 2 * count else -1)
        assert known.find_prefix_range(wanted[:3]) == (
            bisect_left(terms, wanted[:3].encode()),
            bisect_left(terms, wanted[:3].encode() + b"\xff"),
        )
