"""One printed line -> its dates, each with what the words beside it call it."""

import re
from dataclasses import dataclass
from typing import Final

from indexer.clean.dates import may_hold_date, scan

UPDATED: Final = re.compile(
    r"(?<![^\W\d_])(?:(?:last\s*)?updated?|last\s?edited|modified|revised|reviewed|"
    r"aktualisiert|akt\.|bearbeitet|"
    r"mis(?:e)? \u00e0 jour|actualizado|atualizad[oa]|aggiornat[oa]|oppdatert|uppdaterad|opdateret|"
    r"bijgewerkt|stand|p\u00e4ivitetty|g\u00fcncelleme|aktualizov\w+|aktualizacja|zaktualizowano|"
    r"\u043e\u0431\u043d\u043e\u0432\u043b\w+|\u043e\u043d\u043e\u0432\u043b\w+|\u66f4\u65b0)",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"(?<![^\W\d_])(?:published|posted|post\s(?:date|time)|publi\w+|ver\u00f6ffentlicht|erschienen|"
    r"created|written|date|issued|\u043e\u043f\u0443\u0431\u043b\u0438\u043a\w+|"
    r"\u516c\u958b|\u767a\u8868|\u53d1\u5e03)",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where elements of one line touch: `World newsMarch 3, 2024`."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One printed date: the day or the moment, and what the words beside it call it."""

    iso: str
    is_update: bool
    is_labelled: bool = False


def read_line(text: str, *, day_first: bool | None = None) -> list[Stamp]:
    """Return the dates of one line; the label before a date says which of the two it is.

    Of two dates without a label the later is that of an update.
    """
    if not may_hold_date(text):
        return []
    text = _GLUED.sub(" ", text)
    found = scan(text, day_first=day_first)
    dates, start = [], 0
    for one in found:
        before = text[start : one.start]
        is_update = UPDATED.search(before) is not None
        dates.append(Stamp(one.iso, is_update, bool(not is_update and _PUBLISHED.search(before))))
        start = one.end
    if len(dates) == 1 and not dates[0].is_labelled and UPDATED.match(text[start:].strip(" ,|-")):
        return [Stamp(dates[0].iso, is_update=True)]
    if len(dates) == 2 and not any(date.is_update or date.is_labelled for date in dates):
        first, second = sorted(dates, key=lambda date: date.iso)
        return [first, Stamp(second.iso, is_update=first.iso != second.iso)]
    return dates
