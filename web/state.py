"""What every request needs at hand: the index, the settings, the static files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer.config import Settings
    from indexer.search import Index
    from web.assets import Assets


@dataclass(frozen=True, slots=True)
class State:
    """One for each application."""

    index: Index
    settings: Settings
    assets: Assets


def state() -> State:
    """The state of the application that answers this request."""
    return cast("State", current_app.extensions["dateline"])
