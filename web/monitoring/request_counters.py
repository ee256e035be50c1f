"""Prometheus metrics of the requests answered since the start, by route and status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

if TYPE_CHECKING:
    from web.monitoring.access_log import RequestRecord

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency buckets, in seconds."""


class RequestCounters:
    """Counts answered requests. Safe for threads.

    Attributes:
        registry: these metrics and those of the process.
        start_time: time at which counting began, in seconds since 1970 (UTC).
    """

    def __init__(self) -> None:
        self.start_time = time.time()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "dateline_requests_total",
            "Requests answered, by route and status.",
            ["route", "status"],
            registry=self.registry,
        )
        self._sent_bytes = Counter(
            "dateline_response_bytes_total",
            "Bytes of bodies sent, by route.",
            ["route"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dateline_request_seconds",
            "Seconds until answers were handed over, by route.",
            ["route"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )

    def add(self, record: RequestRecord) -> None:
        """Count one answered request."""
        self._requests.labels(record.route, str(record.status)).inc()
        self._sent_bytes.labels(record.route).inc(record.sent_bytes)
        self._seconds.labels(record.route).observe(record.seconds)
