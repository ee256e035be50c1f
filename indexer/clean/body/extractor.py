"""Extracts the text of an article: a parsed page comes in, paragraphs go out.

First, rules choose the HTML element that holds the article and judge each of its lines. Then the
line classifier (a fitted forest of trees, `forest.tsv`) revises the results of which it is sure.
The drop reason of a line says why it is left out; it is "" if the line is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from indexer.clean.body.boilerplate import find_boilerplate
from indexer.clean.body.container import choose_regions, weigh_blocks
from indexer.clean.body.evidence import Column, Index, RuleEvidence
from indexer.clean.body.features import compute_features
from indexer.clean.body.headline_position import (
    choose_headline_article,
    drop_lines_above,
    find_certain_headline,
    find_title_lines,
)
from indexer.clean.body.line_classifier import choose_threshold, load_forest
from indexer.clean.body.line_rules import HEADINGS, drop_empty_headings, judge_lines
from indexer.clean.body.standfirst import find_standfirst
from indexer.clean.body.trailing_notes import drop_trailing_notes
from indexer.clean.page.blocks import PageLayout, TextBlock
from indexer.clean.page.document import PageDocument, to_plain_text
from indexer.clean.page.outlet_names import OutletNames
from indexer.clean.page.selectors import DESCRIPTION_META, TITLE_META
from indexer.errors import PageError

MIN_LISTING_TEASERS: Final = 4
"""Teasers from which a page can be a list of articles."""

MAX_LISTING_SIZE: Final = 5_000
"""Characters from which a list of articles is worth reading for itself."""

MIN_TEASER_SHARE: Final = 0.9
"""Least share of teasers among the kept lines of a list of articles."""

MAX_TEASER_SIZE: Final = 180
"""Characters of the average line in a list of articles, at most."""

MAX_CELL_SIZE: Final = 120
"""Characters of the longest table cell; longer ones are text in a table that is used for layout."""

CELL_SEPARATOR: Final = " | "


MIN_RESTORE_LOGIT: Final = 0.6
"""Least logit at which a line that the rules left out is restored: they are right more often than
not.
"""


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of an article in order, and their origin (`page`, `json-ld`)."""

    paragraphs: tuple[str, ...]
    origin: str


def find_body(
    document: PageDocument, layout: PageLayout, title: str, authors: tuple[str, ...]
) -> Body:
    """Return the body of an article, without paragraphs if the page has none.

    The `articleBody` of JSON-LD is taken if it is more than three times as long as the page's text.

    Raises:
        PageError: the page is a list of articles.
    """
    paragraphs = select_paragraphs(layout, title, document, authors)
    declared = _read_declared_body(document)
    if sum(map(len, declared)) > 3 * sum(map(len, paragraphs)):
        return Body(declared, "json-ld")
    return Body(paragraphs, "page")


def select_paragraphs(
    layout: PageLayout, title: str, document: PageDocument, authors: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the lines of a page that belong to its article.

    Raises:
        PageError: the page is a list of articles.
    """
    drop_reasons = judge_blocks(layout, title, document, authors)
    if not _is_declared_article(document) and is_listing(layout, drop_reasons):
        raise PageError("a list of articles, not an article")
    return tuple(_join_rows(layout, drop_reasons))


def _join_rows(layout: PageLayout, drop_reasons: list[str]) -> Iterator[str]:
    """Yield the kept lines in order; the short cells of a table row are joined into one line."""
    cells: list[str] = []
    row: int | None = None
    for block, out in zip(layout.blocks, drop_reasons, strict=True):
        if out:
            continue
        here = _find_table_row(layout, block)
        if cells and (here is None or here != row):
            yield CELL_SEPARATOR.join(cells)
            cells = []
        row = here
        if here is None:
            yield block.text
        else:
            cells.append(block.text)
    if cells:
        yield CELL_SEPARATOR.join(cells)


def _find_table_row(layout: PageLayout, block: TextBlock) -> int | None:
    """Return the index of the table row that holds a short cell, None for every other line."""
    if block.size > MAX_CELL_SIZE:
        return None
    index = block.region
    for _ in range(3):
        region = layout.regions[index]
        if region.tag.name == "tr":
            return index
        if region.tag.name in {"td", "th"} and region.last - region.first > 1:
            return None
        index = region.parent
        if index < 0:
            return None
    return None


def judge_blocks(
    layout: PageLayout, title: str, document: PageDocument, authors: tuple[str, ...] = ()
) -> list[str]:
    """Return for each block why it does not belong to the article, "" if it does."""
    return apply_forest(apply_rules(layout, title, document, authors))


def apply_forest(evidence: RuleEvidence) -> list[str]:
    """Return the drop reasons of the rules, revised by the line classifier."""
    if not evidence.layout.blocks:
        return []
    described = compute_features(evidence)
    scores = load_forest().score(described)
    return revise_drop_reasons(
        evidence.layout.blocks, evidence.drop_reasons, described.lines, scores
    )


def revise_drop_reasons(
    blocks: Sequence[TextBlock], drop_reasons: Sequence[str], lines: Index, scores: Column
) -> list[str]:
    """Return the drop reasons of the rules, changed for the lines whose score is clear.

    Args:
        drop_reasons: results of the rules for all blocks.
        lines: indices of the blocks that may change (`compute_features` chooses them).
        scores: a logit for each of `lines`.
    """
    settled = list(drop_reasons)
    if len(lines):
        sizes = np.array([blocks[line].size for line in lines.tolist()], dtype=np.float64)
        belongs = choose_threshold(sizes, scores)
        returns = max(belongs, MIN_RESTORE_LOGIT)
        for line, score in zip(lines.tolist(), scores.tolist(), strict=True):
            if not drop_reasons[line]:
                settled[line] = "" if score >= belongs else "forest"
            elif score >= returns:
                settled[line] = ""
    drop_empty_headings(blocks, settled)
    return settled


def apply_rules(
    layout: PageLayout, title: str, document: PageDocument, authors: tuple[str, ...] = ()
) -> RuleEvidence:
    """Return the drop reason of each line by the rules, with the evidence for it."""
    weights = weigh_blocks(layout)
    drop_reasons = find_boilerplate(layout, weights)
    titles = _collect_titles(document, title)
    headlines = find_title_lines(layout.blocks, titles)
    head = find_certain_headline(layout.blocks, headlines, titles)
    if head is not None:
        drop_lines_above(layout.blocks, drop_reasons, head)
    regions = choose_regions(layout, weights, drop_reasons)
    if head is not None:
        regions = choose_headline_article(layout, regions, head)
    within = {index for region in regions for index in range(region.first, region.last)}
    for index in range(len(drop_reasons)):
        if index not in within:
            drop_reasons[index] = drop_reasons[index] or "outside"
    openings = judge_lines(layout, drop_reasons, headlines)
    drop_trailing_notes(
        layout.blocks, drop_reasons, authors, lambda: OutletNames.from_document(document, None)
    )
    drop_empty_headings(layout.blocks, drop_reasons)
    standfirst = find_standfirst(layout, drop_reasons, _collect_descriptions(document))
    if standfirst is not None:
        drop_reasons[standfirst] = ""
    return RuleEvidence(layout, weights, drop_reasons, regions, headlines, openings, authors)


def is_listing(layout: PageLayout, drop_reasons: list[str]) -> bool:
    """Tell whether the kept lines are teasers: single lines, each below a linked heading."""
    blocks = layout.blocks
    kept = [i for i, out in enumerate(drop_reasons) if not out and blocks[i].name not in HEADINGS]
    teasers = sum(1 for i in kept if any(map(_is_linked_heading, blocks[max(0, i - 3) : i])))
    size = sum(blocks[i].size for i in kept)
    return (
        len(kept) >= MIN_LISTING_TEASERS
        and teasers >= MIN_TEASER_SHARE * len(kept)
        and size < min(MAX_TEASER_SIZE * len(kept), MAX_LISTING_SIZE)
    )


def _is_declared_article(document: PageDocument) -> bool:
    """Tell whether the page declares itself an article."""
    return bool(document.article) or "article" in document.meta.get("og:type", ())


def _is_linked_heading(block: TextBlock) -> bool:
    return block.name in HEADINGS and block.link_size >= 0.9 * block.size


def _collect_titles(document: PageDocument, title: str) -> tuple[str, ...]:
    declared = [title, to_plain_text(document.article.get("headline")), document.title_tag]
    for name in TITLE_META:
        declared += document.meta.get(name, ())
    return tuple(filter(None, declared))


def _collect_descriptions(document: PageDocument) -> tuple[str, ...]:
    """Return the texts that the page declares as descriptions of its article."""
    declared = [
        to_plain_text(document.article.get(k)) for k in ("description", "alternativeHeadline")
    ]
    for name in DESCRIPTION_META:
        declared += document.meta.get(name, ())
    return tuple(filter(None, declared))


def _read_declared_body(document: PageDocument) -> tuple[str, ...]:
    text = document.article.get("articleBody")
    if not isinstance(text, str):
        return ()
    return tuple(filter(None, (to_plain_text(line) for line in text.split("\n"))))
