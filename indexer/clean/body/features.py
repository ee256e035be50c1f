"""What can be said of a line in numbers: one column a line, one row a trait, no site known.

The rows are what the fitted `line_classifier` splits on: the line itself, the elements around it,
its way to the headline and to the rest of the article, and what the rules made of it. They know
tags and short lists of words, no outlet. Left out since forests fitted without them judge unseen
outlets as well: words against lists and declared texts, capitals, digits and marks of a line, the
lines next to it, the names of elements around it, whether JSON-LD's `articleBody` holds it.

Traits of a line by itself: its size, its links, how it begins and ends.

Traits of where a line stands: what the elements around it hold, and their like on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.clean.body.evidence import (
    KEPT,
    KEPT_SIZE,
    LINKS,
    RUNNING,
    SIZE,
    WEIGHT,
    Column,
    Evidence,
    Index,
    Lines,
    Table,
    measure,
    table,
)
from indexer.clean.body.line_rules import BOILERPLATE_SIZE, HEADINGS, classify_opening
from indexer.clean.body.trailing_notes import is_end_heading, is_note_on_author
from indexer.clean.page.blocks import Block, Region
from indexer.clean.page.selectors import COMMENT_NAMES, JUNK_NAMES, JUNK_TAGS

LINKED: Final = 0.8
"""Share of a line inside links above which, once out by the rules, it is not looked at again."""

FINAL: Final = frozenset(
    {
        "title", "above", "hidden", "boilerplate",
        "figcaption", "caption", "captions", "credit", "credits",
    }
)  # fmt: skip
"""Verdicts no forest overrules: of the lines it would bring back at most half belong."""

FAR: Final = 60
"""Lines beyond which a distance says no more."""

VERDICTS: Final = (
    "", "above", "after", "before", "title", "outside", "boilerplate", "links", "link list", "box",
    "end heading", "teaser", "end line", "author note", "empty heading",
)  # fmt: skip
"""Verdicts of the rules about lines, by number; the names of furniture follow by family."""

FAMILIES: Final = (
    (20, COMMENT_NAMES),
    (21, frozenset({
        "nav", "footer", "menu", "breadcrumb", "hidden", "role=navigation", "role=contentinfo",
        "role=menu", "role=dialog",
    })),
    (22, frozenset({"caption", "captions", "figcaption", "credit", "credits"})),
    (23, frozenset({
        "related", "recirc", "recommended", "trending", "popular", "readmore", "promo", "similar",
    })),
    (24, frozenset({"newsletter", "signup", "subscribe", "subscription"})),
    (25, JUNK_NAMES | JUNK_TAGS),
)  # fmt: skip
"""Furniture by family; 26 is every other name."""

NUMBERS: Final = {
    **{name: number for number, names in reversed(FAMILIES) for name in names},
    **{verdict: number for number, verdict in enumerate(VERDICTS)},
}

KINDS: Final = {
    "p": 0, "div": 1, "section": 1, "article": 1, "li": 2, "dd": 2, "dt": 2, "td": 3, "th": 3,
    "h1": 4, "h2": 5, "h3": 6, "h4": 7, "h5": 7, "h6": 7, "blockquote": 8, "pre": 9,
    "figcaption": 10,
}  # fmt: skip
OTHER_KIND: Final = 11

NOTE: Final = 600
"""Characters up to which a line can be a note on its author."""

_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f")

LEVELS: Final = 3
"""Elements around a line that are measured, the innermost first; five judge no better."""


@dataclass(frozen=True, slots=True)
class Traits:
    """`lines` are the indices described, in order; `values` has a column for each, a row a name."""

    lines: Index
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]


def describe(evidence: Evidence) -> Traits:
    """Return the traits of every line whose verdict the forest may change."""
    verdicts = evidence.verdicts
    page = measure(evidence)
    lines = _choose_lines(verdicts, page)
    tables = (
        describe_lines(evidence, lines),
        table(
            verdict=np.array([number_of(verdicts[line]) for line in lines.tolist()]),
            kept=page.each[KEPT, lines],
        ),
        _describe_way(evidence, page, lines),
        _describe_sections(evidence, page, lines),
        *describe_places(evidence, page, lines),
    )
    names = tuple(name for part in tables for name in part.names)
    values = np.concatenate([part.values for part in tables], dtype=np.float32, casting="unsafe")
    return Traits(lines, names, values)


def _choose_lines(verdicts: Sequence[str], page: Lines) -> Index:
    changeable = np.array([verdict not in FINAL for verdict in verdicts], dtype=bool)
    linked = page.each[LINKS] > LINKED * page.each[SIZE]
    chosen: Index = np.nonzero(changeable & ((page.each[KEPT] > 0) | ~linked))[0]
    return chosen


def number_of(verdict: str) -> int:
    """Return the number of a verdict's family."""
    return NUMBERS.get(verdict, 26)


def _describe_way(evidence: Evidence, page: Lines, lines: Index) -> Table:
    """Where a line stands: against the headline, the kept text, the whole page."""
    head = _find_head(evidence)
    kept = np.nonzero((page.each[KEPT] > 0) & (page.each[RUNNING] > 0))[0]
    count = page.each.shape[1]
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, count - 1)
    before = page.sums[:, lines]
    size, weight = before[SIZE], before[WEIGHT]
    from_head = np.clip(lines - head, -50, 200) if head >= 0 else np.full(len(lines), -99)
    return table(
        head_lines=from_head,
        head_weight=(weight - page.sums[WEIGHT, max(head, 0)]) / page.weight,
        first_lines=np.clip(lines - first, -40, FAR),
        last_lines=np.clip(last - lines, -FAR, FAR),
        first_size=np.clip((size - page.sums[SIZE, first]) / page.kept_size, -2, 2),
        last_size=np.clip((size - page.sums[SIZE, last]) / page.kept_size, -1, 2),
        kept_before=before[KEPT_SIZE] / page.kept_size,
        weight_before=weight / page.weight,
        size_before=size / page.sums[SIZE, -1],
    )


def _find_head(evidence: Evidence) -> int:
    """Return the likeliest line of the headline, -1 where there is none."""
    blocks = evidence.layout.blocks
    named = [i for i in evidence.headlines if blocks[i].name == "h1"]
    if named:
        return named[0]
    headings = [i for i, block in enumerate(blocks) if block.name == "h1"]
    if len(headings) == 1:
        return headings[0]
    return evidence.headlines[0] if evidence.headlines else -1


def _describe_sections(evidence: Evidence, page: Lines, lines: Index) -> Table:
    """What heading a line stands under, and how far the one before and the next are."""
    blocks = evidence.layout.blocks
    headings = [index for index, block in enumerate(blocks) if block.name in HEADINGS]
    at = np.array([-FAR, *headings, len(blocks) + FAR])
    above = np.searchsorted(at, lines) - 1
    kinds = np.zeros(len(at))
    for number in set(above.tolist()) - {0}:
        kinds[number] = _classify_heading(headings[number - 1], evidence)
    heads = np.maximum(at[above], 0)
    known = above > 0
    linked = page.each[LINKS, heads] / page.each[SIZE, heads]
    below = at[np.searchsorted(at, lines, side="right")]
    return table(
        heading_kind=kinds[above],
        heading_kept=page.each[KEPT, heads] * known,
        heading_linked=linked * known,
        heading_above=np.where(known, np.minimum(lines - heads, 50), FAR),
        heading_below=np.minimum(below - lines, FAR),
    )


def _classify_heading(line: int, evidence: Evidence) -> int:
    """Return 1 for the heading of an ending, 2 for one that opens like a note or a request."""
    text = evidence.layout.blocks[line].text
    opening = evidence.openings.get(line)
    if opening is None:
        opening = classify_opening(text)
    return is_end_heading(text) + 2 * (opening in {1, 4})


def describe_lines(evidence: Evidence, lines: Index) -> Table:
    """Return the traits of some lines."""
    numbers = lines.tolist()
    blocks = [evidence.layout.blocks[line] for line in numbers]
    size = np.array([block.size for block in blocks])
    return table(
        size=np.log1p(size),
        linked=np.array([block.link_size for block in blocks]) / size,
        kind=np.array([KINDS.get(block.name, OTHER_KIND) for block in blocks]),
        sentence_end=np.array([not _ENDS.isdisjoint(block.text[-2:]) for block in blocks]),
        opening=np.array([_find_opening(line, evidence) for line in numbers]),
        ending=np.array([_classify_ending(block, evidence.authors) for block in blocks]),
    )


def _find_opening(line: int, evidence: Evidence) -> int:
    known = evidence.openings.get(line)
    if known is not None:
        return known
    block = evidence.layout.blocks[line]
    return classify_opening(block.text) if block.size <= BOILERPLATE_SIZE else 0


def _classify_ending(block: Block, authors: tuple[str, ...]) -> int:
    """Return 2 for the heading of an ending, 4 for a note on an author, 8 for an author's name."""
    text = block.text
    if block.name in HEADINGS:
        return 2 * is_end_heading(text)
    if block.size >= NOTE:
        return 0
    named = bool(authors) and text.startswith(authors)
    return 4 * is_note_on_author(text) + 8 * named


def describe_places(evidence: Evidence, page: Lines, lines: Index) -> tuple[Table, ...]:
    """Return the traits of where some lines of the page stand."""
    regions, blocks = evidence.layout.regions, evidence.layout.blocks
    home = np.array([block.region for block in blocks])
    above = np.maximum(np.array([region.parent for region in regions]), 0)
    shape = np.array(_find_shapes(regions))
    chosen = np.zeros(len(blocks))
    for region in evidence.regions:
        chosen[region.first : region.last] = 1.0
    return (
        _describe_levels(regions, home[lines], above, page),
        _describe_shape("shape", shape[home], lines, page, chosen),
        _describe_shape("outer_shape", shape[above[home]], lines, page, chosen),
    )


def _describe_levels(regions: Sequence[Region], home: Index, above: Index, page: Lines) -> Table:
    """What the elements around lines hold: size, running text, kept text."""
    first = np.array([region.first for region in regions])
    last = np.array([region.last for region in regions])
    found = {}
    at = home
    for level in range(LEVELS):
        held = page.within(first[at], last[at])
        found[f"in{level}_size"] = np.log1p(held[SIZE])
        found[f"in{level}_weight"] = held[WEIGHT] / page.weight
        found[f"in{level}_kept"] = held[KEPT_SIZE] / page.kept_size
        found[f"in{level}_kept_share"] = held[KEPT_SIZE] / held[SIZE]
        at = above[at]
    return table(**found)


def _find_shapes(regions: Sequence[Region]) -> list[int]:
    """Return for each element a number, the same for those of the same tags and classes upwards."""
    numbers: dict[tuple[str, tuple[str, ...], int], int] = {}
    shapes = [0] * len(regions)
    for index, region in enumerate(regions):
        if region.first < region.last:
            classes = region.tag.attrs.get("class")
            outer = shapes[region.parent] if index else 0
            key = (region.tag.name, tuple(classes) if classes else (), outer)
            shapes[index] = numbers.setdefault(key, len(numbers) + 1)
    return shapes


def _describe_shape(name: str, shape: Index, lines: Index, page: Lines, chosen: Column) -> Table:
    """What the lines in elements of the same tags and classes are like, all over the page."""
    at = shape[lines]
    each = np.bincount(shape)[at]
    size, links, weight, kept, inside = (
        np.bincount(shape, values)[at]
        for values in (*page.each[[SIZE, LINKS, WEIGHT, KEPT]], chosen)
    )
    return table(
        **{
            f"{name}_lines": np.log(each),
            f"{name}_weight": weight / page.weight,
            f"{name}_size": np.log1p(size / each),
            f"{name}_links": links / size,
            f"{name}_kept": kept / each,
            f"{name}_inside": inside / each,
        }
    )
