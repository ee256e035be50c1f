"""Articles as references: BibTeX, RIS, and a citation in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from indexer.models import parse_day
from indexer.output.article_facts import MONTHS, build_link, join_lines, write_full_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.models import Article

_LATEX: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip


def as_bibtex(articles: Iterable[Article]) -> Iterator[str]:
    """Yield an `@article` for each article, the outlet as its journal; `@misc` if it has no outlet.

    The text is UTF-8; characters that LaTeX reads as commands are escaped. A name with a comma or
    an "and" in it, and an outlet as author, are braced, so that each stays one name.
    """
    for article in articles:
        kind = "article" if article.source else "misc"
        fields = "".join(f"  {name} = {value},\n" for name, value in _list_bibtex_fields(article))
        yield f"@{kind}{{dateline-{article.id},\n{fields}}}\n\n"


def as_ris(articles: Iterable[Article]) -> Iterator[str]:
    """Yield a record of type NEWS for each article; names as printed."""
    for article in articles:
        lines = [
            f"{tag}  - {join_lines(value)}\r\n" for tag, value in _list_ris_fields(article) if value
        ]
        yield "".join(("TY  - NEWS\r\n", *lines, "ER  - \r\n\r\n"))


def format_citation(article: Article) -> str:
    """Cite an article in one line: authors, title, outlet, day, address; unknown parts are omitted.

    `Adela Wirth, “Belarus tells Moscow …”, Northern Wire, 17 February 2023, https://…`
    """
    by = [name for name in article.authors if name != article.source]
    names = " and ".join(filter(None, [", ".join(by[:-1]), *by[-1:]])) if len(by) < 4 else (
        f"{by[0]} and others"
    )  # fmt: skip
    title = f"“{article.title or 'Untitled'}”"
    day = parse_day(article.published)
    known = (names, title, article.source, day and write_full_day(day), build_link(article))
    return join_lines(", ".join(part for part in known if part))


def _list_bibtex_fields(article: Article) -> Iterator[tuple[str, str]]:
    if article.authors:
        yield (
            "author",
            "{"
            + " and ".join(_format_bibtex_name(name, article) for name in article.authors)
            + "}",
        )
    yield "title", "{{" + _escape_latex(article.title or "Untitled") + "}}"
    if article.source:
        yield "journal", "{" + _escape_latex(article.source) + "}"
    day = parse_day(article.published)
    if day:
        yield "year", f"{{{day.year}}}"
        yield "month", MONTHS[day.month - 1][:3].lower()  # a macro that every style defines
        yield "day", f"{{{day.day}}}"
    if build_link(article):
        yield "url", "{" + quote(build_link(article), safe="%/:?#[]@!$&'()*+,;=~-._") + "}"
    if article.lang:
        yield "language", "{" + _escape_latex(article.lang) + "}"


def _format_bibtex_name(name: str, article: Article) -> str:
    plain = _escape_latex(name)
    whole = name == article.source or "," in name or " and " in f" {name.lower()} "
    return f"{{{plain}}}" if whole else plain


def _escape_latex(text: str) -> str:
    return join_lines(text).translate(_LATEX)


def _list_ris_fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "ID", article.id
    yield "TI", article.title or "Untitled"
    yield from (("AU", name) for name in article.authors)
    yield "T2", article.source or ""
    day = parse_day(article.published)
    if day:
        yield "PY", f"{day.year:04d}"
        yield "DA", f"{day:%Y/%m/%d}/"
    yield "SE", article.section or ""
    yield "PP", article.place or ""
    yield "AB", article.lead
    yield from (("KW", tag) for tag in article.tags)
    yield "LA", article.lang or ""
    yield "UR", build_link(article)
