"""The notices of one query: gathered while it is read, each once, and never without end."""

from __future__ import annotations

from typing import Final

from indexer.models import Notice, NoticeKind

MOST_NOTICES: Final = 10
LONGEST_QUOTATION: Final = 40


class NoticeCollector:
    """Gathers notices: each once, and of all but hints at most ten, however long the query."""

    def __init__(self) -> None:
        self._notices: dict[Notice, None] = {}

    def add(self, kind: NoticeKind, text: str) -> None:
        """Note a sentence."""
        if kind == "hint" or len(self._notices) < MOST_NOTICES:
            self._notices[Notice(kind, text)] = None

    def add_ignored(self, piece: str, why: str) -> None:
        """Note that a piece of the query was left out."""
        self.add("syntax", f"{shorten(piece)} was ignored: {why}.")

    def list_notices(self) -> tuple[Notice, ...]:
        """The notices in the order they were made."""
        return tuple(self._notices)


def shorten(text: str) -> str:
    """A piece of the query as a notice quotes it: at most 40 characters."""
    return text if len(text) <= LONGEST_QUOTATION else text[: LONGEST_QUOTATION - 1] + "…"
