"""What one text has and another has not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.output.text_diff import diff_texts

SIGNS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def drawn(before: str, after: str) -> list[str]:
    return [
        "".join(SIGNS[piece.kind].format(piece.text) for piece in passage.pieces)
        for passage in diff_texts(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("One tank stood.", "One tank stood.", ["One tank stood."]),
        ("One tank stood.", "One old tank stood.", ["One {+old+} tank stood."]),
        ("One old tank stood.", "One tank stood.", ["One [-old-] tank stood."]),
        ("The jets would go.", "The jets will go.", ["The jets [-would-] {+will+} go."]),
        ("One.\n\nTwo.", "One.\n\nNew here.\n\nTwo.", ["One.", "{+New here.+}", "Two."]),
        ("One. Two.", "One. Then. Two.", ["One. {+Then.+} Two."]),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", ["One.", "[-Two.-]", "Three."]),
        ("", "New.", ["{+New.+}"]),
        ("", "", []),
    ],
)
def test_words_that_only_one_text_has_are_told_apart(before: str, after: str, shown: list[str]):
    assert drawn(before, after) == shown


def test_quotes_dashes_spaces_and_joined_paragraphs_are_no_difference():
    found = diff_texts("He said “no” — twice.\n\nThen left.", 'He said "no" - twice.  Then left.')
    assert not any(passage.has_changes for passage in found)


def test_a_sentence_written_anew_is_not_cut_at_every_the():
    before = "The minister told the parliament the jets would go."
    after = "A spokesman denied the reports about the jets sharply."
    (line,) = drawn(before, after)
    assert line.count("[-") <= 2


def test_two_words_in_common_between_changes_are_shown_as_changed():
    assert drawn("Kyiv buys tanks soon.", "Riga buys tanks later.") == [
        "[-Kyiv buys tanks soon-]{+Riga buys tanks later+}.",
    ]  # fmt: skip


def test_a_paragraph_behind_a_lost_one_begins_with_the_words_that_both_have():
    before, after = "Gone today.\n\nSo the answer is long.", "So the reply is long."
    assert drawn(before, after) == ["[-Gone today.-]", "So the [-answer-] {+reply+} is long."]


def test_a_paragraph_that_moved_is_removed_and_added():
    first, second = "Poland buys six batteries of Patriot.", "Warsaw also wants tanks from Korea."
    assert drawn(f"{first}\n\n{second}", f"{second}\n\n{first}") == [
        f"{{+{second}+}}", first, f"[-{second}-]",
    ]  # fmt: skip


words = st.text("ab,“” \n", max_size=40)


@given(words, words)
def test_what_is_the_same_or_added_is_the_later_text(before: str, after: str):
    found = diff_texts(before, after)
    kept = [p.text for passage in found for p in passage.pieces if p.kind != "removed"]
    lost = [p.text for passage in found for p in passage.pieces if p.kind != "added"]
    assert "".join("".join(kept).split()) == "".join(after.split())
    plain = str.maketrans("“”", '""')
    assert "".join("".join(lost).split()).translate(plain) == (
        "".join(before.split()).translate(plain)
    )


def test_texts_made_to_be_slow_are_compared():
    before = " ".join(f"a x{number}" for number in range(5_000))
    after = " ".join(f"a y{number}" for number in range(5_000))
    (passage,) = diff_texts(before, after)
    assert passage.has_changes
