"""Examples of the query language for the help page, each a query that works as printed.

Names and dates are those of the sample corpus, so that each example finds something there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from indexer.fields import HELP_ROWS


@dataclass(frozen=True, slots=True)
class Example:
    """A query and its meaning, as a sentence without a full stop."""

    query: str
    meaning: str


EXAMPLES: Final = (
    Example("patriot germany", "both words, in the title or the text, with their inflections"),
    Example('"air defense"', "these words in this order; plurals and spellings are folded"),
    Example('patriot OR "SAMP/T"', "either of them; operators are written in capitals"),
    Example("(patriot OR iris-t) germany", "parentheses say what belongs together"),
    Example("missile -drone", "missile, in articles that do not mention drones"),
    Example("missile NOT (drone OR uav)", "the same, leaving out either word"),
    Example("ukrain*", "every word that begins so, from three letters on"),
    Example("zelensky~", "also spelled with one letter wrong; zelensky~2 allows two"),
    Example("patriot NEAR/10 ukraine", "at most ten other words between them, in any order"),
    Example('"patriot ukraine"~10', "the same, written as Lucene does"),
    Example("missile PRE/5 ukraine", "in this order, at most five other words between"),
    Example("atleast5(patriot)", "articles that mention it five times or more"),
    *(Example(row.example, row.meaning) for row in HELP_ROWS),
    Example("su-25 date:2023", "published in that year; date:2023-02 is a month"),
    Example("date:2024-01..2024-03", "published from January to March, both included"),
    Example("himars date:>=2024-01-01", "published since that day; also >, < and <="),
    Example("himars date:[2024-10-01 TO 2025-03-31]", "a range, written as Lucene does"),
)
