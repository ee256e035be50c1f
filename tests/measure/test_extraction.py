"""The measure of cleaning: hand-counted shingles, and a set of two pages end to end."""

import gzip
import json

import pytest

from indexer.errors import SourceError
from indexer.measure.quality import extractors
from indexer.measure.quality.extraction import (
    PageTruth,
    as_json,
    as_table,
    compare,
    evaluate,
    read_truth,
    render_worst,
    summarise,
)
from indexer.measure.quality.extractors import ExtractedArticle
from indexer.measure.quality.shingles import compute_f1, count_shingles, fold_words, score_body


def test_shingles_are_runs_of_four_words():
    assert sum(count_shingles("one two three four five six").values()) == 3
    assert count_shingles("one two") == {("one", "two"): 1}
    assert not count_shingles(" , ")


def test_precision_and_recall_are_counted_by_hand():
    # truth: abcd bcde; found: abcd bcdx -> one of two each
    assert score_body("a b c d e", "a b c d x") == (0.5, 0.5, False)
    assert score_body("a b c d e", "a b c d e") == (1.0, 1.0, True)
    assert score_body("a b c d", "") == (None, 0.0, False)


def test_repeated_shingles_count_as_a_bag():
    # truth has "a a a a" once, found twice
    assert score_body("a a a a", "a a a a a") == (0.5, 1.0, False)


def test_f1_is_the_harmonic_mean():
    assert compute_f1(0.5, 1.0) == pytest.approx(2 / 3)
    assert compute_f1(0.0, 0.0) == 0.0


def test_titles_are_folded():
    assert fold_words("Guns — and “butter”!") == fold_words("guns and butter")


def truth(**fields) -> PageTruth:
    empty = dict.fromkeys(("url", "title", "authors", "date", "body"))
    return PageTruth(**(empty | {"id": "x", "source_set": "s"} | fields))


def test_authors_are_compared_as_a_set():
    score = compare(truth(authors=("A B", "C D")), ExtractedArticle(authors=("c d", "a b")))
    assert score.authors is True
    assert score.title is None


@pytest.mark.parametrize(
    ("found", "same_day", "days_off"),
    [
        ("2024-03-05T23:59:00-05:00", True, 0),
        ("2024-03-06", False, 1),
        ("2024-03-01", False, 4),
        (None, False, None),
    ],
)
def test_days_are_compared_as_printed(found, same_day, days_off):
    score = compare(truth(date="2024-03-05"), ExtractedArticle(published=found))
    assert (score.same_day, score.days_off) == (same_day, days_off)


def test_one_day_off_is_not_wrong_and_no_date_neither():
    dates = ("2024-03-05", "2024-03-06", "2024-03-09", None)
    scores = [compare(truth(date="2024-03-05"), ExtractedArticle(published=d)) for d in dates]
    (row,) = summarise("us", scores)
    assert row.same_day == 0.25
    assert row.date_wrong == 0.25


def test_snippets_a_body_must_and_must_not_contain_are_counted_as_words():
    wanted = truth(must_contain=("six that morning", "at noon"), must_not_contain=("SUB", "Six"))
    score = compare(wanted, ExtractedArticle(body="Over by six, “that” morning. Submarines too."))
    (row,) = summarise("us", [score])
    assert (score.held, score.lacked) == ((True, False), (True, False))
    assert (row.holds, row.lacks) == (0.5, 0.5)


@pytest.fixture
def directory(tmp_path):
    text = (
        "The engineers laid a second pontoon across the river before dawn, and the first of the "
        "trucks were over it by six that morning."
    )
    (tmp_path / "pages").mkdir()
    for name, body in (("good", f"<h1>Pontoon laid</h1><p>{text}</p>"), ("bad", "<p>404</p>")):
        html = f"<html><body><article>{body}</article></body></html>"
        (tmp_path / "pages" / f"{name}.html.gz").write_bytes(gzip.compress(html.encode()))
    rows = [
        {"id": "good", "source_set": "a", "title": "Pontoon laid", "body": text, "date": None},
        {"id": "bad", "source_set": "b", "title": None, "body": "Something else entirely here"},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "truth.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return tmp_path


def test_peer_that_fails_at_a_page_counts_as_empty_there(directory, monkeypatch):
    def fail(*_):
        raise ImportError("no tokenizer")

    monkeypatch.setattr(extractors, "PEERS", {"peer": fail})
    monkeypatch.setattr(extractors, "MODULES", {"peer": "json"})
    rows = [row for row in evaluate(directory, peers=True).rows if row.extractor == "peer"]
    assert [(row.source_set, row.failed, row.body_f1) for row in rows] == [
        ("a", 1, 0.0), ("b", 1, 0.0), ("all", 2, 0.0),
    ]  # fmt: skip


def test_set_is_measured_by_source_set_and_as_a_whole(directory):
    report = evaluate(directory, peers=False)
    by_set = {row.source_set: row for row in report.rows}
    assert by_set["a"].body_f1 == by_set["a"].exact == by_set["a"].title == 1.0
    assert (by_set["b"].failed, by_set["b"].body_f1) == (1, 0.0)
    assert by_set["all"].pages == 2
    assert by_set["all"].same_day is None


def test_report_has_a_table_json_and_the_worst_page_first(directory):
    report = evaluate(directory, peers=False)
    assert "1.000" in as_table(report)
    assert [row["source_set"] for row in as_json(report)["rows"]] == ["a", "b", "all"]
    shown = render_worst(report, 1)
    assert shown.startswith("0.000  bad")
    assert "no article found" in shown


def test_worst_shows_lines_missing_and_extra():
    score = compare(
        truth(body="one two three four five"), ExtractedArticle(body="six seven eight nine ten")
    )
    report = type("R", (), {"pages": (score,)})
    assert render_worst(report, 5).splitlines()[1:] == [
        "  - one two three four five",
        "  + six seven eight nine ten",
    ]


def test_folder_without_a_set_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no extraction set"):
        read_truth(tmp_path)
