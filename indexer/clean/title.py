"""The headline as the reader saw it and the outlet declares it, the outlet's own name cut off.

Measured on 720 pages: some declared string or `<h1>` is right on 96 %; where the two disagree in
words, the `<h1>` is right three times as often, if it shares words with what is declared.

Rejected: JSON-LD of news before the `<h1>` (right 9 times to 4 where the truth is itself a reading
of JSON-LD, 1 to 6 elsewhere), and a logit over which strings agree (718 of 774 pages to 730, each
outlet unseen).
"""

import re
from typing import Final
from urllib.parse import urlsplit

from bs4 import Tag

from indexer.clean.page import Document, plain, squeeze, types_of
from indexer.clean.selectors import TITLE_META
from indexer.web_address import find_host

OVERLAP: Final = 0.34
"""Share of the shorter one's words that a headline has in common with a declared title."""

LEAST_WORDS: Final = 3
"""Words of a headline that is believed against the declared title."""

EXTRA_LETTERS: Final = 8
"""Letters by which a form of the outlet's name may be longer (`The Courier Online`)."""

NAME_WORDS: Final = 8
"""Words of the longest outlet's name; some pages give their headline for it."""

HEADLINE_SIZE: Final = 400
"""Characters of the longest headline."""

LONGEST: Final = 100
"""Characters from which a declared title may have been cut off for its length."""

_GOES_ON: Final = re.compile(r"\s?[^\W_]|\s[(\[\u201c\u2018\"']")
_SEPARATOR: Final = re.compile(
    r"\s+[-\u2013\u2014\u00b7\u2022\u00bb\u00ab~:/>]{1,2}\s+|\s*[|\uff5c]\s*|_(?=[^_]*$)"
)
_BAR: Final = re.compile(r"\s*[|\uff5c]\s*")
_BY_AUTHOR: Final = re.compile(r"(?<=\w)\W{0,2} - by [A-Z][^|]{2,60}$")
_KICKER_END: Final = re.compile(r"(?:\S|\s[-\u2013\u2014|/]\s)$")
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def find_title(document: Document, site: "Site") -> tuple[str, str]:
    """Return the title ("" where there is none) and where it came from."""
    declared = [(cut, origin) for text, origin in _declared(document) if (cut := site.cut(text))]
    declared = [one for one in declared if not _is_shortened(one[0], declared)]
    heads = [cut for text in _headings(document) if (cut := site.cut(text))]
    for head in heads:
        for text, origin in declared:
            if words(head) == words(text):
                return head, origin
    if declared and declared[0][1] == "json-ld" and _is_news(document):
        return declared[0]
    best = max(heads, key=lambda head: _overlap(head, declared), default="")
    if len(words(best)) >= LEAST_WORDS and _overlap(best, declared) >= OVERLAP:
        return _without_kicker(best, declared), "page"
    second = _second_heading(document, declared) if not heads and len(declared) == 1 else ""
    if second:
        return second, "page"
    for text, origin in declared:
        return text, origin
    return (heads[0] if heads else _uncut(document)), "page"


def _is_shortened(title: str, declared: list[tuple[str, str]]) -> bool:
    """Tell whether a title breaks off where another one goes on in words.

    Headlines of JSON-LD may have 110 characters (Google's guideline); some systems cut them there.
    """
    start = title.rstrip(".\u2026 ")
    if len(title) < LONGEST and not title.endswith(("...", "\u2026")):
        return False
    return any(text.startswith(start) and _GOES_ON.match(text, len(start)) for text, _ in declared)


def _without_kicker(head: str, declared: list[tuple[str, str]]) -> str:
    """Return the headline without the words set above it, where a declared title lacks them.

    In the text of the `<h1>` the two touch (`OpinionWhy ...`) or a dash stands between them.
    """
    for text, _ in declared:
        kicker = head.removesuffix(text)
        if kicker != head and len(words(text)) >= LEAST_WORDS and _KICKER_END.search(kicker):
            return text
    return head


def _second_heading(document: Document, declared: list[tuple[str, str]]) -> str:
    """Return the `<h2>` or `<h3>` a declared title holds word for word, "" where none is."""
    texts = [" ".join(words(text)) for text, _ in declared]
    for tag in document.tags:
        if tag.name in {"h2", "h3"}:
            text = squeeze(tag.get_text())
            mine = words(text) if len(text) < HEADLINE_SIZE else ()
            if len(mine) >= LEAST_WORDS and any(" ".join(mine) in one for one in texts):
                return text
    return ""


def _uncut(document: Document) -> str:
    """Return what a page calls itself where that is the outlet's name, as on its first page."""
    declared = [text for text, _ in _declared(document)]
    return next(iter([*_headings(document), *declared]), "")


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, case folded: what two spellings of one headline share.

    Where words are not spaced apart, every character is one.
    """
    return tuple(_WORD.findall(text.casefold()))


class Site:
    """The names an outlet goes by on one page."""

    __slots__ = ("_names",)

    def __init__(self, names: list[str]) -> None:
        spelled = [found for found in map(words, dict.fromkeys(names)) if len(found) <= NAME_WORDS]
        joined = dict.fromkeys(map("".join, spelled))
        self._names = [name for name in joined if len(name) > 1]

    @classmethod
    def of(cls, document: Document, source: str | None) -> "Site":
        """Gather the declared name and the host of a page."""
        names = [source or "", document.first_meta(("og:site_name",)) or "", *_home_links(document)]
        for url in (
            document.links.get("canonical"),
            document.first_meta(("og:url",)),
            document.url,
        ):
            host = find_host(url)
            if host:
                names.append(max(host.split("."), key=len))
        return cls(names)

    def cut(self, title: str) -> str:
        """Return `title` without the outlet's name at either end, "" where it is nothing else.

        >>> Site(["The Courier"]).cut("Brigade moves north - The Courier")
        'Brigade moves north'
        """
        if self.owns(title):
            return ""
        while True:
            shorter = self._cut_once(title)
            if shorter == title:
                return title
            title = shorter

    def is_called(self, text: str) -> bool:
        """Tell whether `text` is the outlet's name to the letter, an article before it aside."""
        joined = "".join(words(text)).removeprefix("the")
        return any(joined == name.removeprefix("the") for name in self._names)

    def owns(self, text: str) -> bool:
        """Tell whether `text` is the outlet's name, more or less."""
        joined = "".join(words(text))
        return any(
            joined == name
            or (len(joined) > 3 and joined in name)
            or (len(name) > 3 and name in joined and len(joined) <= len(name) + EXTRA_LETTERS)
            for name in self._names
        )

    def _cut_once(self, title: str) -> str:
        title = _BY_AUTHOR.sub("", title)
        found = list(_SEPARATOR.finditer(title))
        if not found:
            return title
        head, tail = title[: found[-1].start()].strip(), title[found[-1].end() :].strip()
        bar = _BAR.fullmatch(found[-1][0]) is not None
        if head and (self.owns(tail) or (bar and len(words(tail)) <= 5 < len(words(head)))):
            return head
        first, rest = title[: found[0].start()].strip(), title[found[0].end() :].strip()
        return rest if rest and self.owns(first) else title


def _declared(document: Document) -> list[tuple[str, str]]:
    found = []
    headline = plain(document.article.get("headline")) or plain(document.article.get("name"))
    if headline:
        found.append((headline, "json-ld"))
    for name in TITLE_META:
        content = document.first_meta((name,))
        if content:
            found.append((content, "meta"))
    if document.title_tag:
        found.append((document.title_tag, "meta"))
    return found


def _is_news(document: Document) -> bool:
    """Tell whether the declared article is news: there the headline is the editors', 7 to 0."""
    return any("news" in kind for kind in types_of(document.article))


def _headings(document: Document) -> list[str]:
    texts = (squeeze(tag.get_text()) for tag in document.marks.headings)
    return [text for text in texts if text and len(text) < HEADLINE_SIZE]


def _home_links(document: Document) -> list[str]:
    """Return the headings that are links to the first page of the site: they print its name."""
    found = []
    for tag in document.marks.headings:
        link = next((t for t in tag.descendants if isinstance(t, Tag) and t.name == "a"), None)
        if link is None:
            continue
        text = squeeze(tag.get_text())
        if text and squeeze(link.get_text()) == text:
            path = _path(str(link.get("href", "")))
            found += [text] if path in {"", "/", "./", "/index.html", "/index.php"} else []
    return found


def _path(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return None if parts.query or (parts.fragment and not parts.path) else parts.path


def _overlap(head: str, declared: list[tuple[str, str]]) -> float:
    """Return the largest share of words common with a declared title; 1.0 where none is."""
    mine = frozenset(words(head))
    if not declared:
        return 1.0
    if not mine:
        return 0.0
    return max(
        len(mine & theirs) / (min(len(mine), len(theirs)) or 1)
        for theirs in (frozenset(words(text)) for text, _ in declared)
    )
