"""Signatures estimate what texts share; `measure_similarity` counts it."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import numpy as np
import pytest

from indexer.near_duplicates.minhash import (
    FIGURE_BITS,
    HASHES,
    MIN_TERMS,
    WIDTH,
    measure_similarity,
    sign_texts,
)

WORDS = [f"word{chr(97 + a)}{chr(97 + b)}{chr(97 + c)}" for a in range(26) for b in range(26)
         for c in range(6)]  # fmt: skip


def hashes(texts):
    return sign_texts(texts).view(np.uint8)[:, :HASHES]


def figure_count(terms):
    return int(np.unpackbits(sign_texts([terms]).view(np.uint8)[0, HASHES:]).sum())


def share(one, other):
    first, second = hashes([one, other])
    return float(np.mean(first == second))


def test_a_signature_is_sixty_four_bytes():
    assert sign_texts([WORDS[:50]]).shape == (1, WIDTH)
    assert WIDTH * 4 == 64 == HASHES + FIGURE_BITS // 8


def test_texts_of_fewer_than_forty_terms_have_no_signature():
    assert MIN_TERMS == 40
    found = sign_texts([WORDS[:39], WORDS[:40], []])
    assert found.any(axis=1).tolist() == [False, True, False]


def test_no_texts_give_no_rows():
    assert sign_texts([]).shape == (0, WIDTH)


def test_a_signature_does_not_depend_on_the_texts_beside_it():
    texts = [WORDS[start : start + 40 + start // 2] for start in range(0, 3000, 60)]
    together = sign_texts(texts)
    apart = [sign_texts([text])[0] for text in texts]
    assert (together == np.stack(apart)).all()


def test_a_signature_does_not_depend_on_the_process():
    program = (
        "from indexer.near_duplicates.minhash import sign_texts\n"
        "print(sign_texts([[f'word{n}' for n in range(90)]]).tolist())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


@pytest.mark.parametrize(("kept", "expected"), [(500, 1 / 3), (800, 2 / 3), (950, 0.904)])
def test_equal_bytes_estimate_the_share_of_runs_in_common(kept, expected):
    """Of 1,000 distinct words the first `kept` stay: of 998 runs each, kept - 2 are in both.

    500: 498 / (2 * 998 - 498) = .332; 800: 798 / 1198 = .666; 950: 948 / 1048 = .905. One pair's
    estimate strays by up to .07, the mean of 40 by .011.
    """
    shuffled = random.Random(7)
    found = []
    for _ in range(40):
        words = shuffled.sample(WORDS, 2000)
        found.append(share(words[:1000], words[:kept] + words[1000 : 2000 - kept]))
    assert np.mean(found) == pytest.approx(expected, abs=0.04)


def test_different_texts_agree_on_hardly_a_byte():
    pairs = [share(WORDS[at : at + 300], WORDS[at + 300 : at + 600]) for at in range(0, 3000, 300)]
    assert np.mean(pairs) < 0.02


def test_the_order_of_words_counts():
    assert share(WORDS[:300], WORDS[:300][::-1]) < 0.2


def test_figures_count_after_the_dateline_and_once_each():
    text = ["kyiv", "march", "3", *WORDS[:40], "2025", "$1.2bn", "f35a", "2025"]
    assert figure_count(text) == 3
    assert figure_count(WORDS[:60]) == 0


def test_a_figure_is_the_same_with_and_without_currency_or_unit():
    plain, dressed = ["5.5", "300", "35"], ["$5.5bn", "300mm", "f35"]
    found = [sign_texts([[*WORDS[:60], *figures]]).view(np.uint8) for figures in (plain, dressed)]
    assert (found[0][0, HASHES:] == found[1][0, HASHES:]).all()


def test_the_tenth_term_is_the_last_of_the_dateline():
    assert figure_count([*WORDS[:9], "7", *WORDS[9:60]]) == 0
    assert figure_count([*WORDS[:10], "7", *WORDS[10:60]]) == 1


def test_long_texts_are_compared_by_their_beginning():
    """65,534 bytes count: 8,192 terms of eight bytes with their separators."""
    words = [WORDS[number % 4000] for number in range(9_000)]
    assert {len(word) for word in words} == {7}
    assert share(words, words[:8_500] + WORDS[:400]) == 1.0
    assert sign_texts([words] * 3).any(axis=1).all()


def test_any_characters_will_do():
    texts = [["ä\ud800", "北", "\U0001f680"] * 20, ["é"] * 40]
    assert sign_texts(texts).any(axis=1).all()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("the first of two tanks", "the first of two tanks", 1.0),
        # Runs: the-first-of, first-of-two, of-two-X; two of three are in both.
        ("the first of two tanks", "the first of two ships", 2 / 3),
        # Three runs and one, the one in both: 2 * 1 / 4.
        ("the first of two tanks", "of two tanks", 0.5),
        ("the first of two tanks", "nothing like that here", 0.0),
        ("the first of two tanks", "", 0.0),
        ("", "", 1.0),
        ("two tanks", "Two tanks.", 1.0),
        ("two tanks", "two ships", 0.0),
        ("The defence programme grew", "the defense program grew", 1.0),
    ],
)
def test_alike_is_the_share_of_runs_of_three_terms(one, other, expected):
    assert measure_similarity(one, other) == pytest.approx(expected)
    assert measure_similarity(other, one) == pytest.approx(expected)
