"""Requests answered since the server was started, counted by route and status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

if TYPE_CHECKING:
    from web.monitoring.access_log import Answered

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the latency buckets, in seconds."""


class Tally:
    """Counts the requests answered since the server was started. Safe for threads.

    Attributes:
        registry: these counts and the figures of the process.
        started: seconds since 1970.
    """

    def __init__(self) -> None:
        self.started = time.time()
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

    def add(self, answered: Answered) -> None:
        """Count one answer."""
        self._requests.labels(answered.route, str(answered.status)).inc()
        self._sent_bytes.labels(answered.route).inc(answered.sent_bytes)
        self._seconds.labels(answered.route).observe(answered.seconds)
