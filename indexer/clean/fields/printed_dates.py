"""Reads the dates that a page prints, beside its headline or elsewhere.

Dates beside the headline are trusted most: from the fifth line above it to the second paragraph
below it, a short line with one date gave the true day on 96 of 100 pages. Elsewhere a date counts
only if it is marked, labelled or the only one on the page. The elements around a date tell whether
it is the date of an update, or in a teaser.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bs4 import Tag

from indexer.clean.fields.date_parsing import (
    UPDATE_LABEL,
    PrintedDate,
    parse_date,
    read_dated_line,
    scan_dates,
)
from indexer.clean.page.blocks import PageLayout, collect_name_words, is_running_text
from indexer.clean.page.document import PageDocument, collapse_whitespace
from indexer.clean.page.selectors import NOT_BYLINE_NAMES, UPDATED_NAMES

MAX_LINE_SIZE: Final = 110
"""Characters of the longest line about the article that may print its date."""

MAX_LINES_BELOW: Final = 10
"""Lines read after the headline; fewer if the text begins before."""

MAX_LINES_ABOVE: Final = 5
"""Lines read before the headline."""

MAX_MARKED_ELEMENTS: Final = 40
"""`<time>` and marked elements that are read."""

MAX_DATE_LETTERS: Final = 21
"""Most letters of a line that is only a date (`Wednesday, September 3, 2025`)."""

MAX_PARTS: Final = 6
"""Parts of a line about the article that are read."""

_BY: Final = re.compile(r"\W*(?:by|von|par|por|di|door|av)\b", re.IGNORECASE)
_LABEL: Final = re.compile(
    r"(?:date\s)?(?:first\s)?(?:published|posted|publish(?:ed)?\sdate|publication\sdate)\s?:?",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"\s+/\s+|\s*[|\u2022\u00b7]\s*")
_NON_LETTERS: Final = re.compile(r"[\W\d_]+")

ENTRY_CLASSES: Final = frozenset({"entry-date", "published"})
"""Classes of the element that prints the date of a post in WordPress themes."""

UNRELATED_NAMES: Final = NOT_BYLINE_NAMES - {"sidebar"}
"""Names of elements whose dates are not the article's, even with a label or beside the headline."""


@dataclass(frozen=True, slots=True)
class DatesOnPage:
    """The dates that a page prints, ISO 8601, None for each that it does not print.

    Attributes:
        published_near, updated_near: whether that date is beside the headline.
    """

    published: str | None = None
    updated: str | None = None
    published_near: bool = False
    updated_near: bool = False


def find_printed_dates(
    document: PageDocument,
    layout: PageLayout,
    headline: int | None,
    *,
    day_first: bool | None,
    near_only: bool = False,
) -> DatesOnPage:
    """Return the dates beside the headline, else the sure ones elsewhere on the page.

    Args:
        headline: index of the headline's line in `layout`, None if there is none.
        day_first: as for `date_parsing.parse_date`.
        near_only: do not read the rest of the page; for pages that declare both dates.
    """
    reader = _PrintedDateReader(document, layout, day_first=day_first)
    near = reader.read_near(headline)
    far = [] if near_only or _choose_published(near) else reader.read_far()
    return DatesOnPage(
        published=_choose_published(near) or _choose_published(far),
        updated=_choose_updated(near) or _choose_updated(far),
        published_near=_choose_published(near) is not None,
        updated_near=_choose_updated(near) is not None,
    )


def _choose_updated(dates: list[PrintedDate]) -> str | None:
    return next((date.iso for date in dates if date.is_update), None)


def _choose_published(dates: list[PrintedDate]) -> str | None:
    """Return the first date labelled as date of publication, else the first without a label."""
    for wanted in (True, False):
        for date in dates:
            if not date.is_update and date.is_labelled is wanted:
                return date.iso
    return None


class _PrintedDateReader:
    """Reads the dates of one page."""

    def __init__(
        self, document: PageDocument, layout: PageLayout, *, day_first: bool | None
    ) -> None:
        self._layout = layout
        self._day_first = day_first
        self._marked = document.marks.dated[:MAX_MARKED_ELEMENTS]
        self._headline_parents: frozenset[int] = frozenset()

    def read_near(self, headline: int | None) -> list[PrintedDate]:
        """Return the dates beside the headline: those below it first, then those above."""
        if headline is None:
            return []
        self._headline_parents = frozenset(
            id(parent) for parent in self._find_element(headline).parents
        )
        end = self._find_end(headline)
        times = self._find_marked_elements(headline - MAX_LINES_ABOVE, end)
        below = self._read_lines(range(headline + 1, end), times)
        start = max(0, headline - MAX_LINES_ABOVE)
        return below + self._read_lines(range(headline, start - 1, -1), times)

    def _find_end(self, headline: int) -> int:
        """Return the line after the last one beside the headline: the third of running text."""
        running = 0
        blocks = self._layout.blocks
        for index in range(headline + 1, min(len(blocks), headline + 1 + MAX_LINES_BELOW)):
            running += is_running_text(blocks[index]) and blocks[index].size > MAX_LINE_SIZE
            if running > 2:
                return index
        return min(len(blocks), headline + 1 + MAX_LINES_BELOW)

    def _find_marked_elements(self, start: int, end: int) -> dict[int, list[Tag]]:
        """Return marked elements by the line that holds them, else by the first of their region."""
        found: dict[int, list[Tag]] = {}
        if not self._marked:
            return found
        regions = {id(region.tag): region for region in self._layout.regions}
        for tag in self._marked:
            home = next(
                (regions[id(one)] for one in (tag, *tag.parents) if id(one) in regions), None
            )
            if home is None or not start <= home.first < end:
                continue
            text = collapse_whitespace(tag.get_text(" "))
            line = next(
                (i for i in range(home.first, home.last) if text in self._layout.blocks[i].text),
                home.first,
            )
            found.setdefault(line, []).append(tag)
        return found

    def _read_lines(self, lines: range, times: dict[int, list[Tag]]) -> list[PrintedDate]:
        found: list[PrintedDate] = []
        for index in lines:
            found += self._add_marked(self._read_near_line(index), times.get(index, []))
        return found

    def _read_near_line(self, line: int) -> list[PrintedDate]:
        """Return the dates that a line beside the headline prints."""
        block = self._layout.blocks[line]
        dates = (
            read_dated_line(block.text, day_first=self._day_first)
            if block.size <= MAX_LINE_SIZE
            else []
        )
        home = self._find_element(line)
        if not dates or is_in_teaser(home, self._headline_parents):
            return []
        if is_running_text(block) and not _BY.match(block.text) and not _has_date_part(block.text):
            dates = [date for date in dates if date.is_update or date.is_labelled]
        if has_update_name(home):
            dates = [PrintedDate(d.iso, not d.is_labelled, d.is_labelled) for d in dates]
        return dates

    def _add_marked(self, dates: list[PrintedDate], tags: list[Tag]) -> list[PrintedDate]:
        """Add the time and the kind that marked elements give to the dates of their line."""
        for tag in tags:
            moment = self._read_moment(tag)
            if not moment or is_in_teaser(tag, self._headline_parents):
                continue
            same = next((i for i, date in enumerate(dates) if date.iso[:10] == moment[:10]), None)
            late = is_update_element(tag)
            if same is not None:
                dates[same] = PrintedDate(
                    moment, late or dates[same].is_update, dates[same].is_labelled
                )
            elif is_publication_element(tag) or self._is_consistent(tag, moment):
                dates.append(PrintedDate(moment, late, is_publication_element(tag)))
        return dates

    def _is_consistent(self, tag: Tag, moment: str) -> bool:
        """Tell whether an element prints the day it is marked with, or none (`3 hours ago`)."""
        printed = parse_date(tag.get_text(" "), day_first=self._day_first)
        return printed is None or printed[:10] == moment[:10]

    def _read_moment(self, tag: Tag) -> str | None:
        value = tag.get("datetime") or tag.get("content") or tag.get_text(" ")
        return parse_date(str(value), day_first=self._day_first)

    def read_far(self) -> list[PrintedDate]:
        """Return the dates of the first kind of evidence that names exactly one day.

        If several days are named, those labelled as publication are tried alone.
        """
        kinds = self._read_far_elements(), self._read_far_lines()
        for wanted in (False, True):
            for dates in kinds:
                found = [date for date in dates if date.is_update is wanted]
                for some in (found, [date for date in found if date.is_labelled]):
                    if len({date.iso[:10] for date in some}) == 1:
                        return some
        return []

    def _read_far_elements(self) -> list[PrintedDate]:
        """Return the dates of marked elements outside teasers and boilerplate."""
        found = []
        for tag in self._marked:
            moment = self._read_moment(tag)
            if moment and not is_outside_article(tag):
                found.append(
                    PrintedDate(moment, is_update_element(tag), is_publication_element(tag))
                )
        return found

    def _read_far_lines(self) -> list[PrintedDate]:
        """Return the dates of lines that are only a date, and of lines with a label.

        The label may be on the line above. A labelled date counts in a footer or beside the text
        too.
        """
        found = []
        blocks = self._layout.blocks
        for index, block in enumerate(blocks):
            if not 6 <= block.size <= MAX_LINE_SIZE or not any(map(str.isdigit, block.text)):
                continue
            dates = read_dated_line(block.text, day_first=self._day_first)
            if not dates:
                continue
            if index and _LABEL.fullmatch(blocks[index - 1].text):
                dates = [PrintedDate(dates[0].iso, is_update=False, is_labelled=True)]
            home = self._find_element(index)
            if any(date.is_labelled or date.is_update for date in dates):
                found += [] if is_in_teaser(home) else dates
            elif _count_letters(block.text) <= MAX_DATE_LETTERS and not is_outside_article(home):
                found += dates
        return found

    def _find_element(self, line: int) -> Tag:
        return self._layout.regions[self._layout.blocks[line].region].tag


def _count_letters(text: str) -> int:
    return len(_NON_LETTERS.sub("", text))


def _has_date_part(line: str) -> bool:
    """Tell whether a part of a line is a date and little else: `Ann Lee / May 3, 2024, 14:04`."""
    return any(
        _count_letters(part) <= MAX_DATE_LETTERS and scan_dates(part)
        for part in _SEPARATOR.split(line)[:MAX_PARTS]
    )


def is_publication_element(tag: Tag) -> bool:
    """Tell whether an element is marked as the day of publication."""
    return tag.attrs.get("itemprop") == "datePublished"


def is_update_element(tag: Tag) -> bool:
    """Tell whether an element has the date of an update, by its marks or the text before it."""
    names = collect_name_words(tag)
    if tag.get("itemprop") == "dateModified":
        return True
    if is_publication_element(tag) or "published" in names:
        return False
    if has_update_name(tag):
        return True
    before = tag.previous_sibling
    label = str(before) if isinstance(before, str) else ""
    parent = tag.parent
    return bool(UPDATE_LABEL.search(label)) or (parent is not None and has_update_name(parent))


def has_update_name(tag: Tag) -> bool:
    """Tell whether an element is named as the date of an update.

    The microformat hAtom calls the date of every entry `updated`. If the same element is also named
    as the date of the entry or of publication, it is not an update.
    """
    return not UPDATED_NAMES.isdisjoint(collect_name_words(tag)) and ENTRY_CLASSES.isdisjoint(
        tag.attrs.get("class") or ()
    )


def is_in_teaser(tag: Tag, around: frozenset[int] = frozenset()) -> bool:
    """Tell whether a date is in a comment or a teaser.

    Args:
        around: ids of the elements that hold the headline. The search ends at them, since templates
            name a whole page after a part of it (`has-sidebar`, `comments-open`).
    """
    for parent in islice((tag, *tag.parents), 8):
        if id(parent) in around:
            return False
        if not UNRELATED_NAMES.isdisjoint(collect_name_words(parent)):
            return True
    return False


def is_outside_article(tag: Tag) -> bool:
    """Tell whether a date is in a comment, a teaser or boilerplate."""
    for parent in islice((tag, *tag.parents), 8):
        if parent.name in {"body", "html"}:
            return False
        if parent.name in {"nav", "footer", "aside"}:
            return True
        if not NOT_BYLINE_NAMES.isdisjoint(collect_name_words(parent)):
            return True
    return False
