"""`/metrics`: the state of the index and the requests answered, in the formats of Prometheus.

The format is text 0.0.4, or OpenMetrics 1.0.0 if the `Accept` header prefers it. Every application
has its own registry: the global one of prometheus-client would mix two applications of a process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from prometheus_client import exposition
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from indexer.errors import StoreError
from indexer.models import compute_age_s
from web.state import get_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from web.state import AppState

metrics = Blueprint("metrics", __name__)

TEXT_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS: Final = "application/openmetrics-text"


@dataclass(frozen=True, slots=True, eq=False)  # a registry wants it hashable
class StateCollector(Collector):
    """Reads the state of the index and of the server at each scrape."""

    state: AppState

    def collect(self) -> Iterator[Metric]:
        """Return the samples. If the index cannot be opened, `dateline_index_up` is 0."""
        yield from self._collect_index()
        yield from self._collect_server()

    def _collect_index(self) -> Iterator[Metric]:
        try:
            stats = self.state.index.read_stats()
        except StoreError:
            stats = None
        text = "1 if the index can be searched, else 0."
        yield GaugeMetricFamily("dateline_index_up", text, int(stats is not None))
        if stats is None:
            return
        built = datetime.fromisoformat(stats.built).timestamp()
        for name, text, value in (
            ("articles", "Articles in the live generation.", stats.articles),
            ("index_bytes", "Bytes of its files.", stats.bytes),
            ("built_timestamp_seconds", "When it was built, seconds since 1970.", built),
            ("age_seconds", "Seconds since it was built.", compute_age_s(stats)),
            ("generation", "Its number.", int(stats.generation)),
        ):
            yield GaugeMetricFamily(f"dateline_{name}", text, value)

    def _collect_server(self) -> Iterator[Metric]:
        here = self.state
        for name, text, value in (
            ("started_timestamp_seconds", "When the server began, seconds since 1970.",
             here.counters.start_time),
            ("requests_under_way", "Requests not yet answered whole, this one among them.",
             here.recorder.in_progress_count),
            ("exports_under_way", "Exports being read.", here.export_slots.taken_count),
            ("resident_memory_bytes", "Memory the server holds, mapped files included.",
             _read_resident_bytes()),
        ):  # fmt: skip
            if value is not None:
                yield GaugeMetricFamily(f"dateline_{name}", text, value)
        text = "Lines of the access log that could not be written."
        yield CounterMetricFamily("dateline_log_lines_lost", text, here.access_log.lost_line_count)


def _read_resident_bytes() -> int | None:
    """Resident memory from Linux's /proc; None on other systems."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@metrics.get("/metrics")
def show_metrics() -> Response:
    """Return all samples in the format that the request prefers."""
    registry = get_state().counters.registry
    if _get_quality(OPENMETRICS) > _get_quality("text/plain"):
        body = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]  # 0.26 has no types here
        response = Response(body, content_type=openmetrics.CONTENT_TYPE_LATEST)
    else:
        body = exposition.generate_latest(registry)
        response = Response(body, content_type=TEXT_FORMAT)
    response.vary.add("Accept")
    return response


def _get_quality(media_type: str) -> float:
    """Return the quality that the `Accept` header gives to a media type; 0 if it does not name it.

    The version of the type is ignored. `exposition.choose_encoder` of prometheus-client 0.26
    ignores qualities and fails at `version=x`.
    """
    accepted = request.accept_mimetypes
    return max((q for name, q in accepted if name.split(";")[0] == media_type), default=0.0)
