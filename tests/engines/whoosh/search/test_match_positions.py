"""What the index says of where words stand is what reading the text finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.interface import Document, SearchOptions, TermPositions
from indexer.engines.whoosh.search import match_positions
from indexer.models import Article
from indexer.query.parser import parse
from indexer.search.highlight import HitHighlighter
from indexer.search.open import open_engine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LINES = st.lists(
    st.lists(
        st.sampled_from(["air", "Air", "defense", "defence", "F-16", "F", "16", "155 mm", "of"]),
        max_size=8,
    ).map(" ".join),
    max_size=6,
)
BODIES = st.lists(LINES.map("\n".join), min_size=1, max_size=4)
QUERIES = ("air", "defense", '"air defense"', "air NEAR/2 defense", "lead:air OR F-16", "155mm")


def article(number: int, body: str) -> Article:
    lead = body.split("\n", maxsplit=1)[0]
    return Article(f"n{number}", f"a{number}", f"r{number}", "Air", body, lead=lead)


def write(folder: Path, bodies: list[str], *, fresh: bool) -> None:
    with open_engine(str(folder)).open_writer(fresh=fresh) as writer:
        for number, body in enumerate(bodies, 0 if fresh else 100):
            writer.add(Document(article(number, body)))
        writer.publish()


@settings(max_examples=15, deadline=None)
@given(BODIES, BODIES)
def test_marks_are_those_that_reading_finds(tmp_path_factory: pytest.TempPathFactory, one, more):
    folder = tmp_path_factory.mktemp("located")
    write(folder, one, fresh=True)
    write(folder, more, fresh=False)
    snapshot = open_engine(str(folder)).open_snapshot()
    for text in QUERIES:
        tree = parse(text).tree
        answer = snapshot.search(tree, SearchOptions(locate=True, size=20, fold_copies=False))
        highlighter = HitHighlighter(answer.plan)
        for row in answer.rows:
            found = snapshot.read_document(row.id).article
            read = highlighter.find_marks(found.body, "body", len(found.lead))
            assert row.located is not None
            assert highlighter.find_marks(found.body, "body", len(found.lead), row.located) == read


def test_positions_are_given_by_line_and_term(tmp_path: Path):
    write(tmp_path, ["Air raid\n\nNo air, no defense."], fresh=True)
    options = SearchOptions(locate=True, exact=True)
    (row,) = (
        open_engine(str(tmp_path)).open_snapshot().search(parse("air defense").tree, options).rows
    )
    assert row.located == TermPositions((2, 0, 4), {"air": [0, 3], "defense": [5]})


def test_nothing_is_located_unless_asked_for(tmp_path: Path):
    write(tmp_path, ["Air raid"], fresh=True)
    (row,) = (
        open_engine(str(tmp_path)).open_snapshot().search(parse("air").tree, SearchOptions()).rows
    )
    assert row.located is None


def test_text_is_read_where_a_query_has_too_many_words(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(match_positions, "MOST_TERMS", 1)
    write(tmp_path, ["Air defense"], fresh=True)
    options = SearchOptions(locate=True, exact=True)
    (row,) = (
        open_engine(str(tmp_path)).open_snapshot().search(parse("air defense").tree, options).rows
    )
    assert row.located is None


def test_line_beyond_every_code_point_is_not_written():
    assert match_positions.encode_lines([3, 0, 0x110000]) == ""
    assert match_positions.encode_lines([3, 0, 0xD800]) == "\x03\x00\ud800"
