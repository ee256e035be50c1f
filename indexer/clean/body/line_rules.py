"""Judges the lines inside the HTML element that holds the article: which of them belong to it.

In: the blocks of a page, and a list `drop_reasons` with one string per block: why the block is left
out, "" to keep it. The functions fill the list in place.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate
from typing import Final

from indexer.clean.page.blocks import PageLayout, TextBlock, is_running_text

HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

BOX_TAGS: Final = frozenset({"ul", "ol", "td", "div", "section", "aside", "form", "table"})

LIST_TAGS: Final = frozenset({"ul", "ol", "td"})
"""Elements that are link lists if most of their characters are links; a cell only with several
lines.
"""

MAX_BOX_SIZE: Final = 500
"""Characters of the largest box that asks for a subscription or the like."""

MAX_BOX_LINES: Final = 8
"""Lines of the largest such box."""

MAX_LINKED_SHARE: Final = 0.7
"""Share of characters inside links from which a block is links, not text of the article."""

_SENTENCE_END: Final = re.compile(r"[.!?:;\u2026\u3002\uff01\uff1f\"\u201d\u2019\u00bb\u203a)\]*]$")

_NOTE: Final = re.compile(
    r"""^\W*(?:
    (?:read|see|learn|find\ out|discover|watch|listen|hear)\s(?:more|also|next|now|here
      |the\ full)\b
    | (?:also|further|related)\s(?:read|reading|see|articles?|stories|story|news|posts?|content
      |topics?|links?|coverage|video)\b
    | (?:read|watch|listen|related|see\ also|more|explore|mehr|lesen\ sie|lire|leia|lea
      |lees)\s*(?:[:|]|$)
    | (?:lesen\ sie|lire|leia|lea)\s?(?:auch|aussi|mais|tamb\w+)\b
    | (?:more|latest|popular|trending|recommended|featured|top)\s(?:from|stories|news|posts
      |articles|reading|for\ you)\b
    | (?:you\ (?:may|might|can)\ (?:also\ )?(?:like|enjoy|be\ interested)|don.t\ miss|must\ read
      |recommended)\b
    | (?:story|article)\ continues\ (?:below|after)
    | (?:posted|published|updated|last\ (?:updated|modified|reviewed)|first\ published|publiziert
      |ver\S+ffentlicht|aktualisiert|stand)\s*(?:on|at|by|:|in|am|\d|mon|tue|wed|thu|fri|sat|sun
        |jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)
    | (?:about|meet|more\ about|written\ by|reviewed\ by|edited\ by)\s(?:the\ )?(?:authors?
      |writers?|contributors?|editors?)\b
    | (?:written|reviewed|edited|reporting|additional\ reporting|medically\ reviewed
      |fact[\s-]checked)\s(?:and\ \w+\ )?by\b
    | (?:image|photo|slide)\s\d+\sof\s\d+
    | \d+\s(?:min(?:ute)?s?|sec)\.?(?:\s(?:read|de\ lecture|lesezeit))
    | (?:photo|image|picture|foto|photograph|bild|illustration|credit|courtesy)s?(?:\s(?:credits?
      |by|courtesy|source|via|from))?\s*[:/\u00a9]
    | (?:tags?|topics?|filed\ under|categor(?:y|ies)|keywords?|labels?|themen|schlagw\S+|tagged
      |posted\ in|published\ in)\s*(?:[:|]|$|under\b|with\b|in\b|zu\ diesem)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Beginnings of notes: lines about the article or the site; not a note if it is a sentence."""

_PROMOTION: Final = re.compile(
    r"""^\W*(?:
    (?:sign|log)[\s-]?(?:up|in)\b(?:\s(?:to|for|now|here|today|with)\b|$|!)
    | (?:subscribe\s(?:to|now|here|for|today)|become\ a\ (?:member|subscriber)|join\ (?:our|us\ on
      |the\ (?:conversation|discussion))|follow\ (?:us|me|him|her|them|the\ author|\w+\ on)
        |like\ us\ on|download\ (?:our|the)\ (?:free\ )?app|get\ (?:our|breaking|all\ the|updates)
          |support\ our\ journalism|newsletter)\b
    | (?:leave\ a\ (?:comment|reply)|add\ a\ comment|post\ a\ comment|view\ comments|no\ comments
      |\d+\ comments?|be\ the\ first\ to\ comment)\b
    | (?:\u00a9|\(c\)\s|copyright\s)
    | all\ rights\ reserved
    | we\ use\ cookies | this\ (?:site|website)\ uses
    | (?:have|got)\ (?:a|any)\ (?:news\ )?(?:tip|story|confidential)
    | do\ you\ have\ a\ (?:tip|story)
    | (?:click|tap)\ here\ (?:to|for)\b
    | please\ (?:enable|log\ in|sign\ in|subscribe|note\ that\ comments)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Beginnings of promotions: lines that sell or ask for something, sentences too."""

_DATE_LINE: Final = re.compile(
    r"""^(?:[^\W\d_]+,\s)?(?:\d{1,2}\.?\s[^\W\d_]{3,9}\.?\s\d{4}|[^\W\d_]{3,9}\.?\s\d{1,2},?\s\d{4})
    (?:,?\s(?:at\s)?\d{1,2}[:.]\d\d.{0,12})?$
    | ^\d{1,2}[:.]\d\d(?:\s?(?:[ap]\.?m\.?|uhr|h|gmt|[a-z]{3}))?$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Lines that are only a date or a time of day."""

_REQUEST: Final = re.compile(
    r"""
    \b(?:in|to)\ your\ inbox\b | \bnewsletters?\b.{0,40}(?:sign|subscri|get\b) | (?:sign\ up
      |subscribe).{0,60}\bnewsletter
    | ^\W*sign\ up\ (?:for|to)\b | \balready\ a\ subscriber\b | ^\W*get\ the\ newsletter
      | ^\W*subscribe\b(?:\ (?:now|today|to))?
    | \bgiving\ us\ your\ email\b | \bfree\ articles?\ (?:this|remaining|left)
      | \bby\ signing\ up\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words of boxes that ask for an address or a subscription."""

_REQUEST_WORDS: Final = (
    "inbox", "newsletter", "sign up", "signing up", "subscribe", "your email", "free article",
)  # fmt: skip
"""Every line that `_REQUEST` matches contains one of these; looking for them first takes a tenth of
the time.
"""

_LABEL: Final = re.compile(
    r"""^\W*(?:
    advert(?:isement)? | advertorial | caption | anzeige | werbung | publicit\S+ | publicidad
      | reklame | annonse
    | annons | sponsored(?:\ content)? | ad | share(?:\ this)?(?:\ \w+)? | tweet | print | email
      | copy\ link
    | save | comments? | reply | table\ of\ contents | contents | in\ this\ article
      | on\ this\ page
    | getty\ images | reuters | ap\ photo | file\ photo | shutterstock | istock | embed
    | back\ to\ top | (?:show|load|view|see)\ (?:more|all) | next | previous | continue\ reading
    | open\ in\ app | close | menu | loading | follow | subscribe | register | donate | log\ in
      | search
    | tags? | topics? | newsletters?
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Whole lines that are labels of the site."""

MAX_ABOVE_SHARE: Final = 0.3
"""Largest share of the text above its headline that can be dropped."""

MAX_BOILERPLATE_SIZE: Final = 180
"""Characters up to which a line can be boilerplate by its beginning."""


class LineOpening(IntEnum):
    """How a line begins. The numbers are values of the feature `opening` in `forest.tsv`."""

    ORDINARY = 0
    NOTE = 1
    DATE = 2
    LABEL = 3
    PROMOTION = 4


def judge_lines(
    layout: PageLayout, drop_reasons: list[str], headlines: list[int]
) -> dict[int, LineOpening]:
    """Fill `drop_reasons` for the lines that have none yet.

    Returns:
        The openings of the lines that were examined, by index.
    """
    blocks = layout.blocks
    openings = {}
    for index, block in enumerate(blocks):
        if drop_reasons[index]:
            continue
        opening = LineOpening.ORDINARY
        if block.size <= MAX_BOILERPLATE_SIZE and block.name != "h1":
            opening = openings[index] = classify_opening(block.text)
        drop_reasons[index] = _judge_block(block, opening)
    _drop_headline(blocks, drop_reasons, headlines)
    _judge_boxes(layout, drop_reasons)
    _trim_ends(blocks, drop_reasons)
    return openings


def _drop_headline(blocks: list[TextBlock], drop_reasons: list[str], headlines: list[int]) -> None:
    """Drop the headline and the lines above it, if the lines above are the smaller part."""
    sizes = [0 if out else block.size for block, out in zip(blocks, drop_reasons, strict=True)]
    limit = MAX_ABOVE_SHARE * sum(sizes)
    running = (s if is_running_text(b) else 0 for s, b in zip(sizes, blocks, strict=True))
    above = list(accumulate(running, initial=0))
    for index in headlines:
        if above[index] > limit:
            return
        drop_reasons[index] = drop_reasons[index] or "title"
        if blocks[index].name in {"h1", "h2"}:
            for line in range(index):
                drop_reasons[line] = drop_reasons[line] or "above"
            return


def _judge_block(block: TextBlock, opening: LineOpening) -> str:
    """Return why a block is left out by itself, "" to keep it."""
    if block.name == "h1":
        return "title"
    if opening > LineOpening.NOTE or (opening == LineOpening.NOTE and _is_note(block)):
        return "boilerplate"
    if block.link_size >= MAX_LINKED_SHARE * block.size and block.name in {
        "div",
        "span",
        "section",
    }:
        return "links"
    return ""


def classify_opening(text: str) -> LineOpening:
    """Return how a line begins."""
    if _PROMOTION.match(text):
        return LineOpening.PROMOTION
    if _LABEL.match(text):
        return LineOpening.LABEL
    if _DATE_LINE.match(text):
        return LineOpening.DATE
    return LineOpening.NOTE if _NOTE.match(text) else LineOpening.ORDINARY


def _is_note(block: TextBlock) -> bool:
    """Tell whether a line that begins like a note is not a sentence of the article."""
    return not _SENTENCE_END.search(block.text) or block.link_size > block.size / 2


def _judge_boxes(layout: PageLayout, drop_reasons: list[str]) -> None:
    """Drop small elements that ask for something, and lists that are mostly links."""
    blocks = layout.blocks
    total = sum(b.size for b, out in zip(blocks, drop_reasons, strict=True) if not out)
    sizes = list(accumulate((b.size for b in blocks), initial=0))
    links = list(accumulate((b.link_size for b in blocks), initial=0))
    asking = list(accumulate(map(_is_request, blocks), initial=0))
    names = BOX_TAGS if asking[-1] else LIST_TAGS
    limit = min(MAX_BOX_SIZE, total / 2)
    for region in layout.regions:
        first, last, name = region.first, region.last, region.tag.name
        if first == last or name not in names:
            continue
        count, size = last - first, sizes[last] - sizes[first]
        is_list = name in LIST_TAGS and (count > 1 or name != "td")
        if is_list and links[last] - links[first] >= MAX_LINKED_SHARE * size:
            reason = "link list"
        elif asking[last] > asking[first] and 1 < count <= MAX_BOX_LINES and size <= limit:
            reason = "box"
        else:
            continue
        for index in range(first, last):
            drop_reasons[index] = drop_reasons[index] or reason


def _is_request(block: TextBlock) -> bool:
    """Tell whether a line of a small box asks for an address or a subscription."""
    if block.size > MAX_BOX_SIZE:
        return False
    text = block.text.lower()
    for word in _REQUEST_WORDS:
        if word in text:
            return bool(_REQUEST.search(block.text))
    return False


def _trim_ends(blocks: list[TextBlock], drop_reasons: list[str]) -> None:
    """Drop lines around the running text.

    Before the first running text, drop lines that do not end as a sentence. After the last, drop
    headings, and `<div>` lines that do not end as a sentence.
    """
    running = [i for i, b in enumerate(blocks) if not drop_reasons[i] and is_running_text(b)]
    if not running:
        return
    for index in range(running[0]):
        block = blocks[index]
        if block.name in HEADINGS or drop_reasons[index]:
            continue
        if not _SENTENCE_END.search(block.text):
            drop_reasons[index] = "before"
    for index in range(running[-1] + 1, len(blocks)):
        block = blocks[index]
        if not drop_reasons[index] and (
            block.name in HEADINGS or (block.name == "div" and not _SENTENCE_END.search(block.text))
        ):
            drop_reasons[index] = "after"


def drop_empty_headings(blocks: Sequence[TextBlock], drop_reasons: list[str]) -> None:
    """Drop headings without a kept line below them."""
    below = ""
    for index in range(len(blocks) - 1, -1, -1):
        if drop_reasons[index]:
            continue
        name = blocks[index].name
        if name in HEADINGS and (not below or (below in HEADINGS and below < name)):
            drop_reasons[index] = "empty heading"
            continue
        below = name
