"""The state that all requests of one application share.

It holds the index, the settings, the static files, the request counters, the access log and the
export slots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer.search.index import Index
    from indexer.settings import Settings
    from web.export_slots import ExportSlots
    from web.monitoring.access_log import AccessLog, RequestRecorder
    from web.monitoring.request_counters import RequestCounters
    from web.static_files import Assets


@dataclass(frozen=True, slots=True)
class AppState:
    """The shared state; one for each application, kept in `app.extensions`."""

    index: Index
    settings: Settings
    assets: Assets
    counters: RequestCounters
    access_log: AccessLog
    recorder: RequestRecorder
    export_slots: ExportSlots


def get_state() -> AppState:
    """Return the state of the application of the current request."""
    return cast("AppState", current_app.extensions["dateline"])
