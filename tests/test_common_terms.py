"""Postings kept for the commonest terms."""

import numpy as np
import pytest

from indexer.engines.whoosh.arrays import Postings
from indexer.engines.whoosh.common_terms import CommonTerms


class Maker:
    """Makes postings of as many documents as the term's number says, and counts the calls."""

    def __init__(self):
        self.made = []

    def __call__(self, field, number):
        self.made.append(number)
        array = np.zeros(number, np.int32)
        return Postings(array, array, np.zeros(number + 1, np.int64), array)


@pytest.fixture
def maker():
    return Maker()


def test_kept_postings_are_not_made_again(maker):
    kept = CommonTerms(bound=10)
    assert kept.get(("body", 6), maker) is kept.get(("body", 6), maker)
    assert maker.made == [6]


def test_fields_are_told_apart(maker):
    kept = CommonTerms(bound=100)
    assert kept.get(("body", 6), maker) is not kept.get(("title", 6), maker)


def test_least_recently_used_goes_first(maker):
    kept = CommonTerms(bound=10)
    for number in (3, 4, 3, 5, 3, 4):
        kept.get(("body", number), maker)
    # 3 + 4 fit; 5 makes 12 and 4, the older of the two, goes; 4 again makes 12 and 5 goes.
    assert maker.made == [3, 4, 5, 4]


def test_postings_beyond_the_bound_are_not_kept(maker):
    kept = CommonTerms(bound=10)
    for number in (5, 11, 5, 11):
        kept.get(("body", number), maker)
    assert maker.made == [5, 11, 11]
