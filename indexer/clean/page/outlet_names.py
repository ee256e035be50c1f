"""The names of the outlet that published a page; cuts them off titles.

A page or a list of names comes in (`OutletNames`); titles without the names go out.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from bs4 import Tag

from indexer.clean.page.document import PageDocument, collapse_whitespace
from indexer.web_address import find_host

MAX_EXTRA_LETTERS: Final = 8
"""Most letters by which a longer form may exceed a name (`The Courier Online`)."""

MAX_NAME_WORDS: Final = 8
"""Most words of an outlet's name; some pages declare their headline as the name."""
_SEPARATOR: Final = re.compile(
    r"\s+[-\u2013\u2014\u00b7\u2022\u00bb\u00ab~:/>]{1,2}\s+|\s*[|\uff5c]\s*|_(?=[^_]*$)"
)
_BAR: Final = re.compile(r"\s*[|\uff5c]\s*")
_BY_AUTHOR: Final = re.compile(r"(?<=\w)\W{0,2} - by [A-Z][^|]{2,60}$")
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in folded case, to compare two spellings of a headline.

    In Chinese, Japanese and Korean each character is a word.

    >>> fold_words("Brigade moves: north")
    ('brigade', 'moves', 'north')
    """
    return tuple(_WORD.findall(text.casefold()))


class OutletNames:
    """The names of the outlet that published one page."""

    __slots__ = ("_names",)

    def __init__(self, names: list[str]) -> None:
        spelled = [
            found for found in map(fold_words, dict.fromkeys(names)) if len(found) <= MAX_NAME_WORDS
        ]
        joined = dict.fromkeys(map("".join, spelled))
        self._names = [name for name in joined if len(name) > 1]

    @classmethod
    def from_document(cls, document: PageDocument, source: str | None) -> "OutletNames":
        """Collect the declared names, the headings that link to the home page, and the host."""
        names = [
            source or "",
            document.find_meta(("og:site_name",)) or "",
            *_read_home_headings(document),
        ]
        for url in (
            document.links.get("canonical"),
            document.find_meta(("og:url",)),
            document.url,
        ):
            host = find_host(url)
            if host:
                names.append(max(host.split("."), key=len))
        return cls(names)

    def strip_from(self, title: str) -> str:
        """Return `title` without the outlet's name at either end, "" if it is only the name.

        >>> OutletNames(["The Courier"]).strip_from("Brigade moves north - The Courier")
        'Brigade moves north'
        """
        if self.is_like(title):
            return ""
        while True:
            shorter = self._strip_once(title)
            if shorter == title:
                return title
            title = shorter

    def is_exactly(self, text: str) -> bool:
        """Tell whether `text` is one of the names letter for letter, a leading "The" aside."""
        joined = "".join(fold_words(text)).removeprefix("the")
        return any(joined == name.removeprefix("the") for name in self._names)

    def is_like(self, text: str) -> bool:
        """Tell whether `text` is a name, part of one, or one with up to MAX_EXTRA_LETTERS more."""
        joined = "".join(fold_words(text))
        return any(
            joined == name
            or (len(joined) > 3 and joined in name)
            or (len(name) > 3 and name in joined and len(joined) <= len(name) + MAX_EXTRA_LETTERS)
            for name in self._names
        )

    def _strip_once(self, title: str) -> str:
        """Return `title` without one name at its end or, failing that, at its beginning."""
        title = _BY_AUTHOR.sub("", title)
        found = list(_SEPARATOR.finditer(title))
        if not found:
            return title
        head, tail = title[: found[-1].start()].strip(), title[found[-1].end() :].strip()
        bar = _BAR.fullmatch(found[-1][0]) is not None
        if head and (
            self.is_like(tail) or (bar and len(fold_words(tail)) <= 5 < len(fold_words(head)))
        ):
            return head
        first, rest = title[: found[0].start()].strip(), title[found[0].end() :].strip()
        return rest if rest and self.is_like(first) else title


def _read_home_headings(document: PageDocument) -> list[str]:
    """Return the texts of the `<h1>` that link to the home page: they print the outlet's name."""
    found = []
    for tag in document.marks.headings:
        link = next((t for t in tag.descendants if isinstance(t, Tag) and t.name == "a"), None)
        if link is None:
            continue
        text = collapse_whitespace(tag.get_text())
        if text and collapse_whitespace(link.get_text()) == text:
            path = _read_path(str(link.get("href", "")))
            found += [text] if path in {"", "/", "./", "/index.html", "/index.php"} else []
    return found


def _read_path(url: str) -> str | None:
    """Return the path of an address, None if it has a query or cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return None if parts.query or (parts.fragment and not parts.path) else parts.path
