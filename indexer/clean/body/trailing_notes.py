"""Drops trailing notes, the lines after the article: on author or outlet, requests, sources.

In: the blocks of a page and their drop reasons, which are filled in place.
"""

import re
from collections.abc import Callable
from typing import Final

from indexer.clean.page.blocks import TextBlock
from indexer.clean.page.outlet_names import OutletNames

MAX_LINE_SIZE: Final = 300
"""Characters below which a line can be a request or a credit."""

MAX_NOTE_SIZE: Final = 900
"""Characters from which a line is not a note on the author or the outlet."""

OPENING_QUOTES: Final = '"\u201c\u201e\u00ab\u2018'

MAX_LINES_EXAMINED: Final = 12
"""Kept lines examined from the end; the first that belongs to the article ends the search."""

_TRAILING_HEADING: Final = re.compile(
    r"""
    ^\W*(?:about\b|meet\ the\ |references?$|citations?$|sources?$|footnotes?$|notes$
      |disclaimers?\b|disclosures?\b
    | further\ reading|related\b|more\ (?:from|on|about|stories|articles|posts)|up\ next
      |read\ (?:next|more)
    | get\ in\ touch|contact\b|(?:the\ )?authors?$|recent\ posts|you\ (?:may|might)|comments?$
      |\d+\ comments?
    | share\b|follow\ us|subscribe|sign\ up|newsletter|verwendete\ quellen|quellen$
      |mehr\ zum\ thema
    | ready\ to\b|looking\ for\b|want\ (?:more|to)\b|get\ started|start\ your|editor.?s.?\ note
      |acknowledge?ments?$
    | media\ contacts?|press\ contacts?|contacts?\s*:?$|forward[\s-]looking)""",
    re.IGNORECASE | re.VERBOSE,
)

_REQUEST_OR_CREDIT: Final = re.compile(
    r"""
    newsletters?\b | \bsubscri(?:be|ption) | \bsign(?:ing)?\ up\b | \bfollow\ (?:us|me|him|her
      |them|@|\w+\ on\b)
    | \b(?:whatsapp|telegram)[-\s](?:channel|kanal) | ^\W*(?:instagram|facebook|pinterest
      |twitter)\b
    | \bcontribut(?:ed|ing)\ (?:to\ this|reporting|to\ the\ report)
    | ^\W*(?:additional\ )?(?:reporting|writing|editing|edited|compiled|redaktion|faktencheck|text
      |foto)s?\s?(?:by|from|:)
    | ^\W*(?:with\ (?:files|reporting|inputs|additional\ reporting)\ (?:from|by)
      |mit\ (?:agenturmaterial|material\ von))
    | ^\W*(?:e-?mail|reach|contact|write\ to)\b.{0,60}(?:\bat\b|@|:)
    | \b[\w.+-]+@[\w-]+\.[a-z]{2,}\b
    | \b(?:leave|share|post|read)\b.{0,40}\bcomments?\b | \bcomment\ (?:section|policy|below)
    | \baffiliate\b | \b(?:earn|receive)\b.{0,30}\bcommission
    | ^\W*(?:©|\(c\)|copyright\b) | all\ rights\ reserved
    | \bfree\ trial\b | \brequest\ (?:a|your)\ (?:quote|demo)\b | \b(?:book|schedule)\ (?:a
      |your)\b.{0,20}\b(?:call|demo|consultation|appointment)
    | \b(?:contact|call)\ us\b | \bget\ in\ touch\b | \bour\ (?:website|app|standards|team|editors
      |experts|newsroom|journalism)\b
    | ^\W*(?:updated|last\ (?:modified|updated|reviewed)|page\ last)\b
    | \bwherever\ you\ get\ your\ podcasts\b
    | ^\W*(?:featured|header|feature|top|lead)\ (?:image|photo)\b
    | ^\W*(?:lesen\ sie|mehr\ (?:über|zum|zu)|ihre\ meinung|abonnier|dieses\ thema)\b
    | ^\W*(?:pin\ it|thanks\ for\ (?:reading|visiting)|our\ standards|disclaimer|disclosure|note:
      |tags?:|categories:)
    | \brequires?\ javascript\b | \bissues\ for\ (?:just\ |only\ )?[$£€]
    | lorem\ ipsum""",
    re.IGNORECASE | re.VERBOSE,
)

_AUTHOR_NOTE: Final = re.compile(
    r"""
    ^\W*(?:the\ author,?\s)?(?:[A-Z][\w.'\u2019-]+,?\ ){1,4}(?:\([^)]*\)\ )?(?:is|was|has\ (?:been
      |written|worked|spent)|covers|writes|works|reports|serves|joined|ist|est|es)\ .{0,160}\b
    (?:reporter|correspondent|editor|writer|author|journalist|columnist|producer|freelancer?
      |founder|co-founder|contributor|blogger|professor|fellow|analyst|director|attorney
        |consultant|marketer|specialist|manager|expert|ceo|covers|covering|redakteur\w*
          |journaliste?)\b""",
    re.VERBOSE,
)


_OUTLET_NOTE: Final = re.compile(
    r"""
    ^\W*(?:the\ )?((?:[\w.&'\u2019\u00ae\u2122-]+\ ){1,5}?)(?:is\ (?:an?|the|one\ of|part\ of
      |headquartered|based|published|owned)|was\ founded)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A line in which an outlet describes itself ("Example is a provider of ..."); group 1 is its
subject.
"""


def drop_trailing_notes(
    blocks: list[TextBlock],
    drop_reasons: list[str],
    authors: tuple[str, ...],
    get_outlet_names: Callable[[], OutletNames],
) -> None:
    """Fill `drop_reasons` up from the end to the last line that belongs to the article.

    Args:
        get_outlet_names: called only if a line describes a person or a company.
    """
    kept = [index for index, out in enumerate(drop_reasons) if not out]
    if len(kept) < 3:
        return
    for index in reversed(kept[max(2, len(kept) - MAX_LINES_EXAMINED) :]):
        reason = _judge_line(blocks[index], authors, get_outlet_names)
        if not reason:
            return
        drop_reasons[index] = reason


def is_end_heading(text: str) -> bool:
    """Tell whether a heading begins trailing notes."""
    return bool(_TRAILING_HEADING.match(text))


def is_author_note(text: str) -> bool:
    """Tell whether a line describes an author of the article."""
    return bool(_AUTHOR_NOTE.match(text))


def is_outlet_note(text: str, get_outlet_names: Callable[[], OutletNames]) -> bool:
    """Tell whether a line describes the outlet."""
    found = _OUTLET_NOTE.match(text)
    return found is not None and get_outlet_names().is_exactly(found[1])


def _judge_line(
    block: TextBlock, authors: tuple[str, ...], get_outlet_names: Callable[[], OutletNames]
) -> str:
    """Return the drop reason of a trailing note, "" for any other line.

    A note on the outlet has the reason "author note" too: the line classifier was fitted to that.
    """
    text = block.text
    if block.name.startswith("h") and len(block.name) == 2 and _TRAILING_HEADING.match(text):
        return "end heading"
    if len(text) < MAX_LINE_SIZE and text.endswith(("\u2026", "...", "[\u2026]")):
        return "teaser"
    if (
        len(text) < MAX_LINE_SIZE
        and text[0] not in OPENING_QUOTES
        and _REQUEST_OR_CREDIT.search(text)
    ):
        return "end line"
    if len(text) >= MAX_NOTE_SIZE:
        return ""
    if (
        _AUTHOR_NOTE.match(text)
        or text.startswith(authors)
        or is_outlet_note(text, get_outlet_names)
    ):
        return "author note"
    return ""
