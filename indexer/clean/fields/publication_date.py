"""Finds when an article was published and updated, as printed; no date rather than a wrong one.

Declared dates come first, unless the page or its address names an earlier day: outlets date again
what they publish again. Without a declared date the order is: the day beside the headline, the
address, the rest of the page, its scripts. The date of an update counts as date of publication only
if it is beside the headline and the page prints no other; the notes then say so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Final

from indexer.clean.fields.date_parsing import is_valid_day, parse_date
from indexer.clean.fields.month_names import MONTHS
from indexer.clean.fields.printed_dates import DatesOnPage, find_printed_dates
from indexer.clean.page.blocks import PageLayout
from indexer.clean.page.document import PageDocument, read_types, to_plain_text
from indexer.clean.page.selectors import ARTICLE_TYPES, PUBLISHED_META, UPDATED_META
from indexer.web_address import find_host

LAST_UPDATE: Final = "page (last update)"
"""Origin of a published date if the page prints only when it was updated. Citation rules (APA,
Chicago) date such a page by its last update; `updated` is given as well. Of 15 such pages the
judges dated 11 so. Of 26 pages that declare a day and print only an update they dated 12 so: there
the declared day counts.
"""

_URL_DAY: Final = re.compile(
    r"[/_-]((?:19|20)\d\d)(?:/(\d{1,2}|[a-z]{3,9})/(\d{1,2})(?=[/_-]|$)|[-_](\d{2})[-_](\d{2})(?!\d)"
    r"|(\d{2})(\d{2})(?=[-_/.]|$))",
    re.IGNORECASE,
)
_PUBLISHED_META_NAME: Final = re.compile(r"publi(?:sh|cat)|pub-?_?date|issued|posted")
_OTHER_META_NAME: Final = re.compile(r"modif|updat|expir|unpubl|event|publisher|first_?pub|section")
_SCRIPT_DATE: Final = re.compile(
    r"""\\?["'](?:date_?published|published_?(?:at|date|on|time)|publish_?(?:date|time)|
    publication_?date|first_?published(?:_?at)?)\\?["']\s*:\s*\\?["']([^"'\\]{8,40})""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH_FIRST_DOMAINS: Final = frozenset({"us", "gov", "mil", "edu"})
_DAY_FIRST_DOMAINS: Final = frozenset(
    {"uk", "au", "nz", "ie", "in", "za", "sg", "my", "ng", "ke", "pk"}
)
_YEAR_FIRST_LANGUAGES: Final = frozenset({"ja", "zh", "ko", "hu", "lt", "mn"})


@dataclass(frozen=True, slots=True)
class ArticleDates:
    """Both dates of an article with origins; ISO 8601 as printed, None if the page gives none."""

    published: str | None = None
    published_origin: str = ""
    updated: str | None = None
    updated_origin: str = ""


@dataclass(frozen=True, slots=True)
class _SourcedDate:
    """A date and its origin."""

    iso: str
    origin: str


def find_dates(document: PageDocument, layout: PageLayout, headline: int | None) -> ArticleDates:
    """Return both dates of a page.

    Args:
        headline: index of the headline's line in `layout`, None if there is none.
    """
    day_first = _guess_day_first(document)
    declared = _read_declared(document, day_first=day_first)
    first = next(declared, None)
    updated = next(_read_declared_update(document, day_first=day_first), None)
    sure = first is not None and updated is not None
    printed = find_printed_dates(document, layout, headline, day_first=day_first, near_only=sure)
    if updated is None and printed.updated:
        updated = _SourcedDate(printed.updated, "page")
    declared = chain([first] if first else [], declared)
    published = _choose_published(document, printed, declared, updated)
    if updated and published and _is_redundant(updated.iso, published):
        updated = None
    return ArticleDates(
        published.iso if published else None,
        published.origin if published else "",
        updated.iso if updated else None,
        updated.origin if updated else "",
    )


def _is_redundant(updated: str, published: _SourcedDate) -> bool:
    """Tell whether an update is the publication itself, only its day, or before it."""
    if published.origin == LAST_UPDATE:
        return False
    if updated in {published.iso, published.iso[:10]}:
        return True
    try:
        return datetime.fromisoformat(updated) <= datetime.fromisoformat(published.iso)
    except TypeError:  # one of them has no offset
        return updated[:10] < published.iso[:10]


def _choose_published(
    document: PageDocument,
    printed: DatesOnPage,
    declared: Iterator[_SourcedDate],
    updated: _SourcedDate | None,
) -> _SourcedDate | None:
    """Return the date of publication, None if the page gives none; for the order see above."""
    beside = [_SourcedDate(printed.published, "page")] if printed.published else []
    address = _read_url_date(document)
    stated = [_SourcedDate(address, "url")] if address else []
    near, far = (beside, []) if printed.published_near else ([], beside)
    first = next(declared, None)
    if first:
        same = (one for one in chain([first], declared) if near and _is_same_day(one.iso, near[0]))
        return _choose_seen(next(same, first), near + stated, updated)
    found = next(iter(near + stated + far), None) or _read_script_date(document)
    if found is None and printed.updated and printed.updated_near:
        return _SourcedDate(printed.updated, LAST_UPDATE)
    return found


def _choose_seen(
    declared: _SourcedDate, seen: list[_SourcedDate], updated: _SourcedDate | None
) -> _SourcedDate:
    """Return the first date on the page that overrules the declared one, else the declared one."""
    for found in seen:
        later = found.origin == "page" and not _is_same_day(found.iso, updated)
        if _has_precedence(found.iso, declared.iso, later=later):
            return found
    return declared


def _is_same_day(iso: str, other: _SourcedDate | None) -> bool:
    return other is not None and other.iso[:10] == iso[:10]


def _has_precedence(day: str, declared: str, *, later: bool) -> bool:
    """Tell whether a day that the reader saw overrules the declared moment.

    It does if it is more than a day earlier (right on all of 8 pages). It also does if the two are
    neighbours and the declared one is in UTC: the outlet's own clock may show the other day. The
    next day counts only if `later` says that it cannot be that of an update.
    """
    gap = (date.fromisoformat(declared[:10]) - date.fromisoformat(day[:10])).days
    if gap > 1:
        return True
    clock = declared[11:13]
    if gap == 1:
        return not clock or (_is_utc(declared) and int(clock) < 10)
    return later and gap == -1 and _is_utc(declared) and int(clock) >= 10


def _is_utc(moment: str) -> bool:
    return moment.endswith(("Z", "+00:00"))


def _read_declared(document: PageDocument, *, day_first: bool | None) -> Iterator[_SourcedDate]:
    """Yield the declared dates of publication, those of JSON-LD first."""
    nodes = [document.article, *document.graph]
    for node in nodes:
        if (
            node is not document.article
            and ARTICLE_TYPES.get((read_types(node) or ("",))[0], 0) < 5
        ):
            continue
        for key in ("datePublished", "dateCreated", "uploadDate"):
            found = parse_date(to_plain_text(node.get(key)), day_first=day_first)
            if found:
                yield _SourcedDate(found, "json-ld")
    others = (
        n
        for n in document.meta
        if _PUBLISHED_META_NAME.search(n) and not _OTHER_META_NAME.search(n)
    )
    yield from _read_meta(document, (*PUBLISHED_META, *others), day_first=day_first)


def _read_meta(
    document: PageDocument, names: Iterable[str], *, day_first: bool | None
) -> Iterator[_SourcedDate]:
    """Yield the dates in the meta tags of `names`, in their order."""
    for name in names:
        for content in document.meta.get(name, ()):
            found = parse_date(content, day_first=day_first)
            if found:
                yield _SourcedDate(found, "meta")


def _read_declared_update(
    document: PageDocument, *, day_first: bool | None
) -> Iterator[_SourcedDate]:
    """Yield the declared dates of updates, those of JSON-LD first."""
    found = parse_date(to_plain_text(document.article.get("dateModified")), day_first=day_first)
    if found:
        yield _SourcedDate(found, "json-ld")
    yield from _read_meta(document, UPDATED_META, day_first=day_first)


def _read_script_date(document: PageDocument) -> _SourcedDate | None:
    """Return the day of publication that scripts of the page name, None if they name several."""
    found: set[str] = set()
    for script in document.tree.root.iter("script"):
        found.update(filter(None, map(parse_date, _SCRIPT_DATE.findall(script.text or ""))))
    if len({moment[:10] for moment in found}) == 1:
        return _SourcedDate(max(found, key=lambda moment: (len(moment), moment)), "script")
    return None


def _guess_day_first(document: PageDocument) -> bool | None:
    """Tell whether `03/04/2024` is 3 April: by the page's language and, for English, its country.

    None if neither tells.
    """
    lang, _, region = (document.lang or "").replace("_", "-").partition("-")
    if lang and lang != "en":
        return None if lang in _YEAR_FIRST_LANGUAGES else True
    if region:
        return region != "us"
    country = find_host(document.url).rpartition(".")[2]
    return (
        False
        if country in _MONTH_FIRST_DOMAINS
        else True
        if country in _DAY_FIRST_DOMAINS
        else None
    )


def _read_url_date(document: PageDocument) -> str | None:
    """Return the day in the address of the page, None if the address has none."""
    for url in (document.links.get("canonical"), document.find_meta(("og:url",)), document.url):
        found = _URL_DAY.search(url or "")
        if found:
            written = found[2] or found[4] or found[6]
            month = int(written) if written.isdigit() else MONTHS.get(written.lower(), 0)
            day = int(found[3] or found[5] or found[7])
            if is_valid_day(int(found[1]), month, day):
                return f"{found[1]}-{month:02}-{day:02}"
    return None
