"""The notices of one query: collected while it is parsed, each once, limited in number."""

from __future__ import annotations

from typing import Final

from indexer.models import Notice, NoticeKind

MOST_NOTICES: Final = 10
LONGEST_QUOTATION: Final = 40


class NoticeCollector:
    """Collects notices: each once, and at most ten besides hints, however long the query."""

    def __init__(self) -> None:
        self._notices: dict[Notice, None] = {}

    def add(self, kind: NoticeKind, text: str) -> None:
        """Add a notice of one sentence."""
        if kind == "hint" or len(self._notices) < MOST_NOTICES:
            self._notices[Notice(kind, text)] = None

    def add_ignored(self, piece: str, why: str) -> None:
        """Add a notice that a piece of the query was left out, and why."""
        self.add("syntax", f"{shorten(piece)} was ignored: {why}.")

    def list_notices(self) -> tuple[Notice, ...]:
        """Return the notices in the order in which they were added."""
        return tuple(self._notices)


def shorten(text: str) -> str:
    """Return a piece of the query as a notice quotes it: at most 40 characters."""
    return text if len(text) <= LONGEST_QUOTATION else text[: LONGEST_QUOTATION - 1] + "…"
