"""Quality floors, all in floors.json; they only rise.

The measuring sets stand beside a checkout of this project (`../shared/data`) and do not ship;
where they are missing, only the sample corpus is measured.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from indexer.measure.quality import extraction, language, relevance

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "tests" / "floors.json").read_text())
DATA = Path(os.environ.get("DATELINE_MEASURE", ROOT.parent / "shared" / "data"))

measured = pytest.mark.skipif(not DATA.is_dir(), reason=f"no measuring sets in {DATA}")


def below(floors: dict[str, float], figures: object) -> dict[str, float]:
    """The figures that fell through their floor."""
    found = {name: getattr(figures, name) for name in floors}
    return {name: value for name, value in found.items() if value is None or value < floors[name]}


def test_sample_corpus_ranks_as_judged():
    report = relevance.evaluate(ROOT / "corpus" / "judgements", peers=True)
    ours = report.mean["dateline"]
    assert below(FLOORS["sample"], ours) == {}
    assert ours.ndcg10 > report.mean["SQLite FTS5"].ndcg10


@measured
@pytest.mark.slow
def test_long_questions_rank_above_the_floor():
    report = relevance.evaluate(DATA / "ir")
    assert below(FLOORS["relevance"], report.mean["dateline"]) == {}


@measured
@pytest.mark.slow
def test_spellings_find_what_they_should():
    report = language.evaluate(DATA / "domain")
    floors = FLOORS["language"]
    assert report.lists["all"].f1 >= floors["f1"]
    assert report.one_set >= floors["one_set"]


@measured
@pytest.mark.slow
def test_pages_are_cleaned_above_the_floor():
    rows = extraction.evaluate(DATA / "extraction").rows
    by_set = {row.source_set: row for row in rows if row.extractor == extraction.OURS}
    fell = {name: below(floors, by_set[name]) for name, floors in FLOORS["extraction"].items()}
    assert {name: figures for name, figures in fell.items() if figures} == {}
