"""Computes the features of lines for the line classifier (a fitted forest, `forest.tsv`).

In: the evidence of the rules for a page. Out: a matrix of numbers.

A column is a line, a row a feature. The features describe the line itself (size, links, beginning,
end), the elements around it and similar ones of the page, its distance to the headline and to the
rest of the article, and the drop reason of the rules. They use tags and short lists of words, no
outlet.

Left out, because forests fitted without them judge unseen outlets as well: words against lists and
declared texts, capitals, digits and marks of a line, the lines next to it, the names of elements
around it, whether JSON-LD's `articleBody` holds it.
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
    FeatureTable,
    Index,
    LineSums,
    RuleEvidence,
    make_table,
    sum_lines,
)
from indexer.clean.body.line_rules import (
    HEADINGS,
    MAX_BOILERPLATE_SIZE,
    LineOpening,
    classify_opening,
)
from indexer.clean.body.trailing_notes import is_author_note, is_end_heading
from indexer.clean.page.blocks import Region, TextBlock
from indexer.clean.page.selectors import BOILERPLATE_NAMES, BOILERPLATE_TAGS, COMMENT_NAMES

MAX_LINKED_SHARE: Final = 0.8
"""Share of a line inside links above which the reason to drop it is final."""

FINAL_DROP_REASONS: Final = frozenset(
    {
        "title", "above", "hidden", "boilerplate",
        "figcaption", "caption", "captions", "credit", "credits",
    }
)  # fmt: skip
"""Drop reasons that the line classifier does not change: of the lines that it would restore at most
half belong to the article.
"""

MAX_DISTANCE: Final = 60
"""Lines beyond which distances are not told apart."""

DROP_REASONS: Final = (
    "", "above", "after", "before", "title", "outside", "boilerplate", "links", "link list", "box",
    "end heading", "teaser", "end line", "author note", "empty heading",
)  # fmt: skip
"""Drop reasons of the rules about lines, by number; the names of boilerplate follow by family."""

BOILERPLATE_FAMILIES: Final = (
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
    (25, BOILERPLATE_NAMES | BOILERPLATE_TAGS),
)  # fmt: skip
"""Names of boilerplate by family; 26 is every other name."""

DROP_REASON_NUMBERS: Final = {
    **{name: number for number, names in reversed(BOILERPLATE_FAMILIES) for name in names},
    **{reason: number for number, reason in enumerate(DROP_REASONS)},
}

TAG_NUMBERS: Final = {
    "p": 0, "div": 1, "section": 1, "article": 1, "li": 2, "dd": 2, "dt": 2, "td": 3, "th": 3,
    "h1": 4, "h2": 5, "h3": 6, "h4": 7, "h5": 7, "h6": 7, "blockquote": 8, "pre": 9,
    "figcaption": 10,
}  # fmt: skip
OTHER_TAG: Final = 11

MAX_NOTE_SIZE: Final = 600
"""Characters below which a line can be a note on its author."""

_SENTENCE_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f")

LEVEL_COUNT: Final = 3
"""Elements around a line that are measured, the innermost first; five judge no better."""


@dataclass(frozen=True, slots=True)
class LineFeatures:
    """The features of some lines of a page.

    Attributes:
        lines: indices of the lines, in order.
        names: of the features, one for each row of `values`.
        values: a column for each line.
    """

    lines: Index
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]


def compute_features(evidence: RuleEvidence) -> LineFeatures:
    """Return the features of every line whose drop reason the line classifier may change."""
    drop_reasons = evidence.drop_reasons
    page = sum_lines(evidence)
    lines = _choose_lines(drop_reasons, page)
    tables = (
        compute_line_features(evidence, lines),
        make_table(
            verdict=np.array([encode_drop_reason(drop_reasons[line]) for line in lines.tolist()]),
            kept=page.each[KEPT, lines],
        ),
        _compute_position_features(evidence, page, lines),
        _compute_heading_features(evidence, page, lines),
        *compute_region_features(evidence, page, lines),
    )
    names = tuple(name for part in tables for name in part.names)
    values = np.concatenate([part.values for part in tables], dtype=np.float32, casting="unsafe")
    return LineFeatures(lines, names, values)


def _choose_lines(drop_reasons: Sequence[str], page: LineSums) -> Index:
    changeable = np.array([reason not in FINAL_DROP_REASONS for reason in drop_reasons], dtype=bool)
    linked = page.each[LINKS] > MAX_LINKED_SHARE * page.each[SIZE]
    chosen: Index = np.nonzero(changeable & ((page.each[KEPT] > 0) | ~linked))[0]
    return chosen


def encode_drop_reason(reason: str) -> int:
    """Return the number of a drop reason; the name of boilerplate has the number of its family."""
    return DROP_REASON_NUMBERS.get(reason, 26)


def _compute_position_features(
    evidence: RuleEvidence, page: LineSums, lines: Index
) -> FeatureTable:
    """Return the distances of lines to the headline, the kept text and the whole page."""
    head = _guess_headline(evidence)
    kept = np.nonzero((page.each[KEPT] > 0) & (page.each[RUNNING] > 0))[0]
    count = page.each.shape[1]
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, count - 1)
    before = page.sums[:, lines]
    size, weight = before[SIZE], before[WEIGHT]
    from_head = np.clip(lines - head, -50, 200) if head >= 0 else np.full(len(lines), -99)
    return make_table(
        head_lines=from_head,
        head_weight=(weight - page.sums[WEIGHT, max(head, 0)]) / page.weight,
        first_lines=np.clip(lines - first, -40, MAX_DISTANCE),
        last_lines=np.clip(last - lines, -MAX_DISTANCE, MAX_DISTANCE),
        first_size=np.clip((size - page.sums[SIZE, first]) / page.kept_size, -2, 2),
        last_size=np.clip((size - page.sums[SIZE, last]) / page.kept_size, -1, 2),
        kept_before=before[KEPT_SIZE] / page.kept_size,
        weight_before=weight / page.weight,
        size_before=size / page.sums[SIZE, -1],
    )


def _guess_headline(evidence: RuleEvidence) -> int:
    """Return the most likely line of the headline, -1 if there is none."""
    blocks = evidence.layout.blocks
    named = [i for i in evidence.headlines if blocks[i].name == "h1"]
    if named:
        return named[0]
    headings = [i for i, block in enumerate(blocks) if block.name == "h1"]
    if len(headings) == 1:
        return headings[0]
    return evidence.headlines[0] if evidence.headlines else -1


def _compute_heading_features(evidence: RuleEvidence, page: LineSums, lines: Index) -> FeatureTable:
    """Return the kind of the heading above each line, and the distances to it and the next."""
    blocks = evidence.layout.blocks
    headings = [index for index, block in enumerate(blocks) if block.name in HEADINGS]
    at = np.array([-MAX_DISTANCE, *headings, len(blocks) + MAX_DISTANCE])
    above = np.searchsorted(at, lines) - 1
    kinds = np.zeros(len(at))
    for number in set(above.tolist()) - {0}:
        kinds[number] = _classify_heading(headings[number - 1], evidence)
    heads = np.maximum(at[above], 0)
    known = above > 0
    linked = page.each[LINKS, heads] / page.each[SIZE, heads]
    below = at[np.searchsorted(at, lines, side="right")]
    return make_table(
        heading_kind=kinds[above],
        heading_kept=page.each[KEPT, heads] * known,
        heading_linked=linked * known,
        heading_above=np.where(known, np.minimum(lines - heads, 50), MAX_DISTANCE),
        heading_below=np.minimum(below - lines, MAX_DISTANCE),
    )


def _classify_heading(line: int, evidence: RuleEvidence) -> int:
    """Return 1 for the heading of trailing notes, plus 2 if it opens like a note or a promotion."""
    text = evidence.layout.blocks[line].text
    opening = evidence.openings.get(line)
    if opening is None:
        opening = classify_opening(text)
    return is_end_heading(text) + 2 * (opening in {LineOpening.NOTE, LineOpening.PROMOTION})


def compute_line_features(evidence: RuleEvidence, lines: Index) -> FeatureTable:
    """Return the features of the lines themselves."""
    numbers = lines.tolist()
    blocks = [evidence.layout.blocks[line] for line in numbers]
    size = np.array([block.size for block in blocks])
    return make_table(
        size=np.log1p(size),
        linked=np.array([block.link_size for block in blocks]) / size,
        kind=np.array([TAG_NUMBERS.get(block.name, OTHER_TAG) for block in blocks]),
        sentence_end=np.array([not _SENTENCE_ENDS.isdisjoint(block.text[-2:]) for block in blocks]),
        opening=np.array([_find_opening(line, evidence) for line in numbers]),
        ending=np.array([_classify_ending(block, evidence.authors) for block in blocks]),
    )


def _find_opening(line: int, evidence: RuleEvidence) -> LineOpening:
    known = evidence.openings.get(line)
    if known is not None:
        return known
    block = evidence.layout.blocks[line]
    return (
        classify_opening(block.text) if block.size <= MAX_BOILERPLATE_SIZE else LineOpening.ORDINARY
    )


def _classify_ending(block: TextBlock, authors: tuple[str, ...]) -> int:
    """Return how a line can belong to trailing notes, 0 if it cannot.

    The sum of 2 for their heading, 4 for a note on an author, 8 for an author's name at its
    beginning.
    """
    text = block.text
    if block.name in HEADINGS:
        return 2 * is_end_heading(text)
    if block.size >= MAX_NOTE_SIZE:
        return 0
    named = bool(authors) and text.startswith(authors)
    return 4 * is_author_note(text) + 8 * named


def compute_region_features(
    evidence: RuleEvidence, page: LineSums, lines: Index
) -> tuple[FeatureTable, ...]:
    """Return the features of the elements that hold the lines."""
    regions, blocks = evidence.layout.regions, evidence.layout.blocks
    home = np.array([block.region for block in blocks])
    above = np.maximum(np.array([region.parent for region in regions]), 0)
    shape = np.array(_find_shapes(regions))
    chosen = np.zeros(len(blocks))
    for region in evidence.regions:
        chosen[region.first : region.last] = 1.0
    return (
        _compute_level_features(regions, home[lines], above, page),
        _compute_shape_features("shape", shape[home], lines, page, chosen),
        _compute_shape_features("outer_shape", shape[above[home]], lines, page, chosen),
    )


def _compute_level_features(
    regions: Sequence[Region], home: Index, above: Index, page: LineSums
) -> FeatureTable:
    """Return size, running text and kept text of the elements around each line."""
    first = np.array([region.first for region in regions])
    last = np.array([region.last for region in regions])
    found = {}
    at = home
    for level in range(LEVEL_COUNT):
        held = page.sum_ranges(first[at], last[at])
        found[f"in{level}_size"] = np.log1p(held[SIZE])
        found[f"in{level}_weight"] = held[WEIGHT] / page.weight
        found[f"in{level}_kept"] = held[KEPT_SIZE] / page.kept_size
        found[f"in{level}_kept_share"] = held[KEPT_SIZE] / held[SIZE]
        at = above[at]
    return make_table(**found)


def _find_shapes(regions: Sequence[Region]) -> list[int]:
    """Return a number for each element, equal if its chain of tags and classes is the same."""
    numbers: dict[tuple[str, tuple[str, ...], int], int] = {}
    shapes = [0] * len(regions)
    for index, region in enumerate(regions):
        if region.first < region.last:
            classes = region.tag.attrs.get("class")
            outer = shapes[region.parent] if index else 0
            key = (region.tag.name, tuple(classes) if classes else (), outer)
            shapes[index] = numbers.setdefault(key, len(numbers) + 1)
    return shapes


def _compute_shape_features(
    name: str, shape: Index, lines: Index, page: LineSums, chosen: Column
) -> FeatureTable:
    """Return totals over all lines of the page in elements with the same tags and classes."""
    at = shape[lines]
    each = np.bincount(shape)[at]
    size, links, weight, kept, inside = (
        np.bincount(shape, values)[at]
        for values in (*page.each[[SIZE, LINKS, WEIGHT, KEPT]], chosen)
    )
    return make_table(
        **{
            f"{name}_lines": np.log(each),
            f"{name}_weight": weight / page.weight,
            f"{name}_size": np.log1p(size / each),
            f"{name}_links": links / size,
            f"{name}_kept": kept / each,
            f"{name}_inside": inside / each,
        }
    )
