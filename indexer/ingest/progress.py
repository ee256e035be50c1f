"""Shows the progress of a build: a bar with rate and time left on a terminal, lines in a log."""

from __future__ import annotations

import time
from typing import TextIO

BAR_WIDTH = 30
TERMINAL_S, LOG_S = 0.1, 10.0
"""Seconds between two drawings on a terminal, and between two lines in a log."""


class SilentProgress:
    """Shows no progress."""

    def __call__(self, pages: int, share: float) -> None:
        """Ignore the numbers."""

    def close(self) -> None:
        """Do nothing."""


class ProgressBar:
    """Writes the progress to a stream as pages are done.

    Args:
        stream: a bar is drawn if it is a terminal, otherwise a line is written every LOG_S seconds.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._every = TERMINAL_S if self._terminal else LOG_S
        self._started = self._drawn = time.monotonic()
        self._shown = False

    def __call__(self, pages: int, share: float) -> None:
        """Draw, if the last drawing is old enough.

        Args:
            pages: done so far.
            share: of the sources read, 0 to 1.
        """
        now = time.monotonic()
        if now - self._drawn < self._every:
            return
        self._drawn = now
        line = self._format_line(pages, share, now - self._started)
        self._stream.write(f"\r{line}\x1b[K" if self._terminal else f"{line}\n")
        self._stream.flush()
        self._shown = True

    def close(self) -> None:
        """Clear the bar."""
        if self._terminal and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _format_line(self, pages: int, share: float, seconds: float) -> str:
        done = f"{pages:,} pages, {pages / seconds:,.0f} a second"
        left = f", {_format_duration(seconds / share - seconds)} left" if 0 < share < 1 else ""
        if not self._terminal:
            return f"{share:4.0%}  {done}{left}"
        filled = round(share * BAR_WIDTH)
        return f"[{'=' * filled}{' ' * (BAR_WIDTH - filled)}] {share:4.0%}  {done}{left}"


def _format_duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
