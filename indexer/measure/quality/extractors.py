"""Other extractors to compare with, if they are installed.

In: the bytes of a page. Out: an `ExtractedArticle`. None of them fetches anything; each is imported
when it is first used. trafilatura and resiliparse belong to the `bench` extra. readability-lxml and
newspaper4k are measured if they were installed by hand: both require `lxml[html-clean]`,
trafilatura's justext requires `lxml[html_clean]`, and pip before 23.3 (Python 3.11 brings 23.2.1)
crashes at two spellings of one extra. They can return to `bench` when pip 23.2 need not be
supported, or when justext spells the extra as they do.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from indexer.errors import PageError


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """The result of an extractor; an empty text or None if a field was not found."""

    body: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None


Extractor = Callable[[bytes, str | None], ExtractedArticle]


def list_installed_extractors() -> dict[str, Extractor]:
    """Return the extractors whose package is installed, by package name.

    Each raises PageError for any failure, so that its page counts as empty.
    """
    found = {name: run for name, run in PEERS.items() if importlib.util.find_spec(MODULES[name])}
    return {name: _guard(run) for name, run in found.items()}


def _guard(run: Extractor) -> Extractor:
    def run_guarded(data: bytes, url: str | None) -> ExtractedArticle:
        try:
            return run(data, url)
        except Exception as exc:  # of foreign code; one page stops no measuring
            raise PageError(f"{type(exc).__name__}: {exc}") from exc

    return run_guarded


def run_trafilatura(data: bytes, url: str | None) -> ExtractedArticle:
    """trafilatura, its fast way, with metadata."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    found: Any = bare_extraction(data, url=url, fast=True, with_metadata=True)
    if found is None:
        return ExtractedArticle()
    authors = tuple(part.strip() for part in (found.author or "").split(";") if part.strip())
    return ExtractedArticle(found.text or "", found.title or "", authors, found.date)


def run_readability(data: bytes, url: str | None) -> ExtractedArticle:
    """readability-lxml; its summary is HTML, its text joined by blocks."""
    from lxml import html  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415
    from readability.readability import Unparseable  # noqa: PLC0415

    try:
        document = Document(data, url=url)
        tree = html.fromstring(document.summary(html_partial=True))
    except Unparseable:
        return ExtractedArticle()
    for tag in tree.iter("p", "div", "li", "h2", "h3", "br", "td", "blockquote", "pre"):
        tag.tail = "\n" + (tag.tail or "")
    return ExtractedArticle("".join(map(str, tree.itertext())), document.short_title() or "")


def run_newspaper(data: bytes, url: str | None) -> ExtractedArticle:
    """newspaper4k without fetching."""
    from newspaper import Article  # noqa: PLC0415

    article: Any = Article(url or "http://page.invalid/", fetch_images=False)
    article.download(input_html=data.decode("utf-8", "replace"))
    article.parse()
    day = article.publish_date.isoformat()[:10] if article.publish_date else None
    return ExtractedArticle(article.text, article.title or "", tuple(article.authors), day)


def run_resiliparse(data: bytes, _: str | None) -> ExtractedArticle:
    """resiliparse, main content only; it reads no metadata."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding  # noqa: PLC0415

    text = bytes_to_str(data, detect_encoding(data) or "utf-8")
    return ExtractedArticle(extract_plain_text(text, main_content=True, alt_texts=False))


PEERS: Final = {
    "trafilatura": run_trafilatura,
    "readability-lxml": run_readability,
    "newspaper4k": run_newspaper,
    "resiliparse": run_resiliparse,
}
MODULES: Final = {
    "trafilatura": "trafilatura",
    "readability-lxml": "readability",
    "newspaper4k": "newspaper",
    "resiliparse": "resiliparse",
}
