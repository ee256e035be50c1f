"""Where a page's lines are cut: expected precision and recall, by hand."""

import numpy as np
import pytest

from indexer.clean.body.line_classifier import MIN_LOGIT, TEMPERATURE, choose_threshold


def logit(chance: float) -> float:
    """Return the logit whose probability is `chance` at TEMPERATURE."""
    return TEMPERATURE * float(np.log(chance / (1 - chance)))


def cut(*lines: tuple[int, float]) -> float:
    sizes, chances = zip(*lines, strict=True)
    return choose_threshold(np.array(sizes, dtype=float), np.array([logit(c) for c in chances]))


def test_doubtful_line_is_left_out_where_the_others_are_sure():
    # one line: .95 + 285/315 = 1.85; both: 315/400 + 1 = 1.79
    assert cut((300, 0.95), (100, 0.3)) == pytest.approx(logit(0.95))


def test_line_as_doubtful_is_kept_where_all_are_in_doubt():
    # one line: .5 + 50/80 = 1.13; both: 80/200 + 1 = 1.4
    assert cut((100, 0.5), (100, 0.3)) == pytest.approx(logit(0.3))


def test_order_of_lines_does_not_matter():
    assert cut((10, 0.1), (100, 0.4), (100, 0.5)) == cut((100, 0.5), (10, 0.1), (100, 0.4))


def test_long_line_counts_more_than_a_short_one():
    # one line: .9 + 90/94 = 1.857; both: 94/110 + 1 = 1.855
    assert cut((100, 0.9), (10, 0.4)) == pytest.approx(logit(0.9))
    # one line: .9 + 9/49 = 1.08; both: 49/110 + 1 = 1.45
    assert cut((10, 0.9), (100, 0.4)) == pytest.approx(logit(0.4))


def test_no_line_belongs_that_hardly_can():
    assert cut((100, 0.01)) == MIN_LOGIT
