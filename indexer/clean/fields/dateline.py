"""Reads the dateline that begins an article: `WARSAW, Poland -`, `WASHINGTON (AP) -`.

The first paragraph comes in; the dateline as printed and its place go out.
"""

import re
from dataclasses import dataclass
from typing import Final

from indexer.clean.page.selectors import make_word_set

_CAPITALS: Final = r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de'\u2019.\-/]+"
_CITY: Final = rf"{_CAPITALS}(?: {_CAPITALS}){{0,5}}"
_NAME: Final = r"[A-Z][A-Za-z.\u00c0-\u024f'\u2019-]+"
_REGION: Final = rf"(?:, {_NAME}(?: {_NAME}){{0,2}}){{0,2}}"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY: Final = rf"(?:,? (?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:, \d{{4}})?)?"
_AGENCY: Final = r"(?:,? ?[(\[/][^()\[\]]{2,40}[)\]/])?"
_DASH: Final = r"\s*(?:\u2014|\u2013|--?|\u2012|\u2015)\s+\S"
_DATELINE: Final = re.compile(
    r"^(?:\([^()]{2,30}\)\s*[\u2014\u2013-]*\s*)?"
    rf"(?P<place>{_CITY}{_REGION}){_DAY}{_AGENCY}{_DAY}{_DASH}"
)
_MIXED_CASE: Final = re.compile(
    rf"^(?P<place>{_NAME}(?: {_NAME}){{0,2}}(?:, {_NAME}(?: {_NAME})?)?)"
    r" \((?:AP|Reuters|AFP|UPI|dpa|CNN|KYODO|Kyodo|Xinhua|TASS|ANI|PTI|IANS|BBC|EFE|ANSA)\)"
    rf"{_DASH}"
)
"""A place in mixed case counts only before an agency; otherwise `Smith - a major` would be one."""

_NOT_PLACES: Final = make_word_set(
    """
    BREAKING UPDATE UPDATED EXCLUSIVE WATCH VIDEO ANALYSIS OPINION REVIEW NOTE CORRECTION LIVE READ
    """
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline as printed (`WARSAW, Poland`), and its place for display (`Warsaw, Poland`)."""

    printed: str
    place: str


def find_dateline(lead: str) -> Dateline | None:
    """Return the dateline at the beginning of `lead`, the first paragraph; None if it has none.

    >>> find_dateline("WARSAW, Poland (AP) - The brigade moved its guns.")
    Dateline(printed='WARSAW, Poland', place='Warsaw, Poland')
    """
    found = _DATELINE.match(lead) or _MIXED_CASE.match(lead)
    if not found:
        return None
    printed = found["place"].strip(" ,")
    if printed.split()[0].strip(".,:") in _NOT_PLACES:
        return None
    return Dateline(printed, _format_place(printed))


def _format_place(printed: str) -> str:
    """Return `WARSAW, Poland` as `Warsaw, Poland`; short capitals after the comma stay (N.C.)."""
    first, *rest = printed.split(", ")
    city = " ".join(_capitalize(word) for word in first.split())
    return ", ".join(
        [
            city,
            *(_capitalize(p) if p.isupper() and "." not in p and len(p) > 3 else p for p in rest),
        ]
    )


def _capitalize(word: str) -> str:
    if "." in word or not word.isupper():
        return word
    return "-".join(part[:1] + part[1:].lower() for part in word.split("-"))
