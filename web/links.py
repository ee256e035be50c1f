"""Something to click, as a template draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click. `count` is None where nothing is counted."""

    text: str
    url: str
    current: bool = False
    count: int | None = None
    label: str = ""
