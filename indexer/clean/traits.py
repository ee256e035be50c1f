"""What can be said of a line in numbers: one row a line, one column a trait, no site known.

The columns are what the fitted `forest` splits on: the line itself, the words of its kind, the
elements around it, the lines beside it, its way to the headline and to the rest of the article,
and what the rules made of it. They know tags, generic names and short lists of words, no outlet.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.clean.blocks import Block
from indexer.clean.endings import is_end_heading
from indexer.clean.evidence import Column, Evidence, Index, Lines, column, measure
from indexer.clean.lines import HEADINGS, classify_opening
from indexer.clean.selectors import COMMENT_NAMES, JUNK_NAMES, JUNK_TAGS
from indexer.clean.traits_line import KINDS, OTHER_KIND, describe_line_ends, describe_lines
from indexer.clean.traits_place import describe_places

LINKED: Final = 0.8
"""Share of a line inside links above which, once out by the rules, it is not looked at again."""

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

NUMBERS: Final = {verdict: number for number, verdict in enumerate(VERDICTS)}


@dataclass(frozen=True, slots=True)
class Traits:
    """`lines` are the indices described, in order; `values` has a row for each, a column a name."""

    lines: Index
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]


def describe(evidence: Evidence) -> Traits:
    """Return the traits of every line that could belong to the article."""
    blocks = evidence.layout.blocks
    page = measure(evidence)
    lines = np.nonzero((page.kept > 0) | (page.linked <= LINKED))[0]
    columns = {
        "verdict": column(map(number_of, evidence.verdicts)),
        "kept": page.kept,
        **_describe_way(evidence, page),
        **_describe_neighbours(blocks, page),
        **_describe_windows(page),
        **_describe_sections(blocks, page),
        **describe_places(evidence.layout, evidence.regions, page),
    }
    columns = {name: values[lines] for name, values in columns.items()}
    columns |= describe_lines(blocks, lines, evidence)
    return Traits(lines, tuple(columns), np.stack(list(columns.values()), axis=1).astype("f4"))


def number_of(verdict: str) -> int:
    """Return the number of a verdict's family."""
    number = NUMBERS.get(verdict)
    if number is not None:
        return number
    return next((family for family, names in FAMILIES if verdict in names), 26)


def _describe_way(evidence: Evidence, page: Lines) -> dict[str, Column]:
    """Where a line stands: against the headline, the kept text, the whole page."""
    count = len(page.size)
    index = np.arange(count)
    head = _find_head(evidence)
    running = np.diff(page.running_sum)
    kept = np.nonzero((page.kept > 0) & (running > 0))[0]
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, count - 1)
    before = page.size_sum[:-1]
    from_head = np.clip(index - head, -50, 200) if head >= 0 else np.full(count, -99)
    return {
        "head_lines": from_head.astype(np.float64),
        "head_weight": (page.weight_sum[:-1] - page.weight_sum[max(head, 0)]) / page.weight,
        "first_lines": np.clip(index - first, -40, FAR).astype(np.float64),
        "last_lines": np.clip(last - index, -FAR, FAR).astype(np.float64),
        "first_size": np.clip((before - before[first]) / page.kept_size, -2, 2),
        "last_size": np.clip((before - before[last]) / page.kept_size, -1, 2),
        "kept_before": page.kept_size_sum[:-1] / page.kept_size,
        "weight_before": page.weight_sum[:-1] / page.weight,
        "size_before": before / page.size_sum[-1],
    }


def _find_head(evidence: Evidence) -> int:
    """Return the likeliest line of the headline, -1 where there is none."""
    blocks = evidence.layout.blocks
    headings = [i for i, block in enumerate(blocks) if block.name == "h1"]
    named = [i for i in evidence.headlines if blocks[i].name == "h1"]
    if named:
        return named[0]
    if len(headings) == 1:
        return headings[0]
    return evidence.headlines[0] if evidence.headlines else -1


def _describe_neighbours(blocks: list[Block], page: Lines) -> dict[str, Column]:
    kinds = column(KINDS.get(block.name, OTHER_KIND) for block in blocks)
    size = np.log1p(page.size)
    found = {}
    for step in (1, 2, -1, -2):
        found[f"kind{step:+d}"] = _shift(kinds, step, -1.0)
    ends = describe_line_ends(blocks)
    for step in (1, -1):
        found[f"size{step:+d}"] = _shift(size, step, 0.0)
        found[f"linked{step:+d}"] = _shift(page.linked, step, 1.0)
        found[f"end{step:+d}"] = _shift(ends, step, 0.0)
    return found


def _shift(values: Column, step: int, fill: float) -> Column:
    """Return each line's value of the line `step` before it (negative: after it)."""
    shifted = np.full(len(values), fill)
    if abs(step) < len(values):
        if step > 0:
            shifted[step:] = values[:-step]
        else:
            shifted[:step] = values[-step:]
    return shifted


def _describe_windows(page: Lines) -> dict[str, Column]:
    """Shares of running text, links and kept lines around a line."""
    count = len(page.size)
    index = np.arange(count)
    found = {}
    for reach in (3, 8):
        low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, count)
        size = np.maximum(page.size_sum[high] - page.size_sum[low], 1.0)
        found[f"running{reach}"] = (page.weight_sum[high] - page.weight_sum[low]) / size
        found[f"links{reach}"] = (page.link_sum[high] - page.link_sum[low]) / size
        found[f"kept{reach}"] = (page.kept_sum[high] - page.kept_sum[low]) / (high - low)
    found["kept8_before"] = (page.kept_sum[index] - page.kept_sum[low]) / np.maximum(index - low, 1)
    found["kept8_after"] = (page.kept_sum[high] - page.kept_sum[index + 1]) / np.maximum(
        high - index - 1, 1
    )
    return found


def _describe_sections(blocks: list[Block], page: Lines) -> dict[str, Column]:
    """What heading a line stands under, and how far the one before and the next are."""
    count = len(blocks)
    headings = [index for index, block in enumerate(blocks) if block.name in HEADINGS]
    found = {name: np.zeros(count) for name in ("heading_kind", "heading_kept")}
    found["heading_linked"] = np.zeros(count)
    above, below = np.full(count, float(FAR)), np.full(count, float(FAR))
    for index, end in pairwise([*headings, count]):
        text = blocks[index].text
        under = slice(index + 1, end + 1)
        opening = classify_opening(text)
        found["heading_kind"][under] = is_end_heading(text) + 2 * (opening in {1, 4})
        found["heading_kept"][under] = page.kept[index]
        found["heading_linked"][under] = page.linked[index]
        above[under] = np.minimum(np.arange(1, len(above[under]) + 1), 50)
    start = 0
    for index in headings:
        below[start:index] = np.minimum(np.arange(index - start, 0, -1), FAR)
        start = index
    found["heading_above"], found["heading_below"] = above, below
    return found
