"""The fitted forest: its table, its arithmetic, and the features that it uses."""

import numpy as np
import pytest
from bs4 import BeautifulSoup

from indexer.clean.body.evidence import RuleEvidence
from indexer.clean.body.features import LineFeatures, compute_features, encode_drop_reason
from indexer.clean.body.line_classifier import (
    PRIOR_LOGIT,
    Forest,
    format_forest,
    load_forest,
    parse_forest,
)
from indexer.clean.body.line_rules import LineOpening
from indexer.clean.page.blocks import read_layout

TABLE = "# remark\nkept size\t0.5 3.0\t-1000 0 500 2000\nsize size\t1.0 5.0\t0 100 200 300\n"
PARAGRAPH = "The engineers laid a second pontoon across the river before dawn, the colonel said."


def features(*rows: tuple[float, float]) -> LineFeatures:
    values = np.array(rows, dtype=np.float32).reshape(-1, 2).T
    return LineFeatures(np.arange(len(rows)), ("kept", "size"), values)


def described(
    markup: str, drop_reasons: list[str], openings: dict[int, LineOpening] | None = None
) -> dict[str, list[float]]:
    layout = read_layout(BeautifulSoup(f"<body>{markup}</body>", "lxml"))
    whole = [region for region in layout.regions if region.tag.name == "body"]
    evidence = RuleEvidence(
        layout=layout,
        weights=[float(block.size) for block in layout.blocks],
        drop_reasons=drop_reasons,
        regions=whole,
        headlines=[0],
        openings=openings or {},
        authors=("Jana Holt",),
    )
    found = compute_features(evidence)
    return {name: found.values[i].tolist() for i, name in enumerate(found.names)}


def test_scores_are_the_leaning_and_the_leaves_by_hand():
    # kept, size 4: leaf yes/yes = 2.0; yes/no = .2; out, size 0: leaf no/no = -1.0; no/no = 0
    scores = parse_forest(TABLE).score(features((1, 4), (0, 0)))
    assert scores.tolist() == pytest.approx([PRIOR_LOGIT + 2.0 + 0.2, -PRIOR_LOGIT - 1.0])


def test_table_survives_writing_and_reading():
    assert format_forest(parse_forest(format_forest(parse_forest(TABLE)))) == format_forest(
        parse_forest(TABLE)
    )


def test_page_longer_than_a_chunk_is_scored_alike():
    rows = [(1.0, 4.0)] * 1200
    scores = parse_forest(TABLE).score(features(*rows))
    assert set(scores.round(6)) == {round(PRIOR_LOGIT + 2.2, 6)}


def test_forest_that_ships_uses_only_features_there_are():
    forest = load_forest()
    names = set(described(f"<h1>Pontoon laid</h1><p>{PARAGRAPH}</p>", ["title", ""]))
    assert isinstance(forest, Forest)
    assert {name for tree in forest.features for name in tree} <= names


def test_features_of_a_line_are_what_the_page_shows():
    found = described(
        f'<h2>Pontoon laid</h2><div class="related"><p>{PARAGRAPH}</p></div>'
        "<p>Jana Holt is a reporter.</p>",
        ["", "", ""],
    )
    assert found["kind"] == [5.0, 0.0, 0.0]
    assert found["sentence_end"] == [0.0, 1.0, 1.0]
    assert found["head_lines"] == [0.0, 1.0, 2.0]
    assert found["heading_above"] == [60.0, 1.0, 2.0]
    assert found["ending"] == [0.0, 0.0, 8.0 + 4.0]
    # of 12 + 83 + 24 characters 12 stand before the paragraph, 95 before the last line
    assert found["size_before"] == pytest.approx([0.0, 12 / 119, 95 / 119])
    # the paragraph is alone in its box; the box and the last line stand in the same element
    assert found["in0_kept"] == pytest.approx([12 / 119, 83 / 119, 24 / 119])
    assert found["in1_kept"] == pytest.approx([1.0, 83 / 119, 1.0])
    assert found["in2_kept"] == pytest.approx([1.0, 1.0, 1.0])


def test_lines_in_elements_of_one_class_are_described_together():
    found = described(
        f'<p class="text">{PARAGRAPH}</p><p class="text">{PARAGRAPH}</p><p>{PARAGRAPH}</p>',
        ["", "outside", ""],
    )
    assert found["shape_kept"] == [0.5, 0.5, 1.0]
    assert found["shape_lines"] == pytest.approx([np.log(2), np.log(2), 0.0])


def test_line_whose_drop_reason_stands_is_not_looked_at():
    found = described(f"<h1>Pontoon laid</h1><p>{PARAGRAPH}</p>", ["title", ""])
    assert len(found["size"]) == 1


def test_page_whose_drop_reasons_all_stand_is_scored_without_a_line():
    found = described("<h1>Pontoon laid</h1><p>Menu</p>", ["title", "hidden"])
    assert set(map(tuple, found.values())) == {()}
    assert parse_forest(TABLE).score(features()).tolist() == []


def test_opening_the_rules_found_is_taken_over():
    found = described("<p>Tags: bridges</p>", [""], openings={0: LineOpening.PROMOTION})
    assert found["opening"] == [4.0]
    assert described("<p>Tags: bridges</p>", [""])["opening"] == [1.0]


def test_linked_line_the_rules_dropped_is_not_looked_at():
    found = described(f'<p>{PARAGRAPH}</p><p><a href="/x">More</a></p>', ["", "links"])
    assert len(found["size"]) == 1


def test_drop_reasons_fall_into_families():
    assert encode_drop_reason("") == 0
    assert encode_drop_reason("comments") == 20
    assert encode_drop_reason("figcaption") == 22
    assert encode_drop_reason("a name nobody listed") == 26
