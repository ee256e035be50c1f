"""Fitting the judge of lines: labels by alignment, boosting, folds by outlet."""

import gzip
import json

import numpy as np

from indexer.clean.body.features import LineFeatures
from indexer.clean.body.line_classifier import format_forest, parse_forest
from indexer.measure.line_classifier.boosting import BoostingOptions, Sample, fit
from indexer.measure.line_classifier.fit import as_table, fit_forest, read_training_pages
from indexer.measure.line_classifier.labels import align_lines

TRUTH = (
    "The engineers laid a second pontoon across the river before dawn.\n"
    "Losses\n"
    "Two boats were lost to the current and one to a mine, the colonel said."
)


def test_lines_of_the_truth_are_labelled_and_others_not():
    lines = [
        "Home",
        "The engineers laid a second pontoon across the river before dawn.",
        "Losses",
        "Read our newsletter about every boat that was ever lost on it.",
        "Two boats were lost to the current and one to a mine, the colonel said.",
    ]
    assert align_lines(lines, TRUTH).tolist() == [0.0, 1.0, 1.0, 0.0, 1.0]


def test_line_printed_twice_is_labelled_once_where_it_stands_in_order():
    lines = [
        "Losses",
        "The engineers laid a second pontoon across the river before dawn.",
        "Losses",
    ]
    assert align_lines(lines, TRUTH).tolist() == [0.0, 1.0, 1.0]


def test_nothing_in_common_labels_nothing():
    assert align_lines(["Home", "Contact"], TRUTH).tolist() == [0.0, 0.0]


def test_boosting_learns_what_depends_on_two_columns():
    values = np.array([[a, b] for a in (0, 1) for b in (0, 1)] * 50, dtype=np.float32)
    wanted = (values[:, 0] * values[:, 1]).astype(np.float64)
    count = len(values)
    sample = Sample(values, wanted, np.ones(count), 2.0 * values[:, 0] - 1)
    plan = BoostingOptions(
        trees=30, depth=2, rate=0.3, shrink=1.0, rows=1.0, columns=1.0, forests=2
    )
    forest = parse_forest(format_forest(fit(sample, ("kept", "b"), plan)))
    scores = forest.score(LineFeatures(np.arange(count), ("kept", "b"), values.T))
    assert ((scores > 0) == (wanted > 0)).all()


def test_set_is_read_and_learned_from(tmp_path):
    (tmp_path / "pages").mkdir()
    rows = []
    for number in range(4):
        paragraphs = "".join(f"<p>{line}</p>" for line in TRUTH.split("\n"))
        html = f"<html><body><article><h1>Pontoon {number}</h1>{paragraphs}</article></body></html>"
        (tmp_path / "pages" / f"{number}.html.gz").write_bytes(gzip.compress(html.encode()))
        rows.append({"id": f"{number}", "source_set": "s", "body": TRUTH})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "truth.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    pages = read_training_pages(tmp_path)
    forest = fit_forest(pages, BoostingOptions(trees=2, depth=2, forests=3))
    assert len(forest.values) == 6
    assert "1.0000  1.000" in as_table(
        pages, {page.truth.id: ["title", "", "", ""] for page in pages}
    )
