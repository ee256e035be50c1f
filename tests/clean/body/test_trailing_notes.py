"""Trailing notes: lines on the outlet, requests."""

import pytest

from indexer.clean.article import clean
from indexer.clean.body.trailing_notes import drop_trailing_notes, is_outlet_note
from indexer.clean.page.blocks import TextBlock
from indexer.clean.page.outlet_names import OutletNames
from indexer.models import Page

STORY = [
    f"Pontoon {name} was laid across the river before dawn, the colonel said, and taken up "
    "again when the last of the lorries had reached the southern bank."
    for name in ("one", "two", "three", "four")
]
NOTE = "Ferrovia is a maker of floating bridges and has yards in nine countries."
OUTLET = OutletNames(["Ferrovia", "bridgeweekly"])


def find_drop_reasons(lines: list[str], outlet: OutletNames) -> list[str]:
    blocks = [TextBlock(line, len(line), 0, 0, "p") for line in lines]
    drop_reasons = [""] * len(blocks)
    drop_trailing_notes(blocks, drop_reasons, (), lambda: outlet)
    return drop_reasons


@pytest.mark.parametrize(
    "line",
    [
        NOTE,
        "Bridge Weekly is the oldest journal of its trade.",
        "The Bridge Weekly was founded in 1911.",
        "FERROVIA® is headquartered in Turin.",
    ],
)
def test_line_that_says_what_the_outlet_is_is_a_note(line):
    assert is_outlet_note(line, lambda: OUTLET)


@pytest.mark.parametrize(
    "line",
    [
        "Pontoon is a maker of floating bridges.",
        "Ferrovia is laying the second bridge this week.",
        "The yard of Ferrovia is the largest in Turin.",
    ],
)
def test_line_on_another_or_on_what_the_outlet_does_is_none(line):
    assert not is_outlet_note(line, lambda: OUTLET)


def test_note_on_the_outlet_is_dropped_at_the_end_only():
    assert find_drop_reasons([*STORY, NOTE, NOTE], OUTLET) == [""] * 4 + ["author note"] * 2
    assert find_drop_reasons([NOTE, *STORY], OUTLET) == [""] * 5


def test_same_sentence_of_an_outlet_of_another_name_stays():
    assert find_drop_reasons([*STORY, NOTE], OutletNames(["bridgeweekly"])) == [""] * 5


@pytest.mark.parametrize(
    "line", ["This slideshow requires JavaScript.", "Bridges by post: 12 issues for £11.99."]
)
def test_request_is_dropped_at_the_end(line):
    assert find_drop_reasons([*STORY, line], OutletNames([])) == [""] * 4 + ["end line"]


def test_outlet_is_known_by_the_host_of_its_page():
    paragraphs = "".join(f"<p>{line}</p>" for line in [*STORY, NOTE])
    html = f"<html><body><article><h1>Bridge laid</h1>{paragraphs}</article></body></html>"
    page = Page("a.html", html.encode(), url="https://www.ferrovia.example/news/bridge-laid")
    assert clean(page).body.split("\n\n") == STORY
