"""What every request needs at hand: the index, the settings, the static files, what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer.config import Settings
    from indexer.search import Index
    from web.assets import Assets
    from web.metrics import Tally
    from web.recording import AccessLog, Recorder
    from web.streams import Streams


@dataclass(frozen=True, slots=True)
class State:
    """One for each application."""

    index: Index
    settings: Settings
    assets: Assets
    tally: Tally
    log: AccessLog
    recorder: Recorder
    streams: Streams


def state() -> State:
    """The state of the application that answers this request."""
    return cast("State", current_app.extensions["dateline"])
