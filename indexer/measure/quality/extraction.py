"""The quality of cleaning: body, title, authors and date against true values, by source set.

A set is a folder with `pages/<id>.html.gz` (raw bytes) and `truth.jsonl.gz`, rows of `id`, `url`,
`title`, `authors`, `date`, `body`, `must_contain`, `must_not_contain`, `lang`, `source_set`; a
field that is null is not counted.

Body: the metric of scrapinghub's article-extraction-benchmark. Texts are cut into words (`\\w+`),
words into shingles of four (a shorter text is one shingle). Over the two bags of shingles of a page
TP, FP and FN give its precision and recall; a page's precision counts where something was
extracted, its recall where the truth holds something; both are averaged over pages and F1 = 2PR /
(P + R). `exact` is the share of pages with FP = FN = 0. `holds` is the share of required snippets
that a body contains, `lacks` the share of forbidden snippets that it does not contain, compared as
words.

Title: equal word for word after NFKC and case folding, punctuation and white space aside.
Authors: equal as sets, folded alike. Date: same day as printed; `date_wrong` is the share of dated
pages with a day found that is more than one away. A page that cannot be cleaned counts as empty.
"""

import gzip
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from indexer.clean.article import clean
from indexer.errors import PageError, SourceError
from indexer.measure.quality.extractors import (
    ExtractedArticle,
    Extractor,
    list_installed_extractors,
)
from indexer.measure.quality.shingles import compute_f1, count_shingles, fold_words, score_body
from indexer.models import Page, parse_day

OURS: Final = "dateline"
ALL: Final = "all"
COLUMNS: Final = ("F1", "exact", "holds", "lacks", "title", "authors", "day", "wrong", "ms")

SHOWN_LINES: Final = 8
"""Lines shown of a page, missing and extra each."""

SHOWN_SIZE: Final = 150
"""Characters shown of a line."""


@dataclass(frozen=True, slots=True)
class PageTruth:
    """The true values of one page; None if the set has no value for a field."""

    id: str
    source_set: str
    url: str | None
    title: str | None
    authors: tuple[str, ...] | None
    date: str | None
    body: str | None
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageScore:
    """The score of one page and one extractor; None for a field without a true value.

    Attributes:
        precision, recall: of the body, 0 to 1; precision is None if nothing was extracted.
        held: for each required snippet, whether the body contains it.
        lacked: for each forbidden snippet, whether the body does not contain it.
        days_off: days between the day found and the true one, None if none was found.
        seconds: CPU time of cleaning the page. error: the reason if it could not be cleaned.
    """

    truth: PageTruth
    found: ExtractedArticle
    precision: float | None
    recall: float | None
    exact: bool | None
    held: tuple[bool, ...]
    lacked: tuple[bool, ...]
    title: bool | None
    authors: bool | None
    same_day: bool | None
    days_off: int | None
    seconds: float
    error: str | None

    @property
    def f1(self) -> float:
        """F1 of the body; 0 if precision or recall is None."""
        return compute_f1(self.precision or 0.0, self.recall or 0.0)


@dataclass(frozen=True, slots=True)
class ExtractionScores:
    """The scores of one extractor on one source set: 0 to 1, None if no page has a true value."""

    extractor: str
    source_set: str
    pages: int
    body_f1: float | None
    precision: float | None
    recall: float | None
    exact: float | None
    holds: float | None
    lacks: float | None
    title: float | None
    authors: float | None
    same_day: float | None
    date_wrong: float | None
    ms: float
    failed: int


@dataclass(frozen=True, slots=True)
class ExtractionReport:
    """The scores by extractor and source set, and those of our own extractor page by page."""

    directory: str
    rows: tuple[ExtractionScores, ...]
    pages: tuple[PageScore, ...]


def evaluate(directory: Path, *, peers: bool = False) -> ExtractionReport:
    """Clean every page of a set and score the result.

    The extractors take turns page by page in one process, so that other load of the machine affects
    all. Each cleans the first page once before, untimed, so that imports and loading, once per
    process (.4 s for ours), do not count.

    Args:
        directory: the folder of the set.
        peers: whether installed peers are measured too.

    Raises:
        SourceError: the folder is not such a set.
    """
    truths = read_truth(directory)
    extractors: dict[str, Extractor] = {OURS: extract}
    if peers:
        extractors |= list_installed_extractors()
    for truth in truths[:1]:
        for run in extractors.values():
            _score(directory, truth, run)
    scored: dict[str, list[PageScore]] = {name: [] for name in extractors}
    for truth in truths:
        for name, run in extractors.items():
            scored[name].append(_score(directory, truth, run))
    rows = [row for name, scores in scored.items() for row in summarise(name, scores)]
    return ExtractionReport(str(directory), tuple(rows), tuple(scored[OURS]))


def read_truth(directory: Path) -> list[PageTruth]:
    """Return the rows of a set in order.

    Raises:
        SourceError: there is no truth file, or it cannot be read.
    """
    path = directory / "truth.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [_read_row(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError) as exc:
        raise SourceError(f"{path}: no extraction set there ({exc})") from exc


def _read_row(row: Mapping[str, Any]) -> PageTruth:
    authors = row.get("authors")
    return PageTruth(
        id=row["id"],
        source_set=row.get("source_set") or ALL,
        url=row.get("url"),
        title=row.get("title") or None,
        authors=tuple(authors) if authors else None,
        date=row.get("date") or None,
        body=row.get("body") or None,
        must_contain=tuple(row.get("must_contain") or ()),
        must_not_contain=tuple(row.get("must_not_contain") or ()),
    )


def extract(data: bytes, url: str | None) -> ExtractedArticle:
    """Clean one page with this project's own cleaner.

    Raises:
        PageError: it holds no article.
    """
    article = clean(Page(name="page.html", data=data, url=url))
    return ExtractedArticle(article.body, article.title, article.authors, article.published)


def _score(directory: Path, truth: PageTruth, run: Extractor) -> PageScore:
    data = gzip.decompress((directory / "pages" / f"{truth.id}.html.gz").read_bytes())
    started = time.process_time()
    error = None
    try:
        found = run(data, truth.url)
    except PageError as exc:
        found, error = ExtractedArticle(), str(exc)
    seconds = time.process_time() - started
    return compare(truth, found, seconds=seconds, error=error)


def compare(
    truth: PageTruth, found: ExtractedArticle, *, seconds: float = 0.0, error: str | None = None
) -> PageScore:
    """Score one page against its truth."""
    precision = recall = exact = None
    if truth.body is not None:
        precision, recall, exact = score_body(truth.body, found.body)
    days_off = _days_between(truth.date, found.published)
    words = _as_words(found.body)
    return PageScore(
        truth=truth,
        found=found,
        precision=precision,
        recall=recall,
        exact=exact,
        held=tuple(_as_words(snippet) in words for snippet in truth.must_contain),
        lacked=tuple(_as_words(snippet) not in words for snippet in truth.must_not_contain),
        title=None if truth.title is None else fold_words(truth.title) == fold_words(found.title),
        authors=None
        if truth.authors is None
        else _fold_names(truth.authors) == _fold_names(found.authors),
        same_day=None if truth.date is None else days_off == 0,
        days_off=days_off,
        seconds=seconds,
        error=error,
    )


def _as_words(text: str) -> str:
    """Return the folded words of a text between spaces, so that `in` compares whole words."""
    return f" {' '.join(fold_words(text))} "


def _fold_names(names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(filter(None, map(fold_words, names)))


def _days_between(truth: str | None, found: str | None) -> int | None:
    days = parse_day(truth), parse_day(found)
    return abs((days[1] - days[0]).days) if days[0] and days[1] else None


def summarise(name: str, scores: Sequence[PageScore]) -> list[ExtractionScores]:
    """Return one row per source set, and one for all."""
    groups: dict[str, list[PageScore]] = {}
    for score in scores:
        groups.setdefault(score.truth.source_set, []).append(score)
    rows = [_summarise(name, group, members) for group, members in groups.items()]
    return [*rows, _summarise(name, ALL, scores)] if len(rows) != 1 else rows


def _summarise(name: str, group: str, scores: Sequence[PageScore]) -> ExtractionScores:
    precision = _mean(s.precision for s in scores)
    recall = _mean(s.recall for s in scores)
    dated = [s for s in scores if s.truth.date is not None]
    wrong = sum(1 for s in dated if s.days_off is not None and s.days_off > 1)
    return ExtractionScores(
        extractor=name,
        source_set=group,
        pages=len(scores),
        body_f1=compute_f1(precision or 0.0, recall) if recall is not None else None,
        precision=precision,
        recall=recall,
        exact=_mean(s.exact for s in scores),
        holds=_mean(kept for s in scores for kept in s.held),
        lacks=_mean(out for s in scores for out in s.lacked),
        title=_mean(s.title for s in scores),
        authors=_mean(s.authors for s in scores),
        same_day=_mean(s.same_day for s in scores),
        date_wrong=wrong / len(dated) if dated else None,
        ms=1000 * sum(s.seconds for s in scores) / len(scores),
        failed=sum(1 for s in scores if s.error),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def as_table(report: ExtractionReport) -> str:
    """Return the table for people: a row for each extractor and source set."""
    lines = [f"{'':<18}{'set':<14}{'pages':>6}" + "".join(f"{name:>8}" for name in COLUMNS)]
    for row in report.rows:
        body = (row.body_f1, row.exact, row.holds, row.lacks)
        values = (*body, row.title, row.authors, row.same_day, row.date_wrong)
        cells = "".join(f"{'-' if v is None else f'{v:.3f}':>8}" for v in values)
        lines.append(f"{row.extractor:<18}{row.source_set:<14}{row.pages:>6}{cells}{row.ms:>8.1f}")
    lines.append("F1 over 4-word shingles averaged a page; ms is CPU time a page, in this process")
    return "\n".join(lines)


def as_json(report: ExtractionReport) -> dict[str, Any]:
    """Return the rows as JSON values; the pages are left out, for their text is others'."""
    return {"directory": report.directory, "rows": [asdict(row) for row in report.rows]}


def render_worst(report: ExtractionReport, count: int) -> str:
    """Return the pages with the lowest body F1, each with what is missing, extra and wrong."""
    scored = [page for page in report.pages if page.recall is not None]
    scored.sort(key=lambda page: (page.f1, page.truth.id))
    return "\n\n".join(map(_render_page, scored[:count]))


def _render_page(page: PageScore) -> str:
    truth, found = page.truth, page.found
    lines = [f"{page.f1:.3f}  {truth.id}  {truth.url or ''}"]
    if page.error:
        return f"{lines[0]}\n  not cleaned: {page.error}"
    if page.title is False:
        lines += _show_values("title", truth.title, found.title)
    if page.authors is False:
        lines += _show_values("authors", truth.authors, found.authors)
    if page.same_day is False:
        lines += _show_values("date", truth.date, found.published)
    lines += [f"  - {line}" for line in _lines_only_in(truth.body or "", found.body)]
    lines += [f"  + {line}" for line in _lines_only_in(found.body, truth.body or "")]
    return "\n".join(lines)


def _show_values(name: str, truth: object, found: object) -> list[str]:
    """Return the true value and the one found."""
    return [f"  {name}: {truth!r}", f"  found: {found!r}"]


def _lines_only_in(text: str, other: str) -> list[str]:
    """Return the first lines most of whose shingles the other text lacks, cut for the screen."""
    known = count_shingles(other)
    only = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        mine = count_shingles(line)
        if sum((mine & known).values()) < sum(mine.values()) / 2:
            only.append(line[:SHOWN_SIZE])
    return only[:SHOWN_LINES]
