"""What can be said of a line in numbers: one column a line, one row a trait, no site known.

The rows are what the fitted `forest` splits on: the line itself, the elements around it, its way
to the headline and to the rest of the article, and what the rules made of it. They know tags and
short lists of words, no outlet. Left out since forests fitted without them judge unseen outlets as
well: words against lists and declared texts, capitals, digits and marks of a line, the lines next
to it, the names of elements around it, whether JSON-LD's `articleBody` holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.clean.endings import is_end_heading
from indexer.clean.evidence import (
    KEPT,
    KEPT_SIZE,
    LINKS,
    RUNNING,
    SIZE,
    WEIGHT,
    Evidence,
    Index,
    Lines,
    Table,
    measure,
    table,
)
from indexer.clean.lines import HEADINGS, classify_opening
from indexer.clean.selectors import COMMENT_NAMES, JUNK_NAMES, JUNK_TAGS
from indexer.clean.traits_line import describe_lines
from indexer.clean.traits_place import describe_places

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
