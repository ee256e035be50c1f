"""Fits the forest that judges lines: `python -m indexer.measure.line_classifier.fit DIR [--write]`.

DIR is an extraction set (see `extraction`). Every line of every page is described by its features
and labelled by alignment with the true text. First the pages are cut into five folds by outlet;
each fold is judged by a forest fitted on the other four, and the body metric of that is printed
beside the rules alone. With `--write` a forest fitted on all pages replaces `forest.tsv`, which
holds numbers and names of features only. It takes some five minutes of one core.
"""

import argparse
import gzip
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from indexer.clean.body import line_classifier
from indexer.clean.body.evidence import Column
from indexer.clean.body.extractor import apply_rules, revise_verdicts
from indexer.clean.body.features import LineFeatures, compute_features
from indexer.clean.body.headline_position import find_headline
from indexer.clean.fields.authors import find_authors
from indexer.clean.fields.outlet import find_source
from indexer.clean.fields.title import find_title
from indexer.clean.fields.url_and_id import find_url
from indexer.clean.page.blocks import TextBlock, read_layout
from indexer.clean.page.document import read_document
from indexer.clean.page.outlet_names import OutletNames
from indexer.errors import PageError
from indexer.measure.line_classifier.boosting import Plan, Sample, fit
from indexer.measure.line_classifier.labels import align
from indexer.measure.quality.extraction import Truth, read_truth
from indexer.measure.quality.shingles import f1, score_body
from indexer.models import Page
from indexer.web_address import find_site

FOLDS: Final = 5

SET_WEIGHTS: Final = {"scrapinghub": 2.0, "fundus-en": 1.2, "fundus-other": 1.2, "readability": 0.6}
"""How much a page counts: news more than the guides and shop pages of WCXB (1), test pages less."""

FOREIGN: Final = 1.5
"""Words outside the truth count up to this many times the truth, or long pages would rule."""

EACH: Final = 0.3
"""What the lines of a page weigh together beyond their words: short lines decide exactness."""

DOUBTFUL: Final = 0.15
"""What a page counts whose truth its own lines cannot give back (F1 below .9)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to learn from: what the rules said of its lines, their features and their labels."""

    truth: Truth
    blocks: Sequence[TextBlock]
    verdicts: Sequence[str]
    features: LineFeatures
    shares: Column

    @property
    def fold(self) -> int:
        """The fold of the page's outlet."""
        site = find_site(self.truth.url) or self.truth.id
        return zlib.crc32(site.encode()) % FOLDS


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m indexer.measure.line_classifier.fit")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the forest that ships")
    options = parser.parse_args()
    sheets = read_sheets(options.directory)
    sys.stderr.write(f"{len(sheets)} pages read\n")
    judged = cross_validate(sheets, Plan())
    rules = {sheet.truth.id: list(sheet.verdicts) for sheet in sheets}
    sys.stdout.write(f"rules alone\n{as_table(sheets, rules)}\n")
    sys.stdout.write(f"forest, each outlet unseen\n{as_table(sheets, judged)}\n")
    if options.write:
        table = line_classifier.format_forest(learn(sheets, Plan()))
        path = Path(line_classifier.__file__).with_name("forest.tsv")
        path.write_text(
            f"# written by python -m indexer.measure.line_classifier.fit\n{table}", encoding="utf-8"
        )
        sys.stderr.write(f"{path} written\n")


def read_sheets(directory: Path) -> list[Sheet]:
    """Return the pages of a set that have a true body and can be read.

    Raises:
        SourceError: the folder is no such set.
    """
    sheets = []
    for truth in read_truth(directory):
        if truth.body is None:
            continue
        data = gzip.decompress((directory / "pages" / f"{truth.id}.html.gz").read_bytes())
        try:
            sheets.append(_read_sheet(truth, data))
        except PageError as exc:
            sys.stderr.write(f"{truth.id}: {exc}\n")
    return sheets


def _read_sheet(truth: Truth, data: bytes) -> Sheet:
    document = read_document(Page(name=truth.id, data=data, url=truth.url))
    layout = read_layout(document.soup)
    source, _ = find_source(document, find_url(document))
    outlet = OutletNames.from_document(document, source)
    title, _ = find_title(document, outlet)
    authors = find_authors(document, layout, outlet, find_headline(layout, title))
    evidence = apply_rules(layout, title, document, authors.names)
    shares = align([block.text for block in layout.blocks], truth.body or "")
    sheet = Sheet(truth, layout.blocks, evidence.verdicts, compute_features(evidence), shares)
    document.tree.release()
    return sheet


def cross_validate(sheets: Sequence[Sheet], plan: Plan) -> dict[str, list[str]]:
    """Return the verdicts by page id, each page judged by a forest that never saw its outlet."""
    judged = {}
    for fold in range(FOLDS):
        forest = learn([sheet for sheet in sheets if sheet.fold != fold], plan)
        for sheet in sheets:
            if sheet.fold == fold:
                scores = forest.score(sheet.features)
                judged[sheet.truth.id] = revise_verdicts(
                    sheet.blocks, sheet.verdicts, sheet.features.lines, scores
                )
        sys.stderr.write(f"fold {fold + 1} of {FOLDS}\n")
    return judged


def learn(sheets: Sequence[Sheet], plan: Plan) -> line_classifier.Forest:
    """Fit a forest to the lines of some pages."""
    kept = sheets[0].features.names.index("kept")
    values = np.concatenate([sheet.features.values for sheet in sheets], axis=1).T
    sample = Sample(
        values=values,
        wanted=np.concatenate([_wanted(sheet) for sheet in sheets]),
        weight=np.concatenate([_weigh(sheet) for sheet in sheets]),
        start=line_classifier.PRIOR_LOGIT * (2.0 * values[:, kept] - 1.0),
    )
    return fit(sample, sheets[0].features.names, plan)


def _wanted(sheet: Sheet) -> Column:
    wanted: Column = (sheet.shares[sheet.features.lines] > 0.5).astype(np.float64)
    return wanted


def _weigh(sheet: Sheet) -> Column:
    """Return what each described line counts: its share of the words, and a little each."""
    wanted = _wanted(sheet)
    lines = sheet.features.lines
    words = np.array([sheet.blocks[line].text.count(" ") + 1.0 for line in lines])
    words /= max(float((words * wanted).sum()), 1.0)
    foreign = float((words * (1 - wanted)).sum())
    words *= np.where(wanted > 0, 1.0, min(1.0, FOREIGN / max(foreign, 1e-9)))
    words += EACH / max(len(lines), 30)
    trusted = _score(sheet, lambda line: bool(sheet.shares[line] > 0.5))[0] > 0.9
    return words * SET_WEIGHTS.get(sheet.truth.source_set, 1.0) * (1.0 if trusted else DOUBTFUL)


def _score(sheet: Sheet, keep: Callable[[int], bool]) -> tuple[float, float | None, float, bool]:
    """Return F1, precision, recall and exactness of some lines of a page."""
    text = "\n".join(block.text for line, block in enumerate(sheet.blocks) if keep(line))
    precision, recall, exact = score_body(sheet.truth.body or "", text)
    return f1(precision or 0.0, recall), precision, recall, exact


def as_table(sheets: Sequence[Sheet], verdicts: Mapping[str, Sequence[str]]) -> str:
    """Return the body metric of some verdicts, a line a set."""
    lines = []
    for name in dict.fromkeys(sheet.truth.source_set for sheet in sheets):
        scores = []
        for sheet in sheets:
            if sheet.truth.source_set == name:
                out = verdicts[sheet.truth.id]
                scores.append(_score(sheet, lambda line, out=out: not out[line]))  # type: ignore[misc]
        known = [score[1] for score in scores if score[1] is not None]
        precision = sum(known) / max(len(known), 1)
        recall = sum(score[2] for score in scores) / len(scores)
        exact = sum(score[3] for score in scores) / len(scores)
        lines.append(f"  {name:<14}{len(scores):>5}{f1(precision, recall):>8.4f}{exact:>7.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
