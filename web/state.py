"""What every request needs at hand: the index, the settings, the static files, what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer.search.index import Index
    from indexer.settings import Settings
    from web.export_slots import Streams
    from web.monitoring.access_log import AccessLog, Recorder
    from web.monitoring.request_counters import Tally
    from web.static_files import Assets


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
