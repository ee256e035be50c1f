"""The rule by which a word typed as one is also searched as two."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query.word_forms import LINE_END_TIMES, count_word_documents, is_two_words

FIRSTS, SECONDS = ("gar", "sol", "cyber"), ("fire", "dier", "dr")
"""`cyber` is a first part that compounds are made of, of second parts from three letters on."""


@dataclass
class Counts:
    """A vocabulary of given counts, as far as these rules ask it."""

    counts: dict[str, int]
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def count_documents(self, term: str) -> int:
        return self.counts.get(term, 0)

    def is_hyphenated(self, first: str, second: str) -> bool:
        return (first, second) in self.pairs


PAIRS = st.tuples(st.sampled_from(FIRSTS), st.sampled_from(SECONDS))


@settings(deadline=None, max_examples=300)
@given(PAIRS, st.data())
def test_rule_is_halves_held_and_a_hyphen_that_is_no_line_end(pair, data):
    first, second = pair
    known = st.fixed_dictionaries(
        dict.fromkeys(
            (first, second, second + "s", first + second),
            st.sampled_from([0, 1, 2, 19, 20, 21, 41]),
        )
    )
    vocabulary = Counts(data.draw(known), {pair} if data.draw(st.booleans()) else set())
    halves = min(count_word_documents(first, vocabulary), count_word_documents(second, vocabulary))
    combining = first == "cyber" and second != "dr"
    hyphen_counts = (
        vocabulary.is_hyphenated(first, second)
        and vocabulary.count_documents(first + second) <= LINE_END_TIMES * halves
    )
    assert is_two_words(first, second, vocabulary) == (halves > 0 and (combining or hyphen_counts))


def test_hyphen_is_no_evidence_where_a_half_is_far_rarer_than_the_whole():
    pairs = {("sol", "dier"), ("gar", "fire")}
    counts = {"sol": 1, "dier": 9, "soldier": 21, "gar": 1, "fire": 30, "garfire": 20}
    vocabulary = Counts(counts, pairs)
    assert not is_two_words("sol", "dier", vocabulary)
    assert is_two_words("gar", "fire", vocabulary)
    assert not is_two_words("gar", "fire", Counts(counts))
    assert not is_two_words("gar", "fire", Counts({"fire": 1}, pairs))
    assert is_two_words("cyber", "fire", Counts({"cyber": 1, "fire": 1, "cyberfire": 99}))
