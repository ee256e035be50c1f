"""The body metric: precision and recall over runs of four words, and how titles are folded.

As scrapinghub's article-extraction-benchmark defines it (evaluate.py there, MIT): words are
`\\w+`, shingles are counted as bags, a text shorter than four words is one shingle.
"""

import re
import unicodedata
from collections import Counter
from typing import Final

SHINGLE: Final = 4
"""Words of a shingle."""

_WORD: Final = re.compile(r"\w+")


def score_body(truth: str, found: str) -> tuple[float | None, float, bool]:
    """Return precision (None where nothing was found), recall, and whether both are whole."""
    wanted, given = shingles(truth), shingles(found)
    hits = sum((wanted & given).values())
    given_count, wanted_count = sum(given.values()), sum(wanted.values())
    precision = hits / given_count if given_count else None
    recall = hits / wanted_count if wanted_count else 0.0
    return precision, recall, hits == given_count == wanted_count


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the bag of runs of four words; a shorter text is one run."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a title or name as compared: NFKC, case folded."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def f1(self) -> float:
    """F1 of the body; 0 where one half is missing."""
    return f1(self.precision or 0.0, self.recall or 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One extractor on one source set: shares from 0 to 1, None where no page has the truth."""

    extractor: str
    source_set: str
    pages: int
    body_f1: float | None
    precision: float | None
    recall: float | None
    exact: float | None
    title: float | None
    authors: float | None
    same_day: float | None
    date_wrong: float | None
    ms: float
    failed: int


@dataclass(frozen=True, slots=True)
class ExtractionReport:
    """All rows, and the scores of our own extractor page by page."""

    directory: str
    rows: tuple[Row, ...]
    pages: tuple[PageScore, ...]


def evaluate(directory: Path, *, peers: bool = False) -> ExtractionReport:
    """Clean every page of a set, with each installed peer too if asked, in one process.

    Raises:
        SourceError: the folder is no such set.
    """
    truths = read_truth(directory)
    extractors: dict[str, Callable[[bytes, str | None], Extracted]] = {OURS: extract}
    if peers:
        extractors |= installed()
    scored = {
        name: [_score(directory, truth, run) for truth in truths]
        for name, run in extractors.items()
    }
    rows = [row for name, scores in scored.items() for row in summarise(name, scores)]
    return ExtractionReport(str(directory), tuple(rows), tuple(scored[OURS]))


def read_truth(directory: Path) -> list[Truth]:
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


def _read_row(row: Mapping[str, Any]) -> Truth:
    authors = row.get("authors")
    return Truth(
        id=row["id"],
        source_set=row.get("source_set") or ALL,
        url=row.get("url"),
        title=row.get("title") or None,
        authors=tuple(authors) if authors else None,
        date=row.get("date") or None,
        body=row.get("body") or None,
    )


def extract(data: bytes, url: str | None) -> Extracted:
    """Clean one page with this project's own cleaner.

    Raises:
        PageError: it holds no article.
    """
    article = clean(Page(name="page.html", data=data, url=url))
    return Extracted(article.body, article.title, article.authors, article.published)


def _score(
    directory: Path, truth: Truth, run: Callable[[bytes, str | None], Extracted]
) -> PageScore:
    data = gzip.decompress((directory / "pages" / f"{truth.id}.html.gz").read_bytes())
    started = time.process_time()
    error = None
    try:
        found = run(data, truth.url)
    except PageError as exc:
        found, error = Extracted(), str(exc)
    seconds = time.process_time() - started
    return compare(truth, found, seconds=seconds, error=error)


def compare(
    truth: Truth, found: Extracted, *, seconds: float = 0.0, error: str | None = None
) -> PageScore:
    """Score one page against its truth."""
    precision = recall = exact = None
    if truth.body is not None:
        precision, recall, exact = score_body(truth.body, found.body)
    days_off = _days_between(truth.date, found.published)
    return PageScore(
        truth=truth,
        found=found,
        precision=precision,
        recall=recall,
        exact=exact,
        title=None if truth.title is None else fold(truth.title) == fold(found.title),
        authors=None if truth.authors is None else _set(truth.authors) == _set(found.authors),
        same_day=None if truth.date is None else days_off == 0,
        days_off=days_off,
        seconds=seconds,
        error=error,
    )


def _set(names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(filter(None, map(fold, names)))


def _days_between(truth: str | None, found: str | None) -> int | None:
    if truth is None or found is None:
        return None
    return abs((date.fromisoformat(found[:10]) - date.fromisoformat(truth[:10])).days)


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean, 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
