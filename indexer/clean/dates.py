"""A printed or declared date -> ISO 8601 as printed: the day, with time and offset if they stand.

Nothing is converted between zones: the day a reader saw is the day that counts.
"""

import re
from datetime import UTC, date, datetime
from typing import Final

EARLIEST: Final = 1990
"""Years before are taken for mistakes (0001, 1970 and the like) in machine-readable dates."""

_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}\b)?)?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?Z?$")
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})[/.\u5e74]\s?(\d{1,2})[/.\u6708]\s?(\d{1,2})(?!\d)")
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_EPOCH: Final = re.compile(r"^1\d{9}(?:\d{3})?$")
_DAY_MONTH: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|\u00ba|er)?[\s-]+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?[\s-]+(?:de\s+)?(\d{4})(?!\d)"
)
_MONTH_DAY: Final = re.compile(
    r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:at\s+)?(\d{4})(?!\d)"
)
_CLOCK: Final = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\b", re.IGNORECASE)

_MONTH_NAMES: Final = {
    1: """
        january jan januar jänner janvier enero ene gennaio gen janeiro januari ocak leden
        ledna styczeń stycznia января январь január ianuarie
    """,
    2: """
        february feb febr februar février fév fevrier febrero febbraio fevereiro fev
        februari şubat únor února lutego luty февраля февраль лютого február februarie
    """,
    3: """
        march mar märz maerz mars marzo março marco maart mart březen března marca marzec
        марта март березня március martie
    """,
    4: """
        april apr avril abril abr aprile nisan duben dubna kwietnia kwiecień апреля апрель
        квітня április aprilie
    """,
    5: """
        may mai mayo maggio mag maio mei mayıs květen května maja maj мая май травня május
    """,
    6: """
        june jun juni juin junio giugno giu junho haziran červen června czerwca czerwiec
        июня июнь червня június iunie
    """,
    7: """
        july jul juli juillet julio luglio lug julho temmuz červenec července lipca lipiec
        июля июль липня július iulie
    """,
    8: """
        august aug août aout agosto ago augustus ağustos srpen srpna sierpnia sierpień
        августа август серпня augusztus
    """,
    9: """
        september sep sept septembre septiembre settembre set setembro eylül září wrzesień
        września сентября сентябрь вересня szeptember septembrie
    """,
    10: """
        october oct okt oktober octobre octubre ottobre ott outubro ekim říjen října
        październik października октября октябрь жовтня október octombrie
    """,
    11: """
        november nov novembre noviembre novembro kasım listopad listopadu listopada ноября
        ноябрь листопада noiembrie
    """,
    12: """
        december dec dez dezember décembre decembre diciembre dic dicembre dezembro desember
        aralık prosinec prosince grudnia grudzień декабря декабрь грудня decembrie
    """,
}
"""Names of the months, whole and short, in the languages of the press read most."""
MONTHS: Final = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}


def parse_date(text: str) -> str | None:
    """Return the first date in `text` in ISO form, None where there is none or it is ambiguous.

    >>> parse_date("2025-02-19T14:05:00-0500")
    '2025-02-19T14:05:00-05:00'
    >>> parse_date("Published March 3, 2024")
    '2024-03-03'
    """
    text = text.strip()
    if not text or len(text) > 300:
        text = text[:300]
    for read in (_read_iso, _read_compact, _read_year_first, _read_named, _read_numeric):
        found = read(text)
        if found:
            return found
    return None


def is_day(year: int, month: int, day: int) -> bool:
    """Tell whether the three make a day from EARLIEST to tomorrow's year."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return EARLIEST <= year <= 2100


def _read_iso(text: str) -> str | None:
    for found in _ISO.finditer(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if is_day(year, month, day):
            return _join(year, month, day, found)
    return None


def _join(year: int, month: int, day: int, found: re.Match[str]) -> str:
    printed = f"{year:04}-{month:02}-{day:02}"
    if not found[4] or int(found[4]) > 23 or int(found[5]) > 59:
        return printed
    printed += f"T{int(found[4]):02}:{found[5]}:{found[6] or '00'}"
    zone = (found[7] or "").upper()
    if zone == "Z":
        return printed + "Z"
    if zone in {"UTC", "GMT"}:
        return printed + "+00:00"
    if zone:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        return f"{printed}{zone[0]}{digits[:2]}:{digits[2:]}"
    return printed


def _read_compact(text: str) -> str | None:
    found = _COMPACT.match(text)
    if found and is_day(int(found[1]), int(found[2]), int(found[3])):
        return f"{found[1]}-{found[2]}-{found[3]}"
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).isoformat()
    return None


def _read_year_first(text: str) -> str | None:
    for found in _YEAR_FIRST.finditer(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if is_day(year, month, day):
            return f"{year:04}-{month:02}-{day:02}"
    return None


def _read_named(text: str) -> str | None:
    best: tuple[int, str] | None = None
    for pattern, order in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3))):
        for found in pattern.finditer(text):
            month = MONTHS.get(found[order[1]].casefold())
            day, year = int(found[order[0]]), int(found[order[2]])
            if month and is_day(year, month, day):
                printed = f"{year:04}-{month:02}-{day:02}"
                if best is None or found.start() < best[0]:
                    best = (found.start(), printed)
                break
    return best[1] if best else None


def _read_numeric(text: str) -> str | None:
    """Read 19.11.2019 and 19/11/2019; where day and month could be swapped, only dots are sure."""
    for found in _NUMERIC.finditer(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or first > 12 or first == second:
            day, month = first, second
        elif second > 12:
            month, day = first, second
        else:
            continue
        if is_day(year, month, day):
            return f"{year:04}-{month:02}-{day:02}"
    return None
