"""Fits the forest of lines: `python -m indexer.measure.line_classifier.fit DIR [--write]`.

DIR is an extraction set (see `extraction`). Every line of every page is described by its features
and labelled by alignment with the true text. First the pages are divided into five folds by outlet;
each fold is classified by a forest fitted on the other four, and its body metric is printed with
that of the rules alone. With `--write` a forest fitted on all pages replaces `forest.tsv`, which
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
from indexer.clean.body.extractor import apply_rules, revise_drop_reasons
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
from indexer.measure.line_classifier.boosting import BoostingOptions, Sample, fit
from indexer.measure.line_classifier.labels import align_lines
from indexer.measure.quality.extraction import PageTruth, read_truth
from indexer.measure.quality.shingles import compute_f1, score_body
from indexer.models import Page
from indexer.web_address import find_site

FOLDS: Final = 5

SET_WEIGHTS: Final = {"scrapinghub": 2.0, "fundus-en": 1.2, "fundus-other": 1.2, "readability": 0.6}
"""Weight of a page: news more than the guides and shop pages of WCXB (1), test pages less."""

MAX_FOREIGN: Final = 1.5
"""Words outside the truth weigh at most this many times the truth; else long pages dominate."""

LINES_WEIGHT: Final = 0.3
"""Weight of the lines of a page together beyond their words: short lines decide exactness."""

DOUBTFUL_WEIGHT: Final = 0.15
"""Weight of a page whose truth cannot be made of its own lines (F1 below .9)."""


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """One page to fit to: the drop reasons of the rules on its lines, their features and labels."""

    truth: PageTruth
    blocks: Sequence[TextBlock]
    drop_reasons: Sequence[str]
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
    pages = read_training_pages(options.directory)
    sys.stderr.write(f"{len(pages)} pages read\n")
    judged = cross_validate(pages, BoostingOptions())
    rules = {page.truth.id: list(page.drop_reasons) for page in pages}
    sys.stdout.write(f"rules alone\n{as_table(pages, rules)}\n")
    sys.stdout.write(f"forest, each outlet unseen\n{as_table(pages, judged)}\n")
    if options.write:
        table = line_classifier.format_forest(fit_forest(pages, BoostingOptions()))
        path = Path(line_classifier.__file__).with_name("forest.tsv")
        path.write_text(
            f"# written by python -m indexer.measure.line_classifier.fit\n{table}", encoding="utf-8"
        )
        sys.stderr.write(f"{path} written\n")


def read_training_pages(directory: Path) -> list[TrainingPage]:
    """Return the pages of a set that have a true body and can be read.

    Raises:
        SourceError: the folder is no such set.
    """
    pages = []
    for truth in read_truth(directory):
        if truth.body is None:
            continue
        data = gzip.decompress((directory / "pages" / f"{truth.id}.html.gz").read_bytes())
        try:
            pages.append(_read_training_page(truth, data))
        except PageError as exc:
            sys.stderr.write(f"{truth.id}: {exc}\n")
    return pages


def _read_training_page(truth: PageTruth, data: bytes) -> TrainingPage:
    document = read_document(Page(name=truth.id, data=data, url=truth.url))
    layout = read_layout(document.soup)
    source, _ = find_source(document, find_url(document))
    outlet = OutletNames.from_document(document, source)
    title, _ = find_title(document, outlet)
    authors = find_authors(document, layout, outlet, find_headline(layout, title))
    evidence = apply_rules(layout, title, document, authors.names)
    shares = align_lines([block.text for block in layout.blocks], truth.body or "")
    page = TrainingPage(
        truth, layout.blocks, evidence.drop_reasons, compute_features(evidence), shares
    )
    document.tree.release()
    return page


def cross_validate(pages: Sequence[TrainingPage], options: BoostingOptions) -> dict[str, list[str]]:
    """Return the drop reasons by page id; the forest was not fitted to the outlet of the page."""
    judged = {}
    for fold in range(FOLDS):
        forest = fit_forest([page for page in pages if page.fold != fold], options)
        for page in pages:
            if page.fold == fold:
                scores = forest.score(page.features)
                judged[page.truth.id] = revise_drop_reasons(
                    page.blocks, page.drop_reasons, page.features.lines, scores
                )
        sys.stderr.write(f"fold {fold + 1} of {FOLDS}\n")
    return judged


def fit_forest(pages: Sequence[TrainingPage], options: BoostingOptions) -> line_classifier.Forest:
    """Fit a forest to the lines of some pages."""
    kept = pages[0].features.names.index("kept")
    values = np.concatenate([page.features.values for page in pages], axis=1).T
    sample = Sample(
        values=values,
        wanted=np.concatenate([_label_lines(page) for page in pages]),
        weight=np.concatenate([_weigh(page) for page in pages]),
        start=line_classifier.PRIOR_LOGIT * (2.0 * values[:, kept] - 1.0),
    )
    return fit(sample, pages[0].features.names, options)


def _label_lines(page: TrainingPage) -> Column:
    wanted: Column = (page.shares[page.features.lines] > 0.5).astype(np.float64)
    return wanted


def _weigh(page: TrainingPage) -> Column:
    """Return the weight of each described line: its share of the words, and a little for each."""
    wanted = _label_lines(page)
    lines = page.features.lines
    words = np.array([page.blocks[line].text.count(" ") + 1.0 for line in lines])
    words /= max(float((words * wanted).sum()), 1.0)
    foreign = float((words * (1 - wanted)).sum())
    words *= np.where(wanted > 0, 1.0, min(1.0, MAX_FOREIGN / max(foreign, 1e-9)))
    words += LINES_WEIGHT / max(len(lines), 30)
    trusted = _score(page, lambda line: bool(page.shares[line] > 0.5))[0] > 0.9
    return (
        words * SET_WEIGHTS.get(page.truth.source_set, 1.0) * (1.0 if trusted else DOUBTFUL_WEIGHT)
    )


def _score(
    page: TrainingPage, keep: Callable[[int], bool]
) -> tuple[float, float | None, float, bool]:
    """Return F1, precision, recall and exactness of some lines of a page."""
    text = "\n".join(block.text for line, block in enumerate(page.blocks) if keep(line))
    precision, recall, exact = score_body(page.truth.body or "", text)
    return compute_f1(precision or 0.0, recall), precision, recall, exact


def as_table(pages: Sequence[TrainingPage], drop_reasons: Mapping[str, Sequence[str]]) -> str:
    """Return the body metric of some drop_reasons, a line for each source set."""
    lines = []
    for name in dict.fromkeys(page.truth.source_set for page in pages):
        scores = []
        for page in pages:
            if page.truth.source_set == name:
                out = drop_reasons[page.truth.id]
                scores.append(_score(page, lambda line, out=out: not out[line]))  # type: ignore[misc]
        known = [score[1] for score in scores if score[1] is not None]
        precision = sum(known) / max(len(known), 1)
        recall = sum(score[2] for score in scores) / len(scores)
        exact = sum(score[3] for score in scores) / len(scores)
        lines.append(
            f"  {name:<14}{len(scores):>5}{compute_f1(precision, recall):>8.4f}{exact:>7.3f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
