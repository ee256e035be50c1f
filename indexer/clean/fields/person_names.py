"""Splits printed and declared bylines into names.

"By", roles, places, handles and dates are removed. `is_person` tells persons from agencies.
"""

import re
from collections.abc import Iterable
from typing import Final

from indexer.clean.page.document import collapse_whitespace
from indexer.clean.page.selectors import AGENCIES, DESK_WORDS, make_word_set

MAX_NAME_SIZE: Final = 60
"""Characters of the longest name."""

MAX_ACRONYM_SIZE: Final = 5
"""Letters up to which one word in capitals is an agency or an office (`AP`, `DVIDS`)."""

_WORD: Final = re.compile(r"[\w-]+")
_BY: Final = re.compile(
    r"""^\W*(?:
    (?:(?:written|story|words|text|reported|posted|published|review(?:ed)?|articles?|reporting
      |created|
       analysis|opinion|edited|contributed|submitted|uploaded)\s+(?:and\s+\w+\s+)?)?by\b[\s:]*
    | (?:von|par|por|di|door|av|af|od|przez|written|authors?|autore?n?|auteurs?|writers?
      |reporters?|text|redaktion)\s*:\s*
    | (?:von|par|por|door|af)\s+(?=[A-Z\u00c0-\u00de])
    | (?-i:By|BY)(?=(?-i:[A-Z][a-z]))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PARENTHESIS: Final = re.compile(r"\s*\([^()]{1,40}\)?$")
"""`(obe)`, `(Content Manager)` after a name."""

_HANDLE: Final = re.compile(r"\s*\(?@\w+\)?")
_TAIL: Final = re.compile(
    r"""
    \s*(?:[|/\u2022\u00b7\u2013\u2014]|\s-\s|\s:\s|(?<=[a-z]{4})\.\s|\b(?:updated|published|posted
      |last|on|in|at|for|twitter|facebook|follow|email|is|has|was|covers|writes|
    contributor|senior|staff\s(?:writer|reporter)|editor|reporter|correspondent|writer|author
      |columnist|journalist|ceo|founder|
    freelance|special\sto|via|january|february|march|april|june|july|august|september|october
      |november|december|
    jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|monday|tuesday|wednesday|thursday|friday
      |saturday|sunday)\b|\d|\().*$""",
    re.IGNORECASE | re.VERBOSE,
)
_JOINED_WORDS: Final = re.compile(
    r"(?<=[a-z])(?=(?:Updated|Published|Posted|Staff|Follow|Twitter|Last|January|February|March|"
    r"April|May|June|July|August|September|October|November|December|Contributor|Correspondent)\b)"
)
"""The place where the element after a name touches it: `Ann LeeUpdated`."""

_NAME_SEPARATOR: Final = re.compile(
    r"\s*(?:[;|\u2022\u00b7\n]|,?\s+(?:and|und|et|y|og|och|oraz|with|&|\u0438|\u0442\u0430)\s+|\s*&\s*|,|\s/\s)\s*",
    re.IGNORECASE,
)
_CREDENTIAL: Final = re.compile(
    r"""
    ^(?:ph\.?\s?d|m\.?\s?d|d\.?o|m\.?a|m\.?s|m\.?b\.?a|b\.?s|b\.?a|c\.?f\.?p|c\.?p\.?a|c\.?f\.?a
      |r\.?n|r\.?d(?:n)?|
    j\.?d|esq|jr|sr|ii|iii|d\.?v\.?m|dacvb|lcsw|lmft|mph|msc|edd|psy\.?d|faap|ea|cissp
      |pmp)\.?$""",
    re.IGNORECASE | re.VERBOSE,
)
_ROLE: Final = re.compile(
    r"""
    \b(?:writer|editor|reporter|correspondent|contributor|columnist|author|journalist|producer|
    manager|director|founder|ceo|president|analyst|officer|professor|bureau\schief|profile
      |comments?|consultant|expert|specialist|advis[eo]r|strategist
      |redakteur(?:in)?|volont\u00e4r(?:in)?|korrespondent(?:in)?|journaliste|r\u00e9dacteur|
    r\u00e9dactrice|periodista|redactora?|giornalista|
    share|read\smore|view\sall|follow|subscribe|min\sread|updated|published|posts?\sby|more\sfrom|
    uncategorized|full\sbio|stories|connect|directly|log\s?in|website|payment|network|guest\spost
      |unknown|anonymous|admin(?:istrator)?|about)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DAYS: Final = make_word_set(
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday"
)
_PARTICLES: Final = frozenset(
    ["de", "da", "do", "dos", "das", "del", "della", "der", "den", "di", "du", "van", "von", "vom",
     "zu", "la", "le", "el", "al", "bin", "ibn", "ter", "ten", "y", "e", "of", "the", "and", "af"]
)  # fmt: skip
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def split_names(texts: list[str]) -> tuple[str, ...]:
    """Split declared authors into names, each once; case does not matter.

    >>> split_names(["By Ann Lee and Bo Li", "ann lee"])
    ('Ann Lee', 'Bo Li')
    """
    found: dict[str, str] = {}
    for text in texts:
        for part in _NAME_SEPARATOR.split(_BY.sub("", _strip_contacts(text))):
            name = _PARENTHESIS.sub("", _BY.sub("", part)).strip(" .,:-\u2013\u2014/()[]'\"*")
            if _is_declared_name(name):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())


def read_byline(text: str) -> tuple[str, ...]:
    """Return the names in a printed byline, () if it has none that is written like a name.

    >>> read_byline("By Ann Lee in Kyiv | Updated March 3")
    ('Ann Lee',)
    """
    text = _BY.sub("", _JOINED_WORDS.sub(" ", _strip_contacts(text)))
    found: dict[str, str] = {}
    for part in _NAME_SEPARATOR.split(text):
        name = _TAIL.sub("", _BY.sub("", part)).strip(" .,:-\u2013\u2014/()[]'\"*")
        if not is_name_like(name):
            if found or not name:
                break
            return ()
        found.setdefault(name.casefold(), name)
    return drop_longer_names(found.values())


def drop_longer_names(names: Iterable[str]) -> tuple[str, ...]:
    """Drop each name that begins with another one: the same byline again, with a role.

    >>> drop_longer_names(["Ann Lee", "Ann Lee Reporter"])
    ('Ann Lee',)
    """
    kept = list(dict.fromkeys(names))
    return tuple(
        name
        for name in kept
        if not any(name != other and name.startswith(other + " ") for other in kept)
    )


def is_name_like(text: str) -> bool:
    """Tell whether `text` is written as the names of persons, desks and agencies are."""
    if not 2 <= len(text) <= MAX_NAME_SIZE or any(char.isdigit() or char in ":@#" for char in text):
        return False
    if _CJK.search(text):
        return len(text) <= 20
    words = text.split()
    if len(words) > 6 or text.casefold() in _DAYS or _ROLE.search(text) or _CREDENTIAL.match(text):
        return False
    capital = [word[0].isupper() for word in words if word.casefold() not in _PARTICLES]
    return bool(capital) and all(capital)


def is_person(name: str) -> bool:
    """Tell whether an author is a person, not an agency, a desk, an office or an outlet.

    >>> is_person("Ann Lee"), is_person("Gear Team"), is_person("AP"), is_person("dpa")
    (True, False, False, False)
    """
    folded = _WORD.findall(name.casefold())
    if not DESK_WORDS.isdisjoint(folded) or (len(folded) == 1 and folded[0] in AGENCIES):
        return False
    return not (name.isupper() and len(folded) == 1 and len(name) <= MAX_ACRONYM_SIZE)


def _strip_contacts(text: str) -> str:
    return collapse_whitespace(_HANDLE.sub(" ", _MAIL.sub(" ", text)))


def _is_declared_name(name: str) -> bool:
    """Tell whether a declared author can be a name, not a placeholder, an address or a number."""
    if not 1 < len(name) <= MAX_NAME_SIZE + 20 or _CREDENTIAL.match(name):
        return False
    low = name.casefold()
    if low in _PLACEHOLDER_NAMES or low.startswith(
        ("http", "www.", "/", "image:", "photo:", "credit:")
    ):
        return False
    return not (low.isdigit() or (name == low and "." in name and " " not in name))


_PLACEHOLDER_NAMES: Final = frozenset(
    ["admin", "administrator", "author", "authors", "none", "null", "unknown", "anonymous", "staff",
     "editor", "guest", "user", "root", "undefined", "n/a", "webmaster", "superuser"]
)  # fmt: skip
