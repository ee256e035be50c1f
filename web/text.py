"""A marked article -> its paragraphs and its rail, as the page draws them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from indexer.models import Span

if TYPE_CHECKING:
    from indexer.search import MarkedArticle

LONGEST_SUBHEAD: Final = 70
"""Characters. In the gold texts of the sample corpus this and SENTENCE_ENDS pick 128 lines, each of
them a subhead. The index does not keep which paragraphs were headings."""
SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", ";", ",", '"', "”", "’", ")")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, what matched in it, and the number of its first mark in the article."""

    text: str
    marks: tuple[Span, ...]
    first: int

    @property
    def subhead(self) -> bool:
        """Whether it looks like a line that heads what follows: short, and not a sentence."""
        return len(self.text) <= LONGEST_SUBHEAD and not self.text.endswith(SENTENCE_ENDS)


def split_paragraphs(marked: MarkedArticle) -> list[Paragraph]:
    """The body in paragraphs, each with its own marks; a mark never reaches over a blank line."""
    texts = marked.article.body.split("\n\n")
    starts = accumulate((len(text) + 2 for text in texts), initial=0)
    number = len(marked.title_marks) + 1
    paragraphs = []
    for text, start in zip(texts, starts, strict=False):
        end = start + len(text)
        inside = [span for span in marked.body_marks if start <= span.start and span.end <= end]
        marks = tuple(Span(span.start - start, span.end - start) for span in inside)
        paragraphs.append(Paragraph(text, marks, number))
        number += len(marks)
    return paragraphs


def rail(marked: MarkedArticle) -> list[float]:
    """Where the marks stand, in hundredths of the article's length; the title is its beginning."""
    title = len(marked.article.title)
    whole = (title + len(marked.article.body)) or 1
    starts = [span.start for span in marked.title_marks]
    starts += [title + span.start for span in marked.body_marks]
    return [round(100 * start / whole, 1) for start in starts]
