"""Reads printed bylines: a page comes in, the names in its byline go out.

A byline is a line that begins with "By" or an element marked as a byline.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from bs4 import Tag

from indexer.clean.fields.date_parsing import scan_dates
from indexer.clean.fields.person_names import drop_longer_names, read_byline
from indexer.clean.page.blocks import LINE_BREAK, PageLayout, collect_name_words, is_running_text
from indexer.clean.page.document import PageDocument, collapse_whitespace
from indexer.clean.page.outlet_names import fold_words
from indexer.clean.page.selectors import ABOUT_NAMES, BYLINE_NAMES, INLINE, NOT_BYLINE_NAMES

MAX_ELEMENTS_BELOW: Final = 160
"""Elements after the headline among which a marked byline is looked for first."""

MAX_ELEMENTS_ABOVE: Final = 20
"""Elements before the headline among which it is looked for next."""

MAX_LINES_BELOW: Final = 14
"""Lines after the headline that may print a byline."""

MAX_LINES_ABOVE: Final = 3
"""Lines before the headline that may print a byline."""

MAX_BYLINE_SIZE: Final = 160
"""Characters of the longest byline."""

_AUTHOR_PAGE: Final = re.compile(
    r"/(?:authors?|people|persons?|staff|staff-members|contributors?|writers?|reporters?|journalists?|"
    r"autor(?:en|es)?|auteurs?|columnists?|byline)/[^/?#]{3,}",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"\b(?:last|first|originally|modified|updated?s?|posted|published|learn|more|read|table|article|"
    r"reviewe[dr]|contents?|see|new(?:er|s)?|older?|image|photos?|by the)\b",
    re.IGNORECASE,
)
MAX_DATE_SIZE: Final = 45
"""Characters of the longest line that is a date and little else."""

_BY_TITLE: Final = re.compile(r" - by ([A-Z][^|]{2,60}?)(?: - [^-]+)?$")
_BY_LINE: Final = re.compile(
    r"^(?:(?:written|reported|posted|published|story|words)\s+)?(?:by(?:\s*:\s*|\s+)\S|(?-i:By|BY)(?-i:[A-Z][a-z]))"
    r"|^(?:von|par|por|door|af)\s+(?-i:[A-Z\u00c0-\u00de])",
    re.IGNORECASE,
)
_INLINE_BY: Final = re.compile(r"(?<=[\s|\u00b7\u2022,])(?:[Bb]y|BY|Von|Par|Por)\s+(?=@?\S)")
_SEPARATOR: Final = re.compile(r"\s*[|\u00b7\u2022\u25cf\u22c5\u2014\u2013]\s*|\s+[-/]\s+")


@dataclass(frozen=True, slots=True)
class HeadlineContext:
    """The lines around the headline of a page.

    Attributes:
        below, above: the short lines after and before it, the nearest first.
        line: the names in the first line below it that begins with "By".
    """

    below: list[str]
    above: list[str]
    line: tuple[str, ...]


def read_headline_context(layout: PageLayout, headline: int | None) -> HeadlineContext:
    """Return the lines around the headline; `headline` is its index, None if there is none."""
    below, above = _collect_near_lines(layout, headline)
    return HeadlineContext(below, above, _read_by_line(below))


def find_printed_names(
    document: PageDocument, near: HeadlineContext, marked: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names of the printed byline, () if there is none.

    The surest form comes first: a line "By ...", a marked byline, "by" inside a line, any marked
    byline of the page. `marked` are the names of the marked byline nearest to the headline.
    """
    line = near.line or _read_by_line(near.above)
    if _are_prefixes(marked, line):
        return marked
    return (
        line
        or marked
        or _read_inline_by([*near.below, *near.above])
        or _find_first_marked(document.tags)
    )


def find_profile_names(document: PageDocument, near: HeadlineContext) -> tuple[str, ...]:
    """Return the names beside the headline that match the profile addresses in `article:author`.

    Open Graph puts addresses in that meta tag: `/staff/ann-lee` is Ann Lee if a line begins with
    these words.
    """
    found = []
    for url in document.meta.get("article:author", ()):
        slug = fold_words(url.rstrip("/").rpartition("/")[2])
        for line in [*near.below, *near.above]:
            name = " ".join(line.split()[: len(slug)]).strip(" ,.|")
            if len(slug) > 1 and fold_words(name) == slug:
                found.append(name)
    return tuple(dict.fromkeys(found))


def guess_author(document: PageDocument, near: HeadlineContext) -> tuple[str, ...]:
    """Return a name without a label, from a place where authors are printed; () if there is none.

    The places are the line of the date, the line above it, and the end of `<title>`.
    """
    titled = _BY_TITLE.search(document.title_tag)
    return _read_beside_date([*near.below, *near.above]) or (
        read_byline(titled[1]) if titled else ()
    )


def _are_prefixes(names: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Tell whether every name begins one of `longer`, where a role may follow it."""
    return bool(names) and all(any(one.startswith(name) for one in longer) for name in names)


def _collect_near_lines(layout: PageLayout, anchor: int | None) -> tuple[list[str], list[str]]:
    """Return the short lines below the headline, up to the third paragraph, and those above."""
    if anchor is None:
        return [], []
    blocks = layout.blocks
    below, running = [], 0
    for block in blocks[anchor + 1 : anchor + 1 + MAX_LINES_BELOW]:
        running += is_running_text(block) and block.size > MAX_BYLINE_SIZE
        if running > 2:
            break
        below.append(block.text)
    above = [block.text for block in reversed(blocks[max(0, anchor - MAX_LINES_ABOVE) : anchor])]
    return _filter_short(below), _filter_short(above)


def _filter_short(lines: list[str]) -> list[str]:
    return [line for line in lines if len(line) <= MAX_BYLINE_SIZE]


def _read_by_line(lines: list[str]) -> tuple[str, ...]:
    """Return the names in the first line that begins with "By"."""
    for line in lines:
        names = read_byline(line) if _BY_LINE.match(line) else ()
        if names:
            return names
    return ()


def _read_inline_by(lines: list[str]) -> tuple[str, ...]:
    """Return the names after "by" inside a line about the article: `3 May 2024 by Ann Lee`."""
    for line in lines:
        found = _INLINE_BY.search(line)
        if found and (scan_dates(line) or _SEPARATOR.search(line)):
            names = read_byline(line[found.start() :])
            if names:
                return names
    return ()


def _read_beside_date(lines: list[str]) -> tuple[str, ...]:
    """Return a single name in the line of the date, or alone in the line above it."""
    for line, below in pairwise([*lines, ""]):
        dates = scan_dates(line)
        parts = [line] if len(scan_dates(below)) == 1 and len(below) < MAX_DATE_SIZE else []
        if dates:
            parts = [
                *_SEPARATOR.split(line[: dates[0].start]),
                *_SEPARATOR.split(line[dates[-1].end :]),
            ]
        for part in parts:
            names = read_byline(part)
            if len(names) == 1 and 2 <= len(names[0].split()) <= 4 and not _NO_NAME.search(part):
                return names
    return ()


def find_marked_names(
    document: PageDocument, layout: PageLayout, headline: int | None
) -> tuple[str, ...]:
    """Return the names in the marked byline nearest to the headline, () if there is none."""
    tags = document.tags
    head = 0
    if headline is not None:
        home = layout.regions[layout.blocks[headline].region].tag
        head = next((i for i, tag in enumerate(tags) if tag is home), 0)
    below, above = (
        tags[head : head + MAX_ELEMENTS_BELOW],
        tags[max(0, head - MAX_ELEMENTS_ABOVE) : head],
    )
    return _find_first_marked(below) or _find_first_marked(above)


def _find_first_marked(tags: list[Tag]) -> tuple[str, ...]:
    for is_author in (_is_author_link, _is_byline_element):
        names = _read_first_byline(filter(is_author, tags))
        if names:
            return names
    return ()


def _read_first_byline(tags: Iterable[Tag]) -> tuple[str, ...]:
    """Return the names in the first byline: in its element, or in links next to each other."""
    found: dict[str, str] = {}
    home: Tag | None = None
    for tag in tags:
        if home is not None and home not in tag.parents:
            break
        lines = _split_lines(tag)
        if not lines or sum(map(len, lines)) > MAX_BYLINE_SIZE or _is_outside_article(tag):
            continue
        for name in next(filter(None, map(read_byline, lines)), ()):
            found.setdefault(name.casefold(), name)
        if found and home is None:
            home = _find_container(tag)
    return drop_longer_names(found.values())


def _split_lines(tag: Tag) -> list[str]:
    """Return the text of an element as lines; each block-level element in it begins one."""
    pieces = [
        str(node)
        if not isinstance(node, Tag)
        else LINE_BREAK
        if node.name == "br" or node.name not in INLINE
        else " "
        for node in tag.descendants
    ]
    return list(filter(None, map(collapse_whitespace, "".join(pieces).split(LINE_BREAK))))


def _find_container(tag: Tag) -> Tag:
    """Return the element two levels up, which holds all names of one byline."""
    parent = tag.parent or tag
    return parent.parent or parent


def _is_author_link(tag: Tag) -> bool:
    """Tell whether an element is marked as the author or links to an author's page."""
    attributes = tag.attrs
    if not attributes:
        return False
    if "author" in attributes.get("rel", ()) or attributes.get("itemprop") == "author":
        return True
    return tag.name == "a" and bool(_AUTHOR_PAGE.search(str(attributes.get("href", ""))))


def _is_byline_element(tag: Tag) -> bool:
    """Tell whether an element is named as a byline and has no inner byline."""
    return _has_byline_name(tag) and not any(
        isinstance(inner, Tag)
        and (_has_byline_name(inner) or _is_author_link(inner))
        and inner.get_text(strip=True)
        for inner in tag.descendants
    )


def _has_byline_name(tag: Tag) -> bool:
    """Tell whether an element is a byline by name, or is an `<address>` inside an `<article>`.

    The first such address held the author on 17 of 18 pages. Outside an article it is mostly the
    outlet's postal address.
    """
    if tag.name == "address":
        return any(parent.name == "article" for parent in tag.parents)
    return bool(tag.attrs) and not BYLINE_NAMES.isdisjoint(collect_name_words(tag))


def _is_outside_article(tag: Tag) -> bool:
    """Tell whether a byline is in a comment, a teaser or boilerplate."""
    for parent in (tag, *islice(tag.parents, 6)):
        names = collect_name_words(parent)
        if parent.name in {"body", "html", "article"}:
            return False
        if not ABOUT_NAMES.isdisjoint(names):
            continue
        if parent.name in {"nav", "footer", "aside"} or not NOT_BYLINE_NAMES.isdisjoint(names):
            return True
    return False
